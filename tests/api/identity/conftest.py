"""A provider of identities: its keys, and tokens made with them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from api.identity.keys import TrustedKey, read_keys
from api.identity.verify import Issuer, Verifier

ISSUER = "https://idp.example/realm"
AUDIENCE = "diurnal"


def public(key: Any, kid: str, **more: Any) -> dict[str, Any]:
    """The public half of a key as a set lists it."""
    kinds = {rsa.RSAPrivateKey: RSAAlgorithm, ec.EllipticCurvePrivateKey: ECAlgorithm}
    writer: Any = next((of for kind, of in kinds.items() if isinstance(key, kind)), OKPAlgorithm)
    return {**writer.to_jwk(key.public_key(), as_dict=True), "kid": kid, **more}


@dataclass(frozen=True)
class Provider:
    """Keys by algorithm, which is their id, too."""

    keys: Mapping[str, PrivateKeyTypes]

    def key_set(self) -> bytes:
        return orjson.dumps({"keys": [public(key, name) for name, key in self.keys.items()]})

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Claims that are right, but for what is changed; None leaves a claim out."""
        now = time.time()
        right = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ana", "iat": now, "exp": now + 60}
        return {name: value for name, value in {**right, **changed}.items() if value is not None}

    def token(
        self, algorithm: str = "ES256", headers: Mapping[str, Any] | None = None, **changed: Any
    ) -> str:
        headers = {"kid": algorithm, **(headers or {})}
        key: Any = self.keys[algorithm]
        return jwt.encode(self.claims(**changed), key, algorithm, headers=headers)


@dataclass(frozen=True)
class Listed:
    """Keys that are simply there."""

    keys: Mapping[str, TrustedKey]

    def key(self, kid: str) -> TrustedKey | None:
        return self.keys.get(kid)


@pytest.fixture(scope="session")
def provider() -> Provider:
    return Provider(
        {
            "RS256": rsa.generate_private_key(65537, 2048),
            "ES256": ec.generate_private_key(ec.SECP256R1()),
            "EdDSA": ed25519.Ed25519PrivateKey.generate(),
        }
    )


@pytest.fixture(scope="session")
def jwk() -> Callable[..., dict[str, Any]]:
    return public


@pytest.fixture(scope="session")
def verifier(provider: Provider) -> Verifier:
    """Trusts the provider, and reads one attribute."""
    keys = Listed(read_keys(provider.key_set(), "test") or {})

    def held(claims: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        return {"clearance": (claims["clearance"],)} if "clearance" in claims else {}

    return Verifier((Issuer(ISSUER, AUDIENCE, keys, held),), 30.0)
