"""A mailbox that learns nothing and loses nothing, and the way to it.

Needs the libraries of the extra ``relay``; nothing else in the library imports it.
"""
