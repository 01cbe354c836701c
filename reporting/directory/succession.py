"""How one directory follows another: which keys become *former*, and since when a key stands.

Both the server, which drafts, and the machine with the root key, which signs, come to the same answer
from the version in force. A server taken over so cannot slip a key of its own in among the former ones,
nor date a key back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reporting import errors
from reporting.protocol import directory as directories
from reporting.protocol.directory import Directory
from reporting.protocol.directory_parts import Former, Member
from reporting.protocol.encoding import JSONObject, b64encode, parse_json_object
from reporting.protocol.errors import N_


def next_version(before: Directory | None) -> int:
    """The number of the version after ``before``."""
    return before.version + 1 if before else 1


def since(before: Directory | None, member_id: str, signing_key: bytes) -> int:
    """The first version with that member's signing key: an earlier one if ``before`` has it, else the next."""
    known = before.member(member_id) if before else None
    return known.since if known and known.signing_key == signing_key else next_version(before)


def former(before: Directory | None, content: Mapping[str, Any]) -> list[JSONObject]:
    """Keys once in force: those of the version before, and those that end with it.

    A key ends where its member is no longer listed or has another one; where a member only loses their
    roles on a channel, it ends for that channel.
    """
    if before is None:
        return []
    found = [_entry(one, one.until, one.channels) for one in before.former]
    listed = {member["id"]: member["signing_key"] for member in content["members"]}
    for member in before.members:
        had = {channel.id for channel in before.channels if member.id in channel.member_ids()}
        if listed.get(member.id) != b64encode(member.signing_key):
            found.append(_entry(member, before.version, sorted(had)))
        elif lost := had - _channels_of(content["channels"], member.id):
            found.append(_entry(member, before.version, sorted(lost)))
    return found


def _channels_of(channels: Sequence[Mapping[str, Any]], member_id: str) -> set[str]:
    return {channel["id"] for channel in channels if any(member_id in listed for listed in channel["roles"].values())}


def _entry(key: Member | Former, until: int, channels: Sequence[str]) -> JSONObject:
    return {
        "id": key.id,
        "label": key.label,
        "channels": list(channels),
        "since": key.since,
        "until": until,
        "signing_key": b64encode(key.signing_key),
    }


def check_follows(before: Directory | None, after: Directory) -> None:
    """Whether ``after`` is what may come right after ``before``, the version in force.

    :raises PublicationRefused: another number, site or hash, keys that did not become former in order, or
        an id that was somebody else's
    """
    expected = next_version(before)
    if after.version != expected:
        raise errors.PublicationRefused(
            N_("This is version {found} of the directory; the next one is {expected}."),
            values={"found": after.version, "expected": expected},
        )
    if after.previous != (before.sha256 if before else directories.NO_PREVIOUS):
        raise errors.PublicationRefused(N_("This directory does not continue the one in force."))
    if before is not None and after.origin != before.origin:
        raise errors.PublicationRefused(N_("This directory belongs to another site."))
    content = parse_json_object(after.text.split("\n")[3].encode(), limit=directories.MAX_DIRECTORY)
    if content["former"] != former(before, content):
        raise errors.PublicationRefused(N_("The list of former keys is not what follows from the version in force."))
    for member in after.members:
        if member.since != since(before, member.id, member.signing_key):
            raise errors.PublicationRefused(
                N_("The key of “{member}” is dated otherwise than it came."), values={"member": member.id}
            )
