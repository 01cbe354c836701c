"""``make bench``: speed and memory, each figure beside its reference, measured in one run."""
