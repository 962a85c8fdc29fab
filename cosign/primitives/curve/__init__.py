"""The group edwards25519: public values, secret ones, hashing to it, transcripts."""
