"""What is extracted, compiled and refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporting.translations import catalogues

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
SOURCES = {
    "reporting/a.py": '# Translators: seen by all\n_("Python {name}", name=1)\nN_("Marked")\n',
    "reporting/b.py": 'ngettext("{number} day", "{number} days", n)\n_("Marked")\n',
    "reporting/browser/src/c.ts": (
        'const f = (n: Array<string>): string => gettext("TypeScript", n);\n'
        'throw new Malformed(N_("Long " + "text"), `${x}`);\n'
        '// gettext("In a comment")\n'
        'html`<p>${a ? html`<b title=${gettext("Deep {x}", { x: `${n}` })}>'
        '${ngettext("one", "{number} of them", n)}</b>` : nothing}</p>`;\n'
    ),
    "reporting/browser/node_modules/d.ts": 'gettext("Not ours")\n',
    "templates/page.html": '<p>{{ _("Template") }}</p>{% trans %}Block{% endtrans %}',
}
TEXTS = {"Python {name}", "Marked", "{number} day", "TypeScript", "Long text", "Template", "Block", "Deep {x}", "one"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in SOURCES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "translations").mkdir()
    return tmp_path


@pytest.fixture
def folder(root: Path) -> Path:
    """A folder of catalogues with an up-to-date template and an empty Arabic translation."""
    folder = root / "translations"
    (folder / "ar" / "LC_MESSAGES").mkdir(parents=True)
    translate(folder, "")
    catalogues.update(folder, root)
    return folder


def translate(folder: Path, entries: str) -> None:
    (folder / "ar" / "LC_MESSAGES" / "messages.po").write_text(HEADER + entries, encoding="utf-8")


def test_texts_of_all_three_languages_are_found(root: Path) -> None:
    found = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in catalogues.extract(root)}
    assert found - {""} == TEXTS


def test_the_template_depends_on_the_texts_alone(root: Path) -> None:
    before = catalogues.template_bytes(catalogues.extract(root))
    path = root / "reporting" / "a.py"
    path.write_text("\n\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert catalogues.template_bytes(catalogues.extract(root)) == before
    assert b"Date" not in before
    assert b"#. seen by all" in before


def test_an_updated_catalogue_is_in_order_and_stays_so(root: Path, folder: Path) -> None:
    assert catalogues.problems(folder, root) == []
    before = {path: path.read_bytes() for path in folder.rglob("*.po*")}
    assert len(before) == 2
    catalogues.update(folder, root)
    assert {path: path.read_bytes() for path in folder.rglob("*.po*")} == before


def test_a_new_text_makes_the_template_stale(root: Path, folder: Path) -> None:
    (root / "reporting" / "new.py").write_text('_("New")\n', encoding="utf-8")
    found = catalogues.problems(folder, root)
    assert len(found) == 2
    assert "messages.pot is not what the sources say" in found[0]
    assert found[1].startswith("ar: its texts are not those")


@pytest.mark.parametrize(
    ("translation", "problem"),
    [
        ('msgid "Python {name}"\nmsgstr "بايثون"\n', "names other values"),
        ('msgid "Python {name}"\nmsgstr "بايثون {nome}"\n', "names other values"),
        ('msgid "Python {name}"\nmsgstr "بايثون {name"\n', "unpaired braces"),
        ('msgid "Template"\nmsgstr "قالب\\n"\n', "ends its line elsewhere"),
        ('msgid "{number} day"\nmsgid_plural "{number} days"\nmsgstr[0] "يوم"\n', "plural form"),
        ('msgid "Template"\nmsgstr broken\n', "ar: "),
    ],
)
def test_a_malformed_translation_is_found(root: Path, folder: Path, translation: str, problem: str) -> None:
    translate(folder, translation)
    assert any(problem in found and "its texts" not in found for found in catalogues.problems(folder, root))


def test_a_removed_text_leaves_the_translation(root: Path, folder: Path) -> None:
    translate(folder, 'msgid "Gone"\nmsgstr "ذهب"\n\nmsgid "Template"\nmsgstr "قالب"\n')
    catalogues.update(folder, root)
    text = (folder / "ar" / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")
    assert "Gone" not in text
    assert "قالب" in text


def test_compiling_is_reproducible_and_done_once(folder: Path) -> None:
    written = catalogues.compile_all(folder)
    assert [path.name for path in written] == ["messages.mo"]
    first = written[0].read_bytes()
    assert catalogues.compile_all(folder) == []
    written[0].unlink()
    catalogues.compile_all(folder)
    assert written[0].read_bytes() == first
