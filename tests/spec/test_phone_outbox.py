"""The outbox never lets go of an entry without the server's result for it, whatever fails and whenever."""

import json

import pytest
from tests.spec.phone_v8 import Phone

# A store that keeps what IndexedDB keeps: each call is one transaction, and may be made to fail before or after it.
WORLD = """
const clone = (value) => JSON.parse(JSON.stringify(value));
function world({answers = [], fails = {}} = {}) {
  const state = {records: [], counter: 0, drafts: ["begun"], requests: [], calls: {}};
  const step = (name, work) => async (...given) => {
    state.calls[name] = (state.calls[name] ?? 0) + 1;
    const fault = fails[`${name} ${state.calls[name]}`];
    if (fault === "before") throw new Error("crash");
    const done = work(...given);
    if (fault === "after") throw new Error("crash");
    return clone(done ?? null);
  };
  const store = {
    add: step("add", (id, sealed, draft) => {
      const known = state.records.find((one) => one.id === id);
      if (known) return known.number;
      state.counter += 1;
      state.records.push({id, number: state.counter, sealed: clone(sealed)});
      state.drafts = state.drafts.filter((one) => one !== draft);
      return state.counter;
    }),
    list: step("list", () => state.records),
    remove: step("remove", (ids) => { state.records = state.records.filter((one) => !ids.includes(one.id)); }),
    count: step("count", () => state.records.length),
  };
  const seal = {
    close: step("close", (value, id) => ({sealed: JSON.stringify(value), id})),
    open: step("open", (sealed, id) => { if (sealed.id !== id) throw new Error("not its seal"); return JSON.parse(sealed.sealed); }),
  };
  const fetch = async (address, options) => {
    const body = JSON.parse(options.body);
    state.requests.push({address, body, token: options.headers.Authorization});
    const answer = answers[state.requests.length - 1] ?? "ok";
    if (answer === "down") throw new TypeError("no network");
    if (answer === "ok") return {status: 200, json: async () => ({results: body.entries.map((one) => ({id: one.id, state: "stored", flags: []}))})};
    if (answer === "half") return {status: 200, json: async () => ({results: body.entries.slice(1).map((one) => ({id: one.id, state: "kept_aside", flags: ["closed"]}))})};
    if (answer.poison) return {status: body.entries.some((one) => one.id === answer.poison) ? 422 : 200, json: async () => ({results: body.entries.map((one) => ({id: one.id, state: "stored"}))})};
    return {status: answer.status, json: async () => { if (answer.html) throw new SyntaxError("<"); return answer.body; }};
  };
  let ids = 0;
  const now = () => ({getFullYear: () => 2026, getMonth: () => 10, getDate: () => 1, getHours: () => 8, getMinutes: () => 5, getSeconds: () => 9, getTimezoneOffset: () => -480});
  const heard = step("heard", ({results}) => { state.heard = [...(state.heard ?? []), [results.map((one) => one.id), state.records.length]]; });
  const deps = {store, seal, fetch, heard, now, uuid: () => `made-${ids += 1}`, about: async () => ({token: "secret", package: "p1"}), app: "7"};
  return {state, box: outbox.openOutbox(deps)};
}
const entry = (id) => ({id, form: "day", visit: "", day: "2026-11-01", items: {itch: {v: "3"}}});
"""


@pytest.fixture(scope="module")
def phone() -> Phone:
    made = Phone(["outbox"])
    made.tell(WORLD)
    return made


def run(phone: Phone, steps: str, **world: object) -> dict[str, object]:
    """What the steps return, and the state of the world after them. `box` and `state` are at hand."""
    source = f"""(async () => {{
        const {{box, state}} = world(given);
        const said = await (async () => {{ {steps} }})();
        return {{said: said ?? null, ...state}};
    }})()"""
    found = phone.json(source, given=world)
    assert isinstance(found, dict)
    return found


def numbers(found: dict[str, object]) -> list[int]:
    records = found["records"]
    assert isinstance(records, list)
    return [one["number"] for one in records]


def ids_sent(found: dict[str, object]) -> list[list[str]]:
    requests = found["requests"]
    assert isinstance(requests, list)
    return [[one["id"] for one in request["body"]["entries"]] for request in requests]


ADD_3 = 'for (const id of ["e1", "e2", "e3"]) await box.add(entry(id));'


def test_an_entry_is_sent_as_the_protocol_says_and_leaves_on_its_result(phone: Phone) -> None:
    found = run(phone, 'await box.add(entry("e1")); return box.send();')

    requests = found["requests"]
    assert isinstance(requests, list)
    assert requests == [
        {
            "address": "/diary/api/sync",
            "token": "Bearer secret",
            "body": {
                "protocol": 1,
                "app": "7",
                "sent": "2026-11-01T08:05:09+08:00",
                "package": "p1",
                "entries": [
                    {
                        "id": "e1",
                        "form": "day",
                        "visit": "",
                        "day": "2026-11-01",
                        "items": {"itch": {"v": "3"}},
                        "number": 1,
                    }
                ],
            },
        }
    ]
    assert found["records"] == []
    said = found["said"]
    assert isinstance(said, dict)
    assert (said["state"], said["sent"], said["left"]) == ("ok", 1, 0)
    assert said["results"][0] == {
        "id": "e1", "state": "stored", "flags": [], "form": "day", "visit": "", "day": "2026-11-01"
    }  # fmt: skip


def test_what_is_kept_is_sealed(phone: Phone) -> None:
    found = run(phone, 'await box.add(entry("e1"));')

    assert found["records"] == [
        {"id": "e1", "number": 1, "sealed": {"id": "e1", "sealed": json.dumps(SEALED, separators=(",", ":"))}}
    ]


SEALED = {"id": "e1", "form": "day", "visit": "", "day": "2026-11-01", "items": {"itch": {"v": "3"}}}


def test_numbers_have_no_holes_and_go_on_after_what_was_sent(phone: Phone) -> None:
    found = run(phone, f'{ADD_3} await box.send(); await box.add(entry("e4")); await box.add(entry("e5"));')

    assert numbers(found) == [4, 5]


def test_many_at_once_get_each_a_number_of_their_own(phone: Phone) -> None:
    found = run(phone, "await Promise.all(Array.from({length: 20}, (_, at) => box.add(entry(`n${at}`))));")

    assert sorted(numbers(found)) == list(range(1, 21))


def test_the_same_entry_twice_keeps_its_number(phone: Phone) -> None:
    found = run(phone, 'return [await box.add(entry("e1")), await box.add(entry("e1")), await box.count()];')

    assert found["said"] == [{"id": "e1", "number": 1}, {"id": "e1", "number": 1}, 1]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("down", "offline"),
        ({"status": 500, "body": {}}, "later"),
        ({"status": 503, "html": True}, "later"),
        ({"status": 200, "html": True}, "later"),
        ({"status": 200, "body": {"hello": "guest"}}, "later"),
        ({"status": 200, "body": None}, "later"),
        ({"status": 401, "html": True}, "later"),
        ({"status": 401, "body": {"detail": "sign in to the hotel"}}, "later"),
        ({"status": 401, "body": {"state": "revoked"}}, "revoked"),
        ({"status": 401, "body": {"state": "unknown"}}, "unknown"),
        ({"status": 426, "body": {"state": "too_old"}}, "too_old"),
        ({"status": 413, "html": True}, "refused"),
        ({"status": 429, "body": {}}, "later"),
    ],
)
def test_without_a_result_nothing_leaves(phone: Phone, answer: object, state: str) -> None:
    found = run(phone, 'await box.add(entry("e1")); return box.send();', answers=[answer])

    assert numbers(found) == [1]
    said = found["said"]
    assert isinstance(said, dict)
    assert (said["state"], said["left"], said["sent"]) == (state, 1, 0)


def test_only_those_with_a_result_leave(phone: Phone) -> None:
    found = run(phone, f"{ADD_3} return box.send();", answers=["half", "down"])

    assert numbers(found) == [1]
    assert ids_sent(found) == [["e1", "e2", "e3"], ["e1"]]


def test_a_lost_answer_is_asked_for_again_with_the_same_id_and_number(phone: Phone) -> None:
    found = run(phone, 'await box.add(entry("e1")); await box.send(); await box.send();', answers=["down"])

    requests = found["requests"]
    assert isinstance(requests, list)
    assert requests[0]["body"]["entries"] == requests[1]["body"]["entries"]
    assert found["records"] == []


def test_what_the_server_cannot_read_does_not_hold_back_the_others(phone: Phone) -> None:
    found = run(phone, f"{ADD_3} return box.send();", answers=[{"poison": "e2"}] * 4)

    assert numbers(found) == [2]
    assert ids_sent(found) == [["e1", "e2", "e3"], ["e1"], ["e2"], ["e3"]]
    said = found["said"]
    assert isinstance(said, dict)
    assert (said["state"], said["sent"], said["left"]) == ("refused", 2, 1)


def test_more_than_one_request_can_carry_goes_in_several(phone: Phone) -> None:
    found = run(
        phone, "for (let at = 0; at < 450; at += 1) await box.add(entry(`n${at}`)); await box.send();"
    )

    assert [len(batch) for batch in ids_sent(found)] == [200, 200, 50]
    assert found["records"] == []


def test_large_drawings_go_in_several_requests(phone: Phone) -> None:
    add = 'await box.add({...entry(`n${at}`), items: {drawing: {v: "x".repeat(150000)}}});'
    found = run(phone, f"for (let at = 0; at < 5; at += 1) {{ {add} }} await box.send();")

    assert [len(batch) for batch in ids_sent(found)] == [2, 2, 1]


def test_one_sending_at_a_time(phone: Phone) -> None:
    found = run(phone, 'await box.add(entry("e1")); await Promise.all([box.send(), box.send(), box.send()]);')

    assert len(ids_sent(found)) == 1


def test_with_nothing_to_send_the_server_is_asked_all_the_same(phone: Phone) -> None:
    assert ids_sent(run(phone, "await box.send();")) == [[]]


@pytest.mark.parametrize("step", ["close 1", "add 1"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_while_adding_loses_neither_entry_nor_draft(phone: Phone, step: str, when: str) -> None:
    steps = 'try { await box.add(entry("e1"), "begun"); } catch {} return state.records.length;'

    crashed = run(phone, steps, fails={step: when})

    is_kept = crashed["said"] == 1
    assert is_kept == (step == "add 1" and when == "after")
    assert (crashed["drafts"] == []) == is_kept  # the draft goes in the transaction that keeps the entry

    again = run(
        phone,
        f"{steps.removesuffix(' return state.records.length;')} await box.add(entry('e1'), 'begun');",
        fails={step: when},
    )
    assert numbers(again) == [1]
    assert again["drafts"] == []


@pytest.mark.parametrize("step", ["list 1", "open 1", "open 2", "heard 1", "remove 1", "count 1"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_while_sending_loses_nothing(phone: Phone, step: str, when: str) -> None:
    steps = f"{ADD_3} try {{ await box.send(); }} catch {{}} await box.send(); await box.send();"

    found = run(phone, steps, fails={step: when})

    stored = {one for batch in ids_sent(found) for one in batch}
    assert stored == {"e1", "e2", "e3"}
    assert found["records"] == []


def test_that_the_server_took_an_entry_is_kept_before_it_is_let_go(phone: Phone) -> None:
    found = run(phone, f"{ADD_3} return box.send();", answers=["half"])
    assert found["heard"] == [[["e2", "e3"], 3], [["e1"], 1]]


def test_what_cannot_be_kept_of_the_answers_holds_back_no_entry(phone: Phone) -> None:
    add = "for (let at = 0; at < 450; at += 1) await box.add(entry(`n${at}`));"
    fails = {f"heard {number}": "before" for number in range(1, 7)}
    found = run(phone, f"{add} return (await box.send()).error.message;", fails=fails)
    assert found["said"] == "crash"
    assert [len(ids) for ids in ids_sent(found)] == [200, 200, 50]
    assert found["records"] == []


def test_what_could_not_be_kept_is_kept_with_the_room_that_the_entries_leave(phone: Phone) -> None:
    found = run(phone, f"{ADD_3} return (await box.send()).error;", fails={"heard 1": "before"})
    assert (found["said"], found["heard"], found["records"]) == (None, [[["e1", "e2", "e3"], 0]], [])


def test_what_cannot_be_opened_is_kept_and_the_rest_is_sent(phone: Phone) -> None:
    spoil = 'state.records[0].sealed.id = "another";'
    found = run(phone, f"{ADD_3} {spoil} return box.send();")

    assert numbers(found) == [1]
    said = found["said"]
    assert isinstance(said, dict)
    assert (said["sent"], said["left"]) == (2, 1)


def test_an_entry_without_an_id_gets_one(phone: Phone) -> None:
    assert run(phone, "return box.add(entry(''));")["said"] == {"id": "made-1", "number": 1}


def test_what_is_refused_in_an_answer_stays_and_is_told(phone: Phone) -> None:
    told = {"results": [{"id": f"e{n}", "state": "refused" if n == 2 else "stored"} for n in (1, 2, 3)]}
    found = run(phone, f"{ADD_3} return box.send();", answers=[{"status": 200, "body": told}])

    assert numbers(found) == [2]
    assert ids_sent(found) == [["e1", "e2", "e3"]]
    said = found["said"]
    assert isinstance(said, dict)
    assert (said["state"], said["refused"], said["sent"], said["left"]) == ("refused", ["e2"], 2, 1)


def test_an_entry_that_alone_is_refused_does_not_keep_the_news_away(phone: Phone) -> None:
    news = {"results": [], "done": [["day", "", "2026-11-01"]]}
    answers = [{"status": 422, "body": {"state": "malformed"}}, {"status": 200, "body": news}]
    found = run(phone, 'await box.add(entry("e1")); return box.send();', answers=answers)

    assert ids_sent(found) == [["e1"], []]
    said = found["said"]
    assert isinstance(said, dict)
    assert (said["state"], said["refused"], said["answer"]) == ("refused", ["e1"], news)


def test_news_of_a_first_message_count_although_the_next_one_fails(phone: Phone) -> None:
    add = "for (let at = 0; at < 250; at += 1) await box.add(entry(`n${at}`));"
    said = run(phone, f"{add} return box.send();", answers=["ok", "down"])["said"]

    assert isinstance(said, dict)
    assert (said["state"], said["sent"], said["left"]) == ("offline", 200, 50)
    assert said["answer"] is not None


def test_two_hundred_that_are_refused_do_not_hold_back_those_behind_them(phone: Phone) -> None:
    add = "for (let at = 0; at < 201; at += 1) await box.add(entry(`n${at}`));"
    refused = {"results": [{"id": f"n{at}", "state": "refused"} for at in range(200)]}
    found = run(phone, f"{add} return box.send();", answers=[{"status": 200, "body": refused}])

    assert [len(batch) for batch in ids_sent(found)] == [200, 1]
    assert numbers(found) == list(range(1, 201))


@pytest.mark.parametrize("answer", [{"status": 413, "html": True}, "down"])
def test_an_entry_larger_than_a_message_holds_back_no_other(phone: Phone, answer: object) -> None:
    large = 'await box.add({...entry("large"), items: {drawing: {v: "x".repeat(400001)}}});'
    steps = f'{large} await box.add(entry("e1")); await box.add(entry("e2")); return box.send();'
    found = run(phone, steps, answers=["ok", answer])

    assert ids_sent(found)[:2] == [["e1", "e2"], ["large"]]
    assert numbers(found) == [1]
    said = found["said"]
    assert isinstance(said, dict)
    assert (said["state"], said["sent"]) == ("offline" if answer == "down" else "refused", 2)


def test_half_a_character_is_kept_as_one_that_stands_for_it(phone: Phone) -> None:
    add = r'await box.add({...entry("e1"), items: {words: {v: "ill \ud83d 🤒"}}, reason: "\udc00"}); await box.send();'
    requests = run(phone, add)["requests"]

    assert isinstance(requests, list)
    (entry,) = requests[0]["body"]["entries"]
    assert (entry["items"], entry["reason"]) == ({"words": {"v": "ill � 🤒"}}, "�")
