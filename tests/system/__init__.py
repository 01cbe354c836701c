"""Tests of the whole thing as it is run: real processes, real ports, real databases."""
