"""The group edwards25519: arithmetic on public and on secret values, hashing, transcripts."""
