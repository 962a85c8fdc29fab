"""Membership proofs, of two kinds. Nothing here depends on rounds."""
