"""Translations: English text -> text, from the study, its instruments and its licensed packs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trialwright.study.builtin import TRANSLATIONS
from trialwright.study.desk import Desk
from trialwright.study.files import Files, Folder, read_into
from trialwright.study.formats import nearest
from trialwright.study.model import Form
from trialwright.study.text import Text
from trialwright.study.yaml import Tree, walk

# Between the row and the column of a grid's item, as each language writes it.
_COLONS = {"zh-Hans": "："}


@dataclass(frozen=True, slots=True)
class Translated:
    """texts: language -> English -> text. own: the entries of the study's own files, to find unused ones.

    stated: texts without the built-in ones, for the hash: a text that a later program brings must not change it,
    neither where the study leaves it to the program nor where it says the same itself.
    """

    texts: Mapping[str, Mapping[str, str]]
    stated: Mapping[str, Mapping[str, str]]
    own: Mapping[str, Mapping[str, Text]]


def resolve_translations(
    desk: Desk, files: Files, folder: Folder, library: Mapping[str, bytes], forms: Mapping[str, Form]
) -> Translated:
    """All translations; the study's own win over those of its instruments."""
    languages = [str(language) for language in files.study.languages if language != "en"]
    own = {}
    for language, tree in files.translations.items():
        if language not in languages:
            _report_language(desk, language, languages)
            continue
        own[language] = _own(desk, tree)
    stated, texts = {}, {}
    for language in languages:
        entries = _of_instruments(folder, language, library, forms.values())
        entries |= {english: str(text) for english, text in own.get(language, {}).items()}
        entries |= _of_packs(files, language)
        stated[language] = _with_grids(forms.values(), language, entries)
        texts[language] = _with_grids(forms.values(), language, {**TRANSLATIONS.get(language, {}), **entries})
    return Translated(texts, stated, own)


def _report_language(desk: Desk, language: str, languages: list[str]) -> None:
    place = f"translations/{language}.yaml:1:1"
    desk.report("no-such-language", place, name=language, near=nearest(language, languages))


def _own(desk: Desk, tree: Tree) -> dict[str, Text]:
    """The entries of a file, sections unfolded; one English has one translation."""
    entries: dict[str, Text] = {}
    for path, text in walk(tree):
        english = str(path[-1]) if path else ""
        if not text.strip():
            desk.report("blank-text", text)
        first = entries.setdefault(english, text)
        if first != text:
            desk.report("translation-conflict", path[-1], english=english, other=first.place)
    return entries


def _of_instruments(
    folder: Folder, language: str, library: Mapping[str, bytes], forms: Iterable[Form]
) -> dict[str, str]:
    entries: dict[str, str] = {}
    for name in sorted({(form.instrument or "").partition("/")[0] for form in forms} - {""}):
        key = f"{name}/translations/{language}.yaml"
        if key in library:
            place = f"instruments/{key}"
            read_into(folder, place, library[key])
            tree = folder.trees.get(place, {})
            entries |= {str(path[-1]): str(text) for path, text in walk(tree) if path}
    return entries


def _of_packs(files: Files, language: str) -> dict[str, str]:
    entries = {}
    for pack in files.wording.values():
        for texts in pack.items.values():
            by_language = {str(key): str(text) for key, text in texts.items()}
            if "en" in by_language and language in by_language:
                entries[by_language["en"]] = by_language[language]
    return entries


def _with_grids(forms: Iterable[Form], language: str, entries: Mapping[str, str]) -> dict[str, str]:
    """The entries, and those of items of grids: they are labelled "row: column" and translated from the two."""
    colon = _COLONS.get(language, ": ")
    grids = [form.grid for form in forms if form.grid]
    cells = [(row, column) for grid in grids for row in grid.rows for column in grid.columns]
    return dict(entries) | {
        f"{row.label}: {column.label}": f"{entries[row.label]}{colon}{entries[column.label]}"
        for row, column in cells
        if row.label in entries and column.label in entries
    }
