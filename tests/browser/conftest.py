"""A real browser before a real server on a data folder of virtual participants."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Playwright, expect, sync_playwright
from tests.thorough import IS_THOROUGH

# Debian's. The first is the engine alone, without a browser's own windows and pages, and takes half the time. Where all is
# tried, what participants use comes first.
CHROMIUMS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))[:: -1 if IS_THOROUGH else 1]
CHROMIUM = next((path for path in CHROMIUMS if path.exists()), CHROMIUMS[-1])
PICTURES = Path(__file__).parent / "pictures"
PATIENCE_SECONDS = 60

expect.set_options(timeout=15_000)  # a phone that is online again may need its second try


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three virtual participants of the reference study, some of them still in the trial."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    words = ["demo", "--data", str(folder), "--participants", "3", "--seed", "7", "--no-serve"]
    done = subprocess.run(
        [sys.executable, "-m", "trialwright", *words], capture_output=True, text=True, check=False
    )
    assert (folder / "data.json").exists(), done.stdout + done.stderr
    return folder


@pytest.fixture(scope="session")
def server(demo_data: Path) -> Iterator[str]:
    """The address of a server on that folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [
        sys.executable,
        "-m",
        "trialwright",
        "serve",
        str(demo_data),
        "--port",
        str(port),
        "--workers",
        "1",
    ]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(f"{address}/sign-in", timeout=5)
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the server did not answer in {PATIENCE_SECONDS} s")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as made:
        yield made


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, a new one for each file of tests: none sees hundreds of pages, or what befell an earlier one.

    Without one these tests are skipped, in CI they fail.
    """
    problem = "" if CHROMIUM.exists() else f"there is no {CHROMIUM}"
    if problem and os.environ.get("CI") == "true":
        pytest.fail(problem)
    if problem:
        pytest.skip(problem)
    try:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
    except Error as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"Chromium does not start: {error}")
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def pictures() -> Path:
    PICTURES.mkdir(exist_ok=True)
    return PICTURES
