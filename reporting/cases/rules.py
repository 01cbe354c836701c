"""What may happen to a case. The rules stand in modules of their own; this is what other rooms use."""

from reporting.cases.access import check_holder, give_access, parse_access
from reporting.cases.assigning import assign, parse_assignment
from reporting.cases.clocks import CLOCK_NAMES
from reporting.cases.covering import begin_cover, close_cover, covers_of, end_covers, parse_cover
from reporting.cases.epochs import add_epoch, parse_epoch
from reporting.cases.holding import sole_holdings
from reporting.cases.looking import note_export, note_view
from reporting.cases.lost_keys import access_of, forget_access, give_back_access
from reporting.cases.moving import ask_assessment, begin_hours, check_officer, state_of
from reporting.cases.offline import member_of_key, offline_cases, open_offline
from reporting.cases.opening import check_epoch, clocks_json, epoch_notes, new_entry, open_case
from reporting.cases.overview import overview
from reporting.cases.reading import granted, holding_of
from reporting.cases.removing import parse_removal, remove
from reporting.cases.unread import mark_read, mark_unread
from reporting.cases.workflow import STATUSES
from reporting.cases.writing import (
    Actor,
    NewEntry,
    add_entry,
    channel_of,
    keep_entry,
    known_act,
    known_entry,
    let_custodian_see,
    member_id,
    parse_entry,
    put_card,
    store_entry,
)

__all__ = [
    "CLOCK_NAMES",
    "STATUSES",
    "Actor",
    "NewEntry",
    "access_of",
    "add_entry",
    "add_epoch",
    "ask_assessment",
    "assign",
    "begin_cover",
    "begin_hours",
    "channel_of",
    "check_epoch",
    "check_holder",
    "check_officer",
    "clocks_json",
    "close_cover",
    "covers_of",
    "end_covers",
    "epoch_notes",
    "forget_access",
    "give_access",
    "give_back_access",
    "granted",
    "holding_of",
    "keep_entry",
    "known_act",
    "known_entry",
    "let_custodian_see",
    "mark_read",
    "mark_unread",
    "member_id",
    "member_of_key",
    "new_entry",
    "note_export",
    "note_view",
    "offline_cases",
    "open_case",
    "open_offline",
    "overview",
    "parse_access",
    "parse_assignment",
    "parse_cover",
    "parse_entry",
    "parse_epoch",
    "parse_removal",
    "put_card",
    "remove",
    "sole_holdings",
    "state_of",
    "store_entry",
]
