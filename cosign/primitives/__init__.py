"""Cryptography. Only these modules import cryptographic libraries."""
