"""Who gets in: nobody without a token, wherever they knock."""

import hashlib
import os
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from httpx import Client

from api.auth import Tokens
from api.routes import ROUTERS
from runtime.settings import Settings

PATHS = sorted(
    (method, route.path)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in route.methods
)
OPEN = ("GET", "/health")


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def test_there_are_paths_to_try() -> None:
    assert len(PATHS) > 15
    assert OPEN in PATHS


@pytest.mark.parametrize(("method", "path"), [one for one in PATHS if one != OPEN])
def test_no_path_answers_without_a_token(anonymous: Client, method: str, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}):
        answer = anonymous.request(method, path.format(subject="mmsi:1", key="k", id="i"), headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="diurnal"')
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/v1/openapi.json", "/docs", "/nothing", "/health/", "/HEALTH"])
def test_nor_does_anything_else(anonymous: Client, path: str) -> None:
    assert anonymous.get(path).status_code == 401


def test_health_alone_answers_everybody(anonymous: Client) -> None:
    answer = anonymous.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_every_path_is_behind_the_gate_or_tells_nothing_of_the_graph(client: Client) -> None:
    described = client.get("/v1/openapi.json").json()
    for path, methods in described["paths"].items():
        for operation in methods.values():
            assert (path == "/health") != ("security" in operation)


def test_tokens_are_read_again_when_the_file_changes(client: Client, api_settings: Settings) -> None:
    file = api_settings.home / "tokens"
    before = file.read_text()
    try:
        file.write_text(f"other {digest('another-token')}\n")
        os.utime(file, ns=(1, 1))
        assert client.get("/v1/subjects").status_code == 401
        assert (
            client.get("/v1/subjects", headers={"Authorization": "Bearer another-token"}).status_code == 200
        )
    finally:
        file.write_text(before)
    assert client.get("/v1/subjects").status_code == 200


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o602])
def test_a_file_open_to_others_lets_nobody_in(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"me {digest('t')}\n")
    file.chmod(0o600)
    tokens = Tokens(file)
    assert tokens.who("t") == "me"
    file.chmod(mode)
    assert tokens.who("t") is None


def test_no_file_lets_nobody_in(tmp_path: Path) -> None:
    assert Tokens(tmp_path / "none").who("") is None


def test_lines_that_are_no_tokens_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"short abcd\nnot hex {'z' * 64}\n\n# {digest('c')}\nonly\nme {digest('t')}\n")
    file.chmod(0o600)
    tokens = Tokens(file)
    assert [tokens.who(token) for token in ("t", "", "c")] == ["me", None, None]


def test_a_token_given_twice_is_none(client: Client) -> None:
    twice = [("Authorization", client.headers["Authorization"])] * 2
    with Client(base_url=client.base_url) as bare:
        assert bare.get("/v1/subjects", headers=twice).status_code == 401


def test_the_page_about_the_api_lists_every_path() -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    for method, path in PATHS:
        assert f"`{method} {path}`" in page
