"""Practicing with made-up cases: what they are, and the page that hands out codes and accounts."""
