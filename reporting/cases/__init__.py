"""The desk's cases: workflow, clocks, grants, entries."""
