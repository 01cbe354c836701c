"""The receipt code: made, shown, typed back in any way a person may, and what is derived from it (section 2)."""

from __future__ import annotations

import contextlib
import hashlib
import unicodedata

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st
from mnemonic import Mnemonic

from reporting.protocol import receipt, wordlists
from reporting.protocol.age import HybridIdentity
from reporting.protocol.directory import fingerprint
from reporting.protocol.errors import (
    LooksLikeFingerprint,
    Malformed,
    ReceiptError,
    UnknownWord,
    WrongChecksum,
    WrongLength,
)
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.signing import SigningKey

codes = st.binary(min_size=16, max_size=16).map(ReceiptCode)
languages = st.sampled_from(sorted(wordlists.LISTS))
ALPHABETIC = ("en", "es", "fr", "it", "cs", "pt")
CODE = ReceiptCode(bytes(range(16)))
DIGITS = ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "０１２３４５６７８９", "๐๑๒๓๔๕๖๗๘๙"]


# --- shown


def test_the_words_are_bip_39s() -> None:
    """Test vectors of the BIP itself."""
    assert " ".join(ReceiptCode(bytes(16)).words()) == "abandon " * 11 + "about"
    assert " ".join(ReceiptCode(b"\xff" * 16).words()) == "zoo " * 11 + "wrong"
    assert " ".join(ReceiptCode(b"\x7f" * 16).words()) == (
        "legal winner thank year wave sausage worth useful legal winner thank yellow"
    )
    assert ReceiptCode(bytes(16)).groups() == ["0001"] * 11 + ["0004"]
    assert ReceiptCode(b"\xff" * 16).groups() == ["2048"] * 11 + ["2038"]


@given(codes, languages)
def test_the_words_are_those_of_another_implementation(code: ReceiptCode, language: str) -> None:
    theirs = Mnemonic(wordlists.LISTS[language])
    mnemonic = theirs.to_mnemonic(code.entropy)
    assert unicodedata.normalize("NFKD", " ".join(code.words(language))).split() == mnemonic.split()
    assert bytes(theirs.to_entropy(mnemonic.split())) == code.entropy


def test_a_language_without_a_list_gets_english_words() -> None:
    for language in ("ar", "so", "", "xx-yy"):
        assert CODE.words(language) == CODE.words("en")


@pytest.mark.parametrize(
    ("tag", "language"),
    [("pt-BR", "pt"), ("fr_CA", "fr"), ("EN", "en"), ("zh-TW", "zh-hant"), ("zh-Hant-HK", "zh-hant"), ("zh-CN", "zh")],
)
def test_a_region_does_not_change_the_list(tag: str, language: str) -> None:
    assert CODE.words(tag) == CODE.words(language)
    assert ReceiptCode.parse(" ".join(CODE.words(language)), tag) == CODE


def test_the_code_is_not_in_its_repr() -> None:
    assert repr(CODE) == "ReceiptCode()"


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_code_has_sixteen_bytes(length: int) -> None:
    with pytest.raises(Malformed):
        ReceiptCode(bytes(length))


def test_codes_are_fresh() -> None:
    assert ReceiptCode.generate() != ReceiptCode.generate()
    assert ReceiptCode.generate(lambda count: bytes(range(count))) == CODE


# --- typed back


@given(codes, languages, languages)
def test_words_of_every_language_read_back_on_a_page_in_any(code: ReceiptCode, language: str, page: str) -> None:
    """Lists share words; where several know all twelve, the checksum decides, which one in sixteen passes."""
    typed = " ".join(code.words(language))
    if language == page or {language, page} != {"zh", "zh-hant"}:
        shared = [other for other in wordlists.LISTS if set(typed.split()) <= set(wordlists.words(other))]
        if language == page or shared == [language]:
            assert ReceiptCode.parse(typed, page) == code


@given(codes)
def test_groups_read_back_however_they_are_set_apart(code: ReceiptCode) -> None:
    groups = code.groups()
    for typed in (" ".join(groups), "-".join(groups), "".join(groups), "\n".join(groups), " – ".join(groups)):
        assert ReceiptCode.parse(typed) == code


@given(codes, st.sampled_from(DIGITS))
def test_digits_of_other_scripts_read_back(code: ReceiptCode, digits: str) -> None:
    typed = " ".join(code.groups()).translate(str.maketrans("0123456789", digits))
    assert ReceiptCode.parse(typed) == code


@given(codes, st.sampled_from(ALPHABETIC), st.data())
def test_four_letters_of_a_word_are_enough(code: ReceiptCode, language: str, data: st.DataObject) -> None:
    typed = [word[:4] if data.draw(st.booleans()) else word for word in code.words(language)]
    found = ReceiptCode.parse(" ".join(typed), language)
    assert found == code


@given(codes, st.sampled_from(ALPHABETIC))
def test_letter_case_accents_and_normal_form_do_not_matter(code: ReceiptCode, language: str) -> None:
    words = " ".join(code.words(language))
    plain = "".join(c for c in unicodedata.normalize("NFKD", words) if unicodedata.category(c) != "Mn")
    forms = [
        words.upper(),
        words.title(),
        unicodedata.normalize("NFD", words),
        unicodedata.normalize("NFC", words),
        plain,
    ]
    for typed in forms:
        assert ReceiptCode.parse(typed, language) == code


@pytest.mark.parametrize(
    "separator", [" ", "  ", "-", " - ", "\n", "\t", "\u3000", "\u00a0", "‐", "‑", "—", ", ", "; ", "_x"]
)
def test_words_are_set_apart_by_spaces_hyphens_and_the_like(separator: str) -> None:
    typed = separator.join(CODE.words())
    if separator == "_x":
        with pytest.raises(ReceiptError):
            ReceiptCode.parse(typed)
    else:
        assert ReceiptCode.parse(f" {typed}\r\n") == CODE


@pytest.mark.parametrize("mark", ["\u200f", "\u200e", "\u202b", "\u2067", "\u2069", "\u200c", "\u00ad", "\ufeff"])
def test_invisible_marks_of_pages_in_other_directions_do_not_matter(mark: str) -> None:
    for words in (CODE.groups(), CODE.words()):
        assert ReceiptCode.parse(mark + f"{mark} {mark}".join(words) + mark) == CODE


@given(codes, st.integers(0, 11), st.integers(1, 2047))
def test_a_mistyped_word_fails_the_checksum_or_is_another_code(code: ReceiptCode, place: int, shift: int) -> None:
    """One wrong code in sixteen passes: an empty mailbox therefore says *check it*."""
    numbers = code.numbers()
    numbers[place] = (numbers[place] + shift) % 2_048
    typed = " ".join(wordlists.words("en")[number] for number in numbers)
    with contextlib.suppress(WrongChecksum):
        assert ReceiptCode.parse(typed) != code


def test_one_wrong_code_in_sixteen_passes_the_checksum() -> None:
    words = CODE.words()
    passed = 0
    for last in wordlists.words("en"):
        try:
            ReceiptCode.parse(" ".join([*words[:11], last]))
            passed += 1
        except WrongChecksum:
            pass
    assert passed == 2_048 // 16


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("abandon " * 11 + "abuot", "abuot"),
        ("abandon " * 5 + "Zzz " + "abandon " * 6, "Zzz"),
        ("aband " * 12, "aband"),
        ("0001 " * 11 + "2049", "2049"),
        ("0001 " * 11 + "0000", "0000"),
        ("0001 " * 11 + "about", "0001"),
    ],
)
def test_a_word_in_no_list_is_named(typed: str, named: str) -> None:
    with pytest.raises(UnknownWord) as raised:
        ReceiptCode.parse(typed)
    assert raised.value.values["word"] == named


def test_lists_are_never_mixed() -> None:
    typed = CODE.words("en")[:6] + CODE.words("es")[6:]
    with pytest.raises(UnknownWord):
        ReceiptCode.parse(" ".join(typed))
    with pytest.raises(UnknownWord):
        ReceiptCode.parse(" ".join(CODE.words("en")[:11] + CODE.groups()[11:]))


@pytest.mark.parametrize(
    "typed",
    ["", " ", "-", "\u200f", "abandon", "abandon " * 11, "abandon " * 13, "0001", "1" * 47, "1" * 49, "0001 " * 13],
)
def test_another_number_of_words_or_digits_is_told(typed: str) -> None:
    with pytest.raises(WrongLength):
        ReceiptCode.parse(typed)


@given(st.binary(min_size=32, max_size=32))
def test_the_sites_fingerprint_is_recognized(root: bytes) -> None:
    shown = fingerprint(root)
    arabic = shown.translate(str.maketrans("0123456789", DIGITS[0]))
    for typed in (shown, shown.replace(" ", ""), shown.replace(" ", "-"), arabic):
        with pytest.raises(LooksLikeFingerprint):
            ReceiptCode.parse(typed)


def test_a_flood_of_text_is_refused_at_once() -> None:
    for typed in ("a" * 1_000_000, "ﷺ" * 4_096, "a " * 2_000, "1" * 4_096, "-" * 4_096):
        with pytest.raises(ReceiptError):
            ReceiptCode.parse(typed)


@given(st.text(max_size=120))
def test_any_text_gives_a_code_or_an_error_of_one_kind(typed: str) -> None:
    with contextlib.suppress(ReceiptError):
        assert len(ReceiptCode.parse(typed).entropy) == 16


# --- completion


def test_completion_while_typing() -> None:
    assert receipt.complete("aban") == ["abandon"]
    assert receipt.complete("AB")[:3] == ["abandon", "ability", "able"]
    assert len(receipt.complete("a")) == 8
    assert receipt.complete("") == receipt.complete(" ") == receipt.complete("zzz") == []
    assert receipt.complete("éle", "fr") == receipt.complete("ele", "fr") != []


@given(codes, st.sampled_from(ALPHABETIC))
def test_four_letters_complete_to_the_word(code: ReceiptCode, language: str) -> None:
    for word in code.words(language):
        assert word in receipt.complete(word[:4], language)


# --- the lists


@pytest.mark.parametrize("language", sorted(wordlists.LISTS))
def test_every_list_has_2048_words_that_differ_when_folded(language: str) -> None:
    words = wordlists.words(language)
    assert len(words) == len({wordlists.fold(word) for word in words}) == 2_048
    assert all(wordlists.index(language)[wordlists.fold(word)] == place for place, word in enumerate(words))


@pytest.mark.parametrize("language", ALPHABETIC)
def test_four_letters_tell_every_word_of_an_alphabetic_list_apart(language: str) -> None:
    index = wordlists.index(language)
    for place, word in enumerate(wordlists.words(language)):
        assert index[wordlists.fold(word)[:4]] == place


# --- derived


def derived(info: bytes, origin: str = "report.example.org") -> bytes:
    salt = b"reporting/v1/receipt\x00" + origin.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(CODE.entropy)


def test_keys_are_derived_as_section_2_says() -> None:
    case_hash = bytes(range(32))
    origin = "report.example.org"
    assert CODE.mailbox_token(origin) == derived(b"reporting/v1/mailbox")
    assert CODE.draft_identity(origin) == HybridIdentity(derived(b"reporting/v1/draft"))
    assert CODE.case_identity(origin, case_hash) == HybridIdentity(derived(b"reporting/v1/age\x00" + case_hash))
    assert CODE.case_signing_key(origin, case_hash) == SigningKey(derived(b"reporting/v1/sign\x00" + case_hash))
    commitment = bytes(range(32, 64))
    opening = CODE.certificate_opening(origin, case_hash, commitment)
    assert opening == derived(b"reporting/v1/certificate-opening\x00" + case_hash + commitment)


def test_a_draft_has_the_key_that_browsers_derive_for_it() -> None:
    # The same digest stands in tests/browser/draft.test.ts.
    recipient = str(CODE.draft_identity("report.example.org").recipient)
    assert hashlib.sha256(recipient.encode()).hexdigest() == (
        "5dd2d45b0d54adb3443973744c898173a6b10b6704d0581ce7746e86ff783f36"
    )
    assert CODE.draft_identity("a.example") != CODE.draft_identity("b.example")


def test_every_site_and_every_case_has_keys_of_its_own() -> None:
    one, other = bytes(32), b"\x01" * 32
    assert CODE.mailbox_token("a.example") != CODE.mailbox_token("b.example")
    assert CODE.case_identity("a.example", one) != CODE.case_identity("a.example", other)
    assert CODE.case_signing_key("a.example", one) != CODE.case_signing_key("b.example", one)


def test_a_case_hash_has_32_bytes() -> None:
    with pytest.raises(Malformed):
        CODE.case_identity("a.example", bytes(16))
