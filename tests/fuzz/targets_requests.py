"""What reporters post, judged before anything is looked up."""

from __future__ import annotations

from reporting.protocol import requests
from reporting.protocol.encoding import parse_json_object
from tests.fuzz import samples
from tests.fuzz.registry import target

SHAPE = 65_536


@target("report-request", seeds=lambda: [samples.report_request()], longest=SHAPE, frame=(b"", b""))
def report_request(data: bytes) -> None:
    found = requests.parse_report_request(parse_json_object(data, limit=SHAPE), samples.ORIGIN)
    assert found.epoch.holders == tuple(sorted(grant.member for grant in found.grants))
    assert len(found.digest) == 32


@target("entry-request", seeds=lambda: [samples.entry_request()], longest=SHAPE, frame=(b"", b""))
def entry_request(data: bytes) -> None:
    requests.parse_entry_request(parse_json_object(data, limit=SHAPE))
