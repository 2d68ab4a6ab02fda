"""The second study with a value that occurs nowhere else in its blinded item; and for each route what is asked of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from django.test import Client
from PIL import Image

ID = "MIG-24"
FOLDER = Path(__file__).parents[1] / "studies" / "migraine"
BLINDED = ("coordinator", "investigator", "monitor", "sponsor")
OPEN = ("pharmacist", "data_manager")  # they see it all, so that the cases can show it
ROLES = (*BLINDED, *OPEN)

# What stands in the blinded item, what stood there, a draft of it, what is derived from it; and a word in every text.
NOW, BEFORE, DRAFT, HALF, WORD = "8642.7", "9753.1", "7531.9", "4321.35", "SENTINEL"
SENTINELS = (NOW, BEFORE, DRAFT, HALF, WORD)

_START = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
# Everything that may read the blinded item and is hidden with it.
_MORE = {
    "forms/antibodies.yaml": "  half: {label: Half, type: decimal, decimals: 2, derive: titre / 2}\n"
    f"checks:\n  high: {{about: drawn, when: titre > 8000, ask: {WORD} asks.}}\n"
    f"  apart: {{about: drawn, when: titre > 8000, ask: {WORD} deviates., level: deviation}}\n"
    "  seen: {about: drawn, when: drawn, ask: Blood was drawn., level: deviation}\n",
    "eligibility.yaml": f"  high: {{when: antibodies.titre > 8000, text: {WORD} notice.}}\n",
    "study.yaml": "  - {item: antibodies.titre}\n",
}
_SETS = (
    "populations:\n",
    f"populations:\n  high: {{label: {WORD} set, rule: 'at(M0, antibodies.titre) > 8000'}}\n",
)
_HOLD = ("  hold:\n", f"  hold:\n    high: {{when: antibodies.titre > 8000, text: {WORD} hold.}}\n")


def files_of_study() -> dict[str, bytes]:
    from trialwright.cli.files import read_study_folder

    files = read_study_folder(FOLDER)
    for name, more in _MORE.items():
        files[name] += more.encode()
    files["drug.yaml"] = files["drug.yaml"].decode().replace(*_HOLD).encode()
    files["analysis.yaml"] = files["analysis.yaml"].decode().replace(*_SETS).encode()
    return files


@dataclass(frozen=True, slots=True)
class World:
    """accounts: by role."""

    accounts: Mapping[str, str]

    def client(self, role: str) -> Client:
        from trialwright.store.accounts import find_account
        from trialwright.web.entrance.views import BACKEND

        client = Client(headers={"host": "127.0.0.1"})
        if role:
            client.force_login(find_account(self.accounts[role]), backend=BACKEND)
        return client

    def do(self, role: str, command: object) -> None:
        from trialwright.ledger.commands import Actor
        from trialwright.store.submit import submit

        actor = Actor(self.accounts[role], role, "Clinic")
        done = submit(ID, command, by=actor, at=moment())  # type: ignore[arg-type]  # a command of the ledger
        assert not done.problems, [found.text for found in done.problems]

    def tell(self, command: object) -> None:
        """By the participant's phone."""
        from trialwright.ledger.rights import participant_actor
        from trialwright.store.submit import submit

        done = submit(ID, command, by=participant_actor("p1", "10"), at=moment())  # type: ignore[arg-type]  # a command of the ledger
        assert not done.problems, [found.text for found in done.problems]

    def save(self, role: str, visit: str, form: str, repeat: int = 0, base: int = 0, **items: str) -> None:
        from trialwright.ledger.commands import SaveForm, Typed

        typed = {item: Typed(text) for item, text in items.items()}
        reason = f"{WORD} reason" if base else None
        self.do(role, SaveForm(uuid4().hex, "p1", visit, form, repeat, typed, base, reason))


def moment():  # type: ignore[no-untyped-def]  # a Moment; the ledger is imported late
    from trialwright.ledger.commands import Moment

    return Moment(_START, date(2025, 3, 3))


def make_world(data: Path) -> World:
    """A participant at month 0 whose blood was drawn; a query and a row that everybody sees."""
    from trialwright.cli.files import read_library
    from trialwright.ledger.commands import Actor, InviteDevice, JoinDevice, OpenQuery, ScreenParticipant
    from trialwright.store.accounts import NewAccount, create_account, grant
    from trialwright.store.definitions import activate, add_definition
    from trialwright.store.folder import create_data
    from trialwright.store.models import Account

    create_data(data, demo=True, seed=7)
    system = Actor("system", "administrator", "Clinic")
    study = add_definition(files_of_study(), read_library(), at=_START)
    for site in study.sites:
        activate(ID, site, study.hash, by=system, at=moment())
    accounts = {}
    for role in ROLES:
        new = create_account(ID, NewAccount(role, "", role.title(), "Clinic"), by=system, at=moment())
        assert isinstance(new, Account)
        assert grant(ID, new.id, role, "", by=system, at=moment()) is None
        accounts[role] = new.id
    world = World(accounts)
    world.do("coordinator", ScreenParticipant(uuid4().hex, "p1", "10", "N-001"))
    world.save("coordinator", "S", "visit", date=str(_START.date() - timedelta(days=35)), contact="site")
    world.save("coordinator", "M0", "visit", date="2025-03-01", contact="site")
    world.save("coordinator", "", "demography", birth_date="1980", sex="male", height="180")
    vital_signs = {"weight": "80", "systolic": "120", "diastolic": "80", "pulse": "70", "temperature": "36.6"}
    world.save("coordinator", "M0", "vital_signs", **vital_signs)
    world.save("coordinator", "M0", "headache", days="6", severe_days="2", acute_days="3")
    world.save("coordinator", "M0", "adverse_event", gate="true")
    world.save("coordinator", "", "adverse_event", 1, term="Nasopharyngitis")
    world.save("pharmacist", "M0", "antibodies", drawn="true")
    seen = OpenQuery(uuid4().hex, "p1", "q-seen", "M0", "headache", 0, "days", "Counted?")
    world.do("monitor", seen)
    world.do("coordinator", InviteDevice(uuid4().hex, "p1", "i1", _START + timedelta(hours=48)))
    world.tell(JoinDevice(uuid4().hex, "p1", "d1", "i1"))
    world.tell(_entry("e1", 1, headache="false"))
    world.tell(_entry("e2", 2, headache="hardly"))
    _add_photo(world)
    return world


def _entry(name: str, number: int, **items: str):  # type: ignore[no-untyped-def]  # an EnterDiary
    from trialwright.ledger.commands import EnterDiary, Typed

    day, typed = date(2025, 3, number), {item: Typed(text) for item, text in items.items()}
    entered = datetime(2025, 3, number, 20, 0, tzinfo=UTC)
    return EnterDiary(
        name, "p1", "head_day", "", day.isoformat(), typed, entered, device="d1", number=number, app="1"
    )


def _add_photo(world: World) -> None:
    from trialwright.ledger.commands import Actor, AddPhoto
    from trialwright.store.photos import add_photo
    from trialwright.store.picture import Kept, keep_picture

    file = BytesIO()
    Image.new("RGB", (320, 240), "peru").save(file, "PNG")
    kept = keep_picture(file.getvalue())
    assert isinstance(kept, Kept)
    actor = Actor(world.accounts["coordinator"], "coordinator", "Clinic")
    command = AddPhoto("ph1", "p1", "M0", "thigh", kept.picture)
    assert not add_photo(ID, command, kept, by=actor, at=moment()).problems


def fill_what_is_hidden(world: World) -> None:
    """Entered, changed for a reason, asked about, answered, and a draft of it."""
    from trialwright.ledger.commands import AnswerQuery, OpenQuery
    from trialwright.store.casebooks import load

    def base() -> int:
        return load(ID, "p1").records["M0", "antibodies", 0].sequence

    world.save("pharmacist", "M0", "antibodies", base=base(), titre=BEFORE)
    world.save("pharmacist", "M0", "antibodies", base=base(), titre=NOW)
    for query in ("q-titre", "q-answered"):
        ask = OpenQuery(uuid4().hex, "p1", query, "M0", "antibodies", 0, "titre", f"{WORD} question")
        world.do("data_manager", ask)
    world.do("pharmacist", AnswerQuery(uuid4().hex, "p1", "q-answered", f"{WORD} answer"))
    fields = {"base": str(base()), "titre": DRAFT, "reason_for_change": f"{WORD} draft"}
    assert world.client("pharmacist").post(f"{ANTIBODIES}draft", fields).status_code == 200


# ------------------------------------------------------------------ the routes


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. status: what a coordinator is answered. post: what is sent, None for a GET."""

    address: str
    status: int = 200
    post: Mapping[str, str] | None = None
    is_signed_out: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """told: the head and the body, as they came."""

    status: int
    told: str

    @property
    def bare(self) -> str:
        """Without what differs from request to request: tokens, ids that a page makes, cookies, the clock."""
        text = re.sub(r'name="page.mark" value="([^"]*)"', _words_of_mark, self.told)
        text = re.sub(r'name="(csrfmiddlewaretoken|participant)" value="[^"]*"', "", text)
        text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "", text)
        return re.sub(r"(?m)^(Set-Cookie|Content-Length|DTSTAMP):.*$|\b\d\d:\d\d(:\d\d)?\b", "", text)


def _words_of_mark(found: re.Match[str]) -> str:
    """What anybody can read in it, but for the moment and the signature."""
    from trialwright.store.held import Page
    from trialwright.web.held import read_mark

    page = read_mark(found[1])
    assert isinstance(page, Page)
    return str(replace(page, utc=""))


def answer_to(world: World, role: str, ask: Ask) -> Answer:
    client = world.client("" if ask.is_signed_out else role)
    got = client.get(ask.address) if ask.post is None else client.post(ask.address, dict(ask.post))
    head = [f"{name}: {value}" for name, value in got.items()]
    head += [f"Set-Cookie: {cookie.OutputString()}" for cookie in got.cookies.values()]
    return Answer(got.status_code, "\n".join([*head, got.content.decode(errors="replace")]))


HOME = f"/studies/{ID}"
ONE = f"{HOME}/participants/p1"
ANTIBODIES = f"{ONE}/visits/M0/forms/antibodies/0/"
_VITAL_SIGNS = f"{ONE}/visits/M0/forms/vital_signs/0/"
_EVENT = f"{ONE}/visits/-/forms/adverse_event/1/"
_DIARY = f"{ONE}/diary/"
_TOLD = f"{_DIARY}told/telephone/head_day/-/2025-03-02/"
_DEVIATION = f"{ONE}/deviations/antibodies"
_COMMAND = {"command": "11111111-1111-4111-8111-111111111111"}
_PAGE = {**_COMMAND, "base": "1"}


def _behind_sign_in(filled: Ask, error: Ask, **more: Ask) -> dict[str, Ask]:
    """Whoever is not signed in is led to the sign-in; the roles are denied what their rights leave out."""
    denied = Ask(filled.address, 302, filled.post, is_signed_out=True)
    return {"filled": filled, "error": error, "denied": denied, **more}


def _to_phones(address: str, got: int, posted: int) -> dict[str, Ask]:
    return {
        "filled": Ask(address, got),
        "error": Ask(address, posted, {"titre": "1"}),
        "denied": Ask(address, got, is_signed_out=True),
    }


CASES: Mapping[str, Mapping[str, Ask]] = {
    "start": {
        "filled": Ask("/", 302),
        "error": Ask("/", 405, {}),
        "denied": Ask("/", 302, is_signed_out=True),
    },
    "sign-in": {
        "filled": Ask("/sign-in"),
        "error": Ask("/sign-in", 422, {"titre": "1"}),
        "denied": Ask(f"/sign-in?next={ANTIBODIES}history", is_signed_out=True),
    },
    "demo-sign-in": {
        "filled": Ask("/sign-in/demo", 404, {"account": "nobody"}),
        "error": Ask("/sign-in/demo", 422, {"titre": "1"}),
        "denied": Ask("/sign-in/demo", 405, is_signed_out=True),
    },
    "role": {
        "filled": Ask("/role"),
        "error": Ask("/role", 404, {"study": ID, "role": "pharmacist"}),
        "denied": Ask("/role", 302, is_signed_out=True),
    },
    "sign-out": {
        "filled": Ask("/sign-out", 302, {}),
        "error": Ask("/sign-out", 405),
        "denied": Ask("/sign-out", 302, {}, is_signed_out=True),
    },
    "session": {
        "filled": Ask("/session"),
        "error": Ask("/session", 422, {"titre": "1"}),
        "denied": Ask("/session", 401, is_signed_out=True),
    },
    "language": {
        "filled": Ask("/language", 302, {"language": "zh-hans", "next": ANTIBODIES}),
        "error": Ask("/language", 405),
        "denied": Ask("/language", 302, {"language": "xx"}, is_signed_out=True),
    },
    "registry": {
        "filled": Ask(f"/registry/{ID}/"),
        "error": Ask("/registry/NONE/", 404),
        "denied": Ask(f"/registry/{ID}/", is_signed_out=True),
    },
    # Phones are known by their token; a session of the staff opens nothing there, so that its role is nobody here.
    "diary": _to_phones("/diary/", 200, 405),
    "diary-worker": _to_phones("/diary/sw.js", 200, 405),
    "diary-app": _to_phones("/diary/app/app.js", 200, 405),
    "diary-manifest": _to_phones("/diary/manifest.webmanifest", 200, 405),
    "diary-rules": _to_phones(f"/diary/rules/{'0' * 64}.js", 404, 405),
    "diary-join": _to_phones("/diary/api/join", 405, 422),
    "diary-photo": _to_phones("/diary/api/photo", 405, 401),
    "diary-sync": _to_phones("/diary/api/sync", 405, 401),
    "diary-history": _to_phones("/diary/api/history", 401, 405),
    "diary-settings": _to_phones("/diary/api/settings", 405, 401),
    "diary-push": _to_phones("/diary/api/push", 405, 401),
    "diary-reminders": _to_phones("/diary/api/reminders.ics", 401, 405),
    "home": _behind_sign_in(Ask(f"{HOME}/"), Ask("/studies/NONE/", 404)),
    "participants": _behind_sign_in(
        Ask(f"{HOME}/participants/"), Ask(f"{HOME}/participants/?find=zzz&page=x")
    ),
    "screen": _behind_sign_in(
        Ask(f"{HOME}/participants/screen"),
        Ask(
            f"{HOME}/participants/screen",
            422,
            {**_COMMAND, "participant": "p9", "site": "10", "code": "?!"},
        ),
    ),
    "participant": _behind_sign_in(Ask(f"{ONE}/"), Ask(f"{HOME}/participants/nobody/", 404)),
    "visit": _behind_sign_in(
        Ask(f"{ONE}/visits/M0/"),
        Ask(f"{ONE}/visits/M0/", 422, {**_PAGE, "date": "no date"}),
        later=Ask(f"{ONE}/visits/M3/"),
    ),
    "form": _behind_sign_in(
        Ask(ANTIBODIES),
        Ask(ANTIBODIES, 422, {**_PAGE, "titre": "1"}),
        hold=Ask(f"{ONE}/visits/M0/forms/injection/0/"),
        next=Ask(_VITAL_SIGNS, 302, {**_PAGE, "then": "next"}),
        stay=Ask(ANTIBODIES, 302, {**_PAGE, "then": "stay"}),
    ),
    "draft": _behind_sign_in(
        Ask(f"{_VITAL_SIGNS}draft", 200, {**_PAGE, "weight": "81"}),
        Ask(f"{ANTIBODIES}draft", 422, {"base": "", "titre": "1"}),
    ),
    "preview": _behind_sign_in(
        Ask(f"{ANTIBODIES}preview", 200, {**_PAGE, "drawn": "true"}),
        Ask(f"{ANTIBODIES}preview", 200, {**_PAGE, "titre": "9000"}),
    ),
    "earlier": _behind_sign_in(Ask(f"{ANTIBODIES}earlier", 422, _COMMAND), Ask(f"{ANTIBODIES}earlier", 405)),
    "history": _behind_sign_in(
        Ask(f"{ANTIBODIES}history"),
        Ask(f"{ANTIBODIES}history?item=nothing", 404),
        item=Ask(f"{ANTIBODIES}history?item=titre"),
        derived=Ask(f"{ANTIBODIES}history?item=half"),
        asked=Ask(f"{ANTIBODIES}history?item=drawn"),
    ),
    "remove": _behind_sign_in(Ask(f"{_EVENT}remove"), Ask(f"{_EVENT}remove", 422, {**_PAGE, "reason": ""})),
    "ask": _behind_sign_in(
        Ask(f"{ANTIBODIES}ask", 403),
        Ask(f"{ANTIBODIES}ask", 403, {**_COMMAND, "query": "q-new", "item": "titre", "text": "Why?"}),
    ),
    "eligibility": _behind_sign_in(
        Ask(f"{ONE}/visits/M0/eligibility"),
        Ask(f"{ONE}/visits/M0/eligibility", 403, {**_PAGE, "decide": "eligible", "decide_command": "d1"}),
    ),
    "participant-diary": _behind_sign_in(
        Ask(_DIARY),
        Ask(f"{HOME}/participants/nobody/diary/", 404),
        missing=Ask(f"{_DIARY}?show=missing&page=2"),
        aside=Ask(f"{_DIARY}?show=aside"),
    ),
    "invite-phone": _behind_sign_in(Ask(f"{_DIARY}invite"), Ask(f"{_DIARY}invite", 422, {"year": "80"})),
    "revoke-phone": _behind_sign_in(
        Ask(f"{_DIARY}phones/d1/revoke"), Ask(f"{_DIARY}phones/d1/revoke", 422, {**_COMMAND, "reason": ""})
    ),
    "release-entry": _behind_sign_in(
        Ask(f"{_DIARY}entries/e2/release"),
        Ask(f"{_DIARY}entries/e2/release", 422, {**_COMMAND, "reason": ""}),
    ),
    "diary-sheet": _behind_sign_in(
        Ask(f"{_DIARY}sheet"), Ask(f"{HOME}/participants/nobody/diary/sheet", 404)
    ),
    "blank-sheet": _behind_sign_in(Ask(f"{HOME}/diary/sheet"), Ask("/studies/NONE/diary/sheet", 404)),
    "told-choice": _behind_sign_in(Ask(f"{_DIARY}told"), Ask(f"{_DIARY}told?source=paper&what=&day=", 422)),
    "told": _behind_sign_in(Ask(_TOLD), Ask(_TOLD, 422, {**_COMMAND, "headache": "true"})),
    "told-ahead": _behind_sign_in(Ask(f"{_TOLD}ahead", 200, {"headache": "true"}), Ask(f"{_TOLD}ahead", 405)),
    "enrol": _behind_sign_in(Ask(f"{ONE}/enrol"), Ask(f"{ONE}/enrol", 422, _COMMAND)),
    "contact": _behind_sign_in(
        Ask(f"{ONE}/contact"), Ask(f"{ONE}/contact", 422, {"do": "save", "phone": "1", "language": "en"})
    ),
    "diary-calendar": _behind_sign_in(
        Ask(f"{ONE}/contact/diary.ics"), Ask(f"{HOME}/participants/nobody/contact/diary.ics", 404)
    ),
    "messages": _behind_sign_in(Ask(f"{HOME}/messages/"), Ask(f"{HOME}/messages/?page=x")),
    "progress": _behind_sign_in(Ask(f"{HOME}/progress/"), Ask(f"{HOME}/progress/", 405, {})),
    "results": _behind_sign_in(
        Ask(f"{HOME}/progress/results", 403), Ask(f"{HOME}/progress/results", 403, {**_COMMAND, "reason": ""})
    ),
    "review": _behind_sign_in(
        Ask(f"{HOME}/review/"), Ask(f"{HOME}/review/?show=odd&page=x"), all=Ask(f"{HOME}/review/?show=all")
    ),
    "class-deviation": _behind_sign_in(
        Ask(f"{_DEVIATION}.seen/M0/0/"),
        Ask(
            f"{_DEVIATION}.seen/M0/0/", 422, {**_COMMAND, "base": "0", "decision": "important", "reason": ""}
        ),
        hidden=Ask(f"{_DEVIATION}.apart/M0/0/", 404),
        decided=Ask(
            f"{_DEVIATION}.apart/M0/0/",
            404,
            {**_COMMAND, "base": "0", "decision": "important", "reason": "x"},
        ),
    ),
    "review-sets": _behind_sign_in(Ask(f"{HOME}/review/sets/"), Ask(f"{HOME}/review/sets/", 405, {})),
    "decide-set": _behind_sign_in(
        Ask(f"{HOME}/review/sets/treated/"),
        Ask(f"{HOME}/review/sets/treated/", 404, {**_COMMAND, "participant": "p1", "decision": "out"}),
        hidden=Ask(f"{HOME}/review/sets/high/", 404),
    ),
    "silent": _behind_sign_in(Ask(f"{HOME}/silent/"), Ask(f"{HOME}/silent/?page=x")),
    "photos": _behind_sign_in(Ask(f"{ONE}/photos/"), Ask(f"{HOME}/participants/nobody/photos/", 404)),
    "add-photo": _behind_sign_in(
        Ask(f"{ONE}/photos/add?visit=M0&region=belly"),
        Ask(f"{ONE}/photos/add", 422, {**_COMMAND, "visit": "M0", "region": "belly"}),
    ),
    "photo": _behind_sign_in(Ask(f"{ONE}/photos/ph1/"), Ask(f"{ONE}/photos/nothing/", 404)),
    "photo-image": _behind_sign_in(
        Ask(f"{ONE}/photos/ph1/large.jpg"),
        Ask(f"{ONE}/photos/nothing/large.jpg", 404),
        small=Ask(f"{ONE}/photos/ph1/small.jpg"),
    ),
    "remove-photo": _behind_sign_in(
        Ask(f"{ONE}/photos/ph1/remove"), Ask(f"{ONE}/photos/ph1/remove", 422, {**_COMMAND, "reason": ""})
    ),
    "log": _behind_sign_in(
        Ask(f"{ONE}/visits/M0/lists/adverse_event"), Ask(f"{ONE}/visits/S/lists/adverse_event", 422, _PAGE)
    ),
    "queries": _behind_sign_in(
        Ask(f"{HOME}/queries/?state=open"),
        Ask(f"{HOME}/queries/?state=nothing&participant=nobody"),
        answered=Ask(f"{HOME}/queries/?state=answered"),
        closed=Ask(f"{HOME}/queries/?state=closed"),
    ),
    "query": _behind_sign_in(
        Ask(f"{ONE}/queries/q-titre", 404),
        Ask(f"{ONE}/queries/q-titre", 404, {**_COMMAND, "text": "Yes.", "move": "answer"}),
        answered=Ask(f"{ONE}/queries/q-answered", 404),
        seen=Ask(f"{ONE}/queries/q-seen"),
    ),
}
