"""What may happen to a case. The rules stand in modules of their own; this is what other rooms use."""

from reporting.cases.access import give_access, parse_access
from reporting.cases.assigning import assign, parse_assignment
from reporting.cases.clocks import CLOCK_NAMES, profile_names
from reporting.cases.epochs import add_epoch, parse_epoch
from reporting.cases.looking import note_export, note_view
from reporting.cases.opening import check_epoch, clocks_json, epoch_notes, new_entry, open_case
from reporting.cases.overview import overview
from reporting.cases.workflow import STATUSES
from reporting.cases.writing import Actor, add_entry, parse_entry, put_card

__all__ = [
    "CLOCK_NAMES",
    "STATUSES",
    "Actor",
    "add_entry",
    "add_epoch",
    "assign",
    "check_epoch",
    "clocks_json",
    "epoch_notes",
    "give_access",
    "new_entry",
    "note_export",
    "note_view",
    "open_case",
    "overview",
    "parse_access",
    "parse_assignment",
    "parse_entry",
    "parse_epoch",
    "profile_names",
    "put_card",
]
