"""Figures of how the work is done, computed without opening anything; docs/indicators.md defines each."""
