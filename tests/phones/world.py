"""One participant with some phones, the network between them and the server, and what an observer who sees everything
writes down about them: `oracles.py` compares it with what is known in the end."""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from tests.phones.engine import Engine, Order
from tests.phones.server import START, Server
from tests.phones.study import site_of
from tests.store.small import COORDINATOR, STUDY

from trialwright.ledger.commands import EnterDiary, Moment

YEAR_OF_BIRTH = 1980
PAGE = "page"
# With what a service worker fails, so that the browser wakes it again.
WORDS_OF_A_WORKER = ("offline", "later", "refused", "too_old", "unknown")


@dataclass(slots=True)
class Phone:
    """off_seconds: how far its clock is from the truth; east: minutes of its zone; app: protocol of its app."""

    name: str
    off_seconds: int = 0
    east: int = 480
    app: int = 1
    is_online: bool = True
    is_revoked: bool = False
    is_full: bool = False
    device: str = ""
    outbox: dict[str, tuple[str, int]] = field(
        default_factory=dict
    )  # id -> device and number, as on its disk
    drafts: list[str] = field(default_factory=list)
    running: dict[str, tuple[float | None, int | None]] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)  # tabs in which something is answered and not sent
    is_empty: bool = True
    is_lasting: bool = True  # what is kept outlasts the page


@dataclass(slots=True)
class Message:
    """A request or its answer on the way. text: None while it has not been answered."""

    number: int
    phone: str
    process: str
    request: int
    method: str
    path: str
    token: str
    body: str
    patience: float
    status: int = 0
    text: str | None = None
    is_echo: bool = False  # a second copy, whose answer nobody waits for

    def __str__(self) -> str:
        entries = json.loads(self.body).get("entries", ()) if self.body else ()
        numbers = ", ".join(str(entry["number"]) for entry in entries)
        what = f"{self.path.rpartition('/')[2]}{f' with {numbers}' if numbers else ''}"
        return f"#{self.number} of {self.process} ({what})"


@dataclass(frozen=True, slots=True)
class Arrival:
    """How an entry came into the log. version: of the study at the site; closed: since which sequence, 0 for open."""

    command: EnterDiary
    at: Moment
    version: int
    is_closed: bool


@dataclass(slots=True)
class Notes:
    """pressed: what the participant sent off, each time, by id. typed: process and draft -> the entry that it became, ""
    before it was sent. kept: (device, number) that an entry had on a phone.
    lost: entries that a phone had and lost, and why. results: what phones were told."""

    pressed: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    typed: dict[tuple[str, str], str] = field(default_factory=dict)
    content: dict[str, dict[str, object]] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    kept: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)
    arrived: dict[str, Arrival] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    unkept: set[str] = field(default_factory=set)  # of a browser that keeps nothing, and says so
    shown: list[tuple[str, object, object]] = field(default_factory=list)  # tab, on its screens, in the vault


class World:
    """number: of the schedule within its folder, which gives participant and site."""

    def __init__(self, seed: int, number: int, server: Server, engine: Engine) -> None:
        self.seed, self.server, self.engine = seed, server, engine
        self.rng = Random(seed)
        self.participant, self.site = f"p{number}", site_of(number)
        self.address = f"10.{number // 250}.{number % 250}.1"
        self.phones: dict[str, Phone] = {}
        self.messages: list[Message] = []
        self.fresh: list[Message] = []  # those of the last step
        self.flow = self.rng.choice([0.2, 0.6, 0.9])  # that a message goes its way with nothing in between
        self.sent = 0
        self.version, self.is_closed, self.last_day = 0, False, ""
        self.answers: dict[str, list[str]] = {}  # by phone, for a proxy that repeats one
        self.notes = Notes()
        self.story: list[str] = []

    # ------------------------------------------------------------------ time

    @property
    def at(self) -> Moment:
        now = self.server.now
        return Moment(now, (now + timedelta(hours=8)).date())

    def pass_time(self, seconds: float) -> None:
        self.server.now += timedelta(seconds=seconds)

    def clocks(self) -> dict[str, dict[str, float]]:
        ticks = (self.server.now - START).total_seconds() * 1000
        return {
            one.name: {
                "now": (self.server.now.timestamp() + one.off_seconds) * 1000,
                "east": one.east,
                "ticks": ticks,
            }
            for one in self.phones.values()
        }

    # ------------------------------------------------------------------ phones

    def tell(self, text: str) -> None:
        self.story.append(f"{self.server.now:%m-%d %H:%M:%S} {text}")

    def give(self, *orders: Order) -> None:
        """Gives orders to phones and takes in what came of them; what they send is on its way then."""
        found = self.engine.give(self.clocks(), orders)
        told, out, phones = found["told"], found["out"], found["phones"]
        assert isinstance(told, list) and isinstance(out, list) and isinstance(phones, dict)
        for one in told:
            self._hear(one)
        for name, kept in phones.items():
            self._see(self.phones[name], kept)
        fails = [self._send(one) for one in out]
        if any(fails):
            self.give(*(self.no_answer(one) for one in fails if one is not None))

    def _send(self, told: dict[str, object]) -> Message | None:
        """On its way; gives it back where there is no way."""
        self.sent += 1
        name = str(told["process"])
        message = Message(
            *(self.sent, name.partition("/")[0], name, int(str(told["request"])), str(told["method"])),
            *(str(told["address"]), str(told["token"]), str(told["body"]), float(str(told["patience"]))),
        )
        if not self.phones[message.phone].is_online:
            return message
        self.messages.append(message)
        self.fresh.append(message)
        return None

    @staticmethod
    def no_answer(message: Message) -> Order:
        return {"order": "reply", "phone": message.phone, "process": message.process, "request": message.request,
                "status": 0, "text": ""}  # fmt: skip

    def _hear(self, told: dict[str, object]) -> None:
        what, phone = str(told["what"]), self.phones[str(told["phone"])]
        if what == "pressed":
            entry = told["entry"]
            assert isinstance(entry, dict)
            self.notes.pressed.setdefault(entry["id"], []).append(entry)
            self.notes.typed[str(told["process"]), str(told["draft"])] = str(entry["id"])
            if not told["isLasting"]:
                self.notes.unkept.add(entry["id"])
        elif what == "typed":
            self.notes.typed[str(told["process"]), str(told["draft"])] = ""
        elif what == "confirmed":
            name = str(told["id"])
            if name in self.notes.confirmed:
                self.notes.errors.append(f"two entries were confirmed under one id, {name}")
            self.notes.confirmed.add(name)
        elif what == "joined" and told["device"] not in ("", phone.device) and not told["problem"]:
            phone.device, phone.is_revoked = str(told["device"]), False
        elif what == "shows":
            self.notes.shown.append((str(told["tab"]), told["shown"], told["inVault"]))
        elif what.endswith("failed") and told["error"] not in WORDS_OF_A_WORKER and not phone.is_revoked:
            self.notes.errors.append(f"{what}: {told['error']}")
        if what not in ("heard", "not heard", "typed"):
            rest = ", ".join(
                f"{key} {value}" for key, value in told.items() if key not in ("phone", "process", "what")
            )
            self.tell(f"    {told['process']} {what} {rest}".rstrip())

    def _see(self, phone: Phone, kept: dict[str, object]) -> None:
        """What lies on a phone now, and what went from it without a result."""
        outbox, drafts, running = kept["outbox"], kept["drafts"], kept["running"]
        assert isinstance(outbox, list) and isinstance(drafts, list) and isinstance(running, list)
        now = {str(name): (str(device), int(number)) for name, number, device in outbox}
        for name, place in now.items():
            places = self.notes.kept.setdefault(name, [])
            if place not in places:
                places.append(place)
            self.notes.content.setdefault(name, self.notes.pressed[name][-1])
        for name in phone.outbox.keys() - now.keys() - self.notes.results.keys():
            self.notes.lost.setdefault(name, "revoked" if phone.is_revoked else "went without a result")
        phone.outbox, phone.drafts, phone.is_empty = now, [str(one) for one in drafts], bool(kept["isEmpty"])
        phone.is_lasting = bool(kept["isLasting"])
        if kept["device"] not in ("", phone.device):  # a page that crashes when it has joined tells nobody
            phone.device, phone.is_revoked = str(kept["device"]), False
        phone.running = {str(tab): (due, count) for tab, due, count in running}

    def waiting(self, phone: Phone) -> int:
        return len(phone.outbox)

    # ------------------------------------------------------------------ server

    def reach(self, message: Message) -> None:
        """The server gets a request; the answer is on its way then."""
        if message.path.startswith("/diary/rules/"):
            message.status, message.text = self.server.rules_at(message.path)
            return
        worker = self.rng.randrange(2)
        message.status, message.text = self.server.ask(
            *(message.method, message.path),
            token=message.token, body=message.body, address=self.address, worker=worker,
        )  # fmt: skip
        if message.path.endswith("/sync"):
            self._note_arrivals(message)

    def _note_arrivals(self, message: Message) -> None:
        """Asked of the log and not of the answer: what fails after a commit has stored all the same."""
        from trialwright.diary.sync import commands_of
        from trialwright.diary.wire import Sync, read_message
        from trialwright.store.devices import device_of
        from trialwright.store.streams import PARTICIPANT, stored_commands

        sent = {one["id"] for one in json.loads(message.body)["entries"]} - self.notes.arrived.keys()
        new = stored_commands(STUDY, PARTICIPANT + self.participant, sorted(sent)) if sent else ()
        if not new:
            return
        read = read_message(Sync, message.body.encode())
        row = device_of(message.token.removeprefix("Bearer "))
        assert isinstance(read, Sync) and row is not None
        moment = replace(self.at, device=read.sent)
        for command in commands_of(read, self.participant, row.device, at=self.server.now):
            if command.command_id in new:
                self.notes.arrived[command.command_id] = Arrival(
                    command, moment, self.version, self.is_closed
                )

    def answer(self, message: Message) -> Order:
        """The phone gets an answer."""
        assert message.text is not None
        if message.status == 200 and message.path.endswith("/sync"):
            self.answers.setdefault(message.phone, []).append(message.text)
        return {"order": "reply", "phone": message.phone, "process": message.process, "request": message.request,
                "status": message.status, "text": message.text}  # fmt: skip

    def note_results(self, order: Order) -> None:
        """What the phone is about to be told, where it is told in its own words."""
        try:
            said = json.loads(str(order["text"]))
        except ValueError:
            return
        for one in said.get("results", ()) if isinstance(said, dict) else ():
            if one["state"] != "refused":
                self.notes.results[one["id"]] = one["state"]

    # ------------------------------------------------------------------ site

    def screen(self, version: int) -> None:
        """A participant at a site of their own, whose diary begins today."""
        self.activate(version)
        self.screen_one(self.participant)

    def screen_one(self, participant: str) -> None:
        from trialwright.ledger.commands import SaveForm, ScreenParticipant, Typed
        from trialwright.store.submit import submit

        screened = ScreenParticipant(self.id("screen") + participant, participant, self.site, "")
        submit(STUDY, screened, by=COORDINATOR, at=self.at)
        items = {"date": Typed(self.at.site_date.isoformat())}
        command = SaveForm(self.id("visit") + participant, participant, "SCR", "visit", 0, items, 0)
        assert not submit(STUDY, command, by=COORDINATOR, at=self.at).problems

    def correct_code(self, code: str) -> None:
        from trialwright.ledger.commands import CorrectCode
        from trialwright.store.submit import submit

        command = CorrectCode(self.id("code"), self.participant, code, "misread")
        assert not submit(STUDY, command, by=COORDINATOR, at=self.at).problems

    def id(self, what: str) -> str:
        return f"{what}-{self.participant}-{len(self.story)}-{self.sent}"

    def activate(self, version: int) -> None:
        from trialwright.store.definitions import activate

        self.version = version
        activate(STUDY, self.site, self.server.versions[version - 1], by=COORDINATOR, at=self.at)

    def invite(self, participant: str = "") -> str:
        from trialwright.store import devices

        whom = participant or self.participant
        made = devices.invite(STUDY, whom, YEAR_OF_BIRTH, by=COORDINATOR, at=self.at)
        return made.code if isinstance(made, devices.Invitation) else ""

    def revoke(self, phone: Phone, participant: str = "") -> None:
        from trialwright.store import devices

        whom = participant or self.participant
        found = devices.revoke(STUDY, whom, phone.device, "lost", by=COORDINATOR, at=self.at)
        assert not found, found
        phone.is_revoked = True

    def close(self) -> None:
        """The participant ended yesterday, or at the one visit that was held."""
        from trialwright.ledger.commands import SaveForm, Typed
        from trialwright.store.submit import submit

        yesterday = self.at.site_date - timedelta(days=1)
        self.last_day = max(yesterday, START.date()).isoformat()
        items = {"date": Typed(self.last_day)}
        command = SaveForm(self.id("end"), self.participant, "", "end", 0, items, 0)
        found = submit(STUDY, command, by=COORDINATOR, at=self.at).problems
        assert not [one for one in found if one.severity == "error"], found
        self.is_closed = True
