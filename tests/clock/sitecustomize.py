"""A clock that tests move: Python reads this at its start where this folder is the first of ``PYTHONPATH``.

``time.time`` is then as many seconds ahead as the file says whose name stands in ``TEST_CLOCK``, in every process of a
demonstration and for every command run beside it. No setting of the product does that: whoever runs the service
without this folder has the machine's clock. ``datetime.now`` keeps the machine's; the service does not go by it.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

_machine = time.time
_file = Path(os.environ["TEST_CLOCK"])


def moved() -> float:
    """The machine's seconds, and those that the test adds."""
    return _machine() + float(_file.read_text(encoding="ascii"))


time.time = moved
