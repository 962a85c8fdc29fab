"""The only modules that import cryptographic libraries; one idea a file."""
