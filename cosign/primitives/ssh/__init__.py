"""OpenSSH keys and signatures."""
