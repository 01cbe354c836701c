"""What every surface shares: headers, problem documents, the shape on the wire, permissions. Knows no room."""
