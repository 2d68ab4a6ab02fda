"""A photo from the phone's app in a real Chromium to the disk of a real server; offline, nothing is called sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Request, expect
from pytest_django import DjangoDbBlocker
from tests.browser.phone_server import Fake
from tests.browser.phone_steps import PHONE, Phone, all_that_is_kept, join, worker_is_ready
from tests.diary.serving import serving
from tests.store.pictures import SECRETS, is_bare, jpeg, painted
from tests.store.small import COORDINATOR, STUDY, make_study

pytestmark = [pytest.mark.browser, pytest.mark.slow]

YEAR = 1980  # as `join` says it
# What leaves the phone, made once more of the same file.
PAINTED = """async () => {
  const { takePhoto } = await import("/diary/app/photos/photos.js");
  const { blob } = await takePhoto(document.querySelector("#photo").files[0]);
  return [...new Uint8Array(await blob.arrayBuffer())];
}"""
BOX = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg"}


@dataclass
class Sender:
    """A phone that joined at a real server, and what it sent."""

    phone: Phone
    data: Path
    count: int = 0

    def choose(self, content: bytes) -> None:
        self.phone.page.locator("#photo").set_input_files({**BOX, "buffer": content})

    def send(self) -> None:
        self.phone.page.get_by_role("button", name="Send the photo").tap()

    def kept(self) -> list[Path]:
        return sorted((self.data / "files").rglob("*.jpg"))

    def note(self, request: Request) -> None:
        if request.url.endswith("/diary/api/photo"):
            self.count += 1


@pytest.fixture
def sender(chromium: Browser, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Sender]:
    from tests.store.conftest import close

    data = tmp_path / "data"
    with django_db_blocker.unblock():
        make_study(data)
        code = invited()
        close()
        with serving(data, workers=1) as port:
            context = chromium.new_context(
                viewport=PHONE,  # type: ignore[arg-type]  # its type is private
                has_touch=True,
                locale="en-GB",
                timezone_id="Asia/Hong_Kong",
            )
            context.set_default_timeout(15_000)
            phone = Phone(context, context.new_page(), Fake({}), f"http://127.0.0.1:{port}")
            one = Sender(phone, data)
            context.on("request", one.note)
            join(phone, code)
            worker_is_ready(phone)
            yield one
            context.close()
        close()


def invited() -> str:
    """p1, who was screened five days ago; the code of an invitation."""
    from tests.store.small import save, screen

    from trialwright.ledger.commands import Moment
    from trialwright.store.devices import Invitation, invite
    from trialwright.store.submit import submit

    now = datetime.now(UTC)
    at = Moment(now, now.date())
    day = (now - timedelta(days=5)).date().isoformat()
    for command in (screen("p1"), save("p1", "SCR", "visit", {"date": day})):
        assert not submit(STUDY, command, by=COORDINATOR, at=at).problems
    made = invite(STUDY, "p1", YEAR, by=COORDINATOR, at=at)
    assert isinstance(made, Invitation)
    return made.code


def test_a_photo_goes_from_the_camera_to_the_disk_without_its_hidden_words(sender: Sender) -> None:
    page = sender.phone.page
    page.get_by_role("link", name="Take a photo").tap()
    sender.phone.heading("Take a photo")
    expect(page.locator("main")).to_contain_text("No face.")
    sender.send()
    expect(page.get_by_role("alert")).to_contain_text("Choose what you photograph.")
    page.locator("label:has(input[value=leg])").tap()
    sender.send()
    expect(page.get_by_role("alert")).to_contain_text("Take a photo first.")
    camera = jpeg(painted((3000, 2000)), orientation=6)
    sender.choose(camera)
    expect(page.get_by_alt_text("The photo that you took")).to_be_visible()
    painted_here = bytes(page.evaluate(PAINTED))
    sender.send()
    sender.phone.heading("Today")
    expect(page.locator("main")).to_contain_text("Your photo is with the trial.")

    assert Image.open(BytesIO(painted_here)).size == (1333, 2000)
    assert not any(secret in painted_here for secret in SECRETS if secret != b"ICC_PROFILE")
    assert sender.count == len(sender.kept()) == 1
    assert is_bare(sender.kept()[0].read_bytes())
    photo = the_photo()
    assert (photo.region, photo.original, photo.type) == ("leg", sha256(camera).hexdigest(), "image/jpeg")
    assert (photo.width, photo.height) == (1333, 2000)


def the_photo():  # type: ignore[no-untyped-def]  # the store is imported late
    from trialwright.store.casebooks import load

    photos = load(STUDY, "p1").photos
    assert len(photos) == 1
    return next(iter(photos.values()))


def test_offline_nothing_is_called_sent_and_the_same_photo_is_sent_once(sender: Sender) -> None:
    page = sender.phone.page
    page.get_by_role("link", name="Take a photo").tap()
    page.locator("label:has(input[value=arm])").tap()
    sender.choose(jpeg())
    sender.phone.context.set_offline(True)
    sender.send()
    expect(page.get_by_role("alert")).to_contain_text("Not sent: there is no internet.")
    assert sender.kept() == []
    kept = " ".join(all_that_is_kept(sender.phone))
    assert sha256(jpeg()).hexdigest() not in kept
    assert "IMG_0001" not in kept
    sender.phone.context.set_offline(False)
    sender.send()
    expect(page.locator("main")).to_contain_text("Your photo is with the trial.")
    assert the_photo().region == "arm"
    assert len(sender.kept()) == 1


def test_what_is_no_picture_is_not_sent(sender: Sender) -> None:
    page = sender.phone.page
    page.get_by_role("link", name="Take a photo").tap()
    page.locator("label:has(input[value=arm])").tap()
    sender.choose(b"MZ this is a program")
    expect(page.get_by_role("alert")).to_contain_text("This is no photo that the phone can show.")
    sender.send()
    expect(page.get_by_role("alert")).to_contain_text("Take a photo first.")
    assert sender.count == 0
