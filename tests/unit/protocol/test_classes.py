"""Classifications in codes: the lists, and what is none of offence/1. Both implementations read `classes.json`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from reporting.protocol import classes
from reporting.protocol.errors import Malformed

CASES: dict[str, Any] = json.loads(Path(__file__).with_name("classes.json").read_text(encoding="utf-8"))


def test_both_implementations_have_the_same_lists() -> None:
    lists = {
        "modifiers": classes.MODIFIERS,
        "sectors": classes.SECTORS,
        "levels": classes.LEVELS,
        "stages": classes.STAGES,
        "bands": classes.BANDS,
        "outcomes": classes.OUTCOMES,
    }
    found = {name: [[key, words] for key, words in known.items()] for name, known in lists.items()}
    offences = [[uncac, iccs, words] for (uncac, iccs), words in classes.OFFENCES.items()]
    assert {"offences": offences, **found} == CASES["lists"]


def test_the_lists_hold_codes_of_the_convention_and_of_the_classification() -> None:
    words = list(classes.OFFENCES.values())
    assert len(set(words)) == len(words)
    for uncac, iccs in classes.OFFENCES:
        assert uncac is not None or iccs is not None
        assert uncac is None or re.fullmatch(r"\d{1,2}(\([a-z1-5]\))?", uncac)
        assert iccs is None or re.fullmatch(r"0[78]\d{2,4}", iccs)


@pytest.mark.parametrize("change", CASES["taken"], ids=json.dumps)
def test_a_classification_is_taken(change: dict[str, Any]) -> None:
    codes = CASES["codes"] | change
    assert classes.check_codes(codes) == codes


@pytest.mark.parametrize(("pointer", "change"), CASES["refused"], ids=json.dumps)
def test_what_is_no_classification_is_refused_at_its_field(pointer: str, change: dict[str, Any]) -> None:
    with pytest.raises(Malformed) as refused:
        classes.check_codes(CASES["codes"] | change)
    assert refused.value.pointer == pointer


def test_every_code_is_needed() -> None:
    for whole, check in ((CASES["codes"], classes.check_codes), (CASES["record"], classes.check_record)):
        check(whole)
        for left_out in whole:
            with pytest.raises(Malformed):
                check({name: value for name, value in whole.items() if name != left_out})
        for other in (None, [], "15(b)", [whole]):
            with pytest.raises(Malformed):
                check(other)


def test_a_record_holds_nothing_that_leads_to_a_case() -> None:
    record = classes.record_of(CASES["codes"], "report")
    assert record == CASES["record"]
    assert classes.check_record(record) == record
    assert not {"case", "author", "day", "date", "counted", "stage", "member"} & set(record)


@pytest.mark.parametrize(("pointer", "change"), CASES["record_refused"], ids=json.dumps)
def test_what_is_no_record_is_refused_at_its_field(pointer: str, change: dict[str, Any]) -> None:
    with pytest.raises(Malformed) as refused:
        classes.check_record(CASES["record"] | change)
    assert refused.value.pointer == pointer
