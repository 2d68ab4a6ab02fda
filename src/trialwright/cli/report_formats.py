"""The formats of `trialwright report`: which can be written here, and the files of each."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING

from trialwright.cli.output import USAGE, UserError, note

if TYPE_CHECKING:
    from trialwright.analysis.ard import ResultsDataset
    from trialwright.analysis.displays.model import Document
    from trialwright.analysis.page import Report

# Format -> the packages that it is written with, as Python calls them.
PACKAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"html": (), "pdf": ("typst",), "docx": ("docx", "typst"), "rtf": ()}
)
FONT = (
    "The format {name} needs the font {font} for the Chinese in the report. Install it (the package fonts-noto-cjk, "
    "or from https://github.com/notofonts/noto-cjk), or name the other formats with --formats."
)
REFUSED = (
    "The format {name} cannot be written: {why}. Install a font that has it, change the text in the study or the data, "
    "or name the other formats with --formats."
)
ARS = "results.ars.json"
INSTALL = "pip install 'trialwright[report]'"


def chosen_formats(wanted: str | None) -> tuple[str, ...]:
    """The formats asked for, else all that can be written here; what is left out is said."""
    if wanted is None:
        missing = [one for one in PACKAGES if lacks(one)]
        if missing:
            note(f"Not written: {', '.join(missing)}. For these: {INSTALL}")
        return tuple(one for one in PACKAGES if one not in missing)
    names = tuple(dict.fromkeys(part.strip() for part in wanted.split(",") if part.strip()))
    unknown = [one for one in names if one not in PACKAGES]
    if unknown or not names:
        told = f", not in {', '.join(unknown)}" if unknown else ""
        raise UserError(f"The report is written in {', '.join(PACKAGES)}{told}.", code=USAGE)
    for one in names:
        if lacks(one):
            raise UserError(f"The format {one} needs {' and '.join(PACKAGES[one])}: {INSTALL}")
    return names


def lacks(name: str) -> bool:
    return any(find_spec(package) is None for package in PACKAGES[name])


def write_formats(
    made: "Report", dataset: "ResultsDataset", formats: tuple[str, ...], *, is_asked: bool
) -> dict[str, bytes]:
    """The study report in each format, and the outline in ARS of which display each shows.

    is_asked: whether the formats were named; one that is only tried is left out, with a note, where a letter has no font.
    """
    from trialwright.analysis.ars import write_ars
    from trialwright.analysis.displays.csr import make_document
    from trialwright.analysis.displays.outputs import outputs_of
    from trialwright.analysis.displays.pdf import FontMissingError, NotSetError
    from trialwright.analysis.displays.told import Told
    from trialwright.analysis.displays.word import pictures_of

    document = make_document(Told(made.study, dataset, made.say, made.language))
    files: dict[str, bytes] = {}
    written: list[str] = []
    # Typst takes longest, does one thing after another, and gives Python's lock away: first it draws the pictures that
    # the DOCX waits for, then it sets the PDF while the other formats are written.
    with ThreadPoolExecutor(1) as setting, ThreadPoolExecutor(1) as writing:
        pictures = setting.submit(pictures_of, document) if "docx" in formats else None
        making = {
            one: (setting if one == "pdf" else writing).submit(files_of, one, dataset, document, pictures)
            for one in formats
        }
    for one in formats:
        try:
            files |= making[one].result()
            written.append(one)
        except (FontMissingError, NotSetError) as error:
            template = FONT if isinstance(error, FontMissingError) else REFUSED
            said = template.format(name=one, font=error, why=error)
            if is_asked:
                raise UserError(said) from error
            note(said)
    return files | {ARS: write_ars(made.study, dataset, outputs_of(document, tuple(written)))}


def write_data(dataset: "ResultsDataset") -> dict[str, bytes]:
    """The results that everything else is made of."""
    from trialwright.analysis.ard_files import (
        write_lists_csv,
        write_records_csv,
        write_results_csv,
        write_results_json,
    )

    return {
        "results.json": write_results_json(dataset),
        "results.csv": write_results_csv(dataset),
        "lists.csv": write_lists_csv(dataset),
        "records.csv": write_records_csv(dataset),
    }


def files_of(
    name: str,
    dataset: "ResultsDataset",
    document: "Document",
    pictures: "Future[dict[str, bytes]] | None" = None,
) -> dict[str, bytes]:
    """pictures: of the DOCX, which are being made. Raises FontMissingError where the fonts that the text needs are not
    there, NotSetError where none has a letter."""
    from trialwright.analysis.displays.page_html import write_html
    from trialwright.analysis.displays.pdf import write_pdf
    from trialwright.analysis.displays.rtf import write_rtf_files
    from trialwright.analysis.displays.word import write_docx

    if name == "html":
        return {"report.html": write_html(document, dataset)}
    if name == "pdf":
        return {"report.pdf": write_pdf(document, dataset)}
    if name == "docx":
        return {
            "report.docx": write_docx(document, dataset, pictures.result() if pictures is not None else None)
        }
    if name == "rtf":
        return write_rtf_files(document, dataset)
    raise ValueError(f"{name} is none of {', '.join(PACKAGES)}")
