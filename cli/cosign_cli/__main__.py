"""``python -m cosign_cli`` is ``cosign-letter``."""

from cosign_cli.main import main

if __name__ == "__main__":  # pragma: no branch  # processes that are spawned import this
    main()
