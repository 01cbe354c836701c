"""Accounts, vaults, sign-in."""
