"""The middleware, set as an operator would: a provider's keys, rotated; the local issuer off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from starlette.types import Receive, Scope, Send

from api.auth import CLEARANCE, BearerAuth
from api.identity.local import LocalIssuer
from api.identity.trusted import issuer_folder, verifier
from runtime.settings import Settings

Ask = Callable[..., httpx.Response]


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Says who asks."""
    assert receive is not None
    found = scope.get("state", {}).get(CLEARANCE)
    body = orjson.dumps({"name": found and found.name, "held": found and found.attributes})
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def settings(tmp_path: Path, provider: Any) -> Settings:
    file = tmp_path / "jwks.json"
    file.write_bytes(provider.key_set())
    return Settings(
        home=tmp_path,
        jwks_file=file,
        token_issuer="https://idp.example/realm",
        token_audience="diurnal",
        name_claim="preferred_username",
        attribute_claims={"clearance": "clearance", "role": "realm_access.roles"},
        local_issuer=False,
    )


@pytest.fixture
def ask(settings: Settings) -> Ask:
    app = BearerAuth(echo, verifier(settings))

    def asked(token: str | None, path: str = "/v1/subjects") -> httpx.Response:
        async def go() -> httpx.Response:
            headers = {} if token is None else {"Authorization": f"Bearer {token}"}
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(go())

    return asked


def test_a_providers_token_gives_a_name_and_the_mapped_attributes(ask: Ask, provider: Any) -> None:
    claims = {"preferred_username": "ana", "clearance": "secret", "realm_access": {"roles": ["a", "b"]}}
    answer = ask(provider.token("RS256", **claims, admin=True))
    assert answer.json() == {"name": "ana", "held": {"clearance": ["secret"], "role": ["a", "b"]}}


def test_a_token_without_the_name_claim_is_nobodys(ask: Ask, provider: Any) -> None:
    assert ask(provider.token("RS256")).status_code == 401


def test_keys_are_rotated_while_it_runs(ask: Ask, provider: Any, settings: Settings) -> None:
    token = provider.token("EdDSA", preferred_username="ana")
    assert ask(token).status_code == 200
    assert settings.jwks_file is not None
    kept = [key for key in orjson.loads(provider.key_set())["keys"] if key["kid"] != "EdDSA"]
    settings.jwks_file.write_bytes(orjson.dumps({"keys": kept}))
    assert ask(token).status_code == 401
    assert ask(provider.token("ES256", preferred_username="ana")).status_code == 200
    settings.jwks_file.unlink()
    assert ask(provider.token("ES256", preferred_username="ana")).status_code == 401


def test_the_local_issuer_is_off(ask: Ask, settings: Settings) -> None:
    assert ask(LocalIssuer(issuer_folder(settings)).token("ana", {}, 60)).status_code == 401


def test_an_open_path_gives_nobody_a_clearance(ask: Ask, provider: Any) -> None:
    for token in (None, "wrong", provider.token("RS256", preferred_username="ana")):
        assert ask(token, "/health").json() == {"name": None, "held": None}


def test_without_issuers_nobody_gets_in(tmp_path: Path, provider: Any) -> None:
    assert not verifier(Settings(home=tmp_path, local_issuer=False)).issuers
    assert provider


@pytest.mark.parametrize("kind", ["websocket", "other"])
def test_other_kinds_of_connection_reach_nothing(settings: Settings, kind: str) -> None:
    reached = []

    async def app(scope: Scope, _: Receive, __: Send) -> None:
        reached.append(scope)

    async def nothing(*_: Any) -> Any: ...

    asyncio.run(BearerAuth(app, verifier(settings))({"type": kind, "path": "/health"}, nothing, nothing))
    assert not reached
