"""Anonymous co-signing of letters by members of a verified group.

Start with :mod:`cosign.roles`: one module for each role, each step one function
with one record in and one record out. ``docs/spec.md`` is the normative text.
"""

__version__ = "0.1.0"
