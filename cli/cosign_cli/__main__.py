"""Runs ``cosign-letter`` as ``python -m cosign_cli``."""

from cosign_cli.main import main

if __name__ == "__main__":  # pragma: no branch  # spawned worker processes import this module
    main()
