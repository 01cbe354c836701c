"""Mail to members that says nothing: that something waits at the desk, in fixed slots, to those who want it."""
