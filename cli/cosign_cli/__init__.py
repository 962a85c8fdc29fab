"""The command line of cosign-letter: it parses, calls :mod:`cosign`, and prints.

``main`` builds the program and turns errors into exit codes, ``commands`` has one
module for each command, and ``shared`` what several of them need. Modules import the
library inside their functions, so that ``--version`` and ``--help`` need not load the
cryptography.
"""
