"""The client of a relay: its transport, what answers mean, and requests."""
