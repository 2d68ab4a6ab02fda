"""`trialwright serve` on a folder, in a process of its own; and a middle layer that loses answers."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.served import LOOKS_OFTEN

PATIENCE_SECONDS = 60


@contextmanager
def serving(data: Path, workers: int = 2) -> Iterator[int]:
    """The port at which it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", str(data), "--port", str(port), "--workers", str(workers)]
    environment = {name: value for name, value in os.environ.items() if name != "TRIALWRIGHT_DATA"}
    process = subprocess.Popen([sys.executable, "-m", "trialwright", *words], env=environment)
    try:
        _wait(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended"
        try:
            ask(port, "GET", "/diary/manifest.webmanifest")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"the server did not answer in {PATIENCE_SECONDS} s")


def ask(
    port: int, method: str, path: str, body: bytes | None = None, token: str = ""
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and content; each on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        connection.request(method, path, body, {**headers, "Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


Loses = Callable[[str, bytes], bool]  # path, body of the request


class _Middle(BaseHTTPRequestHandler):
    """Hands everything on; where an answer is lost, the server has given it already."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.server.is_cut():
            self.close_connection = True
            return
        inner = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=30)
        inner.request(self.command, self.path, body or None, dict(self.headers.items()))
        answer = inner.getresponse()
        content = answer.read()
        inner.close()
        if self.server.loses(self.path, body):
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "content-length", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        self._pass()

    def do_POST(self) -> None:
        self._pass()

    def log_message(self, *_: object) -> None:
        """Silent."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, behind: int, loses: Loses, is_cut: Callable[[], bool]) -> None:
        super().__init__(("127.0.0.1", 0), _Middle)
        self.behind, self.loses, self.is_cut = behind, loses, is_cut


@contextmanager
def losing(behind: int, loses: Loses, is_cut: Callable[[], bool] = lambda: False) -> Iterator[str]:
    """The address of a middle layer before the server at that port. is_cut: nothing goes through now."""
    server = _Server(behind, loses, is_cut)
    threading.Thread(target=server.serve_forever, kwargs=LOOKS_OFTEN, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
