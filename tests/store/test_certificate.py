"""`serve --tls`: the certificate that is made, those that are given, and a real client that trusts it."""

import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from trialwright.cli import main
from trialwright.cli.certificate import Certificate, given_certificate, made_certificate, names_of
from trialwright.cli.output import ENVIRONMENT, OK, USAGE, UserError

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOSTS = ("diary.example.org", "192.0.2.7")


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificates(path.read_bytes())[0]


def make(folder: Path, *, hosts: tuple[str, ...] = HOSTS, days: int = 0) -> Certificate:
    return made_certificate(folder, hosts, at=NOW + timedelta(days=days))


@pytest.mark.parametrize(
    ("hosts", "names"),
    [
        ([], []),
        (["Diary.Example.org"], ["diary.example.org"]),
        ([".example.org"], ["example.org", "*.example.org"]),
        (["*"], []),
        (["bücher.example"], ["xn--bcher-kva.example"]),
        (["[::1]", "192.0.2.7"], ["::1", "192.0.2.7"]),
    ],
)
def test_a_certificate_names_the_hosts_and_this_machine(hosts: list[str], names: list[str]) -> None:
    always = [name for name in ("localhost", "127.0.0.1", "::1") if name not in names]
    assert [str(name) for name in names_of(hosts)] == [*names, *always]


def test_a_host_that_cannot_be_one_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"“a\.\.b” in TRIALWRIGHT_HOSTS is no name of a host"):
        make(tmp_path, hosts=("a..b",))


def test_what_is_made_is_private_and_valid_as_long_as_browsers_allow(tmp_path: Path) -> None:
    made = make(tmp_path)
    server = read(made.certificate)

    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.key.parent.stat().st_mode) == 0o700
    assert server.not_valid_after_utc - server.not_valid_before_utc == timedelta(days=398)
    assert made.last_day == server.not_valid_after_utc
    assert server.not_valid_before_utc < NOW


def test_the_authority_may_speak_for_these_names_only(tmp_path: Path) -> None:
    made = make(tmp_path)
    assert made.authority is not None
    authority = read(made.authority)
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints)

    assert limits.critical
    assert limits.value.permitted_subtrees is not None
    assert {str(one.value) for one in limits.value.permitted_subtrees} == {
        "diary.example.org", "192.0.2.7/32", "localhost", "127.0.0.1/32", "::1/128",
    }  # fmt: skip
    assert not read(made.certificate).extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_it_is_kept_renewed_before_its_end_and_made_anew_for_other_names(tmp_path: Path) -> None:
    made = make(tmp_path)
    assert made.authority is not None
    first, trusted = read(made.certificate), read(made.authority)

    make(tmp_path, days=366)
    assert read(made.certificate) == first
    make(tmp_path, days=368)
    renewed = read(made.certificate)
    assert renewed != first
    assert read(made.authority) == trusted  # phones that trust it trust the renewed one
    renewed.verify_directly_issued_by(trusted)
    make(tmp_path, hosts=("other.example.org",), days=368)
    assert read(made.authority) != trusted
    made.key.unlink()
    make(tmp_path, hosts=("other.example.org",), days=368)
    assert made.key.exists()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "tls").write_text("in the way")
    with pytest.raises(UserError, match="certificate cannot be kept"):
        make(tmp_path)


# ------------------------------------------------------------------ given


def test_given_files_are_used_and_names_they_lack_are_told(tmp_path: Path) -> None:
    made = make(tmp_path, hosts=("diary.example.org", ".site.org"))
    hosts = ("diary.example.org", "a.site.org", "other.org", "*")
    given = given_certificate(made.certificate, made.key, hosts, at=NOW)

    assert (given.certificate, given.key, given.authority) == (made.certificate, made.key, None)
    assert given.unnamed == ("other.org",)


@pytest.mark.parametrize(
    ("which", "content", "days", "sentence"),
    [
        ("cert", None, 0, "server.pem: No such file"),
        ("key", None, 0, "server.key: No such file"),
        ("cert", b"nothing", 0, "holds no certificate in PEM form"),
        ("key", b"nothing", 0, "holds no private key in PEM form"),
        ("key", "other", 0, "is not the key of"),
        ("key", "locked", 0, "has a password"),
        ("", b"", 400, "is valid no longer, since 2027-04-03"),
        ("", b"", -3, "valid only from 2026-03-01 on"),
    ],
)
def test_given_files_that_cannot_be_used_are_said(
    tmp_path: Path, which: str, content: bytes | str | None, days: int, sentence: str
) -> None:
    made = make(tmp_path)
    if which:
        path = made.certificate if which == "cert" else made.key
        path.unlink()
        if content is not None:
            path.write_bytes(content if isinstance(content, bytes) else another_key(content == "locked"))
    with pytest.raises(UserError, match=sentence):
        given_certificate(made.certificate, made.key, (), at=NOW + timedelta(days=days))


def another_key(is_locked: bool) -> bytes:
    lock = serialization.BestAvailableEncryption(b"word") if is_locked else serialization.NoEncryption()
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--cert", "a.pem"], USAGE, "with --tls only"),
        (["--tls", "--cert", "a.pem"], USAGE, "two files"),
        (["--tls", "--cert", "a.pem", "--key", "b.pem"], ENVIRONMENT, "a.pem: No such file"),
    ],
)
def test_what_does_not_go_together_is_said(
    data: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, sentence: str
) -> None:
    assert main(["serve", str(data), *words]) == code
    assert sentence in capsys.readouterr().err


# ------------------------------------------------------------------ a real server


@pytest.mark.slow
@pytest.mark.unmeasured
def test_a_client_that_trusts_the_authority_is_answered_over_https(data: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "trialwright", "serve", str(data), "--tls", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if name != "TRIALWRIGHT_DATA"}
    server = subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    try:
        assert f"https://127.0.0.1:{port}/" in next(
            line for line in server.stderr if "Trialwright is" in line
        )
        assert str(data / "tls" / "authority.pem") in next(line for line in server.stderr if "tls" in line)
        trusting = ssl.create_default_context(cafile=str(data / "tls" / "authority.pem"))
        for name in ("localhost", "127.0.0.1"):
            with urllib.request.urlopen(f"https://{name}:{port}/sign-in", context=trusting) as answer:
                assert answer.status == 200
                cookies = answer.headers.get_all("Set-Cookie")
                assert cookies and all("Secure" in cookie for cookie in cookies)
                assert "Strict-Transport-Security" not in answer.headers  # of this machine's own name
        with pytest.raises(urllib.request.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            urllib.request.urlopen(f"https://localhost:{port}/")
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == OK


@pytest.mark.parametrize(
    ("hosts", "tls", "told"),
    [
        ("", "", "False 0 None session"),
        ("", "1", "True 0 None __Host-session"),
        ("a.org", "", "True 31536000 ('HTTP_X_FORWARDED_PROTO', 'https') __Host-session"),
        ("a.org", "1", "True 31536000 None __Host-session"),  # nobody in front may say that it is https
    ],
)
def test_settings_know_who_speaks_https(data: Path, hosts: str, tls: str, told: str) -> None:
    program = (
        "from trialwright.web import settings as s\n"
        "print(s.IS_HTTPS, s.SECURE_HSTS_SECONDS, s.SECURE_PROXY_SSL_HEADER, s.SESSION_COOKIE_NAME)"
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TRIALWRIGHT")}
    environment |= {"TRIALWRIGHT_HOSTS": hosts, "TRIALWRIGHT_TLS": tls, "TRIALWRIGHT_DATA": str(data)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == told
