"""The report: a folder of pages that need no server. From a number three clicks lead to an event and its author."""

from collections.abc import Callable, Mapping

from trialwright.analysis.page import Person, Provenance, Report, page_name
from trialwright.analysis.pages_analysis import render_counted_pages, render_course_pages, render_flow_page
from trialwright.analysis.pages_index import render_index
from trialwright.analysis.pages_people import render_events_page, render_values_page
from trialwright.analysis.results import Results
from trialwright.analysis.stylesheet import STYLESHEET
from trialwright.study.model import Study


def write_report(
    study: Study,
    results: Results,
    people: Mapping[str, Person],
    provenance: Provenance,
    *,
    language: str = "en",
    say: Callable[[str], str] = str,
) -> dict[str, bytes]:
    """File name -> content. people: everybody whom the results name. say: translates the report's own texts.

    The same arguments give the same bytes.
    """
    report = Report(study, results, people, provenance, language, say)
    files = {"index.html": render_index(report), "report.css": STYLESHEET.encode()}
    for analysis in results.analyses:
        if analysis.method in ("one_proportion", "proportion_by_visit"):
            files.update(render_counted_pages(report, analysis))
        elif analysis.method == "by_visit":
            files.update(render_course_pages(report, analysis))
    files["analysis/flow.html"] = render_flow_page(report)
    for participant in results.codes:
        name = page_name(participant)
        files[f"participants/{name}.html"] = render_values_page(report, people[participant])
        files[f"events/{name}.html"] = render_events_page(report, people[participant])
    return files
