"""`trialwright serve`: a data folder for browsers."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Annotated
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import typer

from trialwright.cli.beside import reminders_beside
from trialwright.cli.output import ENVIRONMENT, INTERRUPTED, OK, USAGE, UserError, note
from trialwright.cli.remind import gateways_here

if TYPE_CHECKING:
    from trialwright.cli.certificate import Certificate

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ANY = ("0.0.0.0", "::")  # addresses to listen on, and names of nobody
PATIENCE_SECONDS = 60


def serve(
    data: Annotated[Path, typer.Argument(help="The data folder.")],
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option("--workers", min=1, max=64)] = 2,
    tls: Annotated[
        bool, typer.Option("--tls", help="Serve https, with a certificate made for TRIALWRIGHT_HOSTS.")
    ] = False,
    cert: Annotated[
        Path | None, typer.Option("--cert", help="With --tls: the certificate to use, in PEM form.")
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", help="With --cert: its private key.")] = None,
) -> int:
    """Serve a data folder until Ctrl+C. On another host than this machine, TRIALWRIGHT_HOSTS must name it."""
    from trialwright.store.folder import check_data

    if host not in LOOPBACK and not os.environ.get("TRIALWRIGHT_HOSTS"):
        raise UserError(f"To listen on {host}, say in TRIALWRIGHT_HOSTS which names browsers use.")
    folder = check_data(data)
    if not os.access(folder, os.W_OK):
        raise UserError(f"{folder} may not be written; only a folder that may be written is served.")
    gateways_here(folder)  # wrong settings are said now, and not by a process beside it
    certificate = _certificate(folder, host, tls, (cert, key))
    return run_server(folder, host=host, port=port, workers=workers, certificate=certificate)


def _certificate(
    data: Path, host: str, tls: bool, given: tuple[Path | None, Path | None]
) -> "Certificate | None":
    cert, key = given
    if not tls:
        if cert or key:
            raise UserError("A certificate is used with --tls only: say that too.", code=USAGE)
        return None
    if (cert is None) != (key is None):
        raise UserError(
            "A certificate and its key are two files: say --cert and --key, or neither.", code=USAGE
        )
    from trialwright.cli.certificate import given_certificate, made_certificate

    hosts = [name for name in os.environ.get("TRIALWRIGHT_HOSTS", "").split(",") if name]
    now = datetime.now(UTC)
    if cert and key:
        return given_certificate(cert, key, hosts, at=now)
    return made_certificate(data, hosts if host in LOOPBACK or host in ANY else [*hosts, host], at=now)


def run_server(
    data: Path, *, host: str, port: int, workers: int, certificate: "Certificate | None" = None
) -> int:
    """Starts the server, says its address when it answers, and waits for its end. certificate: of https."""
    _require_free(host, port)
    environment = {**os.environ, "TRIALWRIGHT_DATA": str(data.absolute())}
    environment["TRIALWRIGHT_TLS"] = "1" if certificate else ""
    server = subprocess.Popen(_words(host, port, workers, certificate), env=environment)
    told_to_end = Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        told_to_end.set()
        server.terminate()

    before = signal.signal(signal.SIGTERM, end)
    url = f"{'https' if certificate else 'http'}://{f'[{host}]' if ':' in host else host}:{port}/"
    try:
        if not _answers(url, server):
            server.terminate()
            server.wait()
            if told_to_end.is_set():  # while it was starting
                return OK
            note(f"The server did not start on {url}")
            return ENVIRONMENT
        note(f"Trialwright is at {url}   (Ctrl+C ends it)")
        for line in _told_of(certificate):
            note(line)
        with reminders_beside(data):
            server.wait()
    except KeyboardInterrupt:
        server.terminate()
        server.wait()
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)
    return OK


def _told_of(certificate: "Certificate | None") -> list[str]:
    """What whoever starts the server must know of its certificate, and can mend."""
    if certificate is None:
        return []
    until = f"{certificate.last_day:%Y-%m-%d}"
    if certificate.authority is None:
        unnamed = [
            f"The certificate does not name {name}: browsers will warn there." for name in certificate.unnamed
        ]
        return [*unnamed, f"The certificate is valid until {until}."]
    return [
        "The certificate was made here: browsers warn of it, and phones do not keep the diary, until they trust",
        f"{certificate.authority}; that file is no secret, and speaks for this server's names only.",
        f"It is valid until {until}, and renewed by a start in the month before. One that every browser knows is better:",
        "--cert FILE --key FILE. See docs/how-to/serve-over-https.md.",
    ]


def _require_free(host: str, port: int) -> None:
    """The server itself would try for seconds and say it less plainly."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise UserError(
                f"Nothing can listen on {host}, port {port}: {error.strerror}. Try another --port."
            ) from error


def _words(host: str, port: int, workers: int, certificate: "Certificate | None" = None) -> list[str]:
    """--preload: studies are read once for all workers, and a data folder that cannot be served ends at once."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    options = f"--bind {address} --workers {workers} --threads 4 --log-level warning --preload"
    files = (
        ["--certfile", str(certificate.certificate), "--keyfile", str(certificate.key)] if certificate else []
    )
    return [sys.executable, "-m", "gunicorn", *options.split(), *files, "trialwright.web.wsgi"]


def _answers(url: str, server: "subprocess.Popen[bytes]") -> bool:
    """Whether the server answers anything at all before it ends or patience does; whom its certificate tells of is
    for browsers to ask."""
    end = time.monotonic() + PATIENCE_SECONDS
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    while time.monotonic() < end and server.poll() is None:
        try:
            urlopen(url, timeout=10, context=trusting).close()
        except HTTPError:
            return True  # a refusal is an answer
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return True
    return False
