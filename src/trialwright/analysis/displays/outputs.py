"""What the displays of a report are called in CDISC ARS: outputs with their titles, footnotes and files."""

from collections.abc import Mapping

from trialwright.analysis.displays.model import Display, Document, Figure, caption

FILE_TYPES = ("pdf", "rtf")  # of the standard's list


def file_stem(display: Display) -> str:
    """
    >>> from trialwright.analysis.displays.model import Table
    >>> file_stem(Table("14.2.1", "Response", (), ()))
    'table-14-2-1'
    """
    kind = "figure" if isinstance(display, Figure) else display.kind
    return f"{kind}-{display.number.replace('.', '-')}"


def outputs_of(document: Document, formats: tuple[str, ...]) -> tuple[Mapping[str, object], ...]:
    return tuple(output_of(document, one, formats) for one in document.displays())


def output_of(document: Document, display: Display, formats: tuple[str, ...]) -> Mapping[str, object]:
    name, title = file_stem(display), caption(document.words, display)
    notes = [
        {"order": order, "subSection": {"id": f"{name}.note.{order}", "text": text}}
        for order, text in enumerate(display.notes, 1)
    ]
    heading = [{"order": 1, "subSection": {"id": f"{name}.title", "text": title}}]
    sections = [{"sectionType": "Title", "orderedSubSections": heading}]
    if notes:
        sections.append({"sectionType": "Footnote", "orderedSubSections": notes})
    shown = {"id": f"{name}.display", "name": title, "displayTitle": title, "displaySections": sections}
    written: dict[str, object] = {
        "id": name,
        "name": title,
        "version": 1,
        "displays": [{"order": 1, "display": shown}],
    }
    places = {"pdf": "report.pdf"} | ({} if isinstance(display, Figure) else {"rtf": f"tables/{name}.rtf"})
    files = [
        {"name": places[one], "location": places[one], "fileType": {"controlledTerm": one}}
        for one in FILE_TYPES
        if one in formats and one in places
    ]
    return written | ({"fileSpecifications": files} if files else {})
