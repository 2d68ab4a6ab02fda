"""Which questions a form asks, what can be answered, and what is sent."""

from collections.abc import Mapping

import pytest
from tests.spec.phone_v8 import Phone

FORM = {
    "items": {
        "any": {"type": "boolean", "is_optional": False, "when": "", "derive": ""},
        "how": {"type": "integer", "low": 0, "high": 10, "is_optional": False, "when": "some", "derive": ""},
        "why": {"type": "text", "is_optional": True, "when": "much", "derive": ""},
        "sum": {"type": "integer", "is_optional": False, "when": "", "derive": "total"},
    },
    "pages": [{"items": ["any"]}, {"items": ["how"]}, {"items": ["why"]}, {"items": ["sum"]}],
    "checks": [{"rule": "much", "tell": {"en": "Call us."}}],
}
ASK = """(rule, answers) => rule === "some" ? (answers.any ? answers.any.v === "true" : null)
    : (answers.how ? Number(answers.how.v) >= 8 : null)"""
YES, NINE = {"v": "true"}, {"v": "9"}


@pytest.fixture(scope="module")
def phone() -> Phone:
    return Phone(["questions", "screens/lock", "sync"])


def ask(phone: Phone, name: str, answers: Mapping[str, object]) -> object:
    return phone.json(f"questions.{name}(form, answers, {ASK})", form=FORM, answers=answers)


@pytest.mark.parametrize(
    ("answers", "pages"),
    [
        ({}, [0]),
        ({"any": {"v": "false"}}, [0]),
        ({"any": {"m": "refused"}}, [0]),
        ({"any": YES}, [0, 1]),
        ({"any": YES, "how": NINE}, [0, 1, 2]),
        ({"any": {"v": "false"}, "how": NINE}, [0]),
    ],
)
def test_a_page_is_asked_when_its_rule_is_true(
    phone: Phone, answers: Mapping[str, object], pages: list[int]
) -> None:
    found = ask(phone, "pagesOf", answers)

    assert isinstance(found, list)
    assert [page["index"] for page in found] == pages


def test_an_answer_to_what_is_asked_no_more_does_not_count(phone: Phone) -> None:
    answers = {"any": {"v": "false"}, "how": NINE, "why": {"v": "x"}}

    assert ask(phone, "standing", answers) == {"any": {"v": "false"}}
    assert ask(phone, "toldBy", answers) == []


def test_what_the_protocol_says_is_told_when_its_rule_holds(phone: Phone) -> None:
    assert ask(phone, "toldBy", {"any": YES, "how": NINE}) == [{"en": "Call us."}]
    assert ask(phone, "toldBy", {"any": YES, "how": {"v": "2"}}) == []


def test_what_is_optional_may_stay_open(phone: Phone) -> None:
    first = ask(phone, "firstOpen", {"any": YES})
    assert isinstance(first, dict)
    assert first["index"] == 1
    assert ask(phone, "firstOpen", {"any": YES, "how": NINE}) is None


@pytest.mark.parametrize(
    ("item", "typed", "expected"),
    [
        ({"type": "integer", "low": 0, "high": 40}, " 7 ", {"v": "7"}),
        ({"type": "integer", "low": "0", "high": "40"}, "７", {"v": "7"}),
        ({"type": "integer", "low": 0, "high": 40}, "41", {"problem": "out_of_range", "low": 0, "high": 40}),
        ({"type": "integer", "low": 0, "high": 40}, "-1", {"problem": "out_of_range", "low": 0, "high": 40}),
        ({"type": "integer"}, "3.5", {"problem": "not_whole", "high": 0}),
        ({"type": "integer"}, "three", {"problem": "not_a_number"}),
        ({"type": "integer"}, "1e3", {"problem": "not_a_number"}),
        ({"type": "integer"}, "1" * 41, {"problem": "not_a_number"}),  # more than an entry could take
        ({"type": "integer"}, "  ", None),
        ({"type": "decimal", "decimals": 1}, "2,5", {"v": "2.5"}),
        ({"type": "decimal", "decimals": 1}, "2.55", {"problem": "too_fine", "high": 1}),
        ({"type": "text", "length": 3}, "four", {"problem": "too_long", "high": 3}),
        ({"type": "text", "length": 9}, " a, b ", {"v": "a, b"}),
        ({"type": "time"}, "08:30", {"v": "08:30"}),
    ],
)
def test_what_is_typed_is_taken_or_refused_with_its_reason(
    phone: Phone, item: object, typed: str, expected: object
) -> None:
    assert phone.json("questions.readTyped(item, typed)", item=item, typed=typed) == expected


@pytest.mark.parametrize(
    ("kind", "parts", "expected"),
    [
        ("date", ["2026", "3", "7"], {"v": "2026-03-07"}),
        ("date", ["2026", "２", "28"], {"v": "2026-02-28"}),
        ("date", ["2026", "2", "29"], {"problem": "date_wrong"}),
        ("date", ["26", "3", "7"], {"problem": "date_wrong"}),
        ("date", ["2026", "3", ""], {"problem": "date_wrong"}),
        ("date", ["1700", "3", "7"], {"problem": "year_early"}),
        ("date", ["2030", "3", "7"], {"v": "2030-03-07"}),  # a form may ask of what is planned
        ("date", ["", "", ""], None),
        ("partial_date", ["2026", "3", ""], {"v": "2026-03"}),
        ("partial_date", ["2026", "", ""], {"v": "2026"}),
        ("partial_date", ["2026", "", "4"], {"problem": "date_wrong"}),
        ("partial_date", ["2026", "13", ""], {"problem": "date_wrong"}),
    ],
)
def test_a_date_of_three_boxes(phone: Phone, kind: str, parts: list[str], expected: object) -> None:
    assert phone.json("questions.readDate(item, parts)", item={"type": kind}, parts=parts) == expected


@pytest.mark.parametrize(
    ("typed", "clock", "problem"),
    [
        ("1980", 2026, ""),
        ("1900", 2026, ""),
        ("1899", 2026, "year_early"),
        ("1700", 2026, "year_early"),
        ("2026", 2026, ""),
        ("2030", 2026, "year_future"),
        ("2030", 2031, ""),
        ("2020", 1970, ""),  # a clock that was never set
        ("80", 2026, "year_missing"),
        ("19800", 2026, "year_missing"),
        ("198o", 2026, "year_missing"),
    ],
)
def test_a_year_of_birth_is_told_what_is_wrong_with_it(
    phone: Phone, typed: str, clock: int, problem: str
) -> None:
    found = phone.json("questions.problemOfYear(typed, {getFullYear: () => clock})", typed=typed, clock=clock)

    assert found == problem


def test_a_range_of_up_to_eleven_whole_numbers_is_a_scale(phone: Phone) -> None:
    def is_scale(**item: object) -> object:
        return phone.json("questions.isScale(item)", item=item)

    assert is_scale(type="integer", low="0", high="10") is True
    assert is_scale(type="integer", low=0, high=11) is False
    assert is_scale(type="integer", low=0, high=None) is False
    assert is_scale(type="decimal", low=0, high=10) is False
    assert phone.json("questions.scaleValues({low: '1', high: '4'})") == ["1", "2", "3", "4"]


FORMS = {"day": {"kind": "day", "opens": 1080, "closes": 2160, "items": {"itch": {}}}, "told": {"kind": "whenever", "opens": 0, "closes": 0}}  # fmt: skip
BEGUN = """questions.newFlow({id: "f", kind, form, visit: "", day: "2026-11-01", definition: "d1", now: new Date("2026-11-01T10:00:00Z"), answers})"""


@pytest.mark.parametrize(
    ("kind", "form", "wall", "hours", "is_expired"),
    [
        ("entry", "day", "2026-11-02T11:59", 26, False),
        ("entry", "day", "2026-11-02T12:00", 26, True),
        ("late", "day", "2026-11-05T12:00", 23, False),
        ("late", "day", "2026-11-05T12:00", 25, True),
        ("correction", "day", "2026-11-05T12:00", 25, True),
        ("entry", "told", "2026-11-01T18:00", 2, False),
        ("entry", "told", "2026-11-03T18:00", 48, True),
        ("entry", "gone", "2026-11-01T18:00", 1, True),
    ],
)
def test_answers_not_sent_go_with_their_window(
    phone: Phone, kind: str, form: str, wall: str, hours: int, is_expired: bool
) -> None:
    moment = f'new Date(Date.parse("2026-11-01T10:00:00Z") + {hours} * 3600000)'
    found = phone.json(
        f"questions.isExpired({BEGUN}, forms, {moment}, wall)",
        kind=kind,
        form=form,
        wall=wall,
        forms=FORMS,
        answers={},
    )

    assert found is is_expired


def test_a_draft_goes_on_under_a_new_definition_with_what_is_still_asked(phone: Phone) -> None:
    found = phone.json(
        f'questions.refit({BEGUN}, "d2", forms)',
        kind="entry",
        form="day",
        forms=FORMS,
        answers={"itch": {"v": "3"}, "gone": {"v": "1"}},
    )

    assert isinstance(found, dict)
    assert (found["definition"], found["answers"]) == ("d2", {"itch": {"v": "3"}})


@pytest.mark.parametrize(
    ("wrong", "waits"),
    [(0, 0), (4, 0), (5, 30_000), (6, 60_000), (7, 120_000), (12, 3_600_000), (40, 3_600_000)],
)
def test_each_wrong_pin_after_the_fifth_waits_longer(phone: Phone, wrong: int, waits: int) -> None:
    assert phone.json("lock.waitMs(wrong, 1000, 1000)", wrong=wrong) == waits
    assert phone.json("lock.waitMs(wrong, 1000, 1000 + waits)", wrong=wrong, waits=waits) == 0


def test_a_clock_that_is_set_back_does_not_shorten_the_wait(phone: Phone) -> None:
    assert phone.json("lock.waitMs(5, 1000000, 0)") == 30_000


@pytest.mark.parametrize(
    ("pin", "problem"),
    [
        ("274951", ""),
        ("27495", "short"),
        ("2749510", "short"),
        ("27495a", "short"),
        ("111111", "simple"),
        ("123456", "simple"),
        ("987654", "simple"),
    ],
)
def test_a_pin_has_six_digits_that_are_no_run(phone: Phone, pin: str, problem: str) -> None:
    assert phone.json("lock.problemOfPin(one)", one=pin) == problem


def test_waits_between_tries_double_to_ten_minutes_with_jitter(phone: Phone) -> None:
    found = phone.json("[0, 1, 2, 7, 60].map((n) => [sync.delayMs(n, () => 0), sync.delayMs(n, () => 1)])")

    assert found == [[2500, 5000], [5000, 10000], [10000, 20000], [300000, 600000], [300000, 600000]]


STANDING = {"id": "e1", "form": "day", "is_standing": True}
PAST = [STANDING, {**STANDING, "id": "e2", "is_standing": False}, {**STANDING, "id": "e3", "form": "gone"}]


@pytest.mark.parametrize(
    ("newest", "has_changed", "ids"),
    [({"package": "d1"}, False, ["e1"]), ({"package": "d2"}, True, []), ({}, False, ["e1"])],
    ids=["the same", "a newer one", "a server that does not tell"],
)
def test_nothing_is_corrected_while_the_phone_lacks_the_newest_questions(
    phone: Phone, newest: dict[str, object], has_changed: bool, ids: list[str]
) -> None:
    own = {"digest": "d1", "forms": {"day": {}}}
    found = phone.json("questions.correctable(own, answer)", own=own, answer={"entries": PAST, **newest})

    assert isinstance(found, dict)
    assert (found["hasChanged"], [one["id"] for one in found["entries"]]) == (has_changed, ids)


def test_what_is_asked_no_more_falls_away(phone: Phone) -> None:
    assert phone.json("questions.asked({items: {itch: {}}}, {itch: {v: '3'}, gone: {v: '1'}})") == {
        "itch": {"v": "3"}
    }


SYNC = """(async () => {
  const [set, told] = [[], []];
  const timers = {set: (work, ms) => set.push({work, ms}), clear: () => {}};
  let at = 0;
  const sync1 = sync.openSync({send: async () => ({state: states[at++]}), told: (one) => told.push(one.state), alone: (work) => work(), timers, random: () => 1});
  await sync1.now();
  while (set.length < states.length) await set.at(-1).work();
  sync1.stop();
  await sync1.now();
  return {waits: set.map((one) => one.ms), told};
})()"""


def test_tries_come_less_often_until_one_succeeds_and_none_after_the_end(phone: Phone) -> None:
    states = ["offline", "later", "ok", "offline"]

    assert phone.json(SYNC, states=states) == {"waits": [5000, 10000, 300000, 5000], "told": states}


BACK = """(async () => {
  const set = [];
  const timers = {set: (work, ms) => set.push({work, ms}), clear: () => {}};
  const sync1 = sync.openSync({send: async () => ({state: "offline"}), told: () => {}, alone: (work) => work(), timers, random: () => 1});
  await sync1.now();
  await set.at(-1).work();
  await set.at(-1).work();
  await sync1.anew();
  return set.map((one) => one.ms);
})()"""


def test_waits_begin_anew_when_the_network_is_said_to_be_back(phone: Phone) -> None:
    assert phone.json(BACK) == [5000, 10000, 20000, 5000]
