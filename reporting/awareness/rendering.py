"""HTML of content: what was parsed and judged before, with its links resolved and its gaps filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from reporting.awareness.markdown import is_outside, within
from reporting.awareness.topics import PLACEHOLDERS, address

_RENDERER = RendererHTML()
_OPTIONS = OptionsDict({"xhtmlOut": False, "breaks": False, "langPrefix": "", "html": False})  # type: ignore[typeddict-item]  # the others matter to the parser alone
_GAP = re.compile("|".join(rf"\{{{name}\}}" for name in PLACEHOLDERS))
_PAGE = "page:"


@dataclass(frozen=True)
class Setting:
    """Where a text is shown: in which language, with which figures, beside which pages.

    ``anchors`` says which sections a page has there, None for a page that is not; ``served`` which other pages of the
    site answer. ``root`` stands before every address within the site: empty on the site itself.
    """

    language: str
    words: Mapping[str, str]
    anchors: Callable[[str], frozenset[str] | None]
    served: frozenset[str] = frozenset()
    root: str = ""
    page: str = field(default="")

    def fill(self, text: str) -> str:
        """A text with its gaps filled in."""
        return _GAP.sub(lambda gap: self.words[gap[0][1:-1]], text)

    def resolve(self, target: str) -> str:
        """The address to which a link leads; empty where its page is not here, so that the words stay alone."""
        if is_outside(target):
            return target
        if target.startswith(_PAGE):
            name = target.removeprefix(_PAGE)
            return f"{self.root}/{self.language}/{name}" if name in self.served else ""
        found = within(target)
        if found is None:
            return ""
        page, anchor = found[0] or self.page, found[1]
        known = self.anchors(page)
        if known is None:
            return ""
        # A section that is hidden here cannot be jumped to: its page is the nearest.
        mark = f"#{anchor}" if anchor in known else ""
        if page == self.page and mark:
            return mark
        return f"{self.root}/{self.language}/{address(page)}{mark}"


def render(blocks: Sequence[Token], setting: Setting) -> Markup:
    """What was parsed, as HTML for a page."""
    shown = [token.copy(children=_children(token, setting)) if token.children else token for token in blocks]
    return Markup(_RENDERER.render(shown, _OPTIONS, {}))  # noqa: S704 -- markdown-it escapes; HTML was refused at reading


def _children(token: Token, setting: Setting) -> list[Token]:
    found: list[Token] = []
    open_links: list[bool] = []
    for child in token.children or ():
        if child.type == "text":
            found.append(child.copy(content=setting.fill(child.content)))
        elif child.type == "link_open":
            where = setting.resolve(str(child.attrGet("href") or ""))
            open_links.append(bool(where))
            if where:
                found.append(child.copy(attrs=_attributes(where)))
        elif child.type != "link_close" or open_links.pop():
            found.append(child)
    return found


def _attributes(where: str) -> dict[str, str | int | float]:
    # No other site learns from where somebody came.
    return {"href": where, "rel": "noreferrer"} if where.lower().startswith("https://") else {"href": where}
