"""The steps of the protocol, one module for each role: no I/O, no clock, no logging."""
