"""What a verifier found, for people."""
