"""The diary from the invitation to the log: the app in a real Chromium, the real server, and a network that loses the
first answer after the server has stored what came."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django import DjangoDbBlocker
from tests.browser.conftest import CHROMIUM
from tests.browser.phone_server import Fake
from tests.browser.phone_steps import (
    PHONE,
    PIN,
    Phone,
    all_that_is_kept,
    count_waiting,
    join,
    unlock,
    until,
    worker_is_ready,
)
from tests.diary.serving import losing, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STUDY_FOLDER = Path(__file__).parents[2] / "studies" / "nct06374979"
YEAR = 1980  # as `join` says it
RARE = "xylophone-in-the-attic"
CONTROL = "what-lies-open-is-found"
ITEMS = ("itch", "pain", "tightness", "sleep")


@dataclass
class Middle:
    """What went through the network, and whether an answer was lost. is_cut: in the cellar; the browser's own switch
    does not hold for what its service worker does while no page is open."""

    sent: list[dict[str, object]] = field(default_factory=list)
    has_lost: bool = False
    is_cut: bool = False

    def loses(self, path: str, body: bytes) -> bool:
        if path != "/diary/api/sync":
            return False
        message = json.loads(body)
        self.sent.append(message)
        if message["entries"] and not self.has_lost:
            self.has_lost = True
            return True
        return False


@dataclass
class World:
    """now: when the test began; zone: where it is evening then. data: the profile of the browser."""

    study: str
    code: str
    now: datetime
    zone: str
    offset: timedelta
    middle: Middle
    address: str
    profile: Path

    def evening(self, days_ago: int) -> str:
        return (self.now - timedelta(days=days_ago)).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def day(self, days_ago: int) -> str:
        return (self.now + self.offset - timedelta(days=days_ago)).date().isoformat()


def zone_of_evening(now: datetime) -> tuple[str, timedelta]:
    """A zone in which it is between 20 and 21 o'clock: inside the hours of the diary at whatever time this runs."""
    hours = 20 - now.hour
    hours -= 24 if hours > 14 else 0  # the earliest zone there is
    return (f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"), timedelta(hours=hours)


@pytest.fixture
def world(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """A participant of the reference study, screened five days ago and invited now."""
    from tests.store.conftest import close

    now = datetime.now(UTC)
    zone, offset = zone_of_evening(now)
    middle, data = Middle(), tmp_path / "data"
    with django_db_blocker.unblock():
        study, code = make_participant(data, now, now + offset)
        close()
        with serving(data, workers=1) as port, losing(port, middle.loses, lambda: middle.is_cut) as address:
            yield World(study, code, now, zone, offset, middle, address, tmp_path / "profile")
        close()


def make_participant(data: Path, now: datetime, local: datetime) -> tuple[str, str]:
    from trialwright.cli.files import read_library, read_study_folder
    from trialwright.ledger.commands import Actor, Moment, SaveForm, ScreenParticipant, Typed
    from trialwright.store.accounts import NewAccount, create_account, grant
    from trialwright.store.definitions import activate, add_definition
    from trialwright.store.devices import Invitation, invite
    from trialwright.store.folder import create_data
    from trialwright.store.models import Account
    from trialwright.store.submit import submit

    create_data(data)
    study = add_definition(read_study_folder(STUDY_FOLDER), read_library(), at=now)
    system, at = Actor("system", "administrator", "Clinic"), Moment(now, now.date())
    site = next(iter(study.sites))
    activate(study.id, site, study.hash, by=system, at=at)
    new = create_account(study.id, NewAccount("chen.yu", "", "Chen Yu", "Clinic"), by=system, at=at)
    assert isinstance(new, Account)
    assert grant(study.id, new.id, "coordinator", "", by=system, at=at) is None
    coordinator = Actor(new.id, "coordinator", "Clinic")
    first = (local - timedelta(days=5)).date().isoformat()
    items = {"date": Typed(first), "contact": Typed("site")}
    for command in (
        ScreenParticipant("c1", "p1", site, ""),
        SaveForm("c2", "p1", "SCR", "visit", 0, items, 0),
    ):
        done = submit(study.id, command, by=coordinator, at=at)
        assert not done.problems, [found.text for found in done.problems]
    invited = invite(study.id, "p1", YEAR, by=coordinator, at=at)
    assert isinstance(invited, Invitation)
    return study.id, invited.code


@pytest.fixture
def phone(chromium: Browser, world: World) -> Iterator[Phone]:
    """A phone with a profile on the disk, two days ago by its clock."""
    context = with_profile(chromium, world)
    context.clock.install(time=world.evening(2))
    yield Phone(context, context.new_page(), Fake({}), world.address)
    context.close()


def with_profile(chromium: Browser, world: World) -> BrowserContext:
    context: BrowserContext = chromium.browser_type.launch_persistent_context(
        world.profile,
        executable_path=str(CHROMIUM),
        args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        viewport=PHONE,  # type: ignore[arg-type]  # its type is private
        has_touch=True,
        is_mobile=True,
        locale="en-GB",
        timezone_id=world.zone,
    )
    context.set_default_timeout(15_000)
    return context


def answer_day(phone: Phone, value: int) -> None:
    """Each question of the day with this number, to the thanks."""
    phone.page.locator("button.big").tap()
    for item in ITEMS:
        phone.page.locator(f"label.number:has(input[name='{item}'][value='{value}'])").tap()
        phone.next()
    phone.heading("Look at your answers")
    phone.next()
    phone.heading("Thank you")


def go_offline(phone: Phone, world: World) -> None:
    world.middle.is_cut = True
    phone.context.set_offline(True)


def go_online(phone: Phone, world: World) -> None:
    world.middle.is_cut = False
    phone.context.set_offline(False)


def begin_report(phone: Phone) -> None:
    """Words that are typed and not sent: they lie on the phone as a draft."""
    phone.open("#report")
    phone.press("Report a problem")
    phone.page.locator("label:has(input[value=ill])").tap()
    phone.next()
    phone.page.locator("label:has(input[value=false])").tap()
    phone.next()
    phone.page.locator("textarea").fill(RARE)
    phone.page.wait_for_timeout(500)


@pytest.mark.requirement("R09", "R12", "F05", "F06", "F42")
def test_three_days_offline_are_three_entries_and_nothing_lies_open_on_the_phone(
    phone: Phone, world: World
) -> None:
    join(phone, world.code)
    worker_is_ready(phone)
    assert world.code not in phone.page.url
    go_offline(phone, world)
    for days_ago, value in ((2, 4), (1, 5), (0, 6)):
        phone.context.clock.set_system_time(world.evening(days_ago))
        if days_ago < 2:
            phone.reopen()
            unlock(phone)
        answer_day(phone, value)
        count_waiting(phone, 3 - days_ago)
    begin_report(phone)
    phone.reopen()
    unlock(phone)
    count_waiting(phone, 3)
    look_for_answers(phone)
    assert not any(message["entries"] for message in world.middle.sent)

    go_online(phone, world)
    expect(phone.page.locator("#status")).to_contain_text("Everything is sent", timeout=30_000)

    twice = [message["entries"] for message in world.middle.sent if message["entries"]]
    assert world.middle.has_lost
    assert len(twice) >= 2
    assert all(entries == twice[0] for entries in twice)
    check_log(world)
    look_for_answers(phone)
    put_openly(phone)
    phone.context.close()
    look_on_disk(world.profile)


def look_for_answers(phone: Phone) -> None:
    """Every record of IndexedDB, Cache Storage, localStorage and sessionStorage."""
    kept = all_that_is_kept(phone)
    records = " ".join(one for one in kept if not one.startswith("http"))
    assert "outbox: " in records
    assert any("diary.css" in one for one in kept)
    assert not [one for one in kept if RARE in one or '"v":"' in one]
    for word in (*ITEMS, "diary_day", "diary_report", "entered", PIN):
        assert word not in records
    assert "key that can be exported: false" in records


def put_openly(phone: Phone) -> None:
    """So that the search of the disk is seen to find what lies open."""
    phone.page.evaluate(
        """text => new Promise((done) => {
          const asked = indexedDB.open("control", 1);
          asked.onupgradeneeded = () => asked.result.createObjectStore("open");
          asked.onsuccess = () => {
            const work = asked.result.transaction("open", "readwrite", { durability: "strict" });
            work.objectStore("open").put({ text }, "one");
            work.oncomplete = () => done(true);
          };
        })""",
        CONTROL,
    )


def look_on_disk(profile: Path) -> None:
    """The raw files of the browser's profile, in either encoding that browsers keep texts in."""

    def holds(content: bytes, words: str) -> bool:
        return words.encode() in content or words.encode("utf-16-le") in content

    files = {path: path.read_bytes() for path in profile.rglob("*") if path.is_file()}
    assert any(holds(content, CONTROL) for content in files.values())
    for words in (RARE, '"tightness":{"v"', PIN):
        assert not [str(path) for path, content in files.items() if holds(content, words)], words


def check_log(world: World) -> None:
    """Exactly three, each with the time of the phone and that of the server."""
    from trialwright.store.casebooks import load
    from trialwright.store.verify import verify

    book = load(world.study, "p1")
    entries = sorted(book.entries.values(), key=lambda entry: entry.number)
    assert [(one.number, one.day, one.flags) for one in entries] == [
        (number, world.day(3 - number), ()) for number in (1, 2, 3)
    ]
    for entry in entries:
        entered = datetime.fromisoformat(entry.entered)
        lag = entered - (world.now - timedelta(days=3 - entry.number))
        assert (
            timedelta(seconds=-1) < lag < timedelta(minutes=5)
        )  # the clock that is set drops parts of a second
        assert entered.utcoffset() == world.offset
        received = datetime.fromisoformat(entry.received)
        assert world.now < received < world.now + timedelta(minutes=10)
        assert (entry.source, entry.originator, entry.device) == (
            "phone",
            "participant",
            next(iter(book.devices)),
        )
        record = book.records["", "diary_day", int(entry.day.replace("-", ""))]
        values = {item: getattr(one.datum, "text", None) for item, one in record.items.items()}
        assert values == dict.fromkeys(ITEMS, str(entry.number + 3))
    assert verify(world.study) == ()


@pytest.mark.requirement("R26", "R44")
def test_a_phone_that_is_revoked_wipes_itself(phone: Phone, world: World) -> None:
    """At its next contact nothing of the participant stays on it."""
    from trialwright.ledger.commands import Actor, Moment
    from trialwright.store.accounts import accounts_of
    from trialwright.store.casebooks import load
    from trialwright.store.devices import revoke

    join(phone, world.code)
    worker_is_ready(phone)
    go_offline(phone, world)
    answer_day(phone, 7)
    (device,) = load(world.study, "p1").devices
    coordinator = Actor(accounts_of(world.study)[0].id, "coordinator", "Clinic")
    moment = Moment(world.now, world.now.date())
    assert revoke(world.study, "p1", device, "Lost on a train.", by=coordinator, at=moment) == ()

    go_online(phone, world)
    until(phone, lambda: not phone.page.evaluate("indexedDB.databases().then((all) => all.length)"), 30)
    assert load(world.study, "p1").entries == {}
    phone.reopen()
    expect(phone.page.locator("#status")).to_be_hidden()
    assert world.study not in phone.page.content()


def test_a_phone_sends_by_its_own_clock_and_timers(chromium: Browser, world: World) -> None:
    """The clock that the other tests set stands in for the timers of the browser as well."""
    context = with_profile(chromium, world)
    faults: list[str] = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    phone = Phone(context, context.new_page(), Fake({}), world.address)
    join(phone, world.code)
    answer_day(phone, 3)
    expect(phone.page.locator("#status")).to_contain_text("Everything is sent", timeout=30_000)
    context.close()

    assert faults == []
    from trialwright.store.casebooks import load

    assert [entry.day for entry in load(world.study, "p1").entries.values()] == [world.day(0)]
