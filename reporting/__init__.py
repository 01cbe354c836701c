"""Paragraph 56: report corruption, be answered and be protected."""

__version__ = "0.1.0"
