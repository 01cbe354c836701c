"""What is pasted into mails and other pages: plain text, and HTML that loads nothing and runs nothing."""

from __future__ import annotations

from html import escape

from reporting.awareness.campaign.content import Content, words_of

_DARK = "#0f4c50"


def signature_text(content: Content) -> bytes:
    """Lines for the end of a mail."""
    words = words_of(content)
    lines = ["-- ", f"{words.eyebrow}: {content.address}", words.sentence, words.both]
    lines += [f"{words.check} {content.fingerprint}"]
    return ("\n".join([*lines, *_sample(content)]) + "\n").encode()


def signature_html(content: Content) -> bytes:
    """The same for mail programs that take HTML."""
    words = words_of(content)
    rest = "".join(f"<br>{escape(line)}" for line in _sample(content))
    return (
        f"<p {_language(content)} "
        f'style="margin:1em 0 0;padding:0.2em 0.8em;border-inline-start:4px solid {_DARK};font-family:sans-serif">'
        f"<strong>{escape(words.eyebrow)}:</strong> {_link(content, escape(content.short))}<br>"
        f"{escape(words.sentence)} {escape(words.both)}<br>"
        f'<small>{escape(words.check)} <bdi dir="ltr">{content.fingerprint}</bdi></small>{rest}</p>\n'
    ).encode()


def badge(content: Content) -> bytes:
    """A link for other pages that looks like a badge: no script, no picture, no call to anybody."""
    words = words_of(content)
    rest = "".join(f"<br>{escape(line)}" for line in _sample(content))
    inner = (
        f"<strong>{escape(words.eyebrow)}</strong><br>{escape(words.sentence)}<br>"
        f'<bdi dir="ltr">{escape(content.short)}</bdi>{rest}'
    )
    style = (
        f"display:inline-block;max-width:20em;padding:0.8em 1em;border-radius:0.4em;background:{_DARK};color:#fff;"
        "font:1rem/1.5 sans-serif;text-align:start;text-decoration:none"
    )
    how = f' {_language(content)} style="{style}"'
    return f"{_link(content, inner, how)}\n".encode()


def _link(content: Content, inner: str, more: str = "") -> str:
    return f'<a href="{escape(content.address)}" rel="noreferrer"{more}>{inner}</a>'


def _language(content: Content) -> str:
    return f'lang="{content.language}" dir="{"rtl" if content.right_to_left else "ltr"}"'


def _sample(content: Content) -> list[str]:
    return [words_of(content).sample] if content.sample else []
