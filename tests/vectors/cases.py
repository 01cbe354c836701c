"""Vectors of directories and cases, made by the clients of :mod:`tests.factories` on a post office in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from reporting.protocol import epoch as epochs
from reporting.protocol import note
from reporting.protocol.encoding import b64encode, sha256
from reporting.protocol.entry import Entry, encode, seal_entry
from reporting.protocol.grant import seal_grant
from reporting.protocol.second import Proposed, sign_second
from reporting.protocol.thread_types import SealedCase
from tests.factories import Desk, Post, Reporter, Site
from tests.vectors.sources import Vector, vector

CHANNEL = "procurement"


class World:
    """A site with its post office, one reporter and the members of a channel."""

    def __init__(self) -> None:
        self.site = Site.usual()
        self.post = Post(self.site)
        self.reporter = Reporter(self.site, self.post)

    def desk(self, member: str) -> Desk:
        """A member at work."""
        return Desk(self.site, self.post, member)

    def at(self, version: int = 0) -> dict[str, Any]:
        """The directory to judge by, the newest unless one is named."""
        return {"directory": self.site.versions[version - 1], "root": self.site.root_verifier.encode()}

    def as_reporter(self, name: str, case: str, served: SealedCase | None = None, *, version: int = 0) -> Vector:
        """How a case reads for its reporter."""
        shown = served_json(served or self.post.mailbox(case))
        return vector(name, "reporter", entropy=self.reporter.receipt.entropy.hex(), served=shown, **self.at(version))

    def as_member(self, name: str, case: str, member: str, served: SealedCase | None = None, **more: Any) -> Vector:
        """How a case reads for a member, by their own grants unless others are named."""
        grants = more.pop("grants", None) or self.post.grants_of(case, member)
        return vector(
            name,
            "member",
            identity=self.site.people[member].identity.encode(),
            grants=[{"epoch": epoch, "sealed": b64encode(sealed)} for epoch, sealed in grants],
            served=served_json(served or self.post.desk(case)),
            **self.at(more.pop("version", 0)),
        )


def served_json(served: SealedCase) -> dict[str, Any]:
    """A case as served, in a vector's form."""
    return {
        "case": served.case,
        "channel": served.channel,
        "epochs": list(served.epochs),
        "status": served.status,
        "entries": [
            {
                "id": one.id,
                "day": one.day.isoformat(),
                "audience": one.audience,
                "sealed": None if one.sealed is None else b64encode(one.sealed),
                "sha256": b64encode(one.sha256),
            }
            for one in served.entries
        ],
    }


def directory_vectors() -> list[Vector]:
    """Directories through three versions: a leaver, new keys, a newcomer."""
    world = World()
    site = world.site
    site.pass_days(30)
    site.replace_keys("ada")
    site.leave("bea")
    site.publish()
    site.pass_days(30)
    site.give_role("zoe", CHANNEL, "intake")
    site.publish()
    today = site.today.isoformat()
    found = [vector(f"parse: version {number}", "parse", **world.at(number)) for number in (1, 2, 3)]
    for later, before in ((2, 1), (3, 2), (3, 1), (1, 3), (2, 2)):
        given = {**world.at(later), "before": site.versions[before - 1]}
        found.append(vector(f"follows: {later} after {before}", "follows", **given))
    for member in ("ada", "bea", "zoe", "ivo", "nobody"):
        for version in (1, 2, 3, 4):
            given = {"member": member, "version": version, "channel": CHANNEL, "day": today}
            found.append(vector(f"keys of {member} at {version}", "author_keys", **world.at(), **given))
    for excluded in ([], ["ada"], ["ada", "zoe"], ["safe"]):
        given = {"channel": CHANNEL, "today": today, "excluded": excluded}
        found.append(vector(f"holders without {', '.join(excluded) or 'exclusion'}", "holders", **world.at(), **given))
    found.append(vector("fingerprint", "fingerprint", public=site.root.public.hex()))
    return found


def _year() -> tuple[World, str]:
    """Notes, a leaver, new keys, new epochs, replies at once, a removal."""
    world = World()
    site, ada, ivo = world.site, world.desk("ada"), world.desk("ivo")
    case = world.reporter.report(excluded=("ian",), identity={"name": "R. R."})
    site.pass_days(1)
    ada.status(case, "acknowledged")
    site.pass_days(1)
    ada.note(case)
    ada.give(case, "ivo")
    ivo.note(case, "I take it.")
    _, at_once = world.reporter.prepare_message(case)
    ada.reply(case)
    world.post.put(case, "reporter", at_once)
    site.pass_days(20)
    ada.new_epoch(case, ["ada", "ivo", "safe"])
    site.leave("bea")
    site.publish()
    site.pass_days(10)
    unlucky = ivo.reply(case, "A name slipped in here.")
    ivo.remove(case, unlucky)
    world.reporter.write(case, "What next?")
    _replace_keys(world, case)
    world.desk("ivo").status(case, "assessing")
    world.desk("ivo").ask_identity(case)
    return world, case


def _replace_keys(world: World, case: str) -> None:
    """ivo enrolls again; ada gives the case on to the new keys by a new epoch."""
    world.site.replace_keys("ivo")
    world.site.publish()
    world.site.pass_days(3)
    world.desk("ada").new_epoch(case, ["ada", "safe"])
    world.desk("ada").new_epoch(case, ["ada", "ivo", "safe"])


def thread_vectors() -> list[Vector]:
    """Cases as honest and dishonest servers show them."""
    world, case = _year()
    honest = [
        world.as_reporter("a year, read by its reporter", case),
        *(world.as_member(f"a year, read by {member}", case, member) for member in ("ada", "ivo", "safe")),
        world.as_reporter("a year, with the first directory", case, version=1),
        world.as_member("a year, with the second directory", case, "ada", version=2),
    ]
    return [
        *honest,
        *_dishonest(world, case),
        *_moved(),
        *_false_epochs(),
        *_by_two(),
        *_second_signatures(),
        *_by_two_beside(),
        *_by_two_with_an_id_again(),
        *_removals(),
        *_removals_by_others(),
    ]


def _dishonest(world: World, case: str) -> list[Vector]:
    served = world.post.desk(case)
    mailbox = world.post.mailbox(case)
    found = []
    for place, one in enumerate(served.entries):
        rest = (*served.entries[:place], *served.entries[place + 1 :])
        found.append(world.as_member(f"entry {place} dropped", case, "ada", replace(served, entries=rest)))
        if one.sealed is None or place % 4:
            continue
        altered = one.sealed[:-1] + bytes([one.sealed[-1] ^ 1])
        entries = (*rest, replace(one, sealed=altered, sha256=sha256(altered)))
        found.append(world.as_member(f"entry {place} altered", case, "ada", replace(served, entries=entries)))
        moved = (*rest, replace(one, audience="team" if one.audience != "team" else "reporter"))
        found.append(world.as_member(f"entry {place} shown to others", case, "ada", replace(served, entries=moved)))
    for kept in range(len(served.epochs)):
        shorter = replace(mailbox, epochs=mailbox.epochs[:kept])
        found.append(world.as_reporter(f"{kept} epochs shown", case, shorter))
        shown = replace(served, epochs=served.epochs[:kept])
        found.append(world.as_member(f"{kept} epochs shown to ada", case, "ada", shown))
    found.append(world.as_reporter("another channel", case, replace(mailbox, channel="police")))
    found.append(world.as_reporter("another status", case, replace(mailbox, status="closed")))
    return found


def _by_two() -> list[Vector]:
    """What two sign for: by two, with a proposal that lapsed, that is invented, by oneself, or about something else."""
    found = []
    for name, member, form, change in (
        ("by two", "bea", "refusal-1", {}),
        ("by two, one of whom is no officer", "ivo", "refusal-1", {}),
        ("by one", "ada", "refusal-1", {}),
        ("by nobody else", None, "", {}),
        ("with a proposal of something else", "bea", "finding-1", {}),
        ("with a proposal under another status", "bea", "refusal-1", {"status": "a" * 32}),
        ("with a proposal that says nothing", "bea", "refusal-1", {"status": None}),
        ("with a proposal that nobody else signed", "bea", "refusal-1", {"second": None}),
    ):
        world = _officers()
        ada, case = world.desk("ada"), world.reporter.report()
        ada.give(case, "ivo")
        ada.status(case, "assessing")
        proposal = _proposal(world, case, member, form, change) if member else {"proposal": "a" * 32}
        for status in ("decided", "appealed", "decided"):
            said = {"outcome": "refused", "appeal": "Write.", "finding": "knowingly-false", **proposal}
            more = said if status == "decided" else {}
            ada.write(case, "status", "reporter", {"status": status, "reason": "No.", "clocks": [], **more})
        found.append(world.as_member(f"refused {name}, and once more", case, "ada"))
        found.append(world.as_reporter(f"refused {name}, for its reporter", case))
    return found


def _officers() -> World:
    """A world in which Ada and Bea decide on protection too, and Ivo does not."""
    world = World()
    for member in ("ada", "bea"):
        world.site.give_role(member, "procurement", "protection")
    world.site.publish()
    return world


def _second_signatures() -> list[Vector]:
    """Second signatures under a finding: borrowed, altered, by those who may not, or in other words."""
    found = []
    ends = {"reason": "No.", "appeal": ""}
    for name, member, change, said in (
        ("a colleague", "bea", {}, ends),
        ("a custodian", "cem", {}, ends),
        ("the key in the safe", "safe", {}, ends),
        ("oneself", "ada", {}, ends),
        ("a colleague, for other words", "bea", {"reason": "No"}, ends),
        ("a colleague, for another way to contest", "bea", {}, {"reason": "No.", "appeal": "Write."}),
        ("a colleague, for another case", "bea", {"case": "b" * 32}, ends),
        ("a colleague, for another status", "bea", {"status": "c" * 32}, ends),
        ("a colleague, for a refusal", "bea", {"what": "refused"}, ends),
        ("a colleague, on another day", "bea", {"date": "2026-01-06"}, ends),
        ("a colleague, under no directory", "bea", {"directory": 99}, ends),
        ("a colleague, with a directory that is no number", "bea", {"directory": 1.0}, ends),
        ("a colleague, in somebody else's name", "bea", {"member": "ivo"}, ends),
    ):
        world = World()
        ada, case = world.desk("ada"), world.reporter.report()
        proposed: dict[str, Any] = {
            "case": case,
            "status": "",
            "what": "knowingly-false",
            "reason": "No.",
            "appeal": "",
        }
        shown = {name: value for name, value in change.items() if name not in proposed}
        text = Proposed(**{**proposed, **{name: value for name, value in change.items() if name in proposed}})
        second = sign_second(text, member, world.site.people[member].key, 1, world.site.today).body()
        body = {"status": "closed", "clocks": [], "finding": "knowingly-false", **said, "proposal": "a" * 32}
        ada.write(case, "status", "reporter", {**body, "second": {**second, **shown}})
        found.append(world.as_reporter(f"found false, signed by {name}", case))
    return found


def _by_two_with_an_id_again() -> list[Vector]:
    """A proposal under a status that has a successor, then somebody else's status with the id of the first."""
    world = World()
    ada, case = world.desk("ada"), world.reporter.report()
    world.desk("bea").status(case, "acknowledged")
    proposal = _proposal(world, case, "bea", "finding-1", {})
    stood = ada.read(case).status
    if stood is None:
        raise ValueError("there is a status")
    ada.status(case, "assessing")
    body = {"status": "investigating", "reason": "", "clocks": []}
    before = ada.read(case).heads_for_status()
    again = _by_hand(world, case, "status", body, id=stood.id, prev=before)
    world.post.put(case, "reporter", again)
    found = {"status": "closed", "reason": "No.", "clocks": [], "finding": "knowingly-false", **proposal}
    ada.write(case, "status", "reporter", found)
    return [world.as_member("found false with a proposal under a status whose id came again", case, "ada")]


def _by_two_beside() -> list[Vector]:
    """A refusal signed beside another status, with a proposal that names no status."""
    world = World()
    ada, case = world.desk("ada"), world.reporter.report()
    world.desk("bea").write(case, "protection", "team", {"form": "refusal-1", "answers": {"reason": "No."}})
    (proposal,) = (one.id for one in ada.read(case).authentic("team"))
    said = {"status": "decided", "reason": "No.", "clocks": [], "outcome": "refused", "appeal": "Write."}
    _, beside = ada.prepare(case, "status", "reporter", {**said, "proposal": proposal})
    world.desk("bea").status(case, "assessing")
    world.post.put(case, "reporter", beside)
    return [world.as_member("refused beside another status, with a proposal of none", case, "ada")]


def _proposal(world: World, case: str, member: str, form: str, change: dict[str, Any]) -> dict[str, Any]:
    """A proposal, and what the status that confirms it repeats."""
    said = world.desk(member).propose(case, form, "No.", "Write." if form == "refusal-1" else "", **change)
    return {**said, **{name: value for name, value in change.items() if name == "second"}}


def _removals() -> list[Vector]:
    """Removals that explain what is gone, and some that explain nothing."""
    world = World()
    ada, case = world.desk("ada"), world.reporter.report()
    trifle, gone = ada.reply(case, "A trifle."), ada.reply(case, "It names somebody.")
    world.post.remove(case, gone)
    found = []

    def told(name: str, sealed: bytes) -> None:
        world.site.pass_days(1)
        world.post.put(case, "reporter", sealed)
        found.append(world.as_member(f"{name}, read by ada", case, "ada"))
        found.append(world.as_reporter(f"{name}, read by its reporter", case))

    told("a removal without a reason", _removal(world, case, gone.sha256, reason=" \n"))
    told("a removal of something else", _removal(world, case, trifle.sha256))
    told("a second removal of one id", _removal(world, case, gone.sha256))
    told("a removal with a word", _removal(world, case, gone.sha256, id="e" * 32))
    return found


def _removals_by_others() -> list[Vector]:
    """Removals by a custodian, by the key in the safe, by one who left; and of a decision that somebody answered."""
    found = []
    for author in ("cem", "safe", "ivo", "bea"):
        world = World()
        ada, case = world.desk("ada"), world.reporter.report()
        gone = ada.status(case, "acknowledged")
        world.post.put(case, "reporter", _removal(world, case, gone.sha256, author))
        world.post.remove(case, gone)
        if author == "bea":
            world.site.leave(author)
            world.site.publish()
        found.append(world.as_member(f"a removal by {author}, read by ada", case, "ada"))
        found.append(world.as_reporter(f"a removal by {author}, read by its reporter", case))
    world = World()
    ada, case = world.desk("ada"), world.reporter.report()
    decision = ada.status(case, "decided")
    _proposal(world, case, "bea", "refusal-1", {})
    ada.remove(case, decision)
    found.append(world.as_member("a removal of a status under which somebody proposed, read by ada", case, "ada"))
    found.append(world.as_reporter("a removal of a status under which somebody proposed, read by its reporter", case))
    return found


def _removal(world: World, case: str, digest: bytes, author: str = "ada", reason: str = "…", **changes: Any) -> bytes:
    said = {"sha256": b64encode(digest), "reason": reason}
    return _by_hand(world, case, "removal", said, author=author, **changes)


def _by_hand(world: World, case: str, kind: str, body: dict[str, Any], *, author: str = "ada", **changes: Any) -> bytes:
    ada = world.desk("ada")
    first = ada.read(case).first
    if first is None or first.first is None:
        raise ValueError("a case has a first entry")
    draft = Entry(
        id="d" * 32,
        case=case,
        epoch=0,
        directory=world.site.directory.version,
        audience="reporter",
        kind=kind,
        author=author,
        date=world.site.today,
        prev=(),
        body=body,
    )
    recipients = [ada.case_identity(case).recipient, first.first.recipient]
    return seal_entry(replace(draft, **changes), world.site.people[author].key, recipients)


def _moved() -> list[Vector]:
    """Two cases on one site: entries and grants of one shown under the other."""
    world = World()
    first, second = world.reporter.report("One."), world.reporter.report("Two.", excluded=("bea",))
    world.desk("ada").reply(first)
    one, two = world.post.desk(first), world.post.desk(second)
    both = replace(two, entries=(*two.entries, *one.entries))
    grants = world.post.grants_of(first, "ada")
    return [
        world.as_member("entries of another case", second, "ada", both),
        world.as_member("another case's first entry alone", second, "ada", replace(two, entries=one.entries)),
        world.as_member("another case's grants", second, "ada", grants=grants),
        world.as_member("another case's epochs", second, "ada", replace(two, epochs=one.epochs)),
        world.as_reporter("the other case, which is theirs too", first),
        Vector(world.as_member("a case that excluded the reader", second, "bea", grants=[(0, grants[0][1])])),
    ]


def _false_epochs() -> list[Vector]:
    """A chain continued by whoever may not."""
    found = []
    for name, author, holders in (
        ("a stranger", "pia", ["pia"]),
        ("an excluded member", "ivo", ["ada"]),
        ("a holder, for an excluded member", "ada", ["ivo"]),
        ("a holder", "ada", ["ada"]),
    ):
        world = World()
        case = world.reporter.report(excluded=("ivo",))
        last = epochs.parse_text(note.parse(world.post.cases[case].epochs[-1]).text)
        identity = world.desk("ada").case_identity(case)
        next_epoch = replace(last, number=1, holders=tuple(holders), previous=last.sha256)
        world.post.cases[case].epochs.append(epochs.sign_epoch(next_epoch, author, world.site.people[author].key))
        found.append(world.as_reporter(f"an epoch by {name}", case))
        grant = replace(world.desk("ada").grants(case)[0], epoch=1, identity=identity)
        world.post.grant(case, "ada", {1: seal_grant(grant, world.site.people["ada"].recipient)})
        found.append(world.as_member(f"an epoch by {name}, with a grant", case, "ada"))
    return found


def epoch_vectors() -> list[Vector]:
    """Chains of a year, whole and cut, and their texts."""
    world, case = _year()
    stored = world.post.cases[case]
    reporter_key = world.reporter.signing_key(case).public
    given: dict[str, Any] = {"case": case, "reporter_key": reporter_key.hex(), **world.at()}
    chains = {
        "whole": stored.epochs,
        "cut": stored.epochs[:2],
        "out of order": [stored.epochs[0], *stored.epochs[:0:-1]],
        "one missing": [stored.epochs[0], *stored.epochs[2:]],
        "one twice": [*stored.epochs[:2], *stored.epochs[1:]],
    }
    found = [
        vector(f"chain: {name}", "chain", epochs=chain, excluded=["ian"], **given) for name, chain in chains.items()
    ]
    found += [
        vector(f"parse: epoch {number}", "parse", text=note.parse(signed).text)
        for number, signed in enumerate(stored.epochs)
    ]
    first = {"recipient": stored.recipients[0], "reporter_sha256": sha256(reporter_key).hex()}
    return [*found, vector("case id", "case_id", **first)]


def grant_vectors() -> list[Vector]:
    """The grants of a year, read by those to whom they went."""
    world, case = _year()
    first = world.post.cases[case].epochs[0]
    found = []
    for member in ("ada", "ivo", "safe"):
        identity = world.site.people[member].identity.encode()
        for epoch, sealed in world.post.grants_of(case, member):
            given = {"case": case, "epoch": epoch, "first": first, "origin": world.site.origin, "identity": identity}
            found.append(vector(f"open: epoch {epoch} for {member}", "open", sealed=b64encode(sealed), **given))
    opened = world.desk("ada").grants(case)[0]
    return [*found, vector("parse", "parse", plaintext=b64encode(opened.plaintext()))]


def entry_vectors() -> list[Vector]:
    """The entries of a year, opened and as their plaintext."""
    world, case = _year()
    identities = {grant.epoch: grant.identity for grant in world.desk("ada").grants(case)}
    keys: dict[str, Callable[[], bytes]] = {
        "reporter": lambda: world.reporter.signing_key(case).public,
        "ada": lambda: world.site.people["ada"].key.public,
        "ivo": lambda: world.site.people["ivo"].key.public,
    }
    found = []
    for place, view in enumerate(world.desk("ada").read(case).entries):
        if view.entry is None or view.served.sealed is None:
            continue
        given = {
            "sealed": b64encode(view.served.sealed),
            "identity": identities[view.entry.epoch].encode(),
            "public": keys[view.entry.author]().hex(),
        }
        found.append(vector(f"open: {place}, {view.entry.kind} by {view.entry.author}", "open", **given))
    message, _ = world.reporter.prepare_message(case, "A last word.")
    signer = world.reporter.signing_key(case)
    plaintext = b64encode(encode(message, signer))
    return [*found, vector("decode", "decode", plaintext=plaintext, public=signer.public.hex())]


def submission_vectors() -> list[Vector]:
    """A report as everybody reads it who may, and who may not."""
    world = World()
    case = world.reporter.report(excluded=("bea",), identity={"name": "R. R."})
    sealed = world.post.grants_of(case, "ada")
    return [
        world.as_reporter("a submission, read by its reporter", case),
        world.as_member("a submission, read by ada", case, "ada"),
        world.as_member("a submission, read by safe", case, "safe"),
        world.as_member("a submission, read by bea with ada's grant", case, "bea", grants=sealed),
        world.as_member("a submission, read by ivo without a grant", case, "ivo"),
    ]


def disclosure_vectors() -> list[Vector]:
    """A holder asks for an identity; custodians and others open it, or not."""
    world = World()
    case = world.reporter.report(identity={"name": "R. R."})
    other = world.reporter.report("Another.", identity={"name": "S. S."})
    asked = world.desk("ada").ask_identity(case)

    def identity(of: str) -> str:
        stored = next(entry for entry in world.post.cases[of].entries if entry.audience == "custodian")
        return b64encode(stored.sealed or b"")

    def opening(name: str, member: str = "cem", **more: Any) -> Vector:
        given = {
            "sealed": b64encode(asked.sealed or b""),
            "case": case,
            "epochs": world.post.cases[case].epochs,
            "custodian": world.site.people[member].identity.encode(),
            **world.at(),
            **more,
        }
        return vector(name, "open", **given)

    return [
        opening("a request, opened by cem"),
        opening("a request, opened by cyd", "cyd"),
        opening("a request, opened by ivo", "ivo"),
        opening("the identity asked for", identity=identity(case)),
        opening("the identity of another case", identity=identity(other)),
        opening("a request shown under another case", case=other, epochs=world.post.cases[other].epochs),
        *_custody_vectors(),
        *_shut_out_vectors(),
        *_renewed_vectors(),
    ]


def _identity_of(world: World, case: str) -> str:
    stored = world.post.cases[case]
    return b64encode(next(entry for entry in stored.entries if entry.audience == "custodian").sealed or b"")


def _reading(world: World, case: str) -> Callable[..., Vector]:
    """How a case reads for a custodian, Cem unless another is named."""
    stored = world.post.cases[case]

    def read(name: str, member: str = "cem", **more: Any) -> Vector:
        served = [entry for entry in stored.entries if entry.audience == "custodian"]
        given = {
            "entries": [
                {"id": one.id, "day": one.day.isoformat(), "sealed": b64encode(one.sealed or b"")} for one in served
            ],
            "case": case,
            "epochs": list(stored.epochs),
            "custodian": world.site.people[member].identity.encode(),
            "today": world.site.today.isoformat(),
            **world.at(),
            **more,
        }
        return vector(name, "custody", **given)

    return read


def _shut_out_vectors() -> list[Vector]:
    """Withdrawn requests; requests that lean on somebody whom the reporter shut out, or name another channel."""
    world = World()
    world.site.give_role("ada", "police", "investigator")
    for custodian in ("cem", "cyd"):
        world.site.give_role(custodian, "police", "custodian")
    world.site.publish()
    ada, cem, cyd = world.desk("ada"), world.desk("cem"), world.desk("cyd")

    def asked(**changes: Any) -> tuple[str, Callable[..., Vector]]:
        case = world.reporter.report(excluded=("ian", "ivo"), identity={"name": "R. R."})
        ada.ask_identity(case, **changes)
        for custodian in (cem, cyd):
            custodian.decide(case)
        return case, _reading(world, case)

    case, read = asked()
    found = [read("an identity with everybody who is shut out", identity=_identity_of(world, case), asked=0)]
    ada.withdraw(case)
    found.append(read("a withdrawn request"))
    found.append(read("an identity whose request was withdrawn", identity=_identity_of(world, case), asked=0))
    case, read = asked()
    ada.new_epoch(case, ["ada", "safe"])
    stored = world.post.cases[case].epochs
    named = replace(epochs.parse_text(note.parse(stored[-1]).text), holders=("ada", "ivo", "safe"))
    stored[-1] = epochs.sign_epoch(named, "ada", ada.person.key)
    found.append(read("a case passed to somebody who is shut out", identity=_identity_of(world, case), asked=0))
    case, read = asked(channel="police")
    found.append(read("an identity asked for on another channel", identity=_identity_of(world, case), asked=0))
    return found


def _renewed_vectors() -> list[Vector]:
    """A request whose author, and an approval whose custodian, have other keys since."""
    world = World()
    case = world.reporter.report(identity={"name": "R. R."})
    ada, cem, cyd = world.desk("ada"), world.desk("cem"), world.desk("cyd")
    ada.ask_identity(case)
    cem.decide(case)
    cyd.decide(case)
    identity, read = _identity_of(world, case), _reading(world, case)
    found = [read("an identity approved for a request under present keys", identity=identity, asked=0)]
    for member in ("ada", "cyd"):
        world.site.replace_keys(member)
        world.site.publish()
        found.append(read(f"the same, since {member} has new keys", identity=identity, asked=0))
    return [*found, read("the same, read")]


def _custody_vectors() -> list[Vector]:
    """What custodians make of requests and decisions, honest or not."""
    world = World()
    case = world.reporter.report(excluded=("cyd",), identity={"name": "R. R."})
    identity, read = _identity_of(world, case), _reading(world, case)
    ada, cem, cyd = world.desk("ada"), world.desk("cem"), world.desk("cyd")
    found = [read("nothing asked")]
    ada.ask_identity(case, custodians=("cem", "cyd"), needed=2, notice=None, waiver="They would be warned.")
    found.append(read("a request"))
    found.append(read("an identity without approvals", identity=identity, asked=0))
    cem.decide(case)
    found.append(read("an identity with one approval", identity=identity, asked=0))
    cyd.decide(case)
    found.append(read("two approvals, one by an excluded custodian"))
    found.append(read("an identity approved by an excluded custodian", identity=identity, asked=0))
    ada.ask_identity(case)
    cem.decide(case)
    found.append(read("a request to the only custodian left"))
    found.append(read("the same, read by one who was not asked", "cyd"))
    found.append(read("an identity that its only custodian opens", identity=identity, asked=1))
    found.append(read("an identity opened by another custodian", "cyd", identity=identity, asked=0))
    world.post.put(case, "custodian", b"garbage")
    found.append(read("garbage among the entries"))
    ada.new_epoch(case, ["bea", "safe"])
    found.append(read("requests by one who holds the case no more", identity=identity, asked=1))
    cem_reads = read("the same, read")
    return [*found, cem_reads]
