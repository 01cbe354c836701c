"""The gettext catalogues: one folder per language, and the tools that keep them."""
