"""The files of a report against those that its data give: what people read must say what was computed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trialwright.cli.report_data import LANGUAGES, translation
from trialwright.cli.report_formats import PACKAGES, lacks

if TYPE_CHECKING:
    from trialwright.analysis.ard import ResultsDataset
    from trialwright.analysis.compare_results import Difference
    from trialwright.analysis.page import Report

INDEX: Final = "index.html"
LANGUAGE: Final = re.compile(rb'<html lang="([^"]*)"')
NAMES: Final[Mapping[str, str]] = {
    "html": "report.html",
    "pdf": "report.pdf",
    "docx": "report.docx",
    "rtf": "tables",
}
# Compared otherwise: number by number, and line by line with the results that the folder tells.
RESULTS: Final = frozenset({"results.json", "results.csv", "lists.csv", "records.csv"})
OF_TYPST: Final = ("report.pdf", "report.docx")  # its pictures stand in the second
TYPST: Final = "typst"


@dataclass(frozen=True, slots=True)
class ComparedFiles:
    """left: file -> why it could not be compared. same: how many are as they should be."""

    apart: "tuple[Difference, ...]" = ()
    left: Mapping[str, str] = field(default_factory=dict)
    same: int = 0


NONE: Final = ComparedFiles()


def compare_files(
    folder: Path, made: "Report", told: "ResultsDataset", now: "ResultsDataset"
) -> ComparedFiles:
    """Every file of the folder, in the language and the formats that it has.

    told: the results in the folder; now: those of the data. Another version of the program, or of what sets pages, may
    rightly write other bytes: such a file is not compared, and said so.
    """
    from trialwright.analysis.compare_results import Difference
    from trialwright.cli.report import render_files, write_people

    language = language_of(folder)
    if language not in LANGUAGES:
        return ComparedFiles((Difference(INDEX, language or "no language", f"{' or '.join(LANGUAGES)}"),))
    if told.software != now.software:
        return ComparedFiles(
            left={"files": f"Trialwright {told.software} wrote them and {now.software} is here"}
        )
    formats = tuple(one for one, name in NAMES.items() if is_named(folder, name))
    left = unwritable(formats)
    if told.environment.get(TYPST) != now.environment.get(TYPST):
        left |= {name: "another version of Typst made it" for name in OF_TYPST if (folder / name).exists()}
    spoken = replace(made, language=language, say=translation(language))
    wanted = tuple(one for one in formats if not lacks(one))
    with_r = (folder / "r").is_dir()
    files = render_files(spoken, write_people(spoken), wanted, is_asked=False, with_r=with_r)
    return compared(folder, {name: text for name, text in files.items() if name not in RESULTS}, left)


def compared(folder: Path, files: Mapping[str, bytes], left: Mapping[str, str]) -> ComparedFiles:
    """files: as the data give them. What stands beside them belongs to no report."""
    from trialwright.analysis.compare_results import Difference

    there = {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()} - RESULTS
    apart: list[Difference] = []
    asked = (there | files.keys()) - left.keys()
    for name in sorted(asked):
        if name not in files:
            apart.append(Difference(name, "a file", "none"))
        elif name not in there:
            apart.append(Difference(name, "missing", "a file"))
        elif (folder / name).read_bytes() != files[name]:
            apart.append(Difference(name, "other content", "that of the data"))
    return ComparedFiles(tuple(apart), left, len(asked) - len(apart))


def language_of(folder: Path) -> str:
    """That of the first page; "" where there is none."""
    page = folder / INDEX
    found = LANGUAGE.search(page.read_bytes()) if page.is_file() else None
    return found[1].decode("utf-8", "replace") if found else ""


def is_named(folder: Path, name: str) -> bool:
    """Whether the first page names a format, or it is there."""
    page = (folder / INDEX).read_bytes()
    return any(f'href="{name}{end}'.encode() in page for end in ('"', "/")) or (folder / name).exists()


def unwritable(formats: tuple[str, ...]) -> dict[str, str]:
    """The files of formats that cannot be written here, and what is lacking."""
    return {NAMES[one]: f"{' and '.join(PACKAGES[one])} is not installed" for one in formats if lacks(one)}
