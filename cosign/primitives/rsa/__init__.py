"""Blind RSA signatures (RFC 9474)."""
