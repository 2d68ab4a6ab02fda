"""The same against the real server: processes and threads side by side, and answers that are lost on the way."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from tests.diary.phone import Phone, Server
from tests.diary.serving import ask, losing, serving
from tests.store.conftest import close
from tests.store.small import STUDY, give, save, screen

pytestmark = pytest.mark.slow


@pytest.fixture
def real(data: Path) -> tuple[Path, Phone]:
    """A folder with a phone that joined, by the machine's clock."""
    from trialwright.store import clock

    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-10"}))
    phone = Server(clock.now()).join()
    close()
    return data, phone


@pytest.mark.requirement("F06")
@pytest.mark.unmeasured
def test_eight_senders_of_one_message_store_it_once(real: tuple[Path, Phone]) -> None:
    """A phone that tries again while its first try is still on the way."""
    data, phone = real
    body = json.dumps(phone.body(*(phone.entry(f"e{at}", days_ago=at) for at in range(7)))).encode()
    with serving(data) as port, ThreadPoolExecutor(8) as senders:
        answers = list(
            senders.map(lambda _: ask(port, "POST", "/diary/api/sync", body, phone.token), range(8))
        )

    assert {status for status, _, _ in answers} == {200}
    results = {json.dumps(json.loads(content)["results"]) for _, _, content in answers}
    assert len(results) == 1
    entries = phone.server.book().entries
    assert sorted(entries) == [f"e{at}" for at in range(7)]
    assert all("Set-Cookie" not in headers for _, headers, _ in answers)


@pytest.mark.unmeasured
def test_an_answer_that_was_lost_after_storing_comes_again(real: tuple[Path, Phone]) -> None:
    data, phone = real
    lost: list[str] = []

    def loses_the_first(path: str, body: bytes) -> bool:
        if path != "/diary/api/sync" or lost:
            return False
        lost.append(path)
        return True

    body = json.dumps(phone.body(phone.entry("e1"))).encode()
    with serving(data, workers=1) as port, losing(port, loses_the_first) as address:
        request = Request(f"{address}/diary/api/sync", body, {"Authorization": f"Bearer {phone.token}"})
        with pytest.raises(OSError):
            urlopen(request, timeout=30)
        assert list(phone.server.book().entries) == ["e1"]
        with urlopen(request, timeout=30) as answer:
            assert [one["state"] for one in json.loads(answer.read())["results"]] == ["stored"]
    assert list(phone.server.book().entries) == ["e1"]


@pytest.mark.unmeasured
def test_staff_and_phones_write_at_once_and_nothing_is_lost(real: tuple[Path, Phone]) -> None:
    data, phone = real
    bodies = [json.dumps(phone.body(phone.entry(f"e{at}", days_ago=at))).encode() for at in range(20)]
    with serving(data) as port, ThreadPoolExecutor(6) as senders:
        sent = [senders.submit(ask, port, "POST", "/diary/api/sync", body, phone.token) for body in bodies]
        for number in range(1, 6):
            give(
                save(
                    "p1", "SCR", "vitals", {"weight": f"7{number}"}, base=base(phone), reason="Weighed again."
                )
            )
        assert {one.result()[0] for one in sent} == {200}
    assert len(phone.server.book().entries) == 20
    from trialwright.store.verify import verify

    assert verify(STUDY) == ()


@pytest.mark.parametrize("asks", ["", "0", "-1", "many", "1.5"])
def test_a_setting_that_is_no_number_is_said(data: Path, asks: str) -> None:
    environment = {**os.environ, "TRIALWRIGHT_ASKS": asks, "TRIALWRIGHT_DATA": str(data)}
    words = [sys.executable, "-c", "import trialwright.web.settings"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert "TRIALWRIGHT_ASKS is a whole number, 1 or more." in done.stderr


def base(phone: Phone) -> int:
    record = phone.server.book().records.get(("SCR", "vitals", 0))
    return record.sequence if record else 0
