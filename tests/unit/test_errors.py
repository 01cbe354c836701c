"""One tree of exceptions: drawn, complete, mapped; what is in no tree says nothing."""

from __future__ import annotations

import re

from flask import Flask

from reporting import errors
from reporting.errors import ServiceError, every_error, every_protocol_error, from_protocol
from reporting.protocol.errors import Malformed, ProtocolError
from reporting.web import problems


def test_the_docstring_draws_the_whole_tree() -> None:
    drawn = dict(re.findall(r"(?m)^\s+[│├└─ ]*(\w+)\s+(\d{3} [\w-]+)", errors.__doc__ or ""))
    assert drawn == {error.__name__: f"{error.status} {error.kind}" for error in every_error()}


def test_every_kind_has_a_type_of_its_own() -> None:
    kinds = [error.kind for error in every_error()]
    assert len(set(kinds)) == len(kinds)
    assert all(error.title and 400 <= error.status < 600 for error in every_error())


def test_every_error_of_the_core_is_mapped_to_a_refusal_that_names_the_field() -> None:
    found = list(every_protocol_error())
    assert len(found) > 10
    for error in found:
        mapped = from_protocol(error("Too many: {count}.", pointer="/field", count=3))
        assert (mapped.status, mapped.pointer, str(mapped)) == (422, "/field", "Too many: 3.")


def test_what_is_in_no_tree_becomes_a_failure_without_words() -> None:
    app = Flask("test")
    with app.test_request_context():
        answer = problems.problem_response(ValueError("the passphrase is swordfish"))
        assert answer.status_code == 500
        assert b"swordfish" not in answer.data
        known = problems.problem_response(Malformed("This is wrong.", pointer="/a"))
        assert known.status_code == 422
        assert b'"pointer":"/a"' in known.data


def test_a_problem_carries_its_members() -> None:
    document = problems.problem_document(errors.DirectoryOutdated(pointer="/directory", members={"version": 7}))
    assert document["version"] == 7
    assert document["type"] == "urn:reporting:problem:directory-outdated"
    assert issubclass(errors.EpochStale, ServiceError)
    assert not issubclass(ProtocolError, ServiceError)
