"""Paragraph 56: report corruption, be answered and be protected."""

__version__ = "0.2.0"
