"""The directory: the signed list of channels and members (protocol sections 3 and 13).

A signed note of four lines: origin, ``reporting/directory/v1``, the hash of the version before,
and one JSON object on one line.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reporting.protocol import directory_parts as parts
from reporting.protocol import note as notes
from reporting.protocol.directory_parts import Channel, Former, Member
from reporting.protocol.encoding import (
    b64decode,
    b64encode,
    check_integer,
    dump_json,
    parse_json_object,
    sha256,
)
from reporting.protocol.errors import DirectoryExpired, Malformed, NewerDirectory, NotAuthentic, Refused, N_
from reporting.protocol.note import VerifierKey

HEADING = "reporting/directory/v1"
MAX_DIRECTORY = 4_194_304
MAX_VALIDITY = datetime.timedelta(days=92)
MIN_SHAPE, MAX_SHAPE = 65_536, 1_048_576
MAX_VERSION = 2**31 - 1
NO_PREVIOUS = bytes(32)
# A channel's kind to the roles that get the first grants; the first of each must be among them.
INITIAL_ROLES: Mapping[str, tuple[str, ...]] = {
    "report": ("intake", "break_glass"),
    "protection": ("protection", "break_glass"),
}
_LABEL_END = re.compile(r"[.:/]")
_ORIGIN = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(/[a-z0-9._~/-]+)?", re.ASCII)


def check_origin(origin: str) -> str:
    """``origin`` if it is a schemeless lowercase host with optional path, at most 255 ASCII characters.

    :raises Malformed: anything else
    """
    if len(origin) > 255 or not _ORIGIN.fullmatch(origin):
        raise Malformed(N_("An origin is a lowercase host name, with or without a path."))
    return origin


def is_for_practice(origin: str) -> bool:
    """Whether a site is for practicing only, told for ever by its origin: its first label is ``practice``."""
    return _LABEL_END.split(origin, 1)[0] == "practice"


def fingerprint(root_public: bytes) -> str:
    """Thirty digits in six groups of five: the first 16 bytes of SHA-256 over the key, modulo 10^30."""
    digits = f"{int.from_bytes(sha256(root_public)[:16]) % 10**30:030d}"
    return " ".join(digits[place : place + 5] for place in range(0, 30, 5))


@dataclass(frozen=True)
class AuthorKey:
    """A key that may have signed, and its standing: ``member``, ``former-member`` or ``former-key``."""

    public: bytes
    standing: str


@dataclass(frozen=True)
class Directory:
    """One version of the directory, its signature checked. ``text`` is the note's text."""

    text: str
    origin: str
    previous: bytes
    version: int
    date: datetime.date
    valid_until: datetime.date
    shape: int
    service_key: bytes
    log_key: bytes
    witnesses: tuple[str, ...]
    site: bytes
    channels: tuple[Channel, ...]
    members: tuple[Member, ...]
    former: tuple[Former, ...]
    next_root: bytes | None = None

    @property
    def sha256(self) -> bytes:
        """What the next version names as the one before it."""
        return sha256(self.text.encode())

    def key_name(self, who: str) -> str:
        """The signed-note name of one of the site's keys: ``origin/<who>``."""
        return f"{self.origin}/{who}"

    def verifier(self, who: str) -> VerifierKey:
        """The verifier key of ``service`` or ``log``."""
        return VerifierKey(self.key_name(who), {"service": self.service_key, "log": self.log_key}[who])

    def channel(self, channel_id: str) -> Channel:
        """The channel of that id.

        :raises Refused: there is none
        """
        for channel in self.channels:
            if channel.id == channel_id:
                return channel
        raise Refused(N_("The directory lists no channel “{channel}”."), channel=channel_id)

    def member(self, member_id: str) -> Member | None:
        """The listed member of that id, whatever their last day."""
        return next((member for member in self.members if member.id == member_id), None)

    def is_listed(self, member_id: str, today: datetime.date) -> bool:
        """Whether the member is listed and not past their own last day."""
        member = self.member(member_id)
        return member is not None and today <= member.valid_until

    def initial_holders(self, channel_id: str, today: datetime.date, excluded: Collection[str] = ()) -> list[str]:
        """Who gets the first grants of a case on the channel: sorted member ids.

        :raises Refused: nobody of the channel's first role would remain
        """
        channel = self.channel(channel_id)
        first, *others = INITIAL_ROLES[channel.kind]
        leading = self._with_roles(channel, (first,), today, excluded)
        if not leading:
            raise Refused(N_("Nobody who may receive this report remains on this channel: choose another."))
        return sorted(set(leading) | set(self._with_roles(channel, others, today, excluded)))

    def custodians(self, channel_id: str, today: datetime.date, excluded: Collection[str] = ()) -> list[str]:
        """The custodians of the channel whom nobody excluded: sorted member ids, possibly none."""
        return self._with_roles(self.channel(channel_id), ("custodian",), today, excluded)

    def _with_roles(
        self, channel: Channel, roles: Collection[str], today: datetime.date, excluded: Collection[str]
    ) -> list[str]:
        found = {member for role in roles for member in channel.roles.get(role, ())}
        return sorted(member for member in found - set(excluded) if self.is_listed(member, today))

    def author_keys(self, member_id: str, version: int, channel_id: str | None, day: datetime.date) -> list[AuthorKey]:
        """The keys with which a member may have signed at directory ``version`` on ``day``.

        With a channel named, only a role on it counts; without, any listing does.

        :raises NewerDirectory: ``version`` is above this one
        """
        if version > self.version:
            raise NewerDirectory(N_("This names a newer directory than the one at hand."))
        found = []
        member = self.member(member_id)
        has_role = channel_id is None or any(
            channel.id == channel_id and member_id in channel.member_ids() for channel in self.channels
        )
        if member and member.since <= version and day <= member.valid_until and has_role:
            found.append(AuthorKey(member.signing_key, "member"))
        standing = "former-key" if member else "former-member"
        for former in self.former:
            in_force = former.id == member_id and former.since <= version <= former.until
            if in_force and (channel_id is None or channel_id in former.channels):
                found.append(AuthorKey(former.signing_key, standing))
        return found

    def check_current(self, today: datetime.date) -> None:
        """Refuse a directory out of its time.

        :raises DirectoryExpired: past ``valid_until``, or dated more than a day ahead of ``today``
        """
        if today > self.valid_until:
            raise DirectoryExpired(N_("The site's list of recipients ended on {day}."), day=self.valid_until)
        if self.date - today > datetime.timedelta(days=1):
            raise DirectoryExpired(N_("The site's list of recipients is dated {day}, ahead of today."), day=self.date)

    def check_follows(self, before: Directory) -> None:
        """Refuse a directory that does not continue ``before``, the version pinned.

        :raises NotAuthentic: another origin, a lower version, the same version with other text, or
            the next version without the hash of this one
        """
        if self.origin != before.origin or self.version < before.version:
            raise NotAuthentic(N_("The server shows an older list of recipients, or another site's."))
        if self.version == before.version and self.text != before.text:
            raise NotAuthentic(N_("The server shows another list of recipients than before."))
        if self.version == before.version + 1 and self.previous != before.sha256:
            raise NotAuthentic(N_("The list of recipients does not continue the one before it."))


def to_text(origin: str, previous: bytes, content: Mapping[str, object]) -> str:
    """The text that the root key signs.

    :raises Malformed: content that :func:`parse_text` would refuse
    """
    text = f"{check_origin(origin)}\n{HEADING}\n{b64encode(previous)}\n{dump_json(dict(content)).decode()}\n"
    parse_text(text)
    return text


def parse_text(text: str) -> Directory:
    """A directory from its unsigned text: for showing what is about to be signed.

    :raises Malformed: any line that is not as section 13 says; the pointer names the JSON member
    """
    if len(text.encode()) > MAX_DIRECTORY:
        raise Malformed(N_("This is longer than {limit} bytes."), limit=MAX_DIRECTORY)
    lines = text.split("\n")
    if len(lines) != 5 or lines[4] or lines[1] != HEADING:
        raise Malformed(N_("This is not a directory."))
    content = parse_json_object(lines[3].encode(), limit=MAX_DIRECTORY)
    version = check_integer(content.get("version"), 1, MAX_VERSION, pointer="/version")
    members = parts.parse_members(content.get("members"), version)
    date, valid_until = parts.parse_validity(content, MAX_VALIDITY)
    return Directory(
        text=text,
        origin=check_origin(lines[0]),
        previous=b64decode(lines[2], length=32),
        version=version,
        date=date,
        valid_until=valid_until,
        shape=check_integer(content.get("shape"), MIN_SHAPE, MAX_SHAPE, pointer="/shape"),
        service_key=parts.parse_public_key(content.get("service_key"), "/service_key"),
        log_key=parts.parse_public_key(content.get("log_key"), "/log_key"),
        witnesses=parts.parse_witnesses(content.get("witnesses")),
        site=b64decode(content.get("site"), length=32, pointer="/site"),
        channels=parts.parse_channels(content.get("channels"), {member.id for member in members}),
        members=members,
        former=parts.parse_former(content.get("former"), version),
        next_root=parts.parse_public_key(content["next_root"], "/next_root") if "next_root" in content else None,
    )


def parse(signed: str | bytes, root: VerifierKey) -> Directory:
    """A directory whose root signature holds and whose origin is the root key's name.

    :raises Malformed: not a directory
    :raises NotAuthentic: not signed by ``root``, or of another origin
    """
    directory = parse_text(notes.verify(notes.parse(signed, limit=MAX_DIRECTORY), root))
    if directory.origin != root.name:
        raise NotAuthentic(N_("This list of recipients belongs to another site."))
    if directory.version == 1 and directory.previous != NO_PREVIOUS:
        raise NotAuthentic(N_("The first list of recipients names one before it."))
    return directory


def root_after(signed: str | bytes, directory: Directory, root: VerifierKey) -> VerifierKey:
    """The root key that signs what follows ``directory``, which ``root`` signed.

    A change of the root is named in the text, so that the old root vouches for the new one: a signature beside
    its own anybody could add. The new one has signed too, which shows that somebody has it.

    :raises NotAuthentic: the root that is named did not sign
    """
    if directory.next_root is None:
        return root
    follower = VerifierKey(root.name, directory.next_root)
    notes.verify(notes.parse(signed, limit=MAX_DIRECTORY), follower)
    return follower
