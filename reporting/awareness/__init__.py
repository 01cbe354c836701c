"""Paragraph 58: what everyone can know. The pages that any visitor reads first."""
