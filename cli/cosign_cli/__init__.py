"""The command line of cosign-letter: parsing, one call into :mod:`cosign`, printing.

Modules import the library inside their functions, so that ``--version`` and
``--help`` do not wait for cryptography to load.
"""
