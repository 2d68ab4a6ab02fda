"""The context of the eligibility page: each criterion with what it says, what it saw and what it needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext

from trialwright.expr.answer import Need
from trialwright.expr.reader import Known, Place, Source
from trialwright.expr.record import evaluate
from trialwright.expr.words import sentence
from trialwright.ledger.casebook import Record
from trialwright.ledger.criteria import (
    CriterionStatus,
    criteria_at,
    latest_decisions,
    lists_read,
)
from trialwright.ledger.reader import GATE
from trialwright.study.builtin import ELIGIBILITY_FORM
from trialwright.study.model import Criterion
from trialwright.values.datum import MISSING_REASONS, Value
from trialwright.web.calendar import visit_label
from trialwright.web.forms.aside import Aside, asides_of
from trialwright.web.forms.entry import base_of, contents_of, mark_for
from trialwright.web.forms.fill import gaps_of
from trialwright.web.forms.layout import layout_of
from trialwright.web.forms.opened import Opened, Typed
from trialwright.web.forms.problems import ProblemLine
from trialwright.web.forms.skeleton import skeleton_of
from trialwright.web.links import enrol_url, form_url, participant_url, visit_url
from trialwright.web.marks import CRITERIA, Mark
from trialwright.web.queries.lines import form_url_of, item_label, place_words
from trialwright.web.show import REASONS, show_date, show_datum

NEEDS: Final[dict[str, str | Promise]] = {
    "not_yet_entered": gettext_lazy("not yet entered"),
    "not_asked": gettext_lazy("not asked"),
    "unknown_code": gettext_lazy("the answer leaves it open"),
    "partial_date": gettext_lazy("it hangs on the missing part of a date"),
    "division_by_zero": gettext_lazy("the baseline is 0"),
    "no_baseline": gettext_lazy("there is no baseline"),
    "no_earlier_value": gettext_lazy("there is no earlier value"),
    "no_value": gettext_lazy("there is no value"),
    "open_list": gettext_lazy("the list is not complete"),
    "no_records": gettext_lazy("there are no rows"),
    "too_few": gettext_lazy("there are too few values"),
    "no_limit": gettext_lazy("the site's table has no limit"),
    "no_expiry": gettext_lazy("the stock does not know this kit"),
    "no_band": gettext_lazy("no band holds the value"),
}
DECISIONS: Final = {"eligible": gettext_lazy("Eligible"), "not_eligible": gettext_lazy("Not eligible")}


@dataclass(frozen=True, slots=True)
class Seen:
    """A value that a criterion used, or something it needs, with the page where it stands."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """elsewhere: at which other visits it is decided, where it is not decided here; it is shown so that nobody
    misses it."""

    kind: str
    id: str
    item: str
    text: str
    sentence: str
    attest: str
    answer: str
    error: str
    past_url: str
    mark: Mark | None
    used: tuple[Seen, ...] = ()
    needs: tuple[Seen, ...] = ()
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    title: str
    criteria: tuple[CriterionLine, ...]


@dataclass(frozen=True, slots=True)
class EligibilityPage:
    code: str
    participant_url: str
    back_url: str
    visit_label: str
    visit_date: str
    decision_mark: Mark | None
    summary: str
    notices: tuple[str, ...]
    groups: tuple[Group, ...]
    others: SafeString
    base: int
    mark: str
    draft: str
    asides: tuple[Aside, ...]
    command_id: str
    decide_command_id: str
    has_answers: bool
    may_write: bool
    may_decide: bool
    only_reads: bool
    needs_reason: bool
    reason: str
    enrol_url: str


def eligibility_page(
    opened: Opened,
    typed: Typed | None = None,
    problems: tuple[ProblemLine, ...] = (),
    *,
    may_decide: bool,
    may_enrol: bool,
) -> EligibilityPage:
    """opened: the record of the attestations at the visit, or the visit where nothing is attested. typed: answers that
    were not saved. may_enrol: every decision says eligible, and the person may enrol."""
    book, visit = opened.book, opened.visit
    assert visit is not None
    found = criteria_at(book, visit.key)
    decided = latest_decisions(book)
    decision = decided.get(visit.key)
    record = record_of(opened)
    command_id, base, asides = str(uuid4()), base_of(opened, typed), asides_of(opened, typed)
    return EligibilityPage(
        code=book.code,
        participant_url=participant_url(book.study.id, book.participant),
        back_url=visit_url(book.study.id, book.participant, visit.key),
        visit_label=visit_label(book.study, visit.key, opened.language),
        visit_date=show_date(visit.held) if visit.held else "",
        decision_mark=_decision_mark(decision.decision) if decision else None,
        summary=_summary(found),
        notices=_notices(opened),
        groups=_groups(opened, found, typed, problems),
        others=_others(opened, typed, problems),
        base=base,
        mark=mark_for(opened, command_id, base, is_told=bool(asides)),
        draft=typed.draft_note if typed else "",
        asides=asides,
        command_id=command_id,
        decide_command_id=str(uuid4()),
        has_answers=has_answers(opened),
        may_write=opened.may_write and visit.held is not None,
        may_decide=may_decide and visit.held is not None,
        only_reads=not may_decide,
        needs_reason=record is not None and bool(record.items),
        reason=typed.reason if typed else "",
        enrol_url=enrol_url(book.study.id, book.participant) if may_enrol else "",
    )


def has_answers(opened: Opened) -> bool:
    """Whether the page asks anything: rules may tell all criteria of the visit."""
    return opened.form.id == ELIGIBILITY_FORM


def record_of(opened: Opened) -> Record | None:
    """What was answered."""
    return opened.record if has_answers(opened) else None


def _others(opened: Opened, typed: Typed | None, problems: tuple[ProblemLine, ...]) -> SafeString:
    """The items of the form that are no attestation of a criterion."""
    study, form = opened.book.study, opened.form
    attested = frozenset(criterion.lower() for criterion in study.criteria)
    if not has_answers(opened) or not set(form.items) - attested:
        return SafeString("")
    layout = layout_of(study, form.id, opened.language)
    gaps = gaps_of(layout, contents_of(opened, layout, typed, problems))
    return skeleton_of(study, form.id, opened.language, without=attested).fill(gaps)


def _decision_mark(decision: str) -> Mark:
    known = CRITERIA["met" if decision == "eligible" else "not_met"]
    return Mark(known.shape, known.tone, DECISIONS["eligible" if decision == "eligible" else "not_eligible"])


def _summary(found: Iterable[CriterionStatus]) -> str:
    states = [each.status for each in found]
    open_ones = states.count("unknown")
    failed = states.count("not_met")
    words = []
    if failed:
        text = ngettext("{count} criterion is not met.", "{count} criteria are not met.", failed)
        words.append(text.format(count=failed))
    if open_ones:
        text = ngettext(
            "{count} criterion cannot be told yet.", "{count} criteria cannot be told yet.", open_ones
        )
        words.append(text.format(count=open_ones))
    return " ".join(words) or gettext("Every criterion is met.")


def _notices(opened: Opened) -> tuple[str, ...]:
    study = opened.book.study
    return tuple(
        study.say(notice.text, opened.language)
        for notice in study.notices
        if evaluate(notice.when.node, opened.reader, Place(visit=opened.seen_at)).value is True
    )


def _groups(
    opened: Opened,
    found: tuple[CriterionStatus, ...],
    typed: Typed | None,
    problems: tuple[ProblemLine, ...],
) -> tuple[Group, ...]:
    errors = {line.field: line.text for line in problems}
    here = {each.criterion.id: each for each in found}
    lines = [
        _line(opened, here[criterion.id], typed, errors)
        if criterion.id in here
        else _elsewhere(opened, criterion)
        for criterion in opened.book.study.criteria.values()
    ]
    titles = (("inclusion", gettext("Inclusion criteria")), ("exclusion", gettext("Exclusion criteria")))
    groups = (
        Group(kind, title, tuple(line for line in lines if line.kind == kind)) for kind, title in titles
    )
    return tuple(group for group in groups if group.criteria)


def _line(
    opened: Opened, found: CriterionStatus, typed: Typed | None, errors: Mapping[str, str]
) -> CriterionLine:
    criterion, study = found.criterion, opened.book.study
    item = criterion.id.lower()
    record = record_of(opened)
    entry = record.items.get(item) if record else None
    answer = entry.datum.text if entry and isinstance(entry.datum, Value) else ""
    return CriterionLine(
        kind=criterion.kind,
        id=criterion.id,
        item=item,
        text=study.say(criterion.text, opened.language),
        sentence=rule_sentence(opened, criterion),
        attest=study.say(criterion.attest, opened.language) if criterion.attest else "",
        answer=typed.shown[item].raw if typed and item in typed.shown else answer,
        error=errors.get(item, ""),
        past_url=f"{form_url(study.id, opened.place, 'history')}?item={item}" if entry else "",
        mark=_mark(criterion, found.status),
        used=_all_used(opened, found) if criterion.rule else (),
        needs=tuple(dict.fromkeys(_need(opened, need) for need in found.answer.needs))
        if criterion.rule and found.status == "unknown"
        else (),
    )


def _elsewhere(opened: Opened, criterion: Criterion) -> CriterionLine:
    """A criterion of another visit: when it is decided, and what was found where it was."""
    study, decided = opened.book.study, latest_decisions(opened.book)
    words = []
    for visit in criterion.decided_at:
        text = gettext("Decided at {visit}").format(visit=visit_label(study, visit, opened.language))
        said = dict(decided[visit].criteria).get(criterion.id) if visit in decided else None
        words.append(f"{text}: {_mark(criterion, said).label}" if said else text)
    return CriterionLine(
        kind=criterion.kind,
        id=criterion.id,
        item=criterion.id.lower(),
        text=study.say(criterion.text, opened.language),
        sentence="",
        attest="",
        answer="",
        error="",
        past_url="",
        mark=None,
        elsewhere="; ".join(words),
    )


def _mark(criterion: Criterion, status: str) -> Mark:
    """An exclusion that does not apply reads "Not present": "met" would say the opposite of its text."""
    known = CRITERIA[status]
    if criterion.kind == "inclusion":
        return known
    words = {
        "met": gettext("Not present"),
        "not_met": gettext("Present"),
        "unknown": gettext("Cannot tell yet"),
    }
    return Mark(known.shape, known.tone, words[status])


def rule_sentence(opened: Opened, criterion: Criterion) -> str:
    study = opened.book.study
    if criterion.rule is None:
        return ""
    return sentence(
        criterion.rule.node,
        study.vocabulary,
        language=opened.language,
        say=lambda text: study.say(text, opened.language),
    )


def _all_used(opened: Opened, found: CriterionStatus) -> tuple[Seen, ...]:
    """The values, and of a list that has none the answer to its question: it is what the rule went by."""
    used = [_used(opened, source) for source in found.answer.used]
    forms = {source.form for source in found.answer.used}
    for form in lists_read(opened.book.study, found.criterion) - forms:
        used += _gates(opened, form)
    return tuple(dict.fromkeys(used))


def _gates(opened: Opened, form: str) -> list[Seen]:
    study, language = opened.book.study, opened.language
    found = []
    for visit in opened.reader.visit_keys():
        answer = opened.reader.gate_answer(form, visit)
        if answer is not None:
            words = gettext("Yes") if answer else gettext("No")
            label = f"{_where(opened, visit, form, 0)}: {item_label(study, form, GATE, language)}"
            found.append(Seen(f"{label} = {words}{_day(opened, visit)}", _url(opened, visit, form, 0)))
    return found


def _used(opened: Opened, source: Source) -> Seen:
    study, language = opened.book.study, opened.language
    form = study.forms.get(source.form)
    state = opened.reader.state(source.form, source.item, source.visit, source.repeat)
    if form is None or source.item not in form.items or not isinstance(state, Known):
        return Seen(_bare(opened, source, state), "")
    words = show_datum(study, form.items[source.item], state.datum, language)
    label = f"{_where(opened, source.visit, source.form, source.repeat)}: {item_label(study, source.form, source.item, language)}"
    day = _day(opened, source.visit)
    return Seen(f"{label} = {words}{day}", _url(opened, source.visit, source.form, source.repeat))


def _bare(opened: Opened, source: Source, state: object) -> str:
    datum = state.datum if isinstance(state, Known) else None
    text = datum.text if isinstance(datum, Value) else "–"
    return f"{source.form}.{source.item} = {text}"


def _day(opened: Opened, visit: str) -> str:
    held = opened.reader.held().get(visit)
    return f" ({show_date(held.day)})" if held and held.day else ""


def _where(opened: Opened, visit: str, form: str, repeat: int) -> str:
    return place_words(opened.book, visit, form, repeat, opened.language)


def _url(opened: Opened, visit: str, form: str, repeat: int) -> str:
    if form == "visit":
        return visit_url(opened.book.study.id, opened.book.participant, visit)
    records = opened.book.study.forms[form].records
    if records in ("visit", "many_visit") and not visit:
        return ""
    return form_url_of(opened.book, visit, form, repeat)


def _need(opened: Opened, need: Need) -> Seen:
    study, language = opened.book.study, opened.language
    reason = (need.note and study.say(need.note, language)) or _reason(need.reason)
    if need.form not in study.forms:
        return Seen(reason, "")
    label = _where(opened, need.visit, need.form, need.repeat)
    if need.item:
        label += f": {item_label(study, need.form, need.item, language)}"
    return Seen(f"{label} – {reason}", _url(opened, need.visit or "", need.form, need.repeat))


def _reason(reason: str) -> str:
    known = next((each for each in MISSING_REASONS if each == reason), None)
    return str(REASONS[known]) if known else str(NEEDS.get(reason, reason))
