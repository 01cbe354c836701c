"""Channels and members' keys, drafted, requested, published and served."""
