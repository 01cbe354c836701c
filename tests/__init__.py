"""The tests: a package, since one among those that are installed has the same name and would come first otherwise."""
