"""``reporting verify``: whether a dossier or a certificate holds, and what is proven by whom. It asks no server."""

from __future__ import annotations

import json
from pathlib import Path

import click

from reporting.cli.connecting import may_ask, practice_mark, read_root
from reporting.cli.options import FILE, agreed
from reporting.cli.showing import say, say_list
from reporting.cli.telling import kind_words, standing_words
from reporting.cli.telling_certificates import certified_json, tell_certificate, tell_practice
from reporting.client.errors import NotTrusted, TrustNeeded
from reporting.client.trust import check_fingerprint
from reporting.i18n import gettext as _
from reporting.i18n import ngettext
from reporting.protocol import certificate as certificates
from reporting.protocol import dossier as dossiers
from reporting.protocol.directory import fingerprint
from reporting.protocol.dossier import Case, Dossier, Event
from reporting.protocol.encoding import JSONObject, b64encode
from reporting.protocol.errors import N_
from reporting.protocol.note import VerifierKey

_PROOFS = {
    "site": N_("the site signed for receiving something sealed; by the maker's word: “{what}”"),
    "office": N_("signed by {author}: {what}"),
    "reporter": N_("by the maker's word alone: “{what}”"),
}


@click.command(help=_("Check a dossier or a certificate, and say what is proven by whom. Nothing is sent anywhere."))
@click.argument("file", type=FILE)
@click.option(
    "--fingerprint",
    "printed",
    metavar=_("DIGITS"),
    help=_("The site's fingerprint, thirty digits, as printed on its posters."),
)
@click.option("--root", metavar=_("KEY"), help=_("The site's root verifier key, or a file that holds it."))
@click.option("--json", "as_json", is_flag=True, help=_("Ask nothing, and print one JSON object."))
def verify(file: Path, printed: str | None, root: str | None, as_json: bool) -> None:
    """Check a dossier or a certificate."""
    with file.open("rb") as opened:
        data = opened.read(dossiers.MAX_FILE + 1)  # a longer one is refused below
    certified = certificates.is_certificate(data)
    named = certificates.root_of(data) if certified else dossiers.root_of(data)
    trusted = _trusted(named, printed, root, ask=may_ask(as_json))
    if certified:
        certificate = certificates.verify(data, trusted)
        _show(certified_json(certificate)) if as_json else tell_certificate(certificate)
    else:
        dossier = dossiers.verify(data, trusted)
        _show(_as_json(dossier)) if as_json else _tell(dossier)


def _show(content: JSONObject) -> None:
    click.echo(json.dumps(content, ensure_ascii=False))


def _trusted(named: VerifierKey, printed: str | None, root: str | None, *, ask: bool) -> VerifierKey:
    """The root key to go by: the one given, or the one that the file names once its fingerprint was compared."""
    if root is not None:
        return read_root(root)
    if printed is not None:
        check_fingerprint(named, printed)
        return named
    if not ask:
        raise TrustNeeded(N_("Say whose file this has to be: --fingerprint or --root of the site."))
    say(_("The file names the site {origin}, with this fingerprint:", origin=named.name))
    say()
    say(f"    {fingerprint(named.public)}")
    say()
    if not agreed(_("Is it the fingerprint that the office prints on its posters?")):
        raise NotTrusted(N_("Then this proves nothing about that office."))
    return named


def _tell(dossier: Dossier) -> None:
    tell_practice(dossier.directory.origin)
    say(_("Everything in this dossier holds. It was made on {day}.", day=dossier.made))
    directory, digits = dossier.directory, fingerprint(dossier.root.public)
    say(_("Site: {origin}, fingerprint {digits}", origin=directory.origin, digits=digits))
    say(_("It goes by the list of keys of {day}, version {version}.", day=directory.date, version=directory.version))
    say(_("Keys of that list may have been stolen, and replaced since: where much depends on it, ask the office."))
    for case in dossier.cases:
        say()
        _tell_case(case)
    say()
    say(_("Whoever made it holds the receipt code of what stands above, or has held it."))


def _tell_case(case: Case) -> None:
    known = case.acknowledged
    received = _("{day}: the site signed for receiving a report on “{channel}”.", day=known.date, channel=known.channel)
    say(_("Case {case}", case=known.case))
    say_list([received, _("Sealed report, SHA-256: {sha256}", sha256=b64encode(known.entry_sha256))])
    for event in case.events:
        say_list([_event_words(event)])
        for words in event.words:
            for line in words.split("\n"):
                say(f"      | {line}")
    say_list([_file_words(file) for file in case.files])


def _event_words(event: Event) -> str:
    # Before what a maker wrote stands that they did: it could end in “signed by” somebody.
    told = _(_PROOFS[event.proof], author=event.author, what=_what(event))
    counted = "" if event.days is None else f" ({_counted(event.days)})"
    return f"{event.day}{counted}: {told}"


def _what(event: Event) -> str:
    """What happened: of what a member signed, as the entry says it; else as the maker does."""
    if event.proof != "office":
        return event.title
    if event.kind != "status":
        return kind_words(event.kind)
    return _("Status: {status}", status=standing_words(event.value))


def _counted(days: int) -> str:
    if days == 0:
        return _("on the day of the first report")
    if days < 0:
        return ngettext("one day before the first report", "{number} days before the first report", -days)
    return ngettext("one day after the first report", "{number} days after the first report", days)


def _file_words(file: JSONObject) -> str:
    digest = file["sha256"] or _("not computed")
    return _("File {name}, {size} bytes, SHA-256 {sha256}", name=file["name"], size=file["size"], sha256=digest)


def _as_json(dossier: Dossier) -> JSONObject:
    return {
        **practice_mark(dossier.directory.origin),
        "made": dossier.made.isoformat(),
        "origin": dossier.directory.origin,
        "fingerprint": fingerprint(dossier.root.public),
        "directory": {"version": dossier.directory.version, "date": dossier.directory.date.isoformat()},
        "page": dossier.page,
        "cases": [_case_json(case) for case in dossier.cases],
    }


def _case_json(case: Case) -> JSONObject:
    known = case.acknowledged
    return {
        "case": known.case,
        "channel": known.channel,
        "received": known.date.isoformat(),
        "entry": b64encode(known.entry_sha256),
        "events": [_event_json(event) for event in case.events],
        "clocks": list(case.clocks),
        "files": list(case.files),
    }


def _event_json(event: Event) -> JSONObject:
    words_by = "office" if event.proof == "office" else "maker"
    return {**vars(event), "words": list(event.words), "words_by": words_by}
