"""How the next directory differs from the one in force, in sentences for the person who signs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reporting.directory.places_difference import places_differ
from reporting.directory.renewed import Renewals, signed_by_their_owner
from reporting.directory.site_difference import rest_differs, rest_lines
from reporting.i18n import gettext as _
from reporting.protocol.directory import INITIAL_ROLES, Directory, fingerprint
from reporting.protocol.directory_parts import Channel, Member
from reporting.protocol.encoding import visible_bidi

NO_RENEWALS: Renewals = {}
Documents = Mapping[bytes, bytes]
NO_DOCUMENTS: Documents = {}


def key_fingerprint(signing_key: bytes, recipient_sha256: bytes) -> str:
    """Thirty digits over both keys of a member, to compare by telephone before they are signed.

    As many as a site's own: with half of them, whoever runs the server could search for other keys that show the same.
    """
    return fingerprint(signing_key + recipient_sha256)


def difference(
    before: Directory | None,
    after: Directory,
    renewals: Renewals = NO_RENEWALS,
    documents: Documents = NO_DOCUMENTS,
) -> Iterator[str]:
    """One sentence for each thing that changes.

    :param renewals: what members signed of their new keys
    :param documents: by SHA-256, the site's of both versions among them; what is missing is taken for all new
    """
    if before is None:
        yield _("This is the first directory of {origin}.", origin=after.origin)
    yield _("Valid from {start} to {end}.", start=after.date, end=after.valid_until)
    yield from changes(before, after, renewals, documents)


def changes(
    before: Directory | None,
    after: Directory,
    renewals: Renewals = NO_RENEWALS,
    documents: Documents = NO_DOCUMENTS,
) -> Iterator[str]:
    """The same, without what every new version brings: its dates."""
    yield from _server_keys(before, after)
    yield from _site(before, after, documents)
    yield from _members(before, after, renewals)
    yield from _channels(before, after)


def _server_keys(before: Directory | None, after: Directory) -> Iterator[str]:
    if before is None or before.service_key != after.service_key:
        yield _("The service signs with a new key, {key}.", key=fingerprint(after.service_key))
    if before is None or before.log_key != after.log_key:
        yield _("The log is signed with a new key, {key}.", key=fingerprint(after.log_key))
    if after.next_root is not None:
        yield _("A new root key follows: the fingerprint becomes {digits}.", digits=fingerprint(after.next_root))
    if (before.witnesses if before else ()) != after.witnesses:
        yield _("The witnesses of the log change; there are now {count}.", count=len(after.witnesses))


def _site(before: Directory | None, after: Directory, documents: Documents) -> Iterator[str]:
    if before is not None and before.shape != after.shape:
        yield _("The shape on the wire changes from {old} to {new} bytes.", old=before.shape, new=after.shape)
    if before is not None and before.site == after.site:
        return
    old, new = documents.get(before.site) if before else None, documents.get(after.site)
    if before is not None and (new is None or rest_differs(old, new)):
        yield _("The texts of the site change.")
    if new is not None:
        yield from rest_lines(old, new)
        yield from places_differ(old, new)


def _shown(member: Member) -> str:
    return f"{member.id} ({visible_bidi(member.label)})"


def _keys(member: Member) -> str:
    return key_fingerprint(member.signing_key, member.recipient_sha256)


def _members(before: Directory | None, after: Directory, renewals: Renewals) -> Iterator[str]:
    old = {member.id: member for member in before.members} if before else {}
    new = {member.id: member for member in after.members}
    for member_id in sorted(new.keys() - old.keys()):
        member = new[member_id]
        yield _(
            "New member {member}, valid until {day}, keys {keys}.",
            member=_shown(member),
            day=member.valid_until,
            keys=_keys(member),
        )
    for member_id in sorted(old.keys() - new.keys()):
        yield _("Member {member} leaves.", member=_shown(old[member_id]))
    signed = signed_by_their_owner(before, after, renewals) if before else frozenset()
    for member_id in sorted(old.keys() & new.keys()):
        yield from _member(old[member_id], new[member_id], renewed=member_id in signed)


def _member(old: Member, new: Member, *, renewed: bool) -> Iterator[str]:
    if old.signing_key != new.signing_key:
        yield _("Member {member} has a new signing key.", member=_shown(new))
    if old.recipient_sha256 != new.recipient_sha256:
        yield _("Member {member} has a new key to seal to.", member=_shown(new))
    if _keys(old) != _keys(new):
        yield _("The keys of {member} are now {keys}.", member=_shown(new), keys=_keys(new))
        yield _renewal(new, renewed=renewed)
    if old.label != new.label:
        yield _("Member {old} is now shown as {new}.", old=_shown(old), new=_shown(new))
    if old.valid_until != new.valid_until:
        yield _("Member {member} is now valid until {day}.", member=_shown(new), day=new.valid_until)


def _renewal(new: Member, *, renewed: bool) -> str:
    if renewed:
        return _(
            "The key of before has signed that: {member} asked for it at their desk. A request that was taken back"
            " since looks the same: ask them where you are not sure.",
            member=_shown(new),
        )
    return _(
        "The key of before has NOT signed that: {member} enrolled anew, or somebody puts keys in the place of theirs."
        " Compare the digits with them by telephone before you sign.",
        member=_shown(new),
    )


def _channels(before: Directory | None, after: Directory) -> Iterator[str]:
    old = {channel.id: channel for channel in before.channels} if before else {}
    new = {channel.id: channel for channel in after.channels}
    for channel_id in sorted(old.keys() - new.keys()):
        yield _("Channel “{channel}” closes.", channel=channel_id)
    for channel_id in sorted(new):
        if channel_id not in old:
            yield from _new_channel(new[channel_id])
        yield from _channel(old.get(channel_id), new[channel_id])


def _new_channel(new: Channel) -> Iterator[str]:
    yield _("New channel “{channel}” of kind {kind}: {titles}.", channel=new.id, kind=new.kind, titles=_titles(new))
    yield _("It asks the questionnaire {name} ({digest}).", name=new.questionnaire.id, digest=_digest(new))
    yield _policy_sentence(new)


def _titles(channel: Channel) -> str:
    return ", ".join(f"{language} “{visible_bidi(title)}”" for language, title in channel.titles.items())


def _digest(channel: Channel) -> str:
    return channel.questionnaire.sha256.hex()[:16]


def _policy_sentence(channel: Channel) -> str:
    policy = channel.policy
    return _(
        "Policy of “{channel}”: anonymous reports: {anonymous}; without scripts: {scriptless}; deadlines: {profile}.",
        channel=channel.id,
        anonymous=policy["anonymous"],
        scriptless=_("yes") if policy["scriptless"] else _("no"),
        profile=policy["profile"],
    )


def _channel(old: Channel | None, new: Channel) -> Iterator[str]:
    for role in sorted({*new.roles, *(old.roles if old else ())}):
        before = set(old.roles.get(role, ())) if old else set()
        after = set(new.roles.get(role, ()))
        for member in sorted(after - before):
            yield _("On “{channel}”, {member} becomes {role}.", channel=new.id, member=member, role=role)
        for member in sorted(before - after):
            yield _("On “{channel}”, {member} is no longer {role}.", channel=new.id, member=member, role=role)
    if not any(new.roles.get(role) for role in INITIAL_ROLES[new.kind][:1]):
        yield _(
            "Nobody could receive a report on “{channel}”: it has no {role}.",
            channel=new.id,
            role=INITIAL_ROLES[new.kind][0],
        )
    if old is None:
        return
    if old.questionnaire != new.questionnaire:
        yield _(
            "The questionnaire of “{channel}” changes; it is now {name} ({digest}).",
            channel=new.id,
            name=new.questionnaire.id,
            digest=_digest(new),
        )
    if old.kind != new.kind:
        yield _("Channel “{channel}” becomes one of kind {kind}.", channel=new.id, kind=new.kind)
    if old.titles != new.titles:
        yield _("The titles of “{channel}” are now {titles}.", channel=new.id, titles=_titles(new))
    if old.policy != new.policy:
        yield _policy_sentence(new)
