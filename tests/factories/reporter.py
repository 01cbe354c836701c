"""A person with a receipt code, and the device that does what the protocol asks of it."""

from __future__ import annotations

from reporting.protocol import acknowledgement
from reporting.protocol.encoding import JSONObject, b64encode, sha256
from reporting.protocol.entry import Attachment, Entry
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.signing import SigningKey
from reporting.protocol.submission import Author, Beforehand, Draft, Prepared, Report, prepare_entry, prepare_report
from reporting.protocol.thread import read_as_reporter, reporter_keys
from reporting.protocol.thread_types import CaseView
from tests.factories.post import Post
from tests.factories.site import Site


class Reporter:
    """Files reports and follows them up; checks every acknowledgement."""

    def __init__(self, site: Site, post: Post) -> None:
        self.site, self.post = site, post
        self.receipt = ReceiptCode.generate()

    def prepare(
        self,
        text: str = "They asked for ten percent.",
        *,
        channel: str = "procurement",
        excluded: tuple[str, ...] = (),
        identity: JSONObject | None = None,
        before: Beforehand | None = None,
    ) -> Prepared:
        """A sealed report, not sent yet."""
        body = {"language": "en", "questionnaire": "corruption-1", "answers": {"account": text}}
        report = Report(channel, body, excluded, identity)
        recipients = self.site.checked_recipients(channel)
        return prepare_report(report, self.receipt, self.site.directory, recipients, self.site.today, before=before)

    def report(
        self,
        text: str = "They asked for ten percent.",
        *,
        channel: str = "procurement",
        excluded: tuple[str, ...] = (),
        identity: JSONObject | None = None,
    ) -> str:
        """File a report; gives the case id."""
        prepared = self.prepare(text, channel=channel, excluded=excluded, identity=identity)
        answer = self.post.submit(prepared.request)
        acknowledgement.verify_report(answer, self.site.directory.verifier("service"), prepared.expected)
        return prepared.case

    def read(self, case: str) -> CaseView:
        """The case as the mailbox shows it."""
        return read_as_reporter(self.post.mailbox(case), self.receipt, self.site.directory)

    def prepare_message(
        self, case: str, text: str = "Any news?", *, kind: str = "message", attachments: tuple[Attachment, ...] = ()
    ) -> tuple[Entry, bytes]:
        """A sealed follow-up, not sent yet."""
        view = self.read(case)
        bodies: dict[str, JSONObject] = {"message": {"text": text}, "request": {"request": text, "text": ""}}
        body = bodies.get(kind, {"form": "retaliation-1", "answers": {"what": text}})
        author = Author("reporter", self.signing_key(case))
        recipient = self.post.recipient(case)
        return prepare_entry(
            view, author, Draft(kind, "reporter", body, attachments), self.site.directory, recipient, self.site.today
        )

    def write(self, case: str, text: str = "Any news?", *, kind: str = "message") -> Entry:
        """Send a follow-up."""
        entry, sealed = self.prepare_message(case, text, kind=kind)
        request = {
            "token": b64encode(self.receipt.mailbox_token(self.site.origin)),
            "case": case,
            "epoch": entry.epoch,
            "entry": b64encode(sealed),
            "uploads": [],
        }
        answer = self.post.follow_up(request)
        service = self.site.directory.verifier("service")
        acknowledgement.verify_entry(answer, service, self.site.origin, case, sha256(sealed))
        return entry

    def signing_key(self, case: str) -> SigningKey:
        """The reporter's signing key for a case."""
        claimed = reporter_keys(self.post.mailbox(case), self.receipt, self.site.origin)
        assert claimed.reporter_recipient is not None
        hash_of_case = sha256(self.post.cases[case].recipients[0].encode())
        return self.receipt.case_signing_key(self.site.origin, hash_of_case)
