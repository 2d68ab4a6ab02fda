"""The files of the phone's app, found in this package and sent without their comments: their addresses, and one
digest that changes with any of them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from trialwright.diary.slim import packed, slim

PAGE: Final = "/diary/"
MANIFEST: Final = "/diary/manifest.webmanifest"
WORKER: Final = "/diary/sw.js"  # not among the files that it keeps: the browser itself asks for a newer one
APP: Final = "/diary/app/"  # the modules and styles; a module names another by its place beside itself
_KINDS: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
_BEYOND: Final = APP + "beyond/"  # rules that no phone asks
# What needs the network anyway, taking photos and past entries, is fetched when it is asked for; its screens by these.
_SCREENS: Final = (APP + "photos/screen.js", APP + "screens/history.js")
_FETCHED: Final = (APP + "photos/", *_SCREENS)


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it is sent, plain or compressed. mark: changes with its content."""

    kind: str
    plain: bytes
    packed: bytes
    mark: str


@cache
def app_files() -> Mapping[str, bytes]:
    """Address -> content of the app, with what no phone loads. Read once a process: an app changes with the program
    only. The page stands there without its digest, which is over it too."""
    found = {PAGE: _template("shell.html").encode()}
    for name, text in _below(files("trialwright.diary") / "static" / "diary", ""):
        found[MANIFEST if name == "manifest.webmanifest" else APP + name] = slim(name, text).encode()
    return {name: found[name] for name in sorted(found)}


def shell_files() -> Mapping[str, bytes]:
    """Those that the app needs to start without the network."""
    files = phone_files().items()
    return {name: content for name, content in files if not name.startswith(_FETCHED)}


def phone_files() -> Mapping[str, bytes]:
    """All that a phone may load, kept or not."""
    return {name: content for name, content in app_files().items() if not name.startswith(_BEYOND)}


@cache
def app_version() -> str:
    """One word for the app as it is now: the phone says it with every entry, and renews itself when it changes. Over
    what is fetched later too: it is written for this very app."""
    return digest_of({**phone_files(), WORKER: _template("sw.js").encode()})[:16]


def sent_to(version: str, address: str) -> Sent | None:
    """What an app of such a version is sent: "" where it does not say which. What was kept on the phone by another
    version and what is fetched now may not fit together, so that a screen of it is one that offers to update, and its
    parts are not there."""
    if version in ("", app_version()) or not address.startswith(_FETCHED):
        return sent(address)
    return _sent(_KINDS[".js"], update_source().encode()) if address in _SCREENS else None


@cache
def sent(address: str) -> Sent | None:
    """What is sent from one of the addresses of the app; None from any other."""
    content = app_files().get(address)
    if address == PAGE:
        return _sent("text/html; charset=utf-8", page().encode())
    if address == WORKER:
        return _sent(_KINDS[".js"], worker_source().encode())
    return None if content is None else _sent(_KINDS[address[address.rindex(".") :]], content)


def _sent(kind: str, content: bytes) -> Sent:
    return Sent(kind, content, packed(content), hashlib.sha256(content).hexdigest()[:32])


def page(version: str = "") -> str:
    return _template("shell.html").replace("{{ digest }}", version or app_version())


def worker_source(version: str = "") -> str:
    """The script with what it keeps."""
    source = _template("sw.js").replace("/*SHELL*/[]", json.dumps(list(shell_files())))
    return slim(WORKER, source.replace('/*DIGEST*/""', json.dumps(version or app_version())))


def update_source() -> str:
    """The screen for an app that the server has no more."""
    return slim("update.js", _template("update.js"))


def _template(name: str) -> str:
    return (files("trialwright.diary") / "templates" / "diary" / name).read_text("utf-8")


def digest_of(content: Mapping[str, bytes]) -> str:
    """sha256 over names and contents, in order of the names.

    >>> digest_of({"/a": b"1", "/b": b""}) == digest_of({"/b": b"", "/a": b"1"})
    True
    >>> digest_of({"/a": b"1"}) == digest_of({"/a1": b""})
    False
    """
    whole = hashlib.sha256()
    for name in sorted(content):
        for part in (name.encode(), content[name]):
            whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


def _below(folder: Traversable, prefix: str) -> list[tuple[str, str]]:
    """A file of licence terms is no part of the running app."""
    found: list[tuple[str, str]] = []
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            found += _below(entry, f"{prefix}{entry.name}/")
        elif not entry.name.endswith(".LICENSE"):
            found.append((prefix + entry.name, entry.read_text("utf-8")))
    return found
