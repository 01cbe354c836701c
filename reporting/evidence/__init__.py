"""Files that are sealed on a device, sent in parts, and kept in a store of their own."""
