"""Posters, leaflets, cards and pictures, from the site's own signed data."""
