"""The local issuer: a key of its own, tokens that the same home trusts, and a switch that says no."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import ValidationError

from api.identity.errors import IssuerError, TokenRefusedError
from api.identity.local import KEY, KEY_SET, LocalIssuer
from api.identity.trusted import issuer_folder, verifier
from runtime.settings import LOCAL_ISSUER, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture
def issuer(settings: Settings) -> LocalIssuer:
    return LocalIssuer(issuer_folder(settings))


def test_the_same_home_trusts_it(settings: Settings, issuer: LocalIssuer) -> None:
    token = issuer.token("ana", {"clearance": ["secret"], "vetted": ["true"], "empty": []}, 60)
    found = verifier(settings).clearance(token)
    assert (found.name, found.issuer) == ("ana", "diurnal-local")
    assert found.attributes == {"clearance": ("secret",), "vetted": ("true",)}


def test_another_home_does_not(tmp_path: Path, issuer: LocalIssuer) -> None:
    other = Settings(home=tmp_path / "other")
    LocalIssuer(issuer_folder(other)).ready()
    with pytest.raises(TokenRefusedError, match="key"):
        verifier(other).clearance(issuer.token("ana", {}, 60))


def test_a_setting_switches_it_off(tmp_path: Path, issuer: LocalIssuer) -> None:
    with pytest.raises(TokenRefusedError, match="issuer"):
        verifier(Settings(home=tmp_path, local_issuer=False)).clearance(issuer.token("ana", {}, 60))


def test_a_token_ends(settings: Settings, issuer: LocalIssuer) -> None:
    with pytest.raises(TokenRefusedError, match="expired"):
        verifier(settings).clearance(issuer.token("ana", {}, -60))


def test_a_new_key_voids_what_was_made_before(settings: Settings, issuer: LocalIssuer) -> None:
    trusts = verifier(settings)
    before = issuer.token("ana", {}, 60)
    assert trusts.clearance(before).name == "ana"
    issuer.renew()
    assert trusts.clearance(issuer.token("ana", {}, 60)).name == "ana"
    with pytest.raises(TokenRefusedError, match="key"):
        trusts.clearance(before)


def test_the_key_is_its_owners_alone_and_not_in_the_set(issuer: LocalIssuer) -> None:
    issuer.ready()
    assert stat.S_IMODE((issuer.folder / KEY).stat().st_mode) == 0o600
    (listed,) = orjson.loads((issuer.folder / KEY_SET).read_bytes())["keys"]
    assert "d" not in listed


def test_a_key_that_others_may_read_makes_no_token(issuer: LocalIssuer) -> None:
    issuer.ready()
    (issuer.folder / KEY).chmod(0o640)
    with pytest.raises(IssuerError, match="chmod 600"):
        issuer.token("ana", {}, 60)


def test_what_is_no_key_makes_none(issuer: LocalIssuer) -> None:
    issuer.ready()
    other = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for content in (b"", b"nonsense", other):
        (issuer.folder / KEY).write_bytes(content)
        with pytest.raises(IssuerError, match="--new-key"):
            issuer.token("ana", {}, 60)


def test_a_set_that_was_lost_is_written_again(settings: Settings, issuer: LocalIssuer) -> None:
    issuer.ready()
    (issuer.folder / KEY_SET).write_text('{"keys": []}')
    assert verifier(settings).clearance(issuer.token("ana", {}, 60)).name == "ana"


def test_the_provider_cannot_speak_for_the_local_issuer(
    tmp_path: Path, provider: Any, issuer: LocalIssuer
) -> None:
    """Each issuer's keys prove its own tokens only, whatever a token says."""
    file = tmp_path / "jwks.json"
    file.write_bytes(provider.key_set())
    settings = Settings(
        home=tmp_path,
        jwks_file=file,
        token_issuer="https://idp.example/realm",
        token_audience="diurnal",
        attribute_claims={"clearance": "level"},
    )
    issuer.ready()
    trusts = verifier(settings)
    found = trusts.clearance(provider.token(level="open", attributes={"clearance": ["top"]}))
    assert found.attributes == {"clearance": ("open",)}
    with pytest.raises(TokenRefusedError, match="key"):
        trusts.clearance(provider.token(iss=LOCAL_ISSUER, attributes={"clearance": ["top"]}))
    kid = jwt.get_unverified_header(issuer.token("ana", {}, 60))["kid"]
    with pytest.raises(TokenRefusedError):
        trusts.clearance(provider.token("EdDSA", headers={"kid": kid}, iss=LOCAL_ISSUER))


@pytest.mark.parametrize(
    "said",
    [
        {"jwks_file": "a", "jwks_url": "https://idp.example/keys"},
        {"jwks_file": "a"},
        {"jwks_file": "a", "token_issuer": "i"},
        {"jwks_file": "a", "token_audience": "a"},
        {"jwks_url": "http://idp.example/keys", "token_issuer": "i", "token_audience": "a"},
        {"jwks_url": "http://localhost.evil.example/", "token_issuer": "i", "token_audience": "a"},
        {"jwks_url": "file:///etc/keys", "token_issuer": "i", "token_audience": "a"},
        {"jwks_file": "a", "token_issuer": "diurnal-local", "token_audience": "a"},
    ],
    ids=str,
)
def test_settings_that_are_half_or_unsafe_are_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**said)
