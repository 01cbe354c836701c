"""Custody of identities: who asked for one, what the custodians decided, and who opened it."""
