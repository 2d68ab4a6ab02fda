"""The vault and the outbox in a real Chromium, which the simulator of phones takes for granted: numbers without holes,
and nothing lost that was confirmed, whatever ends."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page
from tests.browser.conftest import CHROMIUM
from tests.browser.phone_package import package
from tests.browser.phone_server import Fake, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OPEN = """async () => {
  const { openVault } = await import("/diary/app/vault.js");
  const { openOutbox } = await import("/diary/app/outbox.js");
  globalThis.vault = await openVault();
  globalThis.boxOf = (device) => openOutbox({
    store: vault.outboxOf(device), seal: vault.seal, fetch, now: () => new Date(), uuid: () => crypto.randomUUID(),
    about: async () => ({ token: "t", package: "" }), heard: async () => {}, app: "1",
  });
  globalThis.box = boxOf("d1");
  return vault.isLasting;
}"""
ADD = """async (count) => {
  const entry = { form: "day", visit: "", day: "2026-11-01", items: { itch: { v: "3" } } };
  const added = await Promise.all(Array.from({ length: count }, () => box.add(entry)));
  return added.map((one) => one.number);
}"""
ADD_UNHEARD = "(count) => { for (let at = 0; at < count; at += 1) box.add({ form: 'day', visit: '', day: '2026-11-01', items: {} }); }"
WAITING = "async (device) => (await boxOf(device).entries()).map((one) => one.number)"
LEFT = """async () => {
  const { openDB } = globalThis.idb;
  const base = await openDB("diary", 1);
  const [sealed, drafts, counters] = await Promise.all(["sealed", "drafts", "counters"].map((name) => base.getAllKeys(name)));
  const current = await base.get("counters", "current");
  base.close();
  return [sealed, drafts.length, counters.length ? [current, ...counters] : []];
}"""
KEEP = """async (device) => [
  await vault.setAs(device, "answer", { of: device }),
  await vault.keepDraft({ id: device }, device),
  await vault.get("answer"),
  (await vault.drafts()).map((one) => one.id),
]"""
JOIN = """([device, former, isSame]) =>
  vault.moveIn({ device, former, isSame, values: { join: { token: "t", device } }, gone: ["lock"] })"""


@pytest.fixture
def address() -> Iterator[str]:
    with serving(Fake(package(date(2026, 11, 1)))) as one:
        yield one


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context()
    yield made
    made.close()


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/diary/")
    assert page.evaluate(OPEN) is True
    return page


def test_numbers_have_no_holes_over_reloads(context: BrowserContext, address: str) -> None:
    page = opened(context, address)
    numbers: list[int] = []
    for _ in range(20):
        numbers += page.evaluate(ADD, 10)
        page.reload()
        page.evaluate(OPEN)

    assert sorted(numbers) == list(range(1, 201))
    assert page.evaluate(WAITING, "d1") == list(range(1, 201))


def test_two_tabs_never_give_the_same_number(context: BrowserContext, address: str) -> None:
    pages = [opened(context, address) for _ in range(2)]
    for page in pages:
        page.evaluate(ADD_UNHEARD, 40)
    numbers = [number for page in pages for number in page.evaluate(ADD, 10)]

    assert len(set(numbers)) == 20
    assert pages[0].evaluate(WAITING, "d1") == list(range(1, 101))


def test_a_page_that_crashes_loses_nothing_that_was_confirmed(context: BrowserContext, address: str) -> None:
    confirmed: list[int] = []
    for _ in range(5):
        page = opened(context, address)
        confirmed += page.evaluate(ADD, 3)
        page.evaluate(ADD_UNHEARD, 3)  # some of these are kept, some are not
        crash(page)

    waiting = opened(context, address).evaluate(WAITING, "d1")

    assert set(confirmed) <= set(waiting)
    assert waiting == list(range(1, len(waiting) + 1))


def crash(page: Page) -> None:
    """Ends the page's process at once. Not by a command, whose answer would be waited for without limit."""
    with page.expect_event("crash"), suppress(Error):  # it goes nowhere
        page.goto("chrome://crash")
    page.close()


def test_a_browser_that_is_killed_loses_nothing_that_was_confirmed(
    chromium: Browser, address: str, tmp_path: Path
) -> None:
    confirmed: list[int] = []
    for _ in range(3):
        context = with_profile(chromium, tmp_path)
        page = opened(context, address)
        confirmed += page.evaluate(ADD, 5)
        kill(context, tmp_path / "profile")

    context = with_profile(chromium, tmp_path)
    waiting = opened(context, address).evaluate(WAITING, "d1")
    context.close()

    assert waiting == confirmed == list(range(1, 16))


def with_profile(chromium: Browser, folder: Path) -> BrowserContext:
    return chromium.browser_type.launch_persistent_context(
        folder / "profile",
        executable_path=str(CHROMIUM),
        args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    )


def kill(context: BrowserContext, profile: Path) -> None:
    """The browser that was started for the profile, and nothing else."""
    (browser,) = browsers_of(profile)
    os.kill(browser, signal.SIGKILL)
    with suppress(Error):  # it is gone
        context.close()


def browsers_of(profile: Path) -> list[int]:
    """The processes that were started with a profile, but for the script that starts one and for those that a browser
    starts itself."""
    asked = f"--user-data-dir={profile}".encode()
    words = {path: words_of(path) for path in Path("/proc").glob("[0-9]*/cmdline")}
    return [
        int(path.parent.name)
        for path, each in words.items()
        if asked in each and each[0] != b"/bin/sh" and not any(one.startswith(b"--type=") for one in each)
    ]


def words_of(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().split(b"\0")
    except OSError:  # it has ended meanwhile
        return []


def test_joining_anew_takes_along_what_waits_and_no_one_else_s(context: BrowserContext, address: str) -> None:
    page, other = opened(context, address), opened(context, address)
    assert page.evaluate(JOIN, ["d1", "", False]) is True
    page.evaluate(ADD, 3)

    assert page.evaluate(JOIN, ["d2", "d1", True]) is True
    assert other.evaluate(JOIN, ["d3", "d1", True]) is False  # it was d1 no more
    assert other.evaluate(ADD, 1) == [4]  # a tab that still knows the phone as d1
    assert [page.evaluate(WAITING, device) for device in ("d1", "d2")] == [[], [1, 2, 3, 4]]

    assert page.evaluate(JOIN, ["d5", "d2", False]) is True  # another participant
    assert [page.evaluate(WAITING, device) for device in ("d2", "d5")] == [[1, 2, 3, 4], []]
    with pytest.raises(Error, match="another participant's"):
        other.evaluate(ADD, 1)  # it would wait for ever: nobody sends as d2 once all of it is sent

    page.evaluate("vault.set('former d2', { token: 't', device: 'd2' })")
    page.evaluate("vault.forget('d2')")
    assert [page.evaluate(WAITING, device) for device in ("d2", "d5")] == [[], []]
    assert page.evaluate("vault.formers()") == []


def test_what_waits_of_somebody_before_outlives_a_revocation(context: BrowserContext, address: str) -> None:
    page = opened(context, address)
    page.evaluate(JOIN, ["d1", "", False])
    page.evaluate(ADD, 2)
    page.evaluate("vault.set('former d1', { token: 't1', device: 'd1' })")
    page.evaluate(JOIN, ["d2", "d1", False])
    page.evaluate("globalThis.box = boxOf('d2')")
    page.evaluate(ADD, 1)
    page.evaluate("vault.keepDraft({ id: 'x' }, 'd2')")

    assert page.evaluate("vault.wipe('d2')") is True
    assert [page.evaluate(WAITING, device) for device in ("d1", "d2")] == [[1, 2], []]
    assert page.evaluate(LEFT) == [["former d1"], 0, ["", "current"]]
    for device in ("d1", "d2"):
        page.evaluate("(device) => { globalThis.box = boxOf(device); }", device)
        with pytest.raises(Error, match="another participant's"):
            page.evaluate(ADD, 1)
    page.reload()
    page.evaluate(OPEN)
    assert page.evaluate(WAITING, "d1") == [1, 2]

    with page.expect_event("load"):  # the app in this tab sees its vault go, and begins anew
        page.evaluate("void vault.forget('d1')")
    page.evaluate(OPEN)
    assert page.evaluate(LEFT) == [[], 0, []]


def test_what_is_heard_or_typed_as_one_participant_is_not_kept_for_the_next(
    context: BrowserContext, address: str
) -> None:
    page = opened(context, address)
    page.evaluate(JOIN, ["d1", "", False])
    page.evaluate(JOIN, ["d2", "d1", True])
    assert page.evaluate(KEEP, "d1") == [True, True, {"of": "d1"}, ["d1"]]  # the same participant's
    page.evaluate(JOIN, ["d3", "d2", False])
    for former in ("d1", "d2"):
        assert page.evaluate(KEEP, former) == [False, False, {"of": "d1"}, []]
    assert page.evaluate(KEEP, "d3") == [True, True, {"of": "d3"}, ["d3"]]


def test_what_two_tabs_change_at_once_is_changed_by_both(context: BrowserContext, address: str) -> None:
    pages = [opened(context, address) for _ in range(2)]
    pages[0].evaluate(JOIN, ["d1", "", False])
    count = "vault.changeAs('d1', 'answer', (n) => (n ?? 0) + 1)"
    for page in pages:
        page.evaluate(f"void (globalThis.all = Promise.all(Array.from({{ length: 12 }}, () => {count})))")
    assert [page.evaluate("all") for page in pages] == [[True] * 12] * 2
    assert pages[0].evaluate("vault.get('answer')") == 24
    assert pages[0].evaluate("vault.changeAs('d0', 'answer', () => 0)") is False


def test_only_the_name_that_is_revoked_is_forgotten(context: BrowserContext, address: str) -> None:
    page = opened(context, address)
    page.evaluate(JOIN, ["d1", "", False])
    page.evaluate(ADD, 2)
    page.evaluate(JOIN, ["d2", "d1", True])

    assert page.evaluate("vault.wipe('d1')") is False
    assert page.evaluate(WAITING, "d2") == [1, 2]
    with page.expect_event("load"):  # the app in this tab sees its vault go, and begins anew
        page.evaluate("void vault.wipe('d2')")
    page.evaluate(OPEN)
    assert page.evaluate(WAITING, "d2") == []
