"""Services that messages are sent to, on this machine: an e-mail server and a web service, which do as they are told."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.served import LOOKS_OFTEN


@dataclass
class FakeSmtp:
    """replies: by verb, in place of "250 OK"; "" hangs up. mails: what came, as it came."""

    replies: Mapping[str, str] = field(default_factory=dict)
    mails: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    port: int = 0


@contextmanager
def smtp_server(**replies: str) -> Iterator[FakeSmtp]:
    """Speaks just as much SMTP as a sender needs."""
    told = FakeSmtp(replies)

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 fake\r\n")
            while line := self.rfile.readline().decode("ascii"):
                verb = line[:4].strip().upper()
                if verb == "RCPT":
                    told.recipients.append(line.split("<")[1].split(">")[0])
                if not self.say(told.replies.get(verb, "354 go on" if verb == "DATA" else "250 OK")):
                    return
                if verb == "DATA" and told.replies.get(verb, "354").startswith("354"):
                    told.mails.append(self.read_mail())
                    if not self.say(told.replies.get("END", "250 taken")):
                        return

        def say(self, reply: str) -> bool:
            if reply:
                self.wfile.write(f"{reply}\r\n".encode())
            return bool(reply)

        def read_mail(self) -> bytes:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line)
            return b"".join(lines)

    with _served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)) as port:
        told.port = port
        yield told


@dataclass(frozen=True, slots=True)
class Asked:
    path: str
    headers: Mapping[str, str]
    body: str


@dataclass
class FakeWeb:
    """status: of each answer; 0 hangs up without one. asked: what came."""

    status: int = 200
    location: str = ""
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def web_service(status: int = 200, location: str = "") -> Iterator[FakeWeb]:
    told = FakeWeb(status, location)

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            told.asked.append(Asked(self.path, dict(self.headers), body))
            if not told.status:
                self.close_connection = True
                return
            self.send_response(told.status)
            if told.location:
                self.send_header("Location", told.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            told.asked.append(Asked(self.path, dict(self.headers), "GET"))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            """Nothing on the screen."""

    with _served(ThreadingHTTPServer(("127.0.0.1", 0), Answer)) as port:
        told.port = port
        yield told


@contextmanager
def _served(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs=LOOKS_OFTEN, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    """A port on which nobody answers."""
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        return int(server.server_address[1])
