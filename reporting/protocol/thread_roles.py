"""Who may write what on a case's channel, as far as the directory at hand tells (protocol sections 8.6 to 8.8)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from reporting.protocol import measures, risk
from reporting.protocol.directory import Directory
from reporting.protocol.entry import Entry

#: Roles of those who deal with cases. Neither a custodian nor the key in the safe does.
DEALING = ("intake", "investigator", "protection")
#: Roles of those who decide on protection.
OFFICERS = ("protection",)
#: The standing of whoever wrote what their roles are not for, as far as can be seen.
OTHER_ROLE = "other-role"
_FORMS: Mapping[str, tuple[str, ...]] = {
    "refusal-1": OFFICERS,
    "finding-1": DEALING,
    measures.FORM: OFFICERS,
}


def dealing(directory: Directory, channel_id: str | None, roles: Iterable[str] = DEALING) -> set[str]:
    """Members who deal with the cases of a channel, or have one of ``roles`` there, by the directory at hand."""
    channels = [channel for channel in directory.channels if channel.id == channel_id]
    return {member for channel in channels for role in roles for member in channel.roles.get(role, ())}


@dataclass(frozen=True)
class Roles:
    """The people of a case: by the directory, and ``before``, those who held it or were given access."""

    directory: Directory
    channel: str | None
    excluded: Collection[str]
    before: Collection[str]

    def may(self, member: str, standing: str, roles: Iterable[str]) -> bool:
        """Whether a member with that standing acts in one of the ``roles``.

        A directory tells roles of today only. Of keys and members that were before, those who held this case may.
        """
        now = dealing(self.directory, self.channel, roles)
        return member in now or (standing != "member" and member in self.before)

    def standing(self, entry: Entry, standing: str) -> str:
        """The standing of whoever wrote ``entry``; :data:`OTHER_ROLE` where their roles are not for that."""
        needed = self._needed(entry)
        return OTHER_ROLE if needed and not self.may(entry.author, standing, needed) else standing

    def _needed(self, entry: Entry) -> tuple[str, ...]:
        form = entry.body.get("form")
        if entry.by_reporter or entry.kind != "protection" or not isinstance(form, str):
            return ()
        if form == risk.FORM:
            # In cases of reports whoever may write assesses the risk.
            return OFFICERS if self._is_protection() else ()
        return _FORMS.get(form, ())

    def _is_protection(self) -> bool:
        return any(one.id == self.channel and one.kind == "protection" for one in self.directory.channels)
