"""The client of a relay, and its transport."""
