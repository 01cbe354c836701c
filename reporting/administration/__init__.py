"""What administrators do: members, channels, texts, and the directory's way to the root key and back."""
