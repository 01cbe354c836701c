"""What descriptions of files have in common."""

from __future__ import annotations

from typing import Any

#: One sealed part in an answer.
BYTES: dict[str, Any] = {
    "description": "The sealed bytes of the part.",
    "content": {"application/octet-stream": {"schema": {}}},
}
