"""What may happen to files. The rules stand in modules of their own; this is what other rooms use."""

from reporting.evidence.claiming import check_claims, claim
from reporting.evidence.opening import begin_for_case, open_file, read_part, sender_of
from reporting.evidence.owning import is_owned, own_store
from reporting.evidence.reading import read_own_part
from reporting.evidence.room import REPORTER, Usage, floor, unclaimed, usage
from reporting.evidence.sending import Sender, begin, expect_part, limits, parts_of, receive
from reporting.evidence.sizes import PART_SIZE
from reporting.evidence.store import check_store
from reporting.evidence.sweeping import (
    Swept,
    case_usage,
    delete_case_files,
    delete_files,
    entry_files,
    file_entry,
    forget_files,
    remove_forgotten,
    sweep,
)

__all__ = [
    "PART_SIZE",
    "REPORTER",
    "Sender",
    "Swept",
    "Usage",
    "begin",
    "begin_for_case",
    "case_usage",
    "check_claims",
    "check_store",
    "claim",
    "delete_case_files",
    "delete_files",
    "entry_files",
    "expect_part",
    "file_entry",
    "floor",
    "forget_files",
    "is_owned",
    "limits",
    "open_file",
    "own_store",
    "parts_of",
    "read_own_part",
    "read_part",
    "receive",
    "remove_forgotten",
    "sender_of",
    "sweep",
    "unclaimed",
    "usage",
]
