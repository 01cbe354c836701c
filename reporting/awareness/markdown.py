"""Markdown as content may be written in it: CommonMark and tables, without HTML, pictures or code blocks.

It is parsed and judged once, when a text is loaded or sent; :mod:`reporting.awareness.rendering` makes a page of it.
What is not allowed is refused with its line rather than left out: a translator should see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from reporting.awareness.pieces import Fault, Link
from reporting.awareness.topics import EASY, PLACEHOLDERS, SITE_PAGES, TOPICS, is_anchor
from reporting.characters import unseen_in
from reporting.protocol.errors import N_

MAX_TITLE = 120
MAX_SUMMARY = 160
_BLOCKS = "paragraph bullet_list ordered_list list_item blockquote heading table thead tbody tr th td"
_SPANS = "em strong link"
_ALLOWED = frozenset(
    {
        "inline",
        "text",
        "softbreak",
        "hardbreak",
        "code_inline",
        *(f"{name}_{end}" for name in (*_BLOCKS.split(), *_SPANS.split()) for end in ("open", "close")),
    }
)
_HTML = frozenset({"html_block", "html_inline"})
_BREAKS = frozenset({"softbreak", "hardbreak"})
_HEADING = re.compile(r"(?P<title>.*?)\s*\{#(?P<anchor>[^\s}]*)(?:\s+art13=(?P<art13>[^\s}]*))?\}", re.ASCII)
_ART13 = re.compile(r"[a-h](,[a-h])*", re.ASCII)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}|[{}]")
_WITHIN = re.compile(r"(?P<topic>[a-z0-9-]*)(?P<easy>/easy)?(?:#(?P<anchor>[a-z0-9-]+))?", re.ASCII)
_PAGE = "page:"
_HEADING_TOKENS = PARAGRAPH_TOKENS = 3  # opened, words, closed


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 -- markdown-it's own name
        """Every address becomes a link here, so that one that may not stand there is refused, not shown as text."""
        del url
        return True


# HTML is parsed in order to be found.
_PARSER = _Parser("commonmark", {"html": True}).enable("table")


@dataclass(frozen=True)
class RawSection:
    """A section as it stands in a file."""

    anchor: str
    title: str
    art13: tuple[str, ...]
    text: str
    blocks: Sequence[Token]
    links: tuple[Link, ...]
    line: int


@dataclass(frozen=True)
class Body:
    """What follows the front matter: an introduction, and sections."""

    introduction: Sequence[Token]
    text: str
    links: tuple[Link, ...]
    sections: tuple[RawSection, ...]


def read_body(text: str, first: int = 1) -> Body:
    """The introduction and the sections of a file.

    :param first: on which line of the file ``text`` begins
    :raises Fault: something may not stand there
    """
    tokens, lines = _parsed(text, first), text.splitlines()
    heads = [place for place, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    ends = [*heads, len(tokens)]
    sections = [_section(tokens[head:end], lines, first) for head, end in pairwise(ends)]
    _check_unique(sections)
    before = tokens[: ends[0]]
    return Body(
        introduction=before,
        text="\n".join(lines[: _line(tokens[heads[0]])] if heads else lines).strip(),
        links=tuple(_links(before, first)),
        sections=tuple(sections),
    )


def read_text(text: str) -> tuple[Sequence[Token], tuple[Link, ...]]:
    """The text of one section, as an administrator writes it.

    :raises Fault: something may not stand there, a heading of a section among it
    """
    tokens = _parsed(text, 1)
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h2":
            raise Fault(_line(token) + 1, N_("a section has one heading, which is not written here; begin with ###"))
    return tokens, tuple(_links(tokens, 1))


def read_head(text: str) -> tuple[Sequence[Token], tuple[Link, ...]]:
    """Summary and introduction of a page, as an administrator writes them: the first paragraph, and what follows.

    :raises Fault: something may not stand there, or the summary holds more than words
    """
    tokens, links = read_text(text)
    words = tokens[1].children or () if tokens and tokens[0].type == "paragraph_open" else ()
    if not words or len(_shown(tokens[1])) > MAX_SUMMARY or any(child.type != "text" for child in words):
        raise Fault(
            1, N_("the first paragraph is the summary: words alone, at most {most} characters"), most=MAX_SUMMARY
        )
    return tokens, links


def check_title(title: str, line: int = 1) -> str:
    """A heading as it may be: words on one line, without Markdown.

    :raises Fault: it is empty, too long, or holds more than words
    """
    if not title or len(title) > MAX_TITLE or "\n" in title:
        raise Fault(line, N_("a heading has 1 to {most} characters"), most=MAX_TITLE)
    check_seen(title, line)
    _check_placeholders(title, line)
    return title


def check_anchor(anchor: str, line: int = 1) -> str:
    """An anchor as it may be.

    :raises Fault: it is none, or one that every page has already
    """
    if not is_anchor(anchor):
        raise Fault(line, N_("an anchor has small letters, digits and hyphens, and is none that every page has"))
    return anchor


def check_seen(text: str, line: int = 1) -> None:
    """Refuse what nobody sees.

    :param line: on which line the text begins
    :raises Fault: there is such a character; it is named
    """
    found = unseen_in(text)
    if found is not None:
        raise Fault(line + found.line - 1, found.message, **found.values)


def _parsed(text: str, first: int) -> list[Token]:
    check_seen(text, first)
    tokens = _PARSER.parse(text)
    before = None
    for token in tokens:
        _check(token, _line(token) + first)
        check_seen(_shown(token), _line(token) + first)  # once more: now entities such as &#8238; are characters
        # A section's heading ends with its anchor in braces: what stands before them is looked at by itself.
        is_heading = before is not None and before.type == "heading_open" and before.tag == "h2"
        for child, line in _children(token, first):
            _check(child, line)
            if child.type == "text" and not is_heading:
                _check_placeholders(child.content, line)
        before = token
    return [_plain(token) for token in tokens]


def _plain(token: Token) -> Token:
    # An aligned column would bring a style attribute, which no page may have.
    token.attrs.pop("style", None)
    if token.type == "th_open":
        token.attrSet("scope", "col")
    return token


def _line(token: Token) -> int:
    return token.map[0] if token.map else 0


def _children(token: Token, first: int) -> Iterator[tuple[Token, int]]:
    line = _line(token) + first
    for child in token.children or ():
        yield child, line
        line += child.type in _BREAKS


def _shown(token: Token) -> str:
    """The characters that a paragraph shows, line by line."""
    return "".join("\n" if child.type in _BREAKS else child.content for child in token.children or ())


def _check(token: Token, line: int) -> None:
    if token.type in _HTML:
        raise Fault(line, N_("HTML may not stand in a text"))
    if token.type == "image":
        raise Fault(line, N_("a picture may not stand in a text"))
    if token.type not in _ALLOWED:
        raise Fault(line, N_("a text has paragraphs, lists, emphasis, links and tables, and nothing else"))
    if token.type == "heading_open" and (token.tag not in ("h2", "h3") or token.level):
        raise Fault(line, N_("a heading begins with ## or ###, at the beginning of its line"))


def _check_placeholders(text: str, line: int) -> None:
    for found in _PLACEHOLDER.finditer(text):
        if found[1] not in PLACEHOLDERS:
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise Fault(line, N_("nothing is filled in for “{text}”; there are {known}"), text=found[0], known=known)


def _section(tokens: Sequence[Token], lines: Sequence[str], first: int) -> RawSection:
    line = _line(tokens[0]) + first
    heading = _HEADING.fullmatch(tokens[1].content)
    if heading is None:
        raise Fault(line, N_("a heading ends with its anchor, as in {example}"), example="{#protected art13=a}")
    check_anchor(heading["anchor"], line)
    if heading["art13"] is not None and not _ART13.fullmatch(heading["art13"]):
        raise Fault(line, N_("items of Article 13 are letters from a to h, as in art13=b,c"))
    if any(child.type != "text" for child in tokens[1].children or ()):
        raise Fault(line, N_("a heading has words alone, without emphasis or links"))
    blocks = tokens[_HEADING_TOKENS:]
    if not blocks:
        raise Fault(line, N_("a section has a text"))
    end = max(token.map[1] for token in blocks if token.map)
    return RawSection(
        anchor=heading["anchor"],
        title=check_title(heading["title"], line),
        art13=tuple(sorted(set((heading["art13"] or "").split(",")) - {""})),
        text="\n".join(lines[_line(tokens[0]) + 1 : end]).strip(),
        blocks=blocks,
        links=tuple(_links(blocks, first)),
        line=line,
    )


def _check_unique(sections: Sequence[RawSection]) -> None:
    seen: set[str] = set()
    for section in sections:
        if section.anchor in seen:
            raise Fault(section.line, N_("the anchor “{anchor}” stands here twice"), anchor=section.anchor)
        seen.add(section.anchor)


def _links(tokens: Sequence[Token], first: int) -> Iterator[Link]:
    for token in tokens:
        for child, line in _children(token, first):
            if child.type == "link_open":
                target = str(child.attrGet("href") or "")
                _check_target(target, line)
                yield Link(target, line)


def _check_target(target: str, line: int) -> None:
    if target.startswith(_PAGE):
        if target.removeprefix(_PAGE) not in SITE_PAGES:
            names = ", ".join(f"{_PAGE}{name}" for name in SITE_PAGES)
            raise Fault(line, N_("“{target}” is no page of the site; there are {names}"), target=target, names=names)
    elif "://" in target or ":" in target:
        if not is_outside(target):
            raise Fault(line, N_("“{target}” may not be led to: outside links begin with https://"), target=target)
    elif within(target) is None:
        raise Fault(line, N_("“{target}” leads to no topic"), target=target)


def is_outside(target: str) -> bool:
    """Whether a link leads to a page outside, in a way that a text may."""
    try:
        parts = urlsplit(target)
    except ValueError:  # brackets that are no address
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and target.isascii()


def within(target: str) -> tuple[str, str] | None:
    """Page and anchor of a link between texts, each perhaps empty: the same page, or its beginning; else None."""
    found = _WITHIN.fullmatch(target)
    if found is None or not target or (found["topic"] and found["topic"] not in TOPICS):
        return None
    if found["easy"] and not found["topic"]:
        return None
    return (EASY if found["easy"] else "") + found["topic"], found["anchor"] or ""
