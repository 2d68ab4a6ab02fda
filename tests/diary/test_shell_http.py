"""The app as phones load it: complete, digested, from this server only; and a clear page where it cannot be."""

import gzip
import json
import re

import pytest
from django.contrib.staticfiles.finders import find
from django.test import Client
from tests.diary.phone import Phone, Server

from trialwright.diary.shell import app_version, phone_files, shell_files, update_source

MOST_SHELL_BYTES = 60_000


def get(server: Server, address: str, host: str = "127.0.0.1", **more: object):  # type: ignore[no-untyped-def]  # an answer of the test client
    return server.client.get(address, headers={"host": host}, **more)  # type: ignore[arg-type]  # tests name headers


def packed(server: Server, address: str):  # type: ignore[no-untyped-def]  # an answer of the test client
    return server.client.get(address, headers={"host": "127.0.0.1", "accept-encoding": "br, gzip"})


def kept_files(server: Server) -> list[str]:
    """What the worker says that it keeps."""
    source = get(server, "/diary/sw.js").content.decode()
    kept = json.loads(re.search(r"const SHELL=(\[.*?\]);", source)[1])  # type: ignore[index]  # it is there
    assert isinstance(kept, list)
    return kept


@pytest.mark.parametrize(
    ("host", "is_secure", "opens"),
    [
        ("127.0.0.1", False, True),
        ("localhost:8000", False, True),
        ("[::1]:8000", False, True),
        ("diary.localhost", False, True),
        ("diary.example.org", True, True),
        ("diary.example.org", False, False),
        ("192.0.2.7:8000", False, False),
        ("localhost.example.org", False, False),
    ],
)
def test_over_plain_http_to_another_machine_a_page_says_why_there_is_no_diary(
    server: Server, settings: object, host: str, is_secure: bool, opens: bool
) -> None:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]  # of pytest-django
    answer = get(server, "/diary/", host, secure=is_secure)
    text = answer.content.decode()

    assert answer.status_code == (200 if opens else 403)
    assert ("/diary/app/app.js" in text) is opens
    if not opens:
        assert f'href="https://{host}/diary/"' in text
        assert "serve --tls" in text


def test_that_page_is_told_in_the_language_of_the_browser(server: Server, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]  # of pytest-django
    answer = server.client.get("/diary/", headers={"host": "a.org", "accept-language": "zh-CN"})
    assert '<html lang="zh-Hans">' in answer.content.decode()
    assert "安全连接" in answer.content.decode()


@pytest.mark.parametrize("address", ["/diary/", "/diary/sw.js", "/diary/manifest.webmanifest"])
def test_the_app_is_asked_for_anew_each_time_and_sets_no_cookie(server: Server, address: str) -> None:
    answer = get(server, address)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-cache"
    assert answer.cookies.output() == ""
    assert server.client.post(address).status_code in (403, 405)  # no form token, or no such method


def test_the_page_loads_from_this_server_only_and_may_use_the_camera(server: Server) -> None:
    answer = get(server, "/diary/")
    rules = dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))

    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for kind in ("script-src", "style-src", "connect-src", "worker-src", "manifest-src"):
        assert rules[kind] == "'self'"
    assert "camera=(self)" in answer["Permissions-Policy"]
    assert "camera=()" in get(server, "/sign-in")["Permissions-Policy"]


def test_the_worker_keeps_every_file_that_the_app_is_made_of(server: Server) -> None:
    """A module that another one imports and the worker does not keep would be missed only offline."""
    kept = set(kept_files(server))
    files = shell_files()

    assert {"/diary/", "/diary/app/app.js", "/diary/app/diary.css"} <= kept <= set(files)
    named = set()
    for address, content in files.items():
        text = content.decode("latin-1")
        if address.endswith(".js"):
            folder = address.rpartition("/")[0]
            named |= {resolved(folder, path) for path in re.findall(r'(?:from|import) "(\.[^"]+)"', text)}
        named |= set(re.findall(r'(?:src|href)="(/diary/[^"]+)"', text))
    assert named
    assert named <= kept


def resolved(folder: str, path: str) -> str:
    parts = folder.split("/")
    for part in path.split("/"):
        parts = parts[:-1] if part == ".." else parts if part == "." else [*parts, part]
    return "/".join(parts)


def test_every_kept_file_is_served_as_it_was_digested(server: Server) -> None:
    for address in kept_files(server):
        plain, small = get(server, address), packed(server, address)
        content = plain.content.replace(app_version().encode(), b"{{ digest }}")
        assert content == shell_files()[address]
        assert gzip.decompress(small.content) == plain.content
        assert (small["Content-Encoding"], small["Content-Type"]) == ("gzip", plain["Content-Type"])
        assert "Content-Encoding" not in plain
        assert "Accept-Encoding" in plain["Vary"]
        assert plain["Vary"] == small["Vary"]


def test_what_the_worker_keeps_is_small(server: Server) -> None:
    """By the bytes that are sent, one file after the other."""
    sizes = {address: len(packed(server, address).content) for address in kept_files(server)}

    assert len(sizes) > 20
    assert min(sizes.values()) > 100
    assert sum(sizes.values()) <= MOST_SHELL_BYTES, sizes


@pytest.mark.parametrize("address", ["/diary/app/app.js", "/diary/app/diary.css", "/diary/sw.js", "/diary/"])
def test_a_file_that_has_not_changed_is_not_sent_again(server: Server, address: str) -> None:
    for words in ({}, {"accept-encoding": "gzip"}):
        first = server.client.get(address, headers={"host": "127.0.0.1", **words})
        again = server.client.get(
            address, headers={"host": "127.0.0.1", "if-none-match": first["ETag"], **words}
        )
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert again["Cache-Control"] == "no-cache"
    assert get(server, address)["ETag"] != packed(server, address)["ETag"]


@pytest.mark.parametrize("name", ["", "none.js", "../sw.js", "lib/idb.LICENSE", "screens", "app.js/"])
def test_nothing_else_is_served_beside_the_app(server: Server, name: str) -> None:
    assert get(server, f"/diary/app/{name}").status_code == 404


def test_the_rules_that_no_phone_asks_are_served_and_not_kept(server: Server) -> None:
    answer = get(server, "/diary/app/beyond/rules.js")
    assert answer.status_code == 200
    assert "export const baseline" in answer.content.decode()
    assert "/diary/app/beyond/rules.js" not in kept_files(server)


def test_the_page_and_the_worker_tell_one_version(server: Server) -> None:
    version = app_version()
    assert re.fullmatch("[0-9a-f]{16}", version)
    assert f'data-app="{version}"' in get(server, "/diary/").content.decode()
    assert f'DIGEST="{version}"' in get(server, "/diary/sw.js").content.decode()


@pytest.mark.parametrize("name", ["app.js", "screens/history.js", "photos/screen.js", "photos/words.js"])
def test_the_version_changes_with_any_byte_of_the_app(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    from trialwright.diary import shell

    before = app_version()
    address = f"/diary/app/{name}"
    changed = {**phone_files(), address: phone_files()[address] + b"/"}
    monkeypatch.setattr(shell, "phone_files", lambda: changed)
    assert shell.app_version.__wrapped__() != before


FETCHED = ["screens/history.js", "photos/screen.js", "photos/photos.js", "photos/words.js"]


@pytest.mark.parametrize("name", FETCHED)
def test_what_is_not_kept_is_fetched_by_the_version_of_the_app_that_asks(server: Server, name: str) -> None:
    address = f"/diary/app/{name}"
    plain = get(server, address).content

    assert address not in kept_files(server)
    assert get(server, f"{address}?v={app_version()}&try=3").content == plain
    assert plain == phone_files()[address]
    assert get(server, address)["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", FETCHED)
def test_an_app_of_another_version_is_offered_to_update_and_gets_no_part_that_may_not_fit(
    server: Server, name: str
) -> None:
    answer = get(server, f"/diary/app/{name}?v={'0' * 16}&try=0")

    if name.startswith("screens/") or "/screen" in name:
        assert (answer.status_code, answer.content) == (200, update_source().encode())
        assert answer["Content-Type"].startswith("text/javascript")
        assert answer["Cache-Control"] == "no-cache"
    else:
        assert answer.status_code == 404


def test_what_is_kept_is_the_same_for_every_version(server: Server) -> None:
    """It is asked for without one; who names one still gets the only file that there is."""
    assert get(server, "/diary/app/page.js?v=0").content == shell_files()["/diary/app/page.js"]


def test_the_screen_of_the_update_stands_for_every_screen_that_is_fetched() -> None:
    """It imports nothing: what is kept of the app that asks is of a version that nobody here knows."""
    shown = set(re.findall(r"^export const screens=\{(.*)\};$", update_source(), re.M)[0].split(","))
    fetched = {
        part
        for name in ("screens/history.js", "photos/screen.js")
        for found in re.findall(
            r"^export const screens=\{(.*)\};$", phone_files()[f"/diary/app/{name}"].decode(), re.M
        )
        for part in found.split(",")
    }

    assert {one.partition(":")[0] for one in shown} == {one.partition(":")[0] for one in fetched}
    assert "import" not in update_source()


def test_the_screen_of_the_update_speaks_both_languages() -> None:
    lines = re.findall(r'(\ben|"zh-Hans"):\[(.*?)\],', update_source())
    english, chinese = (re.findall(r'"([^"]+)"', words) for _, words in lines)

    assert len(english) == len(chinese) > 4
    assert not [text for text in english if re.search("[\u4e00-\u9fff]", text)]
    assert not [text for text in chinese if not re.search("[\u4e00-\u9fff]", text)]


def test_the_manifest_says_nothing_of_an_illness(server: Server) -> None:
    manifest = json.loads(get(server, "/diary/manifest.webmanifest").content)
    assert (manifest["start_url"], manifest["scope"], manifest["name"]) == ("/diary/", "/diary/", "Diary")
    assert all(find(icon["src"].removeprefix("/static/")) for icon in manifest["icons"])


def test_the_rules_of_a_version_are_the_same_for_ever_and_need_no_token(phone: Phone, server: Server) -> None:
    address = phone.package["rules"]
    answer = get(server, address)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert "immutable" in answer["Cache-Control"]
    assert "export const rules" in answer.content.decode()
    assert answer.content == Client(headers={"host": "127.0.0.1"}).get(address).content
    assert answer.cookies.output() == ""


@pytest.mark.parametrize("name", ["0" * 64, "0" * 63, "../../etc/passwd"])
def test_there_are_no_rules_of_a_definition_that_the_folder_does_not_hold(server: Server, name: str) -> None:
    assert get(server, f"/diary/rules/{name}.js").status_code == 404


def test_no_header_or_address_tells_a_code_or_token(phone: Phone, server: Server) -> None:
    from trialwright.diary.urls import urlpatterns

    assert not [
        str(one.pattern) for one in urlpatterns if re.search("code|token|participant", str(one.pattern))
    ]
