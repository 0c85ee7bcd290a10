"""A local issuer of tokens, for development and for an installation without an identity provider.

Its key is an Ed25519 key, for its owner's eyes; the public half lies beside it as a key set.
"""

from __future__ import annotations

import stat
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import jwt
import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from api.identity import claims as mapped
from api.identity.errors import IssuerError
from api.identity.key_file import FileKeys
from api.identity.verify import Issuer
from runtime.private_file import write_private
from runtime.settings import LOCAL_ISSUER

AUDIENCE: Final = "diurnal"
KEY: Final = "issuer.pem"
KEY_SET: Final = "issuer.jwks"
_ATTRIBUTES: Final = "attributes"


@dataclass(frozen=True, slots=True)
class LocalIssuer:
    """Makes tokens.

    Attributes:
        folder: with its key, made at the first token.
    """

    folder: Path

    def token(self, user: str, attributes: Mapping[str, Sequence[str]], seconds: float) -> str:
        """A token for somebody.

        Args:
            user: their name.
            attributes: what they hold.
            seconds: for how long, from now.

        Raises:
            IssuerError: the key is damaged, or others may read it.
        """
        key = self._key()
        now = time.time()
        claims = {
            "iss": LOCAL_ISSUER,
            "aud": AUDIENCE,
            "sub": user,
            "iat": int(now),
            "exp": int(now + seconds),
            "jti": str(uuid4()),
            _ATTRIBUTES: {name: list(values) for name, values in attributes.items()},
        }
        return jwt.encode(claims, key, "EdDSA", headers={"kid": _public(key)["kid"]})

    def ready(self) -> None:
        """Makes the key if there is none.

        Raises:
            IssuerError: the key is damaged, or others may read it.
        """
        self._key()

    def renew(self) -> None:
        """Makes a new key, which voids every token made before."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = Ed25519PrivateKey.generate()
        self._keep(key)

    def _key(self) -> Ed25519PrivateKey:
        path = self.folder / KEY
        if not path.exists():
            self.renew()
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise IssuerError(
                f"others may read {path}: `chmod 600` it, and `diurnal token --new-key` if they did"
            )
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), None)
        except (ValueError, TypeError, UnsupportedAlgorithm, OSError) as error:
            raise IssuerError(_damaged(path)) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise IssuerError(_damaged(path))
        self._publish(key)
        return key

    def _keep(self, key: Ed25519PrivateKey) -> None:
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        write_private(self.folder / KEY, pem.decode())
        self._publish(key)

    def _publish(self, key: Ed25519PrivateKey) -> None:
        path, text = self.folder / KEY_SET, orjson.dumps({"keys": [_public(key)]}).decode() + "\n"
        if not path.exists() or path.read_text() != text:
            write_private(path, text)


def trusted(folder: Path) -> Issuer:
    """The local issuer as the API trusts it: it needs the key set alone, never the key."""
    return Issuer(LOCAL_ISSUER, AUDIENCE, FileKeys(folder / KEY_SET), _held)


def _held(claims: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    said = claims.get(_ATTRIBUTES)
    found = {name: mapped.values(value) for name, value in said.items()} if isinstance(said, dict) else {}
    return {name: values for name, values in found.items() if values}


def _public(key: Ed25519PrivateKey) -> dict[str, str]:
    """The public half as a JWK, under its thumbprint (RFC 7638)."""
    told: dict[str, str] = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    parts = {name: told[name] for name in ("crv", "kty", "x")}
    digest = sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).digest()
    kid = urlsafe_b64encode(digest).decode().rstrip("=")
    return {**parts, "kid": kid, "use": "sig", "alg": "EdDSA"}


def _damaged(path: Path) -> str:
    return (
        f"{path} is no Ed25519 key: `diurnal token --new-key` makes one, which voids the tokens made before"
    )
