"""Mailboxes for sealed records: a server that keeps them, and its client.

Needs the libraries of the extra ``relay``; nothing else in the library imports it.
"""
