"""Whether a bearer token (a signed JSON Web Token, RFC 7519 and 8725) proves who its bearer is."""

from __future__ import annotations

import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import jwt
import orjson

from api.clearance import Clearance
from api.identity.errors import TokenRefusedError
from api.identity.keys import LONGEST_ID, TrustedKey

LONGEST_TOKEN: Final = 16 * 1024
"""Characters; longer ones are refused unread."""
LONGEST_NAME: Final = 256
_TYPES: Final = frozenset({"jwt", "at+jwt", "application/at+jwt"})
"""What may be said to be a token of ours; others, such as logout tokens, are for something else."""
_PARTS: Final = 3
_REQUIRED: Final = ("exp", "iss", "aud")


class Keys(Protocol):
    """Where an issuer's keys are."""

    def key(self, kid: str) -> TrustedKey | None:
        """The key with an id, if it is trusted now."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Somebody whose tokens are trusted.

    Attributes:
        name: what a token's `iss` must be, letter by letter.
        audience: what must be in a token's `aud`.
        keys: its keys; nobody else's prove its tokens.
        attributes: what claims let their bearer hold.
        name_claim: the claim that names the bearer.
    """

    name: str
    audience: str
    keys: Keys
    attributes: Callable[[Mapping[str, Any]], Mapping[str, tuple[str, ...]]]
    name_claim: str = "sub"


@dataclass(frozen=True, slots=True)
class Verifier:
    """Knows the issuers that are trusted; with none, nobody is let in.

    Attributes:
        issuers: each with a name of its own.
        skew_s: seconds by which clocks may differ.
    """

    issuers: Sequence[Issuer]
    skew_s: float

    def clearance(self, token: str) -> Clearance:
        """Who bears a token, and what they hold. It may wait for an issuer's keys.

        Raises:
            TokenRefusedError: it proves nobody.
        """
        header, said = _unproved(token)
        issuer = next((each for each in self.issuers if each.name == said.get("iss")), None)
        if issuer is None:
            raise TokenRefusedError("its issuer is not trusted")
        claims = self._proved(token, _key(issuer, header), issuer)
        _check_times(claims)
        return Clearance.of(_name(claims, issuer), issuer.name, issuer.attributes(claims))

    def _proved(self, token: str, key: TrustedKey, issuer: Issuer) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm],
                audience=issuer.audience,
                issuer=issuer.name,
                leeway=self.skew_s,
                options={"require": list(_REQUIRED)},
            )
        except jwt.PyJWTError as error:
            raise TokenRefusedError(f"{type(error).__name__}: {error}") from None
        except (
            ValueError,
            TypeError,
            OverflowError,
            RecursionError,
        ) as error:  # claims that no clock can read
            raise TokenRefusedError(type(error).__name__) from None
        return claims


def _unproved(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What a token says of itself, by which its issuer and key are looked up, and nothing else is decided."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise TokenRefusedError("it is too long, or no token")
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise TokenRefusedError("it is no signed token in three parts")
    header, said = (_object(part) for part in parts[:2])
    if "crit" in header or "b64" in header:
        raise TokenRefusedError("it asks for extensions")
    kind = header.get("typ", "JWT")
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise TokenRefusedError("it is of another type")
    return header, said


def _object(part: str) -> Mapping[str, Any]:
    try:
        said = orjson.loads(binascii.a2b_base64(part.replace("-", "+").replace("_", "/") + "=="))
    except (orjson.JSONDecodeError, binascii.Error):
        said = None
    if not isinstance(said, dict):
        raise TokenRefusedError("it is not made of JSON objects")
    return said


def _key(issuer: Issuer, header: Mapping[str, Any]) -> TrustedKey:
    kid = header.get("kid")
    if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_ID:
        raise TokenRefusedError("it names no key")
    key = issuer.keys.key(kid)
    if key is None:
        raise TokenRefusedError("its key is not known")
    if header.get("alg") != key.algorithm:
        raise TokenRefusedError("its algorithm is not the key's")
    return key


def _check_times(claims: Mapping[str, Any]) -> None:
    for name in ("exp", "nbf", "iat"):
        said = claims.get(name, 0)
        if isinstance(said, bool) or not isinstance(said, int | float):
            raise TokenRefusedError(f"its {name} is no number")


def _name(claims: Mapping[str, Any], issuer: Issuer) -> str:
    name = claims.get(issuer.name_claim)
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise TokenRefusedError(f"its {issuer.name_claim} names nobody")
    return name
