"""Extract, update, compile and check the gettext catalogues: `python -m reporting.translations.catalogues`.

Every file written here depends on the texts alone: no dates, no line numbers, no order of folders.
The build step loads this module by its path, so it imports nothing of ours.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
# Where texts stand that browsers show.
BROWSER = "reporting/browser/src/"
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2)}
# Comments that begin so, right above a text, are shown to translators.
COMMENT_TAGS = ["Translators:"]
_SKIPPED_FOLDERS = {"node_modules", "dist", "__pycache__"}
# gettext's headers want dates; a fixed one keeps the files the same from one build to the next.
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
# Headers that tell when, by whom and with what a file was written; git tells that better.
_DROPPED_HEADERS = (
    b'"POT-Creation-Date:',
    b'"PO-Revision-Date:',
    b'"Report-Msgid-Bugs-To:',
    b'"Last-Translator:',
    b'"Language-Team:',
    b'"Generated-By:',
)
_LINE = re.compile(r'#.*|(msg(ctxt|id|id_plural|str|str\[\d\]) )?"([^"\\]|\\.)*"\s*')
_HEADER_COMMENT = "# Paragraph 56: texts for people. AGPL-3.0-or-later, as the rest."


_LITERAL = r'"(?:[^"\\\n]|\\.)*"'
_SUM = rf"{_LITERAL}(?:\s*\+\s*{_LITERAL})*"
_CALL = re.compile(rf"(?<!function )\b(gettext|ngettext|N_)\(\s*({_SUM})(?:\s*,\s*({_SUM}))?")
_NOTE = re.compile(r"^\s*//\s*(Translators:.*?)\s*$")


def from_typescript(file: BinaryIO, *_wanted: Any, options: object = None) -> Iterator[tuple[int, str, Any, list[str]]]:
    """The texts of a TypeScript file, for Babel, whose own reader passes over what stands in a template in a template.

    As the build's reader (build.mjs), it asks for plain literals right behind the function's name.
    """
    del options
    text = file.read().decode("utf-8")
    lines = text.splitlines()
    for call in _CALL.finditer(text):
        number = text.count("\n", 0, call.start())
        if lines[number].lstrip().startswith(("//", "*", "/*")):
            continue
        told = [_plain(part) for part in call.groups()[1:] if part]
        note = _NOTE.match(lines[number - 1]) if number else None
        message = tuple(told) if call[1] == "ngettext" else told[0]
        yield number + 1, call[1], message, [note[1]] if note else []


def _plain(literals: str) -> str:
    return "".join(json.loads(literal) for literal in re.findall(_LITERAL, literals))


def extract(root: Path = ROOT) -> Catalog:
    """All texts for people under `root`: Python, templates and TypeScript."""
    catalog = Catalog(project="reporting", version="1", charset="utf-8", fuzzy=False)
    methods, options = _mapping()
    found = extract_from_dir(
        root,
        methods,
        options,
        keywords=KEYWORDS,
        comment_tags=COMMENT_TAGS,
        strip_comment_tags=True,
        directory_filter=lambda path: _is_read(Path(path)),
    )
    rows = [(name, message, comments, context) for name, _line, message, comments, context in found]
    for name, message, comments, context in sorted(rows, key=repr):
        # The line is left out: it would change the file with every edit above the text.
        catalog.add(message, None, [(name.replace("\\", "/"), 0)], auto_comments=comments, context=context)
    return catalog


def _mapping() -> tuple[list[tuple[str, Any]], dict[str, dict[str, str]]]:
    """babel.cfg: which files are read, and how."""
    config = ConfigParser()
    config.read(FOLDER / "babel.cfg", encoding="utf-8")
    pairs = [(section.partition(":")[0], section.partition(":")[2].strip()) for section in config.sections()]
    own = {"typescript": from_typescript}
    return [(pattern, own.get(method, method)) for method, pattern in pairs], {}


def _is_read(folder: Path) -> bool:
    return folder.name not in _SKIPPED_FOLDERS and not folder.name.startswith((".", "_"))


def template_bytes(catalog: Catalog) -> bytes:
    """`catalog` in gettext's text form, the same bytes for the same texts."""
    buffer = BytesIO()
    catalog.creation_date = catalog.revision_date = _NO_DATE
    catalog.header_comment = _HEADER_COMMENT
    write_po(buffer, catalog, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
    lines = buffer.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_DROPPED_HEADERS))


def languages(folder: Path = FOLDER) -> list[str]:
    """The languages with a catalogue, in alphabetical order; English needs none."""
    return sorted(path.parts[-3] for path in folder.glob("*/LC_MESSAGES/messages.po"))


def update(folder: Path = FOLDER, root: Path = ROOT) -> None:
    """Write messages.pot from the sources and bring every language's messages.po up to date with it."""
    template = extract(root)
    (folder / "messages.pot").write_bytes(template_bytes(template))
    for language in languages(folder):
        path = _po(folder, language)
        catalog = _read(path, language)
        # A guessed translation of a text about somebody's safety is worse than the English one.
        catalog.update(template, no_fuzzy_matching=True)
        path.write_bytes(template_bytes(catalog))


def compile_all(folder: Path = FOLDER) -> list[Path]:
    """Compile every messages.po that is newer in content than its messages.mo; return what was written."""
    written = []
    for language in languages(folder):
        buffer = BytesIO()
        catalog = _read(_po(folder, language), language)
        catalog.creation_date = catalog.revision_date = _NO_DATE
        write_mo(buffer, catalog)
        path = _po(folder, language).with_suffix(".mo")
        if not path.is_file() or path.read_bytes() != buffer.getvalue():
            path.write_bytes(buffer.getvalue())
            written.append(path)
    return written


def browser_messages(folder: Path = FOLDER) -> dict[str, dict[str, list[str]]]:
    """By language, what the browser's side says: from English to its translated forms, in the order of the plurals.

    What has no translation is left out, and so stands in English.
    """
    found = {}
    for language in languages(folder):
        catalog = _read(_po(folder, language), language)
        ours = [message for message in catalog if message.id and _is_browsers(message)]
        translated = [message for message in ours if all(_forms(message.string))]
        found[language] = {_forms(message.id)[0]: _forms(message.string) for message in translated}
    return found


def _is_browsers(message: Message) -> bool:
    return any(path.startswith(BROWSER) for path, _line in message.locations)


def problems(folder: Path = FOLDER, root: Path = ROOT) -> list[str]:
    """One sentence for each thing that is wrong with the template or a translation; none when all is well."""
    template = extract(root)
    pot = folder / "messages.pot"
    found = []
    if not pot.is_file() or pot.read_bytes() != template_bytes(template):
        found.append("messages.pot is not what the sources say. Run `make translations`.")
    for language in languages(folder):
        try:
            catalog = _read(_po(folder, language), language)
        except (PoFileError, ValueError) as error:
            found.append(f"{language}: {error}")
        else:
            found += [f"{language}: {text}" for text in _translation_problems(catalog, template)]
    return found


def missing(language: str, folder: Path = FOLDER, root: Path = ROOT) -> list[str]:
    """The English of every text under `root` that a language lacks, in whole or in one of its plural forms."""
    catalog = _read(_po(folder, language), language) if language in languages(folder) else Catalog(locale=language)
    found = []
    for message in extract(root):
        own = catalog.get(message.id, message.context) if message.id else None
        wanted = catalog.num_plurals if message.pluralizable else 1
        forms = _forms(own.string) if own else []
        if message.id and (len(forms) != wanted or not all(forms)):
            found.append(_forms(message.id)[0])
    return found


def _translation_problems(catalog: Catalog, template: Catalog) -> Iterator[str]:
    if {_key(message) for message in catalog if message.id} != {_key(m) for m in template if m.id}:
        yield "its texts are not those of messages.pot. Run `make translations`."
    for message in catalog:
        if not message.id or not any(_forms(message.string)):
            continue
        forms = _forms(message.string)
        if isinstance(message.id, list | tuple) and len(forms) != catalog.num_plurals:
            yield f"{message.id[0]!r} has {len(forms)} plural forms, not {catalog.num_plurals}."
        for form in forms:
            problem = _form_problem(message, form)
            if problem:
                yield f"{_forms(message.id)[0]!r} {problem}."


def _form_problem(message: Message, form: str) -> str:
    if not form:
        return "lacks a plural form"
    try:
        named = _placeholders(form)
    except ValueError:
        return f"has unpaired braces in {form!r}"
    sources = _forms(message.id)
    allowed = frozenset[str]().union(*map(_placeholders, sources))
    # A plural form may leave a number out ("one report"); a plain text may not lose a value.
    if named - allowed or (len(sources) == 1 and named != allowed):
        return f"names other values in {form!r}"
    if form.endswith("\n") != sources[0].endswith("\n"):
        return f"ends its line elsewhere in {form!r}"
    return ""


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [text or ""] if isinstance(text, str | None) else list(text)


def _key(message: Message) -> tuple[object, ...]:
    return (message.context, *_forms(message.id))


def _po(folder: Path, language: str) -> Path:
    return folder / language / "LC_MESSAGES" / "messages.po"


def _read(path: Path, language: str) -> Catalog:
    """The catalogue in `path`. Raises ValueError or PoFileError where it is malformed."""
    content = path.read_bytes()
    for number, line in enumerate(content.decode("utf-8").splitlines(), start=1):
        # Babel itself reads a line without quotes as if its first and last letters were those.
        if line and not _LINE.fullmatch(line):
            raise ValueError(f"line {number} of messages.po is not in the form of gettext.")
    return read_po(BytesIO(content), locale=language, abort_invalid=True)


def main(arguments: list[str]) -> int:
    """Run `update`, `compile` or `check`; return the exit status."""
    match arguments:
        case ["update"]:
            update()
        case ["compile"]:
            compile_all()
        case ["check"]:
            found = problems()
            sys.stderr.writelines(f"{text}\n" for text in found)
            return 1 if found else 0
        case ["missing", language]:
            lacking = missing(language)
            sys.stdout.writelines(f"{json.dumps(text, ensure_ascii=False)}\n" for text in lacking)
            return 1 if lacking else 0
        case _:
            sys.stderr.write(
                "usage: python -m reporting.translations.catalogues update|compile|check|missing LANGUAGE\n"
            )
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
