"""The relay's server: HTTP, its database, moving its data."""
