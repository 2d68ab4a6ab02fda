"""What the site enters for the participant: told by telephone, or copied from paper."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from trialwright.ledger.apply import Happening, advance
from trialwright.ledger.casebook import Casebook, DiaryEntry, RecordKey
from trialwright.ledger.commands import Actor, EnterDiary, Moment
from trialwright.ledger.decide import decide
from trialwright.ledger.diary_entries import Group, groups_at, repeat_of
from trialwright.ledger.events import Draft, QueryOpened
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.rights import Denied
from trialwright.ledger.visible import visible
from trialwright.schedule.diary import Occasion
from trialwright.store.messages import problem as stored_problem
from trialwright.store.submit import log_fault
from trialwright.study.model import Ask, Form, Item
from trialwright.values.dates import parse_date, parse_time
from trialwright.values.problem import Problem
from trialwright.values.words import words_of
from trialwright.web.diaries.choice import SiteSource
from trialwright.web.diaries.looking import Looking
from trialwright.web.forms.posted import Place, Posted, read_posted
from trialwright.web.forms.preview import ROUNDS
from trialwright.web.forms.problems import item_of
from trialwright.web.forms.state import is_asked
from trialwright.web.messages import problem

# Fields of the page that are no items; an item's id has no dot.
DATE, TIME, REASON, CORRECTS, STANDS = "told.date", "told.time", "told.reason", "told.corrects", "told.stands"
AHEAD: Final = "ahead"  # the id of an entry that is looked at before it is sent
FIELDS: Final = ("command", DATE, TIME, REASON, CORRECTS, STANDS)


@dataclass(frozen=True)
class Telling:
    """One occasion that the site enters. The form as the version has it that is active now."""

    looking: Looking
    source: SiteSource
    occasion: Occasion

    @property
    def book(self) -> Casebook:
        return self.looking.book

    @property
    def form(self) -> Form:
        return self.book.study.forms[self.occasion.form]

    @property
    def ask(self) -> Ask:
        assert self.form.ask is not None
        return self.form.ask

    @property
    def items(self) -> tuple[Item, ...]:
        """What is asked for here: no picture is drawn, and what is reckoned is reckoned."""
        every = self.form.items.values()
        return tuple(item for item in every if item.derive is None and item.widget != "drawing")

    @property
    def standing(self) -> DiaryEntry | None:
        """The entry that stands at the occasion; what is told whenever has an occasion of its own each time."""
        return self.groups[0].standing if self.groups else None

    @property
    def groups(self) -> tuple[Group, ...]:
        """What counts at the occasion."""
        if self.ask.kind == "whenever":
            return ()
        return groups_at(self.book.entries, self.key(AHEAD))

    def key(self, entry: str) -> RecordKey:
        """Of the record that an entry of that id belongs to, if it corrects none."""
        return (self.occasion.visit, self.form.id, repeat_of(self.ask, self.occasion.day, entry))

    @property
    def place(self) -> Place:
        """For problems and fields; the row is that of no record."""
        return Place(self.book.participant, self.occasion.visit, self.form.id)


@dataclass(frozen=True, slots=True)
class Told:
    """What came back from the page. entered: when it was told or written, None where that cannot be read; corrects:
    "yes", "no" or ""; stands: the entry that the page had shown, "" for none."""

    posted: Posted
    date: str = ""
    time: str = ""
    entered: datetime | None = None
    reason: str = ""
    corrects: str = ""
    stands: str = ""


def read_told(telling: Telling, post: Mapping[str, str]) -> Told:
    day, hour = words_of(post.get(DATE, "")), words_of(post.get(TIME, ""))
    form = replace(telling.form, items={item.id: item for item in telling.items})
    return Told(
        posted=read_posted(form, None, {**post, "base": "0"}, telling.place),
        date=day,
        time=hour,
        entered=_moment(day, hour, telling.looking.zone),
        reason=words_of(post.get(REASON, "")),
        corrects=post.get(CORRECTS, ""),
        stands=post.get(STANDS, ""),
    )


def _moment(day: str, hour: str, zone: str) -> datetime | None:
    """On the clock of the site."""
    date_text, time_text = parse_date(day), parse_time(hour)
    if date_text is None or time_text is None:
        return None
    whole = datetime.fromisoformat(f"{date_text}T{time_text}")
    return whole.replace(tzinfo=ZoneInfo(zone))


def command_of(telling: Telling, told: Told) -> EnterDiary:
    """told: with a time that could be read."""
    standing = telling.standing if told.corrects == "yes" else None
    assert told.entered is not None
    return EnterDiary(
        command_id=told.posted.command_id,
        participant=telling.book.participant,
        form=telling.form.id,
        visit=telling.occasion.visit,
        day=telling.occasion.day.isoformat(),
        items=told.posted.items,
        entered=told.entered,
        source=telling.source,
        root=standing.chain if standing else "",
        corrects=standing.id if standing else "",
        reason=told.reason or None,
    )


# ------------------------------------------------------------------ what would come of it


@dataclass(frozen=True, slots=True)
class Ahead:
    """What would come of answers. asked: whether each item is asked after them; None while that cannot be told. tells:
    what the study has said to the participant after such answers; read: items that were typed and could be read;
    has_failed: a rule of the study failed at them, so that nothing can be told."""

    asked: Mapping[str, bool | None]
    tells: tuple[str, ...] = ()
    read: frozenset[str] = frozenset()
    has_failed: bool = False


def look_ahead(telling: Telling, whole: Casebook, told: Told, *, by: Actor, at: Moment) -> Ahead:
    """whole: the casebook with nothing hidden. A rule that fails must not take away the page on which it was typed."""
    try:
        return _looked_ahead(telling, whole, told, by=by, at=at)
    except Denied:
        raise
    except Exception as fault:  # noqa: BLE001 - the rule is mended by others; who types is told so
        log_fault(told.posted.command_id, fault)
        return Ahead(dict.fromkeys((item.id for item in telling.items), None), has_failed=True)


def _looked_ahead(telling: Telling, whole: Casebook, told: Told, *, by: Actor, at: Moment) -> Ahead:
    """As if it corrected what stands, so that its own answers are looked at."""
    standing = telling.standing
    command = replace(
        command_of(telling, replace(told, entered=at.utc)),
        command_id=AHEAD,
        reason="-",
        root=standing.chain if standing else "",
        corrects=standing.id if standing else "",
    )
    drafts, read = _drafts(whole, command, by=by, at=at)
    book = whole
    for draft in drafts:
        happening = Happening(draft.body, draft.values, book.sequence + 1, book.site, book.study.hash)
        book = advance(book, happening)
    key = telling.key(AHEAD)
    return Ahead(
        _asked(telling, CasebookReader(visible(book, actor=by)), key), _tells(telling, drafts, key), read
    )


def _drafts(
    book: Casebook, command: EnterDiary, *, by: Actor, at: Moment
) -> tuple[tuple[Draft, ...], frozenset[str]]:
    """Items that cannot be read are left out, and the rest is tried again."""
    for _ in range(ROUNDS):
        decided = decide(book, command, by=by, at=at)
        if not decided.problems:
            return decided.drafts, frozenset(command.items)
        stopped = {item_of(one.where) for one in decided.problems}
        command = replace(
            command, items={item: one for item, one in command.items.items() if item not in stopped}
        )
    return (), frozenset()


def _tells(telling: Telling, drafts: tuple[Draft, ...], key: RecordKey) -> tuple[str, ...]:
    """In the language of the page: whoever is on the telephone says it to the participant."""
    study = telling.book.study
    texts = {check.id: check.tell for check in telling.form.checks if check.tell}
    opened = (draft.body for draft in drafts if isinstance(draft.body, QueryOpened))
    found = (
        texts[body.check]
        for body in opened
        if (body.visit, body.form, body.repeat) == key and body.check in texts
    )
    return tuple(study.say(text, telling.looking.language) for text in dict.fromkeys(found))


def _asked(telling: Telling, reader: CasebookReader, key: RecordKey) -> dict[str, bool | None]:
    """reader: of the casebook as it would be, as the person would see it."""
    visit, _, repeat = key
    return {item.id: is_asked(reader, telling.form, item, (visit, repeat)) for item in telling.items}


# ------------------------------------------------------------------ what is lacking


def check_told(telling: Telling, told: Told, ahead: Ahead) -> tuple[Problem, ...]:
    """What the page asks for besides what the ledger would say."""
    found = list(told.posted.problems)
    if told.entered is None:
        code = "call-time" if telling.source == "telephone" else "sheet-time"
        found.append(problem(code, DATE))
    elif told.entered > telling.looking.now:
        found.append(_ahead_of(telling.looking.now, told.entered))
    if telling.standing is not None and told.corrects not in ("yes", "no"):
        found.append(problem("choose-corrects", CORRECTS))
    if not told.posted.items and not told.posted.problems:
        found.append(problem("entry-blank", ""))
        return tuple(found)
    return (*found, *_check_answers(telling, told, ahead))


def _ahead_of(now: datetime, entered: datetime) -> Problem:
    """With the hours: it may be later on this very day."""
    here = now.astimezone(entered.tzinfo)
    time, hour = f"{entered:%H:%M}", f"{here:%H:%M}"
    return problem("time-ahead", DATE, date=entered.date(), time=time, today=here.date(), now=hour)


def _check_answers(telling: Telling, told: Told, ahead: Ahead) -> tuple[Problem, ...]:
    """An entry is whole when it is sent: each question that is asked has its answer, or the reason why there is none;
    and none that is not."""
    if ahead.has_failed:
        return (stored_problem("rule-fails-entry", ""),)
    asked, found = ahead.asked, list[Problem]()
    failed = {item_of(one.where) for one in told.posted.problems}
    for item in telling.items:
        is_given = item.id in told.posted.items
        where = telling.place.where(item.id)
        if is_given and asked[item.id] is False and item.id in ahead.read:
            found.append(problem("answer-not-asked", where))
        if not is_given and not item.is_optional and asked[item.id] and item.id not in failed:
            found.append(problem("answer-left", where))
    return tuple(found)
