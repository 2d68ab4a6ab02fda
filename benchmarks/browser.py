"""A server in a process of its own, and a client that keeps cookies: as little as a browser does."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server(data: Path) -> Iterator[int]:
    """gunicorn with one worker, as `serve` starts it, with the bare view beside; gives the port."""
    port = free_port()
    environment = os.environ | {
        "TRIALWRIGHT_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
    }
    words = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "1",
        "--threads",
        "4",
        "--log-level",
        "warning",
        "trialwright.web.wsgi",
    ]
    process = subprocess.Popen(words, env=environment, cwd=Path(__file__).parents[1])
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


class Client:
    """One kept connection and its cookies."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, Location, body."""
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self._cookies.items())}
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        return answer.status, answer.getheader("Location") or "", text

    def sign_in(self, account: str) -> None:
        """By one click, as in a demo."""
        _, _, page = self.ask("GET", "/sign-in")
        status, _, _ = self.ask(
            "POST", "/sign-in/demo", {"csrfmiddlewaretoken": token_in(page), "account": account}
        )
        if status != 302:
            raise SystemExit(f"Sign-in was refused with {status}.")


def token_in(page: str) -> str:
    return value_of(page, "csrfmiddlewaretoken")


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    if found is None:
        raise SystemExit(f"The page has no field {name}.")
    return found.group(1)
