"""Following up with a receipt code."""
