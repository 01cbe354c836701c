"""Classifications in words, as the desk says them: plain ones first, codes beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reporting.i18n import gettext as _
from reporting.protocol import classes
from reporting.protocol.encoding import JSON, JSONObject
from reporting.protocol.errors import N_

AT = {classes.TRIAGE: N_("At the beginning"), classes.CLOSING: N_("At the end")}


def code_words(uncac: str | None, iccs: str | None) -> str:
    """The article of the convention and the code of the classification, as far as there is one."""
    parts = [_("UNCAC {article}", article=uncac)] if uncac else []
    return " · ".join([*parts, *([_("ICCS {code}", code=iccs)] if iccs else [])])


def offence_lines(body: Mapping[str, JSON]) -> Sequence[str]:
    """An authentic classification of scheme offence/1: offences, what else is known, whether it was counted."""
    codes = classes.check_codes(body.get("codes"))
    head = _("Classified for the figures: {moment}", moment=_(AT[str(codes["at"])]))
    offences = [f"- {_offence(one)}" for one in codes["offences"]]
    known = [f"{what}: {words}" for what, words in _known(codes) if words]
    return [head, *offences, *known, counted_words(codes["counted"])]


def counted_words(counted: JSON) -> str:
    """Whether it is among the figures, and since which month."""
    if counted is None:
        return _("Not counted among the figures.")
    return _("Counted among the figures of {month}.", month=str(counted))


def _offence(one: JSONObject) -> str:
    known = one["uncac"], one["iccs"]
    words = [_(classes.OFFENCES[known])]
    words += [_(text) for name, text in classes.MODIFIERS.items() if one[name]]
    return f"{'; '.join(words)} ({code_words(one['uncac'], one['iccs'])})"


def _known(codes: JSONObject) -> Sequence[tuple[str, str]]:
    def words(name: str, known: Mapping[str, str]) -> str:
        return "" if codes[name] in (classes.UNKNOWN, classes.OPEN) else _(known[str(codes[name])])

    return [
        (_("Outcome"), words("outcome", classes.OUTCOMES)),
        (_("Field"), words("sector", classes.SECTORS)),
        (_("Where it belongs"), words("level", classes.LEVELS)),
        (_("Region"), str(codes["region"])),
        (_("Procurement"), words("stage", classes.STAGES)),
        (_("Bribe or advantage"), words("value", classes.BANDS)),
        (_("Damage"), words("damage", classes.BANDS)),
        (_("Recovered"), words("recovery", classes.BANDS)),
    ]
