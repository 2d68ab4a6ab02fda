"""The report: a folder of pages that need no server. From a number three clicks lead to an event and its author."""

from trialwright.analysis.ard import ResultsDataset, contributions_of, statistics_of
from trialwright.analysis.page import Report, is_blinded, page_name
from trialwright.analysis.pages_analysis import render_counted_pages, render_course_pages, render_flow_page
from trialwright.analysis.pages_events import render_events_page
from trialwright.analysis.pages_index import render_index
from trialwright.analysis.pages_people import render_values_page
from trialwright.analysis.pages_trace import render_trace_pages
from trialwright.analysis.set_acts import set_acts
from trialwright.analysis.stylesheet import STYLESHEET


def write_report(report: Report, dataset: ResultsDataset | None = None) -> dict[str, bytes]:
    """File name -> content. The same report gives the same bytes. dataset: of the report, where it was made already."""
    whole = dataset or make_dataset(report)
    first = {"index.html": render_index(report, whole.by_analysis)}
    return first | write_people_pages(report) | write_pages(report, whole)


def write_people_pages(report: Report) -> dict[str, bytes]:
    """As of `write_report`: the values and the events of each participant. Of the results they tell nothing but codes."""
    files: dict[str, bytes] = {}
    for participant in report.results.codes:
        name, person = page_name(participant), report.people[participant]
        files[f"participants/{name}.html"] = render_values_page(report, person)
        files[f"events/{name}.html"] = render_events_page(report, person)
    return files


def write_pages(report: Report, dataset: ResultsDataset) -> dict[str, bytes]:
    """As of `write_report`: all that shows results, but for the first page, which names the files beside it."""
    files = {"report.css": STYLESHEET.encode()}
    for analysis in report.results.analyses:
        if analysis.method in ("one_proportion", "proportion_by_visit"):
            files.update(render_counted_pages(report, analysis))
        elif analysis.method == "by_visit":
            files.update(render_course_pages(report, analysis))
    files["analysis/flow.html"] = render_flow_page(report)
    return files | render_trace_pages(report, dataset)


def make_dataset(report: Report) -> ResultsDataset:
    """The results with where they come from; every other form of the report is made of it."""
    study, made, last = report.study, report.provenance, report.results.last_day
    return ResultsDataset(
        study.id,
        study.version,
        study.hash,
        made.cut,
        made.heads,
        made.software,
        made.is_draft,
        report.results.is_rehearsal,
        statistics_of(report.results),
        contributions_of(report.results),
        dict(sorted(report.results.codes.items())),
        report.results.problems,
        is_blinded(study),
        report.conduct,
        tuple(record for one in report.results.analyses for record in one.records),
        last.isoformat() if last else "",
        made.moments,
        made.environment,
        set_acts(report),
        *(day.isoformat() if day else "" for day in report.results.visited),
    )
