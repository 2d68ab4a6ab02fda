"""What a participant does with the app: joins, answers, looks; and what an examiner of the phone can find."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.browser.phone_package import package
from tests.browser.phone_server import Fake, serving

FIRST = date(2026, 11, 1)
ZONE = "Asia/Hong_Kong"
PIN = "274951"
EVENING = 11  # 19:00 in Hong Kong, in UTC
PHONE = {"width": 390, "height": 844}


@dataclass
class Phone:
    """A phone before a fake server."""

    context: BrowserContext
    page: Page
    fake: Fake
    address: str

    def at(self, day: int, hour_utc: int = EVENING, minute: int = 0) -> None:
        """Sets the phone's clock: day 1 is the first."""
        self.context.clock.set_system_time(moment(day, hour_utc, minute))

    def offline(self) -> None:
        self.fake.is_down = True
        self.context.set_offline(True)

    def online(self) -> None:
        self.fake.is_down = False
        self.context.set_offline(False)

    def open(self, hash_: str = "") -> None:
        self.page.goto(f"{self.address}/diary/{hash_}")

    def reopen(self) -> None:
        """Closes the tab and opens the diary in another."""
        self.page.close()
        self.page = self.context.new_page()
        self.open()

    def heading(self, text: str) -> None:
        expect(self.page.locator("h1")).to_have_text(text)

    def press(self, text: str) -> None:
        self.page.get_by_role("button", name=text).first.click()

    def next(self) -> None:
        self.page.locator("#foot .go").click()


def moment(day: int, hour_utc: int = EVENING, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour_utc, minute)  # noqa: DTZ001 - Playwright reads it in the zone of the machine


@contextmanager
def phone_of(
    browser: Browser, *, language: str = "en-GB", fake: Fake | None = None, **options: object
) -> Iterator[Phone]:
    """A phone in Hong Kong on the evening of the first day."""
    known = fake or Fake(package(FIRST))
    with serving(known) as address:
        context = browser.new_context(
            viewport=PHONE,  # type: ignore[arg-type]  # a plain dict
            locale=language,
            timezone_id=ZONE,
            **options,  # type: ignore[arg-type]  # tests name options of Playwright
        )
        context.set_default_timeout(10_000)
        context.clock.install(time=moment(1))
        yield Phone(context, context.new_page(), known, address)
        context.close()


SOMEBODY_ELSE = {"code": "HK01-008", "participant": "p9c44"}


def join(phone: Phone, code: str = "code-1", pin: str = PIN) -> None:
    """By the link of the invitation to the start page, without the practice."""
    phone.open(f"#join={code}")
    phone.page.locator("#year").fill("1980")
    phone.page.locator("main button.go").click()
    choose_pin(phone, pin)
    phone.page.locator("main .other").last.click()  # "I know how it works"
    phone.page.locator("#remind").wait_for()
    phone.page.locator("main > .go").click()
    phone.page.locator("#remind").wait_for(state="detached")
    phone.page.locator("main > .go").click()
    phone.page.locator(".strip").wait_for()


def choose_pin(phone: Phone, pin: str = PIN) -> None:
    phone.page.locator("#again").fill(pin)
    phone.page.locator("#pin").fill(pin)
    phone.page.locator("form .go").click()
    phone.page.locator("#again").wait_for(state="detached")


def unlock(phone: Phone, pin: str = PIN) -> None:
    phone.page.locator("#pin").fill(pin)
    phone.page.locator("main .go").click()


def worker_is_ready(phone: Phone) -> None:
    """Without it the diary does not open offline; a person takes longer to join than it takes to install."""
    until(phone, lambda: bool(phone.page.evaluate("navigator.serviceWorker.controller !== null")))


def answer_day(phone: Phone, itch: int, sleep: str = "false") -> None:
    """The daily entry, from the start page to the thanks."""
    phone.page.locator("button.big").click()
    phone.heading("Worst itch in the last 24 hours")
    phone.page.locator(f"label.number:has(input[value='{itch}'])").click()
    phone.next()
    phone.page.locator(f"label:has(input[value={sleep}])").click()
    phone.next()
    phone.heading("Look at your answers")
    phone.next()
    phone.heading("Thank you")


def count_waiting(phone: Phone, count: int) -> None:
    expect(phone.page.locator("#status")).to_contain_text(f"Waiting to send: {count}.")


def until(phone: Phone, holds: Callable[[], bool], seconds: float = 10) -> None:
    """Waits for what happens on the server."""
    for _ in range(int(seconds * 20)):
        if holds():
            return
        phone.page.wait_for_timeout(50)
    raise AssertionError("it did not happen")


EVERYTHING = """async () => {
  const found = [];
  const words = (value) => {
    if (value instanceof ArrayBuffer) return new TextDecoder("latin1").decode(value);
    if (ArrayBuffer.isView(value)) return words(value.slice().buffer);
    if (value instanceof CryptoKey) return `key that can be exported: ${value.extractable}`;
    if (value && typeof value === "object") return Object.entries(value).map(([k, v]) => `${k}=${words(v)}`).join(" ");
    return String(value);
  };
  for (const {name} of await indexedDB.databases()) {
    const base = await new Promise((done) => (indexedDB.open(name).onsuccess = (event) => done(event.target.result)));
    for (const store of base.objectStoreNames) {
      const get = (how) => new Promise((done) => (base.transaction(store).objectStore(store)[how]().onsuccess = (event) => done(event.target.result)));
      found.push(`${store}: ${words(await get("getAllKeys"))} ${words(await get("getAll"))}`);
    }
    base.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push(`${request.url} ${await (await cache.match(request)).text()}`);
  }
  for (const storage of [localStorage, sessionStorage]) found.push(JSON.stringify(Object.entries(storage)));
  return found;
}"""


def all_that_is_kept(phone: Phone) -> list[str]:
    """Every record of IndexedDB, Cache Storage, localStorage and sessionStorage, as text."""
    kept = phone.page.evaluate(EVERYTHING)
    assert isinstance(kept, list)
    return kept
