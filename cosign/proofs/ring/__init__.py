"""The ring proof of a rostered group."""
