"""The bias guard: a form may keep the scores of earlier visits from those who assess, until they ask for them by an act
of its own in the log."""

from trialwright.ledger.casebook import Casebook, Record, RecordKey
from trialwright.ledger.commands import Actor, ShowEarlierScores
from trialwright.ledger.compiled import ROWS, Dependent, compiled
from trialwright.ledger.course import Decided, refused
from trialwright.ledger.events import Draft, EarlierScoresShown
from trialwright.ledger.messages import problem
from trialwright.ledger.places import Target, check_target
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.records import holds_data
from trialwright.ledger.rights import require_enter
from trialwright.ledger.visible import Hidden, with_derived
from trialwright.study.model import Study


def decide_show_earlier(book: Casebook, command: ShowEarlierScores, *, by: Actor) -> Decided:
    """Who may enter the form may look; who looked already looks again without a further event."""
    form = book.study.forms.get(command.form)
    if form is None:
        return refused(problem("no-such-form", command.form, form=command.form))
    require_enter(book.study, by, form, book.site)
    target, reader = Target(command.visit, form, command.repeat), CasebookReader(book)
    problems = check_target(reader, target)
    if not problems and form.earlier_scores != "hidden":
        problems = (problem("earlier-not-hidden", target.where),)
    if not problems and not earlier_records(reader, command.visit, form.id):
        problems = (problem("nothing-earlier", target.where),)
    if problems:
        return refused(*problems)
    key = (command.visit, command.form, command.repeat)
    if was_shown(book, key, by.account):
        return Decided()
    return Decided((Draft(EarlierScoresShown(by.account, *key)),))


def was_shown(book: Casebook, key: RecordKey, account: str) -> bool:
    """Whether this account opened the earlier scores on the page of that record."""
    return any(
        (shown.account, shown.visit, shown.form, shown.repeat) == (account, *key)
        for shown in book.earlier_shown
    )


def earlier_records(reader: CasebookReader, visit: str, form: str) -> tuple[Record, ...]:
    """The records of a form at the visits before this one, the nearest first."""
    keys = list(reader.visit_keys())
    before = keys[: keys.index(visit)] if visit in keys else []
    records = (reader.book.records.get((key, form, 0)) for key in reversed(before))
    return tuple(record for record in records if record is not None and holds_data(record))


def telling_of_earlier(study: Study, form: str) -> Hidden:
    """What of a form is reckoned from its values at other visits, such as the change from baseline, and the edit
    checks that compare with them: to see one of these is to see an earlier score."""
    index = compiled(study)
    direct = (one for one in index.derived_of[form] if _reads_elsewhere(one, form))
    items = with_derived(study, frozenset((one.form, one.item) for one in direct))
    paths = {*items, *((form, item) for item in study.forms[form].items)}
    asked = (one for path in paths for one in index.checks.get(path, ()))
    checks = frozenset(
        one.check.id
        for one in asked
        if one.check is not None and (_reads_elsewhere(one, form) or one.here & items)
    )
    return Hidden(items, checks)


def _reads_elsewhere(dependent: Dependent, form: str) -> bool:
    return any(name == form and item != ROWS for name, item in dependent.elsewhere)
