"""Where keys come from: a file that changes, and a URL that is away, slow, or asked for what it has not."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from api.identity.key_file import FileKeys
from api.identity.key_url import AGAIN_S, FRESH_S, STALE_S, UrlKeys, fetched
from api.identity.keys import MOST_BYTES

URL = "https://idp.example/keys"


class Site:
    """A provider's site with a clock, either of which can be set."""

    def __init__(self, jwk: Callable[..., dict[str, Any]]) -> None:
        self._jwk = jwk
        self.now, self.asked, self.away = 1000.0, 0, False
        self.has("a")

    def has(self, *kids: str) -> None:
        key = ed25519.Ed25519PrivateKey.generate()
        self.body = orjson.dumps({"keys": [self._jwk(key, kid) for kid in kids]})

    def fetch(self, url: str) -> bytes:
        assert url == URL
        self.asked += 1
        if self.away:
            raise httpx.ConnectError("away")
        return self.body

    def keys(self) -> UrlKeys:
        return UrlKeys(URL, self.fetch, lambda: self.now)


@pytest.fixture
def site(jwk: Callable[..., dict[str, Any]]) -> Site:
    return Site(jwk)


def test_it_is_asked_once_for_many(site: Site) -> None:
    keys = site.keys()
    assert all(keys.key("a") for _ in range(10))
    assert site.asked == 1


def test_an_unknown_id_makes_it_look_again_once(site: Site) -> None:
    keys = site.keys()
    assert keys.key("a")
    site.has("a", "b")
    assert keys.key("b") is None
    site.now += AGAIN_S
    assert keys.key("b")
    assert [keys.key(f"made-up-{number}") for number in range(100)] == [None] * 100
    assert site.asked == 2


def test_a_key_that_was_withdrawn_is_not_trusted_for_long(site: Site) -> None:
    keys = site.keys()
    assert keys.key("a")
    site.has("b")
    site.now += FRESH_S + 1
    assert keys.key("a") is None
    assert keys.key("b")


def test_a_url_that_is_away_lets_nobody_in_who_was_not_known(site: Site) -> None:
    site.away = True
    keys = site.keys()
    assert keys.key("a") is None
    assert keys.key("a") is None
    assert site.asked == 1


def test_known_keys_serve_while_it_is_away_but_not_for_ever(site: Site) -> None:
    keys = site.keys()
    assert keys.key("a")
    site.away = True
    site.now += STALE_S - 1
    assert keys.key("a")
    assert keys.key("b") is None
    site.now += 2
    assert keys.key("a") is None
    site.away = False
    site.now += AGAIN_S
    assert keys.key("a")


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}"])
def test_an_answer_that_is_no_key_set_replaces_none(site: Site, body: bytes) -> None:
    keys = site.keys()
    assert keys.key("a")
    site.body = body
    site.now += FRESH_S + 1
    assert keys.key("a")


@pytest.mark.parametrize(
    "body", [b'{"keys": []}', b'{"keys": [{"kty": "oct", "kid": "a", "k": "c2VjcmV0"}]}']
)
def test_a_key_set_without_usable_keys_withdraws_them_all(site: Site, body: bytes) -> None:
    keys = site.keys()
    assert keys.key("a")
    site.body = body
    site.now += FRESH_S + 1
    assert keys.key("a") is None
    site.away = True
    site.now += AGAIN_S
    assert keys.key("a") is None


def test_who_has_a_known_key_does_not_wait_for_him_who_fetches(site: Site) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(url: str) -> bytes:
        if site.asked:
            begun.set()
            assert go_on.wait(10)
        return site.fetch(url)

    keys = UrlKeys(URL, slow, lambda: site.now)
    assert keys.key("a")
    site.now += AGAIN_S
    thread = threading.Thread(target=keys.key, args=["b"])
    thread.start()
    assert begun.wait(10)
    site.now += FRESH_S
    assert keys.key("a")
    go_on.set()
    thread.join()


class Answering(BaseHTTPRequestHandler):
    """Answers by the path."""

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/keys")
            self.end_headers()
            return
        self.send_response(500 if self.path == "/broken" else 200)
        self.end_headers()
        self.wfile.write(b"x" * (3 * MOST_BYTES) if self.path == "/endless" else b"{}")

    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - as it is called there


@pytest.fixture
def address() -> Any:
    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_is_fetched(address: str) -> None:
    assert fetched(f"{address}/keys") == b"{}"
    assert MOST_BYTES < len(fetched(f"{address}/endless")) < 2 * MOST_BYTES
    for path in ("moved", "broken"):
        with pytest.raises(httpx.HTTPError):
            fetched(f"{address}/{path}")


def test_a_file_is_read_again_when_it_changes(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    keys = FileKeys(file)
    assert keys.key("a") is None
    file.write_bytes(site.body)
    assert keys.key("a")
    site.has("b", "c")
    file.write_bytes(site.body)
    assert keys.key("a") is None
    assert keys.key("b")
    file.unlink()
    assert keys.key("b") is None


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_not_believed(site: Site, tmp_path: Path, mode: int) -> None:
    file = tmp_path / "jwks.json"
    file.write_bytes(site.body)
    keys = FileKeys(file)
    assert keys.key("a")
    file.chmod(mode)
    assert keys.key("a") is None
    file.chmod(0o644)
    assert keys.key("a")


def test_a_file_whose_permission_is_mended_is_read_again(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "jwks.json"
    file.write_bytes(site.body)
    keys = FileKeys(file)
    if os.geteuid() == 0:  # whom no mode keeps from reading
        real = Path.open

        def refuse(self: Path, *args: Any, **kwargs: Any) -> Any:
            if not self.stat().st_mode & 0o400:
                raise PermissionError(13, "Permission denied")
            return real(self, *args, **kwargs)

        monkeypatch.setattr(Path, "open", refuse)
    file.chmod(0o000)
    assert keys.key("a") is None
    file.chmod(0o600)
    assert keys.key("a")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert FileKeys(tmp_path).key("a") is None
