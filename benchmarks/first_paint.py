"""From navigation to the first contentful paint of the diary without a network, against a page of one word."""

import statistics
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Page, sync_playwright

from benchmarks.figures import Figure

CHROMIUMS = (Path("/usr/bin/chromium"), Path("/usr/bin/chromium-headless-shell"))
ROUNDS = 15
WARMING = 3
ONE_WORD = "data:text/html,<!doctype html><title>x</title><p>Diary</p>"
READY = "navigator.serviceWorker.ready.then(worker => worker.active !== null)"
PAINT = """() => new Promise(done => new PerformanceObserver((list, observer) => {
    const found = list.getEntriesByName("first-contentful-paint");
    if (found.length) { observer.disconnect(); done(found[0].startTime); }
}).observe({type: "paint", buffered: true}))"""


def first_paints(port: int) -> list[Figure]:
    """Nothing where there is no Chromium."""
    chromium = next((path for path in CHROMIUMS if path.exists()), None)
    if chromium is None:
        return []
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=str(chromium),
                args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
            )
        except Error:
            return []
        context = browser.new_context()
        shell, bare = alternate(context, f"http://127.0.0.1:{port}/diary/")
        browser.close()
    ratio = statistics.median(shell) / statistics.median(bare)
    return [
        Figure("first paint of the diary, offline, p50", statistics.median(shell), "ms"),
        Figure("first paint of a page of one word, p50", statistics.median(bare), "ms"),
        Figure("first paint of the diary / page of one word", ratio, "x", 3),
    ]


def alternate(context: BrowserContext, address: str) -> tuple[list[float], list[float]]:
    """The worker keeps the files at the first visit; then the network is gone."""
    page = context.new_page()
    page.goto(address)
    if page.evaluate(READY) is not True:
        raise SystemExit("No service worker was installed.")
    page.reload()  # the first page was loaded before the worker was there
    context.set_offline(True)
    shell, bare = [], []
    for _ in range(ROUNDS + WARMING):
        shell.append(painted(page, address))
        bare.append(painted(page, ONE_WORD))
    return shell[WARMING:], bare[WARMING:]


def painted(page: Page, address: str) -> float:
    page.goto(address)
    milliseconds: float = page.evaluate(PAINT)
    return milliseconds
