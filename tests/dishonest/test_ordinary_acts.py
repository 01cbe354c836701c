"""Whatever honest people do, in whatever order: nobody is ever shown a warning."""

from __future__ import annotations

import contextlib
import datetime

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from reporting.protocol.entry import Entry, new_id, seal_entry
from reporting.protocol.thread_roles import dealing
from tests.dishonest.scene import assert_in_order
from tests.factories import Desk, Post, Reporter, Site


class OrdinaryActs(RuleBasedStateMachine):
    """One case; its readers act at once (what was prepared is sent later) and one after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.site = Site.usual()
        self.post = Post(self.site)
        self.reporter = Reporter(self.site, self.post)
        self.joined = 0

    @initialize(identity=st.booleans())
    def report(self, *, identity: bool) -> None:
        self.case = self.reporter.report(excluded=("ian",), identity={"name": "Jo"} if identity else None)

    # --- who is there

    @property
    def holders(self) -> list[str]:
        view = self.reporter.read(self.case)
        assert view.chain is not None
        return [member for member in view.chain.last.holders if self.listed(member)]

    def listed(self, member: str) -> bool:
        return self.site.directory.is_listed(member, self.site.today) and self.reads(member)

    def reads(self, member: str) -> bool:
        """Whether the member's grants are sealed to the keys that they have now."""
        if member not in self.site.people or not self.post.grants_of(self.case, member):
            return False
        with contextlib.suppress(Exception):
            return len(self.desk(member).grants(self.case)) == len(self.post.cases[self.case].epochs)
        return False

    @property
    def writers(self) -> list[str]:
        """Who has the case and a role on its channel, and so may write."""
        roles = self.site.directory.channel("procurement").member_ids()
        granted = self.post.cases[self.case].grants
        return [member for member in sorted(granted) if member in roles and self.listed(member)]

    @property
    def removers(self) -> list[str]:
        """Writers who deal with the channel's cases: of nobody else does a removal or a finding count."""
        deal = dealing(self.site.directory, "procurement")
        return [member for member in self.writers if member in deal]

    def desk(self, member: str) -> Desk:
        return Desk(self.site, self.post, member)

    def pick(self, data: st.DataObject, members: list[str]) -> Desk:
        return self.desk(data.draw(st.sampled_from(members)))

    # --- writing

    @rule(text=st.text(max_size=200).filter(lambda text: text.isprintable()))
    def the_reporter_writes(self, text: str) -> None:
        self.reporter.write(self.case, text)

    @precondition(lambda self: self.writers)
    @rule(data=st.data(), kind=st.sampled_from(["message", "note", "status", "classification", "translation"]))
    def a_member_writes(self, data: st.DataObject, kind: str) -> None:
        desk = self.pick(data, self.writers)
        if kind == "status":
            desk.status(self.case, data.draw(st.sampled_from(["acknowledged", "assessing", "closed"])))
        elif kind == "message":
            desk.reply(self.case)
        else:
            desk.write(self.case, kind, "team", {"text": "…"})

    @precondition(lambda self: len(self.removers) > 1)
    @rule(data=st.data())
    def two_find_that_it_is_false(self, data: st.DataObject) -> None:
        first, second = data.draw(st.permutations(self.removers))[:2]
        proposal = self.desk(first).propose(self.case, "finding-1", "It was made up.")
        said = {"status": "closed", "reason": "It was made up.", "clocks": [], "finding": "knowingly-false"}
        self.desk(second).write(self.case, "status", "reporter", said | proposal)
        for view in (self.reporter.read(self.case), self.desk(second).read(self.case)):
            assert view.status is not None
            assert view.signed_alone(view.status) == ()

    @rule(data=st.data(), count=st.integers(1, 3))
    def several_write_at_once(self, data: st.DataObject, count: int) -> None:
        sealed = [self.reporter.prepare_message(self.case)[1]]
        for _ in range(count if self.writers else 0):
            desk = self.pick(data, self.writers)
            sealed.append(desk.prepare(self.case, "message", "reporter", {"text": "At once."})[1])
        for entry in data.draw(st.permutations(sealed)):
            self.post.put(self.case, "reporter", entry)

    @precondition(lambda self: self.removers)
    @rule(data=st.data())
    def something_is_removed(self, data: st.DataObject) -> None:
        """What says who has access, and what says that something was removed, stays: others depend on it."""
        desk = self.pick(data, self.removers)
        content = {"message", "note", "status", "classification", "translation"}
        seen = desk.read(self.case).entries
        ids = {found.served.id for found in seen if found.entry and found.entry.kind in content}
        there = [entry for entry in self.post.cases[self.case].entries if entry.id in ids]
        if there:
            desk.remove(self.case, data.draw(st.sampled_from(there), label="removed"))

    @rule()
    def a_custodian_answers_the_team(self) -> None:
        """Without a grant: under the recipient that a request carries. Cem stays a custodian throughout."""
        entry = Entry(
            id=new_id(),
            case=self.case,
            epoch=len(self.post.cases[self.case].epochs) - 1,
            directory=self.site.directory.version,
            audience="team",
            kind="note",
            author="cem",
            date=self.site.today,
            prev=(),
            body={"text": "Two of us agree."},
        )
        self.post.put(
            self.case, "team", seal_entry(entry, self.site.people["cem"].key, [self.post.recipient(self.case)])
        )

    # --- giving on

    @precondition(lambda self: self.holders)
    @rule(data=st.data(), member=st.sampled_from(["ada", "bea", "ivo", "pia", "safe"]))
    def somebody_is_given_the_case(self, data: st.DataObject, member: str) -> None:
        author = data.draw(st.sampled_from(self.holders))
        if author in self.writers and self.site.directory.is_listed(member, self.site.today):
            self.desk(author).give(self.case, member)

    @precondition(lambda self: self.holders)
    @rule(data=st.data())
    def the_case_is_passed_on(self, data: st.DataObject) -> None:
        able = sorted({*self.writers, "ivo"})
        listed = [member for member in able if self.site.directory.is_listed(member, self.site.today)]
        author = data.draw(st.sampled_from(self.holders))
        if not listed or len(self.post.cases[self.case].epochs) >= 24:
            return
        holders = data.draw(st.sets(st.sampled_from(listed), min_size=1))
        self.desk(author).new_epoch(self.case, holders)

    @precondition(lambda self: self.holders)
    @rule(data=st.data())
    def the_identity_is_asked_for(self, data: st.DataObject) -> None:
        author = data.draw(st.sampled_from(self.holders))
        if author in self.writers:
            self.desk(author).ask_identity(self.case)

    # --- the directory

    @rule(days=st.integers(1, 60))
    def time_passes(self, days: int) -> None:
        self.site.pass_days(days)
        if self.site.today > self.site.directory.valid_until - datetime.timedelta(days=30):
            self.site.publish()

    @rule(member=st.sampled_from(["ada", "bea", "ivo"]))
    def somebody_enrolls_again(self, member: str) -> None:
        if member in self.site.people:
            self.site.replace_keys(member)
            self.site.publish()

    @rule(member=st.sampled_from(["ada", "bea", "ivo", "pia"]))
    def somebody_leaves(self, member: str) -> None:
        roles = self.site.channels["procurement"]["roles"]
        if member in self.site.people and len(roles["intake"]) > (member in roles["intake"]):
            self.site.leave(member)
            self.site.publish()

    @rule(member=st.sampled_from(["ada", "bea", "ivo"]))
    def a_role_is_lost_or_found(self, member: str) -> None:
        if member not in self.site.people:
            return
        roles = self.site.channels["procurement"]["roles"]
        if member not in roles["investigator"]:
            self.site.give_role(member, "procurement", "investigator")
        else:
            self.site.take_role(member, "procurement", "investigator")
        self.site.publish()

    @rule()
    def somebody_new_comes(self) -> None:
        self.joined += 1
        self.site.give_role(f"new-{self.joined}", "procurement", "intake")
        self.site.publish()

    @rule(member=st.sampled_from(["ada", "bea", "ivo"]), days=st.integers(0, 90))
    def somebody_gets_a_last_day(self, member: str, days: int) -> None:
        if member in self.site.people:
            self.site.people[member].valid_until = self.site.today + datetime.timedelta(days=days)
            self.site.publish()

    # --- what is seen

    @invariant()
    def nobody_is_shown_a_warning(self) -> None:
        if not hasattr(self, "case"):
            return
        assert_in_order(self.reporter.read(self.case))
        for member in list(self.post.cases[self.case].grants):
            if self.reads(member):
                assert_in_order(self.desk(member).read(self.case))


OrdinaryActs.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestOrdinaryActs = OrdinaryActs.TestCase
