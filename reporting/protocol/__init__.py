"""The sealed-report protocol: a small pure core that takes bytes and returns bytes.

Nothing here knows of Flask, SQL, files, clocks or the environment: time and randomness are
arguments. Every module has a twin of the same name in ``reporting/browser/src/protocol``;
shared vectors in ``tests/vectors`` hold the two together. ``docs/protocol.md`` explains it.
"""
