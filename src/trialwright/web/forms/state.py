"""How far a form at a visit is: what the matrix of forms by visits shows."""

from typing import Literal

from trialwright.expr.reader import NotAsked, NotEntered, Place
from trialwright.expr.record import evaluate
from trialwright.ledger.reader import VISIT, CasebookReader
from trialwright.ledger.records import is_gate
from trialwright.ledger.visible import sees_nothing_of
from trialwright.schedule.visits import visit_of
from trialwright.study.model import Form, Item, Study

FormState = Literal["planned", "to_do", "optional", "in_progress", "complete", "not_done", "not_asked"]


def is_log(form: Form) -> bool:
    """Whether a form has many rows."""
    return form.records in ("many", "many_visit")


def forms_at(study: Study, visit: str) -> tuple[Form, ...]:
    """The forms that the matrix names at a visit key; the visit's own date is no form of the list."""
    return tuple(study.forms[form] for form in study.forms_at(visit_of(visit)) if form != VISIT)


def record_visit(form: Form, visit: str) -> str:
    """The visit under which a form seen at a visit is recorded: none for forms of the participant."""
    return "" if form.records == "participant" else visit


def form_state(reader: CasebookReader, form: Form, visit: str) -> FormState:
    """The state of a form at a visit key. A form is to do once the visit has a date; one that only may be done there
    (End of study at a visit after which some go on) is never to do."""
    if sees_nothing_of(reader.book, form) or _is_not_asked(reader, form, visit):
        return "not_asked"
    record = reader.book.records.get((record_visit(form, visit), form.id, 0))
    if record is None or not record.items:
        return _state_without_record(reader, form, visit)
    if waits_for_rows(reader, form, visit):
        return "in_progress"
    return "complete" if not items_left(reader, form, record.visit, 0) else "in_progress"


def _is_not_asked(reader: CasebookReader, form: Form, visit: str) -> bool:
    if form.when is None:
        return False
    place = Place(visit or None, form.id)
    return evaluate(form.when.node, reader, place).value is False


def _state_without_record(reader: CasebookReader, form: Form, visit: str) -> FormState:
    held = reader.held().get(visit)
    if held is None:
        return "planned"
    if held.day is None:
        return "not_done"
    has_rows = (
        is_log(form) and form.gate is None and any(row.visit in ("", visit) for row in reader.rows(form.id))
    )
    if has_rows:
        return "complete"
    return "optional" if is_optional(reader.book.study, form, visit) else "to_do"


def waits_for_rows(reader: CasebookReader, form: Form, visit: str) -> bool:
    """The question above a list was answered with yes, and the list has no row: of the participant, or of that visit
    where rows belong to visits."""
    if not is_log(form) or reader.gate_answer(form.id, visit) is not True:
        return False
    return not any(row.visit in ("", visit) for row in reader.rows(form.id))


def is_optional(study: Study, form: Form, visit: str) -> bool:
    """Whether the form may be done at a visit key, and nobody misses it there."""
    return study.activities.get((form.id, visit_of(visit))) == "o"


def items_left(reader: CasebookReader, form: Form, visit: str, repeat: int) -> tuple[Item, ...]:
    """The items that are asked, not optional, and have neither a value nor a reason; those that are hidden from who
    looks do not count, filled or not."""
    if is_gate(form, repeat):
        return ()
    return tuple(
        item
        for item in form.items.values()
        if item.derive is None
        and not item.is_optional
        and (form.id, item.id) not in reader.book.hidden
        and isinstance(reader.state(form.id, item.id, visit, repeat), NotEntered)
    )


def asked_left(reader: CasebookReader, form: Form, visit: str, repeat: int) -> int:
    """How many of the items that are left are surely asked now; other answers may still open or close the rest."""
    left = items_left(reader, form, visit, repeat)
    return sum(is_asked(reader, form, item, (visit, repeat)) is True for item in left)


def is_asked(reader: CasebookReader, form: Form, item: Item, place: tuple[str, int]) -> bool | None:
    """Whether an item is asked at (visit, repeat): yes, no, or None while that cannot be told."""
    if item.when is None:
        return not isinstance(reader.state(form.id, item.id, *place), NotAsked)
    visit, repeat = place
    answer = evaluate(item.when.node, reader, Place(visit or None, form.id, repeat)).value
    return answer if isinstance(answer, bool) else None
