"""What a phone does with the server's answer, in the page and in the service worker: one entry that is refused keeps it
from nothing else, and one of them sends at a time."""

import pytest
from tests.spec.phone_v8 import Phone

# A vault without ciphers. asked: of the server; locks: names of those that were taken.
WORLD = """
globalThis.AbortSignal = {timeout: () => null};
function vaultOf(entries, former = []) {
  const kept = {join: {token: "t", device: "d1"}, package: {digest: "p1", forms: {}, spans: [], closed: false}};
  const records = entries.map(([device, id], at) => ({id, number: at + 1, device, sealed: {id, form: "day", visit: "", day: "2026-11-01", items: {}}}));
  const state = {kept, records, wiped: ""};
  const vault = {
    get: async (name) => kept[name] ?? null,
    set: async (name, value) => void (kept[name] = value),
    setAs: async (device, name, value) => device === kept.join?.device && ((kept[name] = value), true),
    changeAs: async (device, name, change) => device === kept.join?.device && ((kept[name] = change(kept[name] ?? null)), true),
    remove: async (name) => void delete kept[name],
    drafts: async () => [],
    formers: async () => former,
    forget: async (device) => {
      former = former.filter((one) => one.device !== device);
      state.records = state.records.filter((one) => one.device !== device);
    },
    wipe: async (device) => {
      Object.assign(state, {wiped: device, left: former.map((one) => one.device)});
      delete kept.join;
      return true;
    },
    seal: {close: async (value) => value, open: async (sealed) => sealed},
    outboxOf: (device) => ({
      list: async () => state.records.filter((one) => one.device === device),
      remove: async (ids) => void (state.records = state.records.filter((one) => !ids.includes(one.id))),
      count: async () => state.records.filter((one) => one.device === device).length,
    }),
  };
  return {vault, state};
}
function serve(answers, isFree = true, meanwhile = () => {}) {
  const seen = {asked: [], locks: []};
  globalThis.fetch = async (address, {headers, body}) => {
    const {entries} = JSON.parse(body);
    const token = headers.Authorization.slice(7);
    seen.asked.push([token, entries.map((one) => one.id)]);
    meanwhile();
    const answer = answers[token] ?? answers[entries.map((one) => one.id).join()] ?? {};
    const results = entries.map(({id}) => ({id, state: "stored", flags: []}));
    return {status: answer.status ?? 200, json: async () => answer.body ?? {results, done: [["day", "", "2026-10-31"]], closed: true}};
  };
  globalThis.navigator = {locks: {request: async (name, how, work) => { seen.locks.push(name); return work(isFree ? {name} : null); }}};
  return seen;
}
async function asWorker({entries = [["d1", "e1"]], answers = {}, isFree = true, former = []}) {
  const {vault, state} = vaultOf(entries, former);
  const seen = serve(answers, isFree);
  let error = "";
  await sync.sendFromWorker(vault, "7").catch((one) => (error = one.message));
  return {...seen, ...state, error};
}
async function asRevoked({answers, former}) {
  const {vault, state} = vaultOf([["d1", "e1"], ["d0", "f1"]], former);
  const seen = serve(answers);
  const own = {version: "7", vault, join: state.kept.join, package: state.kept.package, rules: {}, outbox: sync.outboxOf(vault, state.kept.join, "7"), former, drafts: []};
  const first = await diary.sendNow(own, () => false);
  const left = own.former.length;
  answers.old = {};
  const second = await diary.sendNow(own, () => false);
  return {...seen, states: [first.state, second.state], left: [left, own.former.length], wiped: state.wiped, join: own.join};
}
async function asPage({entries = [["d1", "e1"]], answers = {}, former = []}) {
  const {vault, state} = vaultOf(entries, former);
  const seen = serve(answers);
  const own = {version: "7", vault, join: state.kept.join, package: state.kept.package, rules: {}, outbox: sync.outboxOf(vault, state.kept.join, "7"), former, drafts: []};
  const summary = await diary.sendNow(own, () => false);
  return {...seen, ...state, summary: summary.state, isClosed: own.isClosed, count: own.count, left: own.former.map((one) => one.token)};
}
"""
POISON = {"e1,e2": {"status": 422, "body": {}}, "e1": {"status": 422, "body": {}}}
TWO = [["d1", "e1"], ["d1", "e2"]]


@pytest.fixture(scope="module")
def phone() -> Phone:
    made = Phone(["sync", "diary"])
    made.tell(WORLD)
    return made


def ask(phone: Phone, as_whom: str, **how: object) -> dict[str, object]:
    found = phone.json(f"{as_whom}(how)", how=how)
    assert isinstance(found, dict)
    return found


def answer_of(found: dict[str, object]) -> object:
    kept = found["kept"]
    assert isinstance(kept, dict)
    return kept.get("answer")


@pytest.mark.parametrize("as_whom", ["asWorker", "asPage"])
@pytest.mark.parametrize("entries", [TWO, TWO[:1]])
def test_an_entry_that_is_refused_does_not_keep_the_phone_from_the_news(
    phone: Phone, as_whom: str, entries: list[list[str]]
) -> None:
    found = ask(phone, as_whom, entries=entries, answers=POISON)

    records = found["records"]
    assert isinstance(records, list)
    assert [one["id"] for one in records] == ["e1"]
    taken = [["day", "", "2026-11-01", False]] if len(entries) == 2 else []
    assert answer_of(found) == {"done": [["day", "", "2026-10-31"]], "closed": True, "off": 0, "taken": taken}
    assert (found.get("error") or found.get("summary")) == "refused"


AGAIN = """async (flags, off) => {
  const {vault, state} = vaultOf([["d1", "e1"]]);
  const body = (now) => ({results: [{id: "e1", state: "stored", flags}], done: [], closed: false, now: new Date(now).toISOString()});
  serve({t: {body: body(Date.now() - off)}});
  const own = {version: "7", vault, join: state.kept.join, package: state.kept.package, rules: {}, outbox: sync.outboxOf(vault, state.kept.join, "7"), former: [], drafts: []};
  await diary.sendNow(own, () => false);
  const first = [...own.done];
  serve({t: {body: {...body(Date.now()), results: []}}});
  await diary.sendNow(own, () => false);
  return [first, [...own.done]];
}"""
TAKEN = ["day||2026-11-01"]


@pytest.mark.parametrize(
    ("flags", "off_minutes", "done"),
    [
        ([], 0, [TAKEN, TAKEN]),
        (["clock", "late"], 600, [TAKEN, TAKEN]),
        (["early"], 0, [[], []]),
        # By the clock that is wrong it was asked: it is asked again once that is right.
        (["clock", "early"], 4320, [TAKEN, []]),
    ],
)
def test_what_came_before_it_was_asked_is_asked_again(
    phone: Phone, flags: list[str], off_minutes: int, done: list[list[str]]
) -> None:
    assert phone.json(f"({AGAIN})(flags, off)", flags=flags, off=off_minutes * 60_000) == done


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({}, ""),
        ({"status": 401, "body": {"state": "revoked"}}, ""),
        ({"status": 503, "body": {}}, "later"),
        ({"status": 401, "body": {"state": "unknown"}}, "unknown"),
    ],
)
def test_a_worker_asks_to_be_woken_again_where_something_is_still_to_go(
    phone: Phone, answer: object, error: str
) -> None:
    found = ask(phone, "asWorker", answers={"t": answer})

    assert found["error"] == error
    assert found["wiped"] == ("d1" if answer and not error else "")


def test_a_worker_sends_only_while_no_page_does(phone: Phone) -> None:
    alone, beside = ask(phone, "asWorker"), ask(phone, "asWorker", isFree=False)

    assert (alone["locks"], alone["asked"]) == (["diary-send"], [["t", ["e1"]]])
    assert (beside["locks"], beside["asked"], beside["error"]) == (["diary-send"], [], "later")


@pytest.mark.parametrize(
    ("waits", "answer", "left", "count"),
    [
        (["f1"], {}, [], 0),
        ([], {}, [], 0),
        (["f1"], {"status": 401, "body": {"state": "revoked"}}, [], 0),
        (["f1"], {"status": 401, "body": {"state": "unknown"}}, ["old"], 1),
        (["f1"], {"status": 503, "body": {}}, ["old"], 1),
    ],
)
def test_the_token_of_an_earlier_participant_stays_as_long_as_it_has_something_to_send(
    phone: Phone, waits: list[str], answer: object, left: list[str], count: int
) -> None:
    entries = [["d0", one] for one in waits]
    former = [{"token": "old", "device": "d0"}]
    found = ask(phone, "asPage", entries=entries, former=former, answers={"old": answer})

    assert (found["left"], found["count"]) == (left, count)
    records = found["records"]
    assert isinstance(records, list)
    assert len(records) == count
    assert found["asked"] == [["t", []], *([["old", waits]] if waits else [])]


REVOKED = {"status": 401, "body": {"state": "revoked"}}
DOWN = {"status": 503, "body": {}}
FORMER = [{"token": "old", "device": "d0"}]


@pytest.mark.parametrize(("answer", "first", "left"), [({}, "revoked", 0), (DOWN, "revoked", 1)])
def test_a_revoked_phone_still_sends_what_somebody_before_has_answered(
    phone: Phone, answer: object, first: str, left: int
) -> None:
    found = ask(phone, "asRevoked", answers={"t": REVOKED, "old": answer}, former=FORMER)

    assert (found["states"], found["left"]) == ([first, "ok"], [left, 0])
    assert (found["wiped"], found["join"]) == ("d1", None)
    again = [["old", ["f1"]]] if left else []
    assert found["asked"] == [["t", ["e1"]], ["old", ["f1"]], *again]


@pytest.mark.parametrize(
    ("own", "answer", "left", "error"),
    [
        ({}, {}, [], ""),
        ({}, DOWN, ["e1"], "later"),
        (REVOKED, {}, ["e0"], ""),
        (REVOKED, DOWN, ["e0", "e1"], "later"),
        (DOWN, {}, ["e0"], "later"),
    ],
)
def test_a_worker_sends_for_earlier_participants_before_it_forgets(
    phone: Phone, own: object, answer: object, left: list[str], error: str
) -> None:
    entries = [["d1", "e0"], ["d0", "e1"]]
    found = ask(phone, "asWorker", entries=entries, answers={"t": own, "old": answer}, former=FORMER)

    assert found["asked"] == [["t", ["e0"]], ["old", ["e1"]]]
    records = found["records"]
    assert isinstance(records, list)
    assert [one["id"] for one in records] == left  # the true vault lets its own go, too
    assert found["error"] == error
    assert found["wiped"] == ("d1" if own == REVOKED else "")


NEWS = """async (as) => {
  const {vault, state} = vaultOf([["d1", "e1"]]);
  const mine = {results: [{id: "e1", state: "stored", flags: []}], done: [["day", "", "2026-11-01"]], closed: true, package: {...state.kept.package, digest: "first's"}};
  const joins = () => Object.assign(state.kept, {join: {token: "t2", device: "d2"}, package: {...state.kept.package, digest: "second's"}});
  serve({t: {body: mine}}, true, joins);
  const own = {version: "7", vault, join: state.kept.join, package: state.kept.package, rules: {}, outbox: sync.outboxOf(vault, state.kept.join, "7"), former: [], drafts: []};
  if (as === "worker") await sync.sendFromWorker(vault, "7");
  else await diary.sendNow(own, () => false);
  const shown = as === "page" ? [own.join.device, own.package.digest, own.isClosed, own.done.size] : [];
  return {kept: state.kept.package.digest, answer: state.kept.answer ?? null, left: state.records.length, shown};
}"""


@pytest.mark.parametrize(("as_whom", "shown"), [("page", ["d2", "second's", False, 0]), ("worker", [])])
def test_news_for_one_participant_are_not_taken_in_where_another_has_joined_meanwhile(
    phone: Phone, as_whom: str, shown: list[object]
) -> None:
    found = phone.json(f"({NEWS})(as)", **{"as": as_whom})

    assert found == {"kept": "second's", "answer": None, "left": 0, "shown": shown}


SLOW = """async () => {
  const {vault, state} = vaultOf([]);
  const second = {token: "t2", device: "d2"};
  state.kept.answer = {done: [["day", "", "2026-11-01"]], closed: true, taken: []};
  const own = {version: "7", vault, join: state.kept.join, package: state.kept.package, rules: {}, outbox: sync.outboxOf(vault, state.kept.join, "7"), former: [], drafts: [], done: new Set(), waiting: new Set(), isClosed: false};
  const {drafts} = vault;
  vault.drafts = async () => { own.join = second; return drafts(); }; // in the midst of its reading
  await diary.refresh(own);
  return [own.isClosed, own.done.size];
}"""


def test_what_was_read_for_one_participant_is_not_shown_to_the_next(phone: Phone) -> None:
    assert phone.json(f"({SLOW})()") == [False, 0]


TABS = """async () => {
  const {vault, state} = vaultOf([]);
  globalThis.caches = {open: async () => ({match: async () => true})};
  globalThis.importModule = async (address) => ({rules: {[address]: 1}});
  const newer = {...state.kept.package, digest: "p2", rules: "/r2.js"};
  const seen = [];
  globalThis.fetch = async (address, {body}) => {
    seen.push(JSON.parse(body).package);
    return {status: 200, json: async () => ({results: [], done: [], closed: false, ...(seen.at(-1) === "p2" ? {} : {package: newer})})};
  };
  const tab = () => ({version: "7", vault, join: state.kept.join, package: state.kept.package, rules: {}, outbox: sync.outboxOf(vault, state.kept.join, "7"), former: [], drafts: []});
  const tabs = [tab(), tab()];
  const shown = () => tabs.map((one) => [one.package.digest, Object.keys(one.rules).join()]);
  const steps = [];
  for (const [at, isAnswering] of [[0, true], [1, true], [0, false], [1, false]]) {
    await diary.sendNow(tabs[at], () => isAnswering);
    steps.push(shown());
  }
  return {seen, steps};
}"""


def test_each_tab_takes_up_the_newest_questions_when_nothing_is_being_answered_in_it(phone: Phone) -> None:
    found = phone.json(f"({TABS})()")
    old, new = ["p1", ""], ["p2", "/r2.js"]

    assert found["seen"] == ["p1", "p2", "p2", "p2"]
    assert found["steps"] == [[old, old], [old, old], [new, old], [new, new]]


SENT_IN_ANOTHER = """async (stepsOfSending) => {
  const {vault, state} = vaultOf([["d1", "e1"]]);
  serve({});
  const day = {form: "day", visit: "", day: "2026-11-01"};
  const tab = (over) => ({version: "7", vault: over, join: state.kept.join, package: {...state.kept.package, forms: {day: {}}}, rules: {}, outbox: sync.outboxOf(over, state.kept.join, "7"), former: [], drafts: []});
  let turn = async () => {};
  const around = (work) => async (...given) => { await turn(); const done = await work(...given); await turn(); return done; };
  const each = (one) => Object.fromEntries(Object.entries(one).map(([name, work]) => [name, typeof work === "function" && name !== "outboxOf" ? around(work) : work]));
  const slow = {...each(vault), outboxOf: (device) => each(vault.outboxOf(device))};
  const found = [];
  const asks = async (own) => { await diary.refresh(own); found.push(diary.isAnswered(own, day)); };
  if (stepsOfSending) { // the other tab looks before and after each step of sending
    turn = () => asks(tab(vault));
    await diary.sendNow(tab(slow), () => false);
  } else { // it looks, and all is sent before or after one of its steps
    for (let at = 0; at < 16; at += 1) {
      Object.assign(state, {records: vaultOf([["d1", "e1"]]).state.records});
      delete state.kept.answer;
      let steps = 0;
      turn = async () => { if (steps++ === at) await diary.sendNow(tab(vault), () => false); };
      await asks(tab(slow));
    }
  }
  return [new Set(found).size, found[0], found.length > 5];
}"""


@pytest.mark.parametrize("steps_of_sending", [True, False])
def test_what_one_tab_has_answered_another_never_asks_while_it_is_sent(
    phone: Phone, steps_of_sending: bool
) -> None:
    assert phone.json(f"({SENT_IN_ANOTHER})(given)", given=steps_of_sending) == [1, True, True]


FULL = """async (isPage) => {
  const former = [{token: "old", device: "d0"}];
  const {vault, state} = vaultOf([["d1", "e1"], ["d0", "f1"]], former);
  const seen = serve({});
  vault.changeAs = async () => { throw new Error("full"); };
  const own = {version: "7", vault, join: state.kept.join, package: state.kept.package, rules: {}, outbox: sync.outboxOf(vault, state.kept.join, "7"), former, drafts: []};
  const error = await (isPage ? diary.sendNow(own, () => false) : sync.sendFromWorker(vault, "7")).catch((one) => one.message);
  return [error, seen.asked, state.records.length];
}"""


@pytest.mark.parametrize("is_page", [True, False])
def test_a_full_phone_sends_what_waits_of_everybody(phone: Phone, is_page: bool) -> None:
    found = phone.json(f"({FULL})(given)", given=is_page)
    assert found == ["full", [["t", ["e1"]], ["old", ["f1"]]], 0]


WHO = """async ([kept, given]) => {
  const {vault, state} = vaultOf([]);
  serve({});
  globalThis.crypto = {getRandomValues: (bytes) => bytes, randomUUID: () => "f1"};
  let isSame = null;
  const own = {version: "7", vault: {...vault, moveIn: async (how) => { isSame = how.isSame; state.kept.join.device = "d2"; return true; }}, join: state.kept.join, package: {}};
  state.kept.package = {...state.kept.package, definition: "h", ...kept};
  await diary.refresh(Object.assign(own, {package: state.kept.package, outbox: sync.outboxOf(vault, state.kept.join, "7"), former: []}));
  const flow = await diary.beginFlow(own, "entry", {form: "day", visit: "", day: "2026-11-01"});
  const isOthers = diary.isOthers({join: {}, package: given}, flow);
  globalThis.fetch = async () => ({status: 200, json: async () => ({token: "t2", device: "d2", package: {...state.kept.package, ...given}})});
  await diary.joinDiary(own, {code: "c", year: 1980, language: "en", platform: ""});
  return {isOthers, isSame};
}"""
OLD = {"study": "s", "code": "01"}


@pytest.mark.parametrize(
    ("kept", "given", "is_same"),
    [
        ({**OLD, "participant": "p1"}, {**OLD, "participant": "p1"}, True),
        ({**OLD, "participant": "p1"}, {**OLD, "participant": "p1", "code": "10"}, True),  # it was corrected
        ({**OLD, "participant": "p1"}, {**OLD, "participant": "p2"}, False),  # it was given to somebody else
        ({**OLD, "participant": "p1"}, {**OLD, "participant": "p1", "study": "other"}, False),
        (OLD, {**OLD, "participant": "p1"}, True),  # kept before packages told the id
        (OLD, {**OLD, "participant": "p1", "code": "10"}, False),
        (OLD, OLD, True),
    ],
)
def test_participants_are_told_apart_by_what_does_not_change(
    phone: Phone, kept: object, given: object, is_same: bool
) -> None:
    assert phone.json(f"({WHO})(who)", who=[kept, given]) == {"isOthers": not is_same, "isSame": is_same}


LEFT = """async () => {
  const {vault, state} = vaultOf([]);
  const flow = (id, person) => ({id, person, kind: "entry", form: "report", begun: new Date().toISOString(), answers: {}});
  const dropped = [];
  const whose = {study: "s", code: "01", participant: "p2", forms: {report: {kind: "whenever", items: {}}}};
  Object.assign(vault, {drafts: async () => [flow("f1", "s p1"), flow("f2", "s p2"), flow("f3", "s 01")], dropDraft: async (id) => dropped.push(id)});
  const own = {vault, join: state.kept.join, package: {...state.kept.package, ...whose}, outbox: sync.outboxOf(vault, state.kept.join, "7"), former: []};
  await diary.refresh(own);
  return [own.drafts.map((one) => one.id), dropped];
}"""


def test_what_somebody_else_has_begun_is_neither_shown_nor_kept(phone: Phone) -> None:
    assert phone.json(f"({LEFT})()") == [["f2", "f3"], ["f1"]]


RULES = """async (answers) => {
  const timers = [];
  globalThis.setTimeout = (work) => timers.push(work);
  globalThis.clearTimeout = (at) => delete timers[at - 1];
  globalThis.caches = {open: async () => ({match: async () => true})};
  globalThis.importModule = () => answers.shift() ?? new Promise(() => {});
  const {vault, state} = vaultOf([]);
  serve({});
  const join = state.kept.join;
  const own = {version: "7", vault, join, package: {...state.kept.package, rules: "/rules.js"}, rules: {}, outbox: sync.outboxOf(vault, join, "7"), former: [], drafts: []};
  const sent = diary.sendNow(own, () => false);
  for (let hop = 0; hop < 100; hop += 1) await null;
  timers.forEach((work) => work());
  await sent;
  return {has: diary.hasRules(own), left: Object.keys(timers).length};
}"""


def test_rules_that_do_not_come_hold_back_nothing_and_are_asked_for_again(phone: Phone) -> None:
    assert phone.json(f"({RULES})([])") == {"has": False, "left": 0}
    assert phone.json(f"({RULES})([Promise.resolve({{rules: {{one: 1}}}})])") == {"has": True, "left": 0}


UNTOLD = """async (was) => {
  const {vault, state} = vaultOf([]);
  state.kept.answer = was;
  serve({t: {body: {results: [], done: []}}});
  const join = state.kept.join;
  const own = {version: "7", vault, join, package: state.kept.package, rules: {}, outbox: sync.outboxOf(vault, join, "7"), former: [], drafts: []};
  await diary.sendNow(own, () => false);
  return own.isClosed;
}"""


@pytest.mark.parametrize(
    ("was", "is_closed"), [("{closed: true}", True), ("{closed: false}", False), ("null", False)]
)
def test_a_server_that_cannot_tell_whether_the_diary_is_closed_neither_opens_nor_closes_it(
    phone: Phone, was: str, is_closed: bool
) -> None:
    assert phone.json(f"({UNTOLD})({was})") is is_closed


TWICE = """async () => {
  const {vault, state} = vaultOf([]);
  const moves = [];
  const {package: given, join} = state.kept;
  const body = {token: "t", device: "d1", package: given};
  serve({});
  globalThis.fetch = async () => ({status: 200, json: async () => body});
  globalThis.crypto = {getRandomValues: (bytes) => bytes};
  delete state.kept.join;
  const own = {version: "7", vault: {...vault, moveIn: async ({device, former}) => {
    moves.push([device, former]);
    Object.assign(state.kept, {join}); // by another tab, which was first
    return moves.length > 1;
  }}, join: null};
  const {problem} = await diary.joinDiary(own, {code: "c", year: 1980, language: "en", platform: ""});
  return {problem, moves, device: own.join.device};
}"""


def test_two_tabs_with_one_invitation_join_as_one(phone: Phone) -> None:
    found = phone.json(f"({TWICE})()")

    assert found == {"problem": "", "moves": [["d1", ""]], "device": "d1"}
