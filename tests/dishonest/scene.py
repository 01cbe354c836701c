"""A case with some history, and the means of whoever is dishonest: forging, re-sealing, tampering."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import replace

from reporting.protocol import age
from reporting.protocol.age import HybridIdentity, HybridRecipient
from reporting.protocol.encoding import JSON, JSONObject, dump_json
from reporting.protocol.entry import decode
from reporting.protocol.padding import padded_size
from reporting.protocol.signing import SigningKey
from reporting.protocol.thread_types import CaseView, CaseWarning, EntryView, State
from tests.factories import Desk, Post, Reporter, Site, StoredCase, StoredEntry

DOMAIN = b"reporting/v1/entry\x00"


class Scene:
    """A report on *procurement* with a reply, a note and a follow-up; Ada and Bea (intake) hold it."""

    def __init__(self, *, excluded: tuple[str, ...] = (), identity: JSONObject | None = None) -> None:
        self.site = Site.usual()
        self.post = Post(self.site)
        self.reporter = Reporter(self.site, self.post)
        self.case = self.reporter.report(excluded=excluded, identity=identity)
        self.ada = self.desk("ada")
        self.first = self.stored.entries[0]
        self.reply = self.ada.reply(self.case, "What did they say?")
        self.note = self.ada.note(self.case)
        self.reporter.write(self.case, "Ten percent.")
        self.follow_up = self.stored.entries[-1]

    def desk(self, member: str) -> Desk:
        """A member of staff."""
        return Desk(self.site, self.post, member)

    @property
    def stored(self) -> StoredCase:
        """The case as the server holds it."""
        return self.post.cases[self.case]

    @property
    def reporter_recipient(self) -> HybridRecipient:
        """The reporter's recipient for the case, which every member who opens it learns."""
        first = self.ada.read(self.case).first
        assert first is not None
        assert first.first is not None
        return first.first.recipient

    @property
    def both(self) -> list[HybridRecipient]:
        """To whom an entry for both sides is sealed."""
        return [self.ada.case_identity(self.case).recipient, self.reporter_recipient]

    @property
    def team(self) -> list[HybridRecipient]:
        """To whom an entry for the team is sealed."""
        return [self.ada.case_identity(self.case).recipient]

    def views(self) -> list[CaseView]:
        """The case as the reporter sees it, and as Ada does."""
        return [self.reporter.read(self.case), self.ada.read(self.case)]

    def content(self, **changes: JSON) -> JSONObject:
        """The JSON of a message by Ada to the reporter, with ``changes``."""
        return {
            "v": 1,
            "id": "f" * 32,
            "case": self.case,
            "epoch": 0,
            "directory": self.site.directory.version,
            "audience": "reporter",
            "kind": "message",
            "author": "ada",
            "date": self.site.today.isoformat(),
            "prev": [],
            "body": {"text": "Call me at this number."},
            "attachments": [],
            **changes,
        }

    def forge(self, key: SigningKey, recipients: Sequence[HybridRecipient], **changes: JSON) -> StoredEntry:
        """Put an entry that nobody's honest client would write among the others."""
        content = self.content(**changes)
        audience = content["audience"] if content["audience"] in ("reporter", "team", "custodian") else "reporter"
        return self.post.put(self.case, audience, age.encrypt(plaintext(content, key), recipients))

    def reseal(
        self, entry: StoredEntry, with_identity: HybridIdentity, to: Sequence[HybridRecipient], audience: str
    ) -> StoredEntry:
        """What a dishonest member can do with an entry that they can open: seal the same to others."""
        assert entry.sealed is not None
        return self.post.put(self.case, audience, age.encrypt(age.decrypt(entry.sealed, [with_identity]), to))

    def replace_bytes(self, entry: StoredEntry, sealed: bytes) -> StoredEntry:
        """The server changes the bytes of a stored entry."""
        place = self.stored.entries.index(entry)
        self.stored.entries[place] = replace(entry, sealed=sealed)
        return self.stored.entries[place]

    def drop(self, entry: StoredEntry) -> None:
        """The server says nothing of an entry any more."""
        self.stored.entries.remove(entry)

    def move(self, entry: StoredEntry, audience: str) -> StoredEntry:
        """The server shows an entry in another thread of the case."""
        place = self.stored.entries.index(entry)
        self.stored.entries[place] = replace(entry, audience=audience)
        return self.stored.entries[place]


def plaintext(content: Mapping[str, JSON], key: SigningKey, *, size: int | None = None, pad: bytes = b"") -> bytes:
    """An entry's padded plaintext with whatever content, size and padding."""
    data = dump_json(dict(content))
    unpadded = struct.pack(">I", len(data)) + data + key.sign(DOMAIN + data)
    return (unpadded + pad).ljust(size or padded_size(len(unpadded)), b"\x00")


def json_of(entry: StoredEntry, identity: HybridIdentity) -> JSONObject:
    """The JSON of an entry that ``identity`` opens."""
    assert entry.sealed is not None
    return dict(decode(age.decrypt(entry.sealed, [identity])).entry.content)


def seen(view: CaseView, entry: StoredEntry) -> EntryView:
    """How a reader sees a stored entry."""
    return next(found for found in view.entries if found.served.id == entry.id)


def state(view: CaseView, entry: StoredEntry) -> State:
    """The state that a reader is shown for a stored entry."""
    return seen(view, entry).state


def assert_withheld(view: CaseView, entry: StoredEntry, expected: State = State.NOT_AUTHENTIC) -> None:
    """The entry is there as a fact, and nothing of its content is."""
    found = seen(view, entry)
    assert found.state is expected
    assert found.entry is None
    assert found.reason is not None


def assert_in_order(view: CaseView) -> None:
    """Not one warning, and every entry authentic."""
    assert view.warnings == ()
    assert not view.needs_newer_directory
    assert {str(found.reason) for found in view.entries if found.reason} == set()
    assert {found.state for found in view.entries} <= {State.AUTHENTIC, State.REMOVED}


__all__ = [
    "CaseWarning",
    "Scene",
    "State",
    "assert_in_order",
    "assert_withheld",
    "json_of",
    "plaintext",
    "seen",
    "state",
]
