"""The pages in real browsers, beside their goals: measured by TypeScript on puppeteer, which prints as it goes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MEASURES = ("pages_bench", "inbox_bench")
ROOT = Path(__file__).resolve().parents[2]


def measure_pages() -> None:
    """First visits, sealing and sending, the whole way over a slow line; then a desk with ten thousand cases."""
    for name in MEASURES:
        subprocess.run(
            [sys.executable, "hatch_build.py", "npm", "--silent", "run", "bench", name],
            check=True,
            cwd=ROOT,
        )


if __name__ == "__main__":
    measure_pages()
