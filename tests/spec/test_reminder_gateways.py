"""E-mail, text messages and notifications, against services on this machine that answer as real ones may."""

import base64
import email
import email.policy
import json
import stat
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from tests.spec.fake_services import Asked, free_port, smtp_server, web_service

from trialwright.reminders.configured import Server, gateways_of, push_key
from trialwright.reminders.gateway import Message, Screen, Sent
from trialwright.reminders.push import KEY, Push, endpoint_of, public_key, push_keys
from trialwright.reminders.sms import Sms
from trialwright.reminders.smtp import Smtp
from trialwright.values.problem import Problem

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TEXT = "Your diary is open until 12:00 tomorrow."
MESSAGE = Message("m1", "li@home.example", "Your diary", TEXT)
SENDER = "diary@hospital.example"


def said(answer: Sent | Problem) -> str:
    return "sent" if isinstance(answer, Sent) else answer.code


# ------------------------------------------------------------------ e-mail


def smtp(port: int, **more: object) -> Smtp:
    return Smtp("127.0.0.1", port, SENDER, is_local=True, **more)  # type: ignore[arg-type]  # tests name the fields


def test_an_email_arrives_with_its_text_and_no_more() -> None:
    with smtp_server() as server:
        assert smtp(server.port).send(MESSAGE) == Sent()

    mail = email.message_from_bytes(server.mails[0], policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert server.recipients == ["li@home.example"]
    assert (mail["From"], mail["To"], mail["Subject"]) == (SENDER, "li@home.example", "Your diary")
    assert mail["Message-ID"] == "<m1@hospital.example>"
    assert mail.get_content().strip() == TEXT


def test_an_email_in_chinese_is_read_as_written() -> None:
    with smtp_server() as server:
        smtp(server.port).send(Message("m1", "li@home.example", "您的日记", "请填写日记。"))

    mail = email.message_from_bytes(server.mails[0], policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert (mail["Subject"], mail.get_content().strip()) == ("您的日记", "请填写日记。")


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ({"RCPT": "550 no such user"}, "gateway-refused"),
        ({"RCPT": "451 try later"}, "gateway-later"),
        ({"MAIL": "553 not you"}, "gateway-refused"),
        ({"DATA": "452 disk full"}, "gateway-later"),
        ({"END": "554 looks like spam"}, "gateway-refused"),
        ({"END": "451 try later"}, "gateway-later"),
        ({"END": ""}, "gateway-unsure"),
        ({"EHLO": "", "HELO": ""}, "gateway-unreachable"),
    ],
)
def test_what_an_email_server_may_answer(replies: dict[str, str], expected: str) -> None:
    with smtp_server(**replies) as server:
        assert said(smtp(server.port).send(MESSAGE)) == expected


def test_an_email_server_that_is_not_there() -> None:
    assert said(smtp(free_port()).send(MESSAGE)) == "gateway-unreachable"


def test_an_email_server_that_wants_no_sign_in_gets_no_password() -> None:
    with smtp_server() as server:
        assert said(smtp(server.port, user="u", password="p").send(MESSAGE)) == "gateway-unreachable"
    assert not server.mails


def test_an_email_leaves_over_tls_or_not_at_all() -> None:
    with smtp_server() as server:
        for is_tls in (False, True):
            plain = Smtp("127.0.0.1", server.port, SENDER, is_tls=is_tls)
            assert said(plain.send(MESSAGE)) == "gateway-unreachable"
    assert not server.mails


def test_problems_repeat_no_address() -> None:
    with smtp_server(RCPT="550 li@home.example is unknown") as server:
        answer = smtp(server.port).send(MESSAGE)
    assert isinstance(answer, Problem)
    assert "li@" not in answer.text


# ------------------------------------------------------------------ text messages

PHONE = Message("m1", "+8613800138000", "", "Open & until 12:00.")


def test_a_text_message_is_posted_as_a_form() -> None:
    with web_service(201) as service:
        sms = Sms(f"{service.url}/send?a=1", "To={to}&From=%2B1555&Body={text}", "Basic abc")
        assert sms.send(PHONE) == Sent()

    asked = service.asked[0]
    assert asked.path == "/send?a=1"
    assert asked.body == "To=%2B8613800138000&From=%2B1555&Body=Open%20%26%20until%2012%3A00."
    assert asked.headers["Authorization"] == "Basic abc"
    assert asked.headers["Idempotency-Key"] == "m1"


def test_a_text_message_may_stand_in_the_address() -> None:
    with web_service() as service:
        assert Sms(f"{service.url}/to/{{to}}?t={{text}}", "", "").send(PHONE) == Sent()
    assert service.asked[0].path == "/to/%2B8613800138000?t=Open%20%26%20until%2012%3A00."
    assert "Authorization" not in service.asked[0].headers


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (204, "sent"),
        (400, "gateway-refused"),
        (401, "gateway-refused"),
        (429, "gateway-later"),
        (503, "gateway-later"),
        (0, "gateway-unsure"),
    ],
)
def test_what_a_web_service_may_answer(status: int, expected: str) -> None:
    with web_service(status) as service:
        assert said(Sms(f"{service.url}/", "{to}{text}", "").send(PHONE)) == expected


def test_a_web_service_that_is_not_there() -> None:
    sms = Sms(f"http://127.0.0.1:{free_port()}/", "{to}{text}", "")
    assert said(sms.send(PHONE)) == "gateway-unreachable"


def test_a_web_service_cannot_send_the_key_elsewhere() -> None:
    with web_service() as other, web_service(302, location=f"{other.url}/steal") as service:
        assert said(Sms(f"{service.url}/", "{to}{text}", "Bearer key").send(PHONE)) == "gateway-refused"
    assert not other.asked


# ------------------------------------------------------------------ notifications


def push_to(url: str, folder: Path) -> tuple[Push, Message]:
    """A gateway that knows the service on this machine, and a message to it."""
    host = url.removeprefix("http://").partition("/")[0]
    gateway = Push(folder, "mailto:diary@hospital.example", lambda: NOW, (host,))
    subscription = json.dumps({"endpoint": f"{url}/push/abc", "keys": {"p256dh": "x", "auth": "y"}})
    return gateway, Message("m1", subscription, "Your diary", TEXT)


def test_a_notification_is_signed_and_empty(tmp_path: Path) -> None:
    with web_service(201) as service:
        gateway, message = push_to(service.url, tmp_path)
        assert gateway.send(message) == Sent()

    asked = service.asked[0]
    assert (asked.path, asked.body) == ("/push/abc", "")
    assert int(asked.headers["Ttl"]) > 0
    claims = verified(asked, public_key(tmp_path))
    assert claims["aud"] == service.url
    assert claims["sub"] == "mailto:diary@hospital.example"
    assert 0 < claims["exp"] - NOW.timestamp() <= 24 * 60 * 60


def test_a_signature_by_another_key_is_none(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    with web_service(201) as service:
        gateway, message = push_to(service.url, tmp_path / "one")
        gateway.send(message)

    with pytest.raises(InvalidSignature):
        verified(service.asked[0], public_key(tmp_path / "other"))


def verified(asked: Asked, key: str) -> dict[str, int | str]:  # values as JSON has them
    """The claims of the token that a push service is shown (RFC 8292), checked with the key that phones subscribe with."""
    kind, _, rest = asked.headers["Authorization"].partition(" ")
    parts = dict(part.split("=", 1) for part in rest.split(","))
    assert (kind, parts["k"].rstrip("=")) == ("vapid", parts["k"])
    head, claims, signature = parts["t"].split(".")
    assert json.loads(decoded(head))["alg"] == "ES256"
    raw = decoded(signature)
    assert len(raw) == 64
    pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key))
    public.verify(pair, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    found: dict[str, int | str] = json.loads(decoded(claims))
    return found


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (410, "push-gone"),
        (404, "push-gone"),
        (403, "gateway-refused"),
        (429, "gateway-later"),
        (500, "gateway-later"),
    ],
)
def test_what_a_push_service_may_answer(tmp_path: Path, status: int, expected: str) -> None:
    with web_service(status) as service:
        gateway, message = push_to(service.url, tmp_path)
        assert said(gateway.send(message)) == expected


@pytest.mark.parametrize(
    ("subscription", "is_known"),
    [
        ({"endpoint": "https://fcm.googleapis.com/fcm/send/a:b"}, True),
        ({"endpoint": "https://web.push.apple.com/abc"}, True),
        ({"endpoint": "https://wns2-by3p.notify.windows.com/w/?token=x"}, True),
        ({"endpoint": "https://updates.push.services.mozilla.com/wpush/v2/x"}, True),
        ({"endpoint": "https://169.254.169.254/latest/meta-data"}, False),
        ({"endpoint": "https://evilfcm.googleapis.com.example/x"}, False),
        ({"endpoint": "https://notfcm.googleapis.com.evil/x"}, False),
        ({"endpoint": "http://fcm.googleapis.com/x"}, False),
        ({"endpoint": "https://fcm.googleapis.com:8443/x"}, False),
        ({"endpoint": "https://me@fcm.googleapis.com/x"}, False),
        ({"endpoint": "https://fcm.googleapis.com:port/x"}, False),
        ({"endpoint": 7}, False),
        ({}, False),
        ([], False),
    ],
)
def test_only_known_push_services_are_called(subscription: object, is_known: bool) -> None:
    assert (endpoint_of(json.dumps(subscription)) is not None) is is_known


def test_an_unknown_push_service_is_not_called(tmp_path: Path) -> None:
    with web_service() as service:
        _, message = push_to(service.url, tmp_path)
        answer = Push(tmp_path, "mailto:a@b.example", lambda: NOW).send(message)
    assert said(answer) == "gateway-refused"
    assert not service.asked


def test_the_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = public_key(tmp_path)

    assert public_key(tmp_path) == first
    assert len(decoded(first)) == 65
    assert stat.S_IMODE((tmp_path / KEY).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY]


def test_the_key_of_who_came_first_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process makes one at the same moment."""
    first = push_keys(tmp_path).private_pem()
    monkeypatch.setattr(Path, "exists", lambda self: False)

    assert push_keys(tmp_path).private_pem() == first
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == [KEY]


# ------------------------------------------------------------------ settings

SETTINGS = {
    "TRIALWRIGHT_SMTP": "smtp://diary:p%40ss@mail.hospital.example",
    "TRIALWRIGHT_SMTP_FROM": SENDER,
    "TRIALWRIGHT_SMS_URL": "https://sms.example/send",
    "TRIALWRIGHT_SMS_FORM": "To={to}&Body={text}",
    "TRIALWRIGHT_SMS_TOKEN": "secret",
}


def configured(tmp_path: Path, **more: str | None) -> tuple[dict[str, object], list[str]]:
    given = {name: text for name, text in {**SETTINGS, **more}.items() if text is not None}
    found, problems = gateways_of(given, Server(tmp_path, False, lambda: NOW))
    return dict(found), [f"{one.where}: {one.text}" for one in problems]


def test_the_settings_make_gateways(tmp_path: Path) -> None:
    found, problems = configured(tmp_path)

    assert not problems
    assert found["email"] == Smtp("mail.hospital.example", 587, SENDER, "diary", "p@ss")
    assert found["sms"] == Sms("https://sms.example/send", "To={to}&Body={text}", "Bearer secret")
    push = found["push"]
    assert isinstance(push, Push)
    assert push.contact == f"mailto:{SENDER}"


def test_tls_from_the_first_byte_has_its_own_port(tmp_path: Path) -> None:
    found, _ = configured(tmp_path, TRIALWRIGHT_SMTP="smtps://mail.hospital.example")
    assert found["email"] == Smtp("mail.hospital.example", 465, SENDER, is_tls=True)


def test_without_settings_everything_stays_on_the_screen(tmp_path: Path) -> None:
    found, problems = gateways_of({}, Server(tmp_path, False, lambda: NOW))
    assert (found, problems) == ({"screen": Screen()}, ())


def test_a_demo_sends_nothing_to_anybody(tmp_path: Path) -> None:
    found, problems = gateways_of(SETTINGS, Server(tmp_path, True, lambda: NOW))
    assert (found, problems) == ({"screen": Screen()}, ())


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ("TRIALWRIGHT_SMTP", "mail.hospital.example"),
        ("TRIALWRIGHT_SMTP", "smtp://mail:port"),
        ("TRIALWRIGHT_SMTP", "smtp://"),
        ("TRIALWRIGHT_SMTP_FROM", None),
        ("TRIALWRIGHT_SMS_URL", "http://sms.example/send"),
        ("TRIALWRIGHT_SMS_FORM", "To={to}"),
        ("TRIALWRIGHT_SMS_FORM", "To={to}&Body={text}&From=试"),
        ("TRIALWRIGHT_PUSH_CONTACT", "me"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, setting: str, text: str | None) -> None:
    _, problems = configured(tmp_path, **{setting: text})
    assert [problem.partition(":")[0] for problem in problems] == [setting]


def test_further_push_services_can_be_named(tmp_path: Path) -> None:
    found, _ = configured(tmp_path, TRIALWRIGHT_PUSH_SERVICES="push.example,10.0.0.1:8443")
    push = found["push"]
    assert isinstance(push, Push)
    assert endpoint_of('{"endpoint": "https://eu.push.example/x"}', push.more)
    assert endpoint_of('{"endpoint": "https://10.0.0.1:8443/x"}', push.more)
    assert not endpoint_of('{"endpoint": "https://10.0.0.1/x"}', push.more)


def test_phones_subscribe_only_where_notifications_are_sent(tmp_path: Path) -> None:
    def key(*, is_demo: bool = False, **given: str) -> str:
        return push_key(given, Server(tmp_path, is_demo, lambda: NOW))

    assert key() == ""
    assert key(is_demo=True, TRIALWRIGHT_PUSH_CONTACT="mailto:a@b.example") == ""
    assert not (tmp_path / KEY).exists()
    assert key(TRIALWRIGHT_PUSH_CONTACT="mailto:a@b.example") == public_key(tmp_path)


def test_a_message_on_the_screen_is_there_already() -> None:
    assert Screen().send(MESSAGE) == Sent()
