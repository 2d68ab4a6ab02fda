"""The page beside the program in R: what it computes again, and which numbers and files it does not compare."""

from collections.abc import Iterable

from trialwright.analysis.ard import Statistic
from trialwright.analysis.markup import element, join, table
from trialwright.analysis.page import Report, frame, link
from trialwright.analysis.statistic_labels import method_text, statistic_label

PAGE = "r/index.html"
PROGRAM = "check.R"


def render_r_page(report: Report, unchecked: Iterable[Statistic]) -> bytes:
    """unchecked: the numbers that the program does not compute again."""
    kinds: dict[tuple[str, str], list[Statistic]] = {}
    for one in unchecked:
        kinds.setdefault((one.statistic, one.method), []).append(one)
    head = tuple(report.text(word) for word in ("Statistic", "Method", "How many numbers"))
    rows = tuple(
        (
            join(statistic_label(report, found[0]), " ", element("code", statistic)),
            method_text(report, found[0]),
            len(found),
        )
        for (statistic, _), found in sorted(kinds.items())
    )
    return frame(
        report,
        report.text("Numbers that R computes again"),
        "../",
        element("p", link(PROGRAM, PROGRAM)),
        *(element("p", one) for one in said(report)),
        element("h2", report.text("Not computed again")),
        table(head, rows, report.text("Not computed again"), class_="cards"),
        trail=link(report.text("Results"), "../index.html"),
    )


def said(report: Report) -> tuple[str, ...]:
    return (
        report.text(
            "The program computes numbers of this report once more, from the datasets beside it, and calls nothing of Trialwright; run it in its folder with Rscript check.R."
        ),
        report.text(
            "Of results.csv it compares each number for which R has a way of its own, and the text of every number with the number. Sums of what the report itself tells one by one, such as who counts how, it adds up; they say nothing of the data."
        ),
        report.text(
            "In report.html it compares each number in a cell of a table with the results that the cell names. It does not compare the figures, words and listings of that page, the other pages, PDF, DOCX and RTF, nor records, codes, dates and names; `trialwright report --verify` does."
        ),
    )
