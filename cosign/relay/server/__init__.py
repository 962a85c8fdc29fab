"""The relay's server: HTTP, its database, and moving its data to another relay."""
