"""OpenSSH's key files and signatures."""
