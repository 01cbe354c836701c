"""What a channel asks: questionnaires as data, one TOML file each, and the answers they take.

``rules`` reads the files and writes the JSON that is served and hashed in the directory; ``answers`` judges
what a person answered. The server sees no answers: only the reporter's own device calls ``answers``.
"""
