"""What several commands need. Nothing here imports a command."""
