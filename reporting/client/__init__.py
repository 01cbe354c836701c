"""The terminal's side of the HTTP API: transport, trust, a reporter's and a member's sessions.

It uses the protocol's core and nothing of the server's. Whatever a server says is judged here before
anything above sees it.
"""
