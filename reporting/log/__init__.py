"""Leaves of the transparency log, and the audit trail."""
