"""Files of content: what is read of them, and each fault refused by file and line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reporting import profiles
from reporting.awareness import library
from reporting.awareness.library import SHIPPED, Shelf, load
from reporting.awareness.topics import ARTICLE_13, GUIDE, TOPICS
from reporting.errors import ContentError

FRONT = '+++\ntitle = "T"\nsummary = "S"\nreviewed_by = ""\n+++\n'
FIRST = "should-i-report"
SIX = ("en", "ar", "zh", "fr", "ru", "es")


def page(body: str = "Words.\n\n## One {#one}\n\nText.\n", front: str = FRONT) -> str:
    return f"{front}\n{body}"


def whole(folder: Path) -> Path:
    """A folder with every topic in English, short, and every item of Article 13 answered."""
    for place, topic in enumerate((*TOPICS, GUIDE)):
        items = ",".join(ARTICLE_13) if place == 0 else ""
        lay(folder, f"en/{topic}.md", page(f"Words.\n\n## One {{#one{f' art13={items}' if items else ''}}}\n\nText.\n"))
    return folder


def lay(folder: Path, file: str, text: str | bytes) -> None:
    """Write a file below a folder."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def refusal(folder: Path) -> str:
    """Why a folder is refused: one sentence."""
    with pytest.raises(ContentError) as raised:
        load(folder)
    return raised.value.message.format(**raised.value.values)


def test_what_comes_with_the_product_is_whole() -> None:
    found = load(SHIPPED)
    assert {GUIDE, *TOPICS} <= set(found.names)
    for topic in ("should-i-report", "your-rights", "protection", "what-happens-next"):
        assert f"easy-{topic}" in found.names
    assert {profile for profile, _language, _name in found.of_profiles} <= set(profiles.names())
    for page_ in found.pages.values():
        assert 0 < len(page_.summary) <= 160


def test_every_section_of_the_guide_is_led_to_from_its_first_question() -> None:
    # Elsewhere than on paper and in text browsers, a section to which nothing leads is never seen.
    for language in SIX:
        page_ = load(SHIPPED).pages[language, GUIDE]
        leads = {one.anchor: {link.target[1:] for link in one.links} for one in page_.sections}
        reached, now = {page_.sections[0].anchor}, [page_.sections[0].anchor]
        while now:
            new = leads.get(now.pop(), set()) - reached
            reached |= new
            now += new
        assert set(leads) <= reached, language


def test_a_file_is_read_with_its_sections_anchors_and_marks(tmp_path: Path) -> None:
    whole(tmp_path)
    front = '+++\ntitle = "Rights"\nsummary = "All of them."\nreviewed_by = "Ada"\nreviewed = 2026-11-20\n'
    front += 'sources = ["https://law.example/"]\n+++\n'
    body = (
        "Intro.\n\n## A {#a}\n\nOne [two](advice#one).\n\n### More\n\n- three\n\n## B {#b art13=b,a}\n\nFour {ack}.\n"
    )
    lay(tmp_path, "en/your-rights.md", page(body, front))
    found = load(tmp_path).pages["en", "your-rights"]
    assert (found.title, found.summary, found.review.by) == ("Rights", "All of them.", "Ada")
    assert str(found.review.day) == "2026-11-20"
    assert found.sources == ("https://law.example/",)
    assert found.introduction_text == "Intro."
    assert [(one.anchor, one.title, one.art13, one.line) for one in found.sections] == [
        ("a", "A", (), 11),
        ("b", "B", ("a", "b"), 19),
    ]
    assert found.sections[0].text == "One [two](advice#one).\n\n### More\n\n- three"
    assert [(link.target, link.line) for link in found.links] == [("advice#one", 13)]


#: A body (which begins on line 7 of its file, after an empty line), and where and why it is refused.
BODIES = [
    ("a\n\n<script>alert(1)</script>\n", "line 9: HTML may not stand in a text"),
    ("a\nb <b onclick=x>c</b>\n", "line 8: HTML may not stand in a text"),
    ("- a\n- b <!-- c -->\n", "line 8: HTML may not stand in a text"),
    ("![a](https://x.example/a.png)\n", "line 7: a picture may not stand in a text"),
    ("    code\n", "line 7: a text has paragraphs"),
    ("a\n\n---\n", "line 9: a text has paragraphs"),
    ("# A {#a}\n\nb\n", "line 7: a heading begins with ## or ###"),
    ("> ## A {#a}\n> b\n", "line 7: a heading begins with ## or ###"),
    ("a\n\n## No anchor\n\nb\n", "line 9: a heading ends with its anchor, as in {#protected art13=a}"),
    ("## A {#Upper}\n\nb\n", "line 7: an anchor has small letters"),
    ("## A {#main}\n\nb\n", "line 7: an anchor has small letters"),
    ("## A {#a art13=z}\n\nb\n", "line 7: items of Article 13 are letters from a to h"),
    ("## A *b* {#a}\n\nb\n", "line 7: a heading has words alone"),
    ("## {#a}\n\nb\n", "line 7: a heading has 1 to 120 characters"),
    ("## A {#a}\n\nb\n\n## B {#a}\n\nc\n", "line 11: the anchor “a” stands here twice"),
    ("## A {#a}\n\n## B {#b}\n\nc\n", "line 7: a section has a text"),
    ("a {soon}\n", "line 7: nothing is filled in for “{soon}”"),
    ("a\nb } c\n", "line 8: nothing is filled in for “}”"),
    ("a\n\nb\nc [d](http://plain.example/)\n", "line 10: “http://plain.example/” may not be led to"),
    ("[d](javascript:alert(1))\n", "line 7: “javascript:alert(1)” may not be led to"),
    ("[d](data:text/html,x)\n", "line 7: “data:text/html,x” may not be led to"),
    ("<mailto:a@b.example>\n", "line 7: “mailto:a@b.example” may not be led to"),
    ("[d](/en/report)\n", "line 7: “/en/report” leads to no topic"),
    ("[d](nowhere)\n", "line 7: “nowhere” leads to no topic"),
    ("[d](page:nowhere)\n", "line 7: “page:nowhere” is no page of the site"),
    ("a\n\n[d](advice#nowhere)\n", "line 9: “advice#nowhere” leads to no section"),
    ("[d](advice/easy)\n", "line 7: “advice/easy” leads to no page"),
    ("[d](#nowhere)\n", "line 7: “#nowhere” leads to no section"),
    ("".join(f"## A {{#a{number}}}\n\nb\n\n" for number in range(31)), "line 127: a page has at most 30 sections"),
]


def test_a_body_is_refused_with_its_line(tmp_path: Path) -> None:
    whole(tmp_path)
    for body, words in BODIES:
        lay(tmp_path, "en/your-rights.md", page(body))
        assert refusal(tmp_path).startswith(f"en/your-rights.md, {words}"), body


FRONTS = [
    ("", "line 1: a file begins with a line +++"),
    ('+++\ntitle = "T"\n', "line 9: the second line +++ is missing"),
    ('+++\ntitle = "T\n+++\n', "line 2: this is not TOML"),
    ('+++\nsummary = "S"\nreviewed_by = ""\n+++\n', "line 2: “title” is missing"),
    ('+++\ntitle = "T"\nreviewed_by = ""\n+++\n', "line 2: “summary” is missing"),
    ('+++\ntitle = "T"\nsummary = "S"\n+++\n', "line 2: “reviewed_by” is missing"),
    ('+++\ntitle = "T"\nsummary = "S"\nreviewed_by = ""\nauthor = "A"\n+++\n', "line 5: “author” is not known here"),
    ('+++\ntitle = 3\nsummary = "S"\nreviewed_by = ""\n+++\n', "line 2: “title” must be a text on one line"),
    (f'+++\ntitle = "{"x" * 121}"\nsummary = "S"\nreviewed_by = ""\n+++\n', "line 2: “title” has at most 120"),
    (f'+++\ntitle = "T"\nsummary = "{"x" * 161}"\nreviewed_by = ""\n+++\n', "line 3: “summary” has at most 160"),
    ('+++\ntitle = "T"\nsummary = "S"\nreviewed_by = "A"\n+++\n', "line 4: “reviewed” is missing"),
    ('+++\ntitle = "T"\nsummary = "S"\nreviewed_by = "A"\nreviewed = "x"\n+++\n', "line 5: “reviewed” must be a day"),
    (f'{FRONT[:-4]}sources = ["http://x.example/"]\n+++\n', "line 5: “sources” lists at most 20 addresses"),
]


def test_front_matter_is_refused_with_its_line(tmp_path: Path) -> None:
    whole(tmp_path)
    for front, words in FRONTS:
        lay(tmp_path, "en/your-rights.md", page(front=front))
        assert refusal(tmp_path).startswith(f"en/your-rights.md, {words}"), front


#: A file laid beside the others, and why.
FILES: list[tuple[str, str | bytes, str]] = [
    ("en/profiles/atlantis/advice.md", page(), "line 1: there is no profile “atlantis”"),
    ("en/profiles/eu/advice.md", page(), "line 2: “title” is not known here"),
    ("en/profiles/eu/advice.md", '+++\nreviewed_by = ""\n+++\na\n', "line 4: a profile's file has sections alone"),
    ("ar/profiles/eu/advice.md", '+++\nreviewed_by = ""\n+++\n## A {#new}\n\nb\n', "line 4: the English page has no"),
    ("ar/advice.md", page("## A {#other}\n\nb\n"), "line 7: the English page has no section “other”"),
    ("ar/should-i-report.md", page("## A {#one art13=a}\n\nb\n"), "line 7: the English section answers other items"),
    ("ar/easy/advice.md", page(), "line 1: there is no such page in English"),
    ("en/gossip.md", page(), "line 1: there is no topic “gossip”; there are should-i-report,"),
    ("en/advice.txt", page(), "line 1: content lies in <language>/<topic>.md"),
    ("english/advice.md", page(), "line 1: content lies in <language>/<topic>.md"),
    ("en/easy/guide.md", page(), "line 1: content lies in a language's folder, in easy/"),
    ("en/more/advice.md", page(), "line 1: content lies in a language's folder, in easy/"),
    ("en/easy/advice.md", b"+++\nfine\n\xff", "line 3: this is not UTF-8 text"),
    ("en/easy/advice.md", "x" * 65_537, "line 1: this file is longer than 65536 bytes"),
]


def test_a_file_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    whole(tmp_path)
    for file, text, words in FILES:
        lay(tmp_path, file, text)
        assert refusal(tmp_path).startswith(f"{file}, {words}"), file
        (tmp_path / file).unlink()
    assert load(tmp_path).languages == ("en",)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    whole(tmp_path)
    lay(tmp_path, f"en/{FIRST}.md", page("## A {#one art13=a,b,c,d,f,g,h}\n\nb\n"))
    assert refusal(tmp_path) == "en/, line 1: no section answers item e of Article 13: none is marked art13=e."
    (tmp_path / "en/results.md").unlink()
    assert refusal(tmp_path) == "en/results.md, line 1: this page is missing: English has every topic."
    lay(tmp_path, "en/results.md", page())
    (tmp_path / "en/privacy.md").unlink()
    (tmp_path / "en/privacy.md").symlink_to(tmp_path / "nowhere")
    assert refusal(tmp_path).startswith("en/privacy.md, line 1: this file cannot be read")


def test_hidden_files_byte_order_marks_and_windows_lines_do_no_harm(tmp_path: Path) -> None:
    whole(tmp_path)
    lay(tmp_path, "en/.advice.md.swp", b"\xff")
    lay(tmp_path, ".git/config", b"\xff")
    lay(tmp_path, "en/advice.md", "\ufeff" + page().replace("\n", "\r\n"))
    assert load(tmp_path).pages["en", "advice"].title == "T"


def test_an_operator_s_file_stands_in_place_of_the_shipped_one(tmp_path: Path) -> None:
    shipped, own = whole(tmp_path / "shipped"), tmp_path / "own"
    lay(own, "en/advice.md", page("Ours.\n\n## Two {#two}\n\nText.\n"))
    lay(shipped, "ar/advice.md", page("Theirs.\n\n## One {#one}\n\nText.\n"))
    lay(shipped, "ar/results.md", page())
    found = load(shipped, own)
    assert ("ar", "advice") not in found.pages, "a translation of another text"
    assert ("ar", "results") in found.pages
    assert found.pages["en", "advice"].introduction_text == "Ours."
    assert found.own == {"en/advice.md"}
    assert found.digest != load(shipped).digest


def test_the_last_good_content_is_kept_when_files_go_wrong(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    shipped, own = whole(tmp_path / "shipped"), tmp_path / "own"
    now = [0.0]
    shelf = Shelf(own, tmp_path / "profiles", shipped=shipped)

    def intro() -> str:
        now[0] += library.LOOK_AGAIN
        return shelf.current(lambda: now[0]).pages["en", "advice"].introduction_text

    def faulty() -> bool:
        return shelf.fault is not None

    assert intro() == "Words."
    lay(own, "en/advice.md", page("Ours.\n"))
    assert shelf.current(lambda: now[0]).pages["en", "advice"].introduction_text == "Words.", "not looked at yet"
    assert intro() == "Ours."
    lay(own, "en/advice.md", page("Ours, and <b>more</b>.\n"))
    assert intro() == "Ours."
    assert faulty()
    assert "en/advice.md, line 7: HTML may not stand in a text." in caplog.text
    assert intro() == "Ours."
    assert caplog.text.count("HTML") == 1, "said once"
    lay(own, "en/advice.md", page("Mended.\n"))
    assert intro() == "Mended."
    assert not faulty()
    (own / "en/advice.md").unlink()
    assert intro() == "Words."


def test_with_faulty_files_from_the_beginning_the_product_s_own_are_shown(tmp_path: Path) -> None:
    shipped, own = whole(tmp_path / "shipped"), tmp_path / "own"
    lay(own, "en/advice.md", "nothing")
    shelf = Shelf(own, tmp_path / "profiles", shipped=shipped)
    assert shelf.current().pages["en", "advice"].introduction_text == "Words."
    assert shelf.fault is not None
    (shipped / "en/results.md").unlink()
    with pytest.raises(ContentError):
        Shelf(own, tmp_path / "profiles", shipped=shipped).current()


def test_odd_files_are_told_and_hold_up_nobody(tmp_path: Path) -> None:
    shipped = whole(tmp_path / "shipped")

    def fault(own: Path) -> str:
        shelf = Shelf(own, tmp_path / "profiles", shipped=shipped)
        assert shelf.current().pages["en", "advice"].introduction_text == "Words."
        assert shelf.fault is not None
        return str(shelf.fault.values["file"])

    lay(tmp_path / "deep", "en/advice.md", page(front="+++\nsources = " + "[" * 30_000 + "\n+++\n"))
    assert fault(tmp_path / "deep") == "en/advice.md"
    (tmp_path / "pipe/en").mkdir(parents=True)
    os.mkfifo(tmp_path / "pipe/en/advice.md")
    assert fault(tmp_path / "pipe") == "en/advice.md"
    (tmp_path / "name/en").mkdir(parents=True)
    Path(os.fsdecode(os.fsencode(tmp_path / "name/en") + b"/adv\xffice.md")).write_text(page())
    assert fault(tmp_path / "name").encode()


def test_a_file_that_became_readable_is_read(tmp_path: Path) -> None:
    own = tmp_path / "own"
    lay(own, "en/advice.md", page())
    before = library._signature(own)
    (own / "en/advice.md").chmod(0o600)
    assert library._signature(own) != before
