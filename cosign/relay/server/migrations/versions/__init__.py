"""One module for each version; each names the one before it."""
