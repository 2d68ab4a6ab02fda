"""What every page of the report shares: whose report it is, its words, its frame and its links."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from trialwright.analysis.conduct import NOTHING_KNOWN, Conduct
from trialwright.analysis.markup import REMEMBERED, Child, Markup, element, join
from trialwright.analysis.messages import NO_CONTROL, STAMP_WORDS
from trialwright.analysis.render import render_time
from trialwright.analysis.results import Results
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.events import Sealed
from trialwright.ledger.rights import PARTICIPANT
from trialwright.study.model import Study

LONGEST_ANCHOR = 64
PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Person:
    """One participant's casebook and the events that it was made of, in their order."""

    book: Casebook
    events: tuple[Sealed, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Of what the report was made. cut: UTC of the data cut; heads: sha256 over the heads of all chains; moments: site ->
    UTC of its last event that counts; environment: program -> version."""

    cut: str
    heads: str
    software: str
    is_draft: bool = True
    moments: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """All that pages are made of.

    people: everybody whom the results name. say: translates the report's own texts. authors: account id -> name,
    of those who have one; events of others show the id that they carry. files: other forms of the report, from its folder.
    versions: hash -> definition, of those under which events were entered.
    """

    study: Study
    results: Results
    people: Mapping[str, Person]
    provenance: Provenance
    language: str = "en"
    say: Callable[[str], str] = str
    authors: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    conduct: Conduct = NOTHING_KNOWN
    versions: Mapping[str, Study] = field(default_factory=dict)

    def text(self, english: str, **parts: object) -> str:
        """A sentence of the report, translated, its {parts} filled in."""
        said = self.say(english)
        return said.format(**parts) if parts or "{" in said else said

    def name(self, english: str) -> str:
        """A text of the study in the reader's language."""
        return self.study.say(english, self.language)

    def code(self, participant: str) -> str:
        return self.results.codes.get(participant) or participant

    def author(self, actor: str) -> str:
        """Whoever enters a diary by phone has no account, and is known by the code."""
        role, _, participant = actor.partition(":")
        if role == PARTICIPANT and participant:
            return self.text("Participant {code}", code=self.code(participant))
        return self.authors.get(actor) or actor

    def visit(self, key: str) -> str:
        """The label of a visit key: "Week 16", "Unscheduled 2"; an analysis keeps what it displaced as "W34#seen"."""
        identity, _, number = key.partition("#")
        visit = self.study.visits.get(identity)
        label = self.name(visit.label) if visit else identity
        return f"{label} {number}" if number.isdigit() else label


@lru_cache(maxsize=REMEMBERED)
def page_name(text: str) -> str:
    """A file name of an id: itself where it is plain, else its digest, so that no id leads out of the folder.

    >>> page_name("p-01"), len(page_name("../x"))
    ('p-01', 16)
    """
    return text if PLAIN_NAME.fullmatch(text) else hashlib.sha256(text.encode()).hexdigest()[:16]


def anchor(*parts: str | int) -> str:
    """An id for a link to jump to.

    >>> anchor("v", "UNS#2", "score", 0, "total")
    'v-UNS_2-score-0-total'
    """
    return "-".join([anchored(str(part)) for part in parts])


@lru_cache(maxsize=REMEMBERED)
def anchored(part: str) -> str:
    return re.sub(r"[^\w.]", "_", part)


def result_anchor(identity: str) -> str:
    """An id of an element for the id of a result; no two results have the same. The same result has the same in every
    report. A long id, or one that holds what somebody wrote (a term, a message), stands by its digest.

    >>> result_anchor("course/score.total/W16:median"), result_anchor("deviations/DVTERM=>Late.:events")
    ('course-2f-score.total-2f-W16-3a-median', 'deviations-29d5538db827')
    """
    plain = re.sub(r"[^\w.]", lambda found: f"-{ord(found[0]):x}-", identity)
    if len(plain) <= LONGEST_ANCHOR and "=" not in identity:
        return plain
    first = anchored(re.split(r"[/:]", identity, maxsplit=1)[0])[:LONGEST_ANCHOR]
    return f"{first}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"


def result_path(analysis: str, identity: str) -> str:
    """The place where a number has its rows, from the report's folder."""
    return f"trace/{page_name(analysis)}.html#{result_anchor(identity)}"


def link(text: Child, href: str, **attributes: str) -> Markup:
    return element("a", text, href=href, **attributes)


def number_link(report: Report, text: str, href: str, *, large: bool = False) -> Markup:
    """A number that opens what stands behind it."""
    name = report.text("{number}, opens its rows", number=text)
    return link(text, href, class_="number large" if large else "number", aria_label=name)


def contents(report: Report, places: Iterable[tuple[str, str]]) -> Markup:
    """Links to the sections of a long page: their titles and ids."""
    items = (element("li", link(text, f"#{place}")) for text, place in places)
    return element("nav", element("ul", *items), aria_label=report.text("Contents"), class_="contents")


def definitions(*pairs: tuple[Child, Child]) -> Markup:
    """A list of names and what they are; pairs with an empty text are left out."""
    listed = [
        join(Markup("<dt>"), name, Markup("</dt><dd>"), what, Markup("</dd>"))
        for name, what in pairs
        if what != ""
    ]
    return element("dl", *listed)


def stamps(report: Report) -> Markup:
    texts = stamp_texts(
        is_draft=report.provenance.is_draft,
        is_rehearsal=report.results.is_rehearsal,
        is_blinded=is_blinded(report.study),
    )
    return element("ul", *(element("li", report.text(text)) for text in texts), class_="stamps")


def stamp_texts(*, is_draft: bool, is_rehearsal: bool, is_blinded: bool) -> tuple[str, ...]:
    """What a reader must know before any number, in every form of the report; in English."""
    said = {"draft": is_draft, "rehearsal": is_rehearsal, "blinded": is_blinded}
    return tuple(text for name, text in STAMP_WORDS.items() if said[name])


def is_blinded(study: Study) -> bool:
    """Whether the arm or an item is hidden from a role."""
    return bool(study.design.blinded) or any(
        item.blinded_until for form in study.forms.values() for item in form.items.values()
    )


def has_no_control(study: Study) -> bool:
    return study.design.model.strip().lower() in ("single group", "single_group") or len(study.arms) == 1


def notice(report: Report) -> Markup:
    """The sentence that stands with every efficacy result of a study without a control group."""
    return (
        element("p", report.text(NO_CONTROL), class_="notice") if has_no_control(report.study) else Markup("")
    )


def frame(report: Report, title: str, root: str, *content: Child, trail: Markup | None = None) -> bytes:
    """A whole page. root: the way to the report's folder, "" or "../"; trail: links back."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{title} – {report.study.id}"),
        element("link", rel="stylesheet", href=f"{root}report.css"),
    )
    top = element(
        "header",
        element("p", link(f"{report.study.id} · {report.name(report.study.title)}", f"{root}index.html")),
        stamps(report),
    )
    body = element(
        "body",
        link(report.text("Skip to the content"), "#content", class_="skip"),
        top,
        element("main", element("p", trail) if trail else "", element("h1", title), *content, id="content"),
        render_foot(report),
    )
    whole = element("html", head, body, lang=report.language)
    return f"<!DOCTYPE html>\n{whole}\n".encode()


def render_foot(report: Report) -> Markup:
    study, made = report.study, report.provenance
    lines = definitions(
        (report.text("Data cut"), render_time(made.cut)),
        (report.text("Definition"), f"{study.version} · {study.hash}"),
        (report.text("Seals of the data"), made.heads),
        (report.text("Software"), f"Trialwright {made.software}"),
    )
    return element("footer", lines, element("p", report.name(study.notice)) if study.notice else "")
