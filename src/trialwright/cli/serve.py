"""`trialwright serve`: a data folder for browsers."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Annotated
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import typer

from trialwright.cli.output import ENVIRONMENT, INTERRUPTED, OK, UserError, note

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PATIENCE_SECONDS = 60


def serve(
    data: Annotated[Path, typer.Argument(help="The data folder.")],
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option("--workers", min=1, max=64)] = 2,
) -> int:
    """Serve a data folder until Ctrl+C. On another host than this machine, TRIALWRIGHT_HOSTS must name it."""
    from trialwright.store.folder import check_data

    if host not in LOOPBACK and not os.environ.get("TRIALWRIGHT_HOSTS"):
        raise UserError(f"To listen on {host}, say in TRIALWRIGHT_HOSTS which names browsers use.")
    folder = check_data(data)
    if not os.access(folder, os.W_OK):
        raise UserError(f"{folder} may not be written; only a folder that may be written is served.")
    return run_server(folder, host=host, port=port, workers=workers)


def run_server(data: Path, *, host: str, port: int, workers: int) -> int:
    """Starts the server, says its address when it answers, and waits for its end."""
    _require_free(host, port)
    environment = {**os.environ, "TRIALWRIGHT_DATA": str(data.absolute())}
    server = subprocess.Popen(_words(host, port, workers), env=environment)
    told_to_end = Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        told_to_end.set()
        server.terminate()

    before = signal.signal(signal.SIGTERM, end)
    url = f"http://{'[::1]' if host == '::1' else host}:{port}/"
    try:
        if not _answers(url, server):
            server.terminate()
            server.wait()
            if told_to_end.is_set():  # while it was starting
                return OK
            note(f"The server did not start on {url}")
            return ENVIRONMENT
        note(f"Trialwright is at {url}   (Ctrl+C ends it)")
        server.wait()
    except KeyboardInterrupt:
        server.terminate()
        server.wait()
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)
    return OK


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


def _words(host: str, port: int, workers: int) -> list[str]:
    """--preload: studies are read once for all workers, and a data folder that cannot be served ends at once."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    options = f"--bind {address} --workers {workers} --threads 4 --log-level warning --preload"
    return [sys.executable, "-m", "gunicorn", *options.split(), "trialwright.web.wsgi"]


def _answers(url: str, server: "subprocess.Popen[bytes]") -> bool:
    """Whether the server answers anything at all before it ends or patience does."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            urlopen(url, timeout=10).close()
        except HTTPError:
            return True  # a refusal is an answer
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return True
    return False
