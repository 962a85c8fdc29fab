"""A mailbox that learns nothing and loses nothing, and the way to it.

Needs ``pip install 'cosign-letter[relay]'``; nothing else in the library imports it.
"""
