"""The public keys of a JSON Web Key Set (RFC 7517) that may prove a token, each for one algorithm only.

A key says for which algorithm it is, never the token: so a token cannot choose a weaker one, nor have a
public key taken for a shared secret. What is weak, or is not for signatures, is left out and told to the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from jwt.exceptions import InvalidKeyError, PyJWTError

from api.identity.errors import WeakKeyError

MOST_BYTES: Final = 256 * 1024
"""The largest key set that is read."""
MOST_KEYS: Final = 100
LONGEST_ID: Final = 256
RSA_BITS: Final = range(2048, 8193)
"""Fewer can be broken, more only cost time."""
RSA_EXPONENT: Final = 65537

_ALGORITHMS: Final = {("RSA", None): "RS256", ("EC", "P-256"): "ES256", ("OKP", "Ed25519"): "EdDSA"}
_SECRET_PARTS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key that may prove a token.

    Attributes:
        algorithm: the only one that it is for.
        key: the public key.
    """

    algorithm: str
    key: PyJWK


def read_keys(text: bytes, where: str) -> dict[str, TrustedKey] | None:
    """The usable keys of a set by their ids, which may be none; None where the text is no set.

    Args:
        text: JSON.
        where: the file or URL that it is of, for the log.
    """
    try:
        said = orjson.loads(text) if len(text) <= MOST_BYTES else None
    except orjson.JSONDecodeError:
        said = None
    listed = said.get("keys") if isinstance(said, dict) else None
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        remedy = f"a JSON object with at most {MOST_KEYS} `keys`, of at most {MOST_BYTES:,} bytes"
        _log.error("no key set", where=where, remedy=remedy)
        return None
    told = [entry for entry in listed if isinstance(entry, dict)]
    times = Counter(entry["kid"] for entry in told if isinstance(entry.get("kid"), str))
    found: dict[str, TrustedKey] = {}
    for entry in told:
        try:
            kid = _id(entry, times)
            found[kid] = trusted(entry)
        except WeakKeyError as refusal:
            _log.error("a key is passed over", where=where, kid=str(entry.get("kid"))[:64], why=str(refusal))
    if not found:
        _log.error("a key set without a usable key: nobody is let in by it", where=where)
    return found


def trusted(entry: Mapping[str, Any]) -> TrustedKey:
    """A key of a set, if it is fit to prove tokens.

    Raises:
        WeakKeyError: it is not, and why.
    """
    curve = entry.get("crv") if entry.get("kty") != "RSA" else None
    try:
        algorithm = _ALGORITHMS.get((entry.get("kty"), curve))  # type: ignore[arg-type]
    except TypeError:
        algorithm = None
    if algorithm is None:
        raise WeakKeyError("it is none of RSA, EC P-256 and OKP Ed25519")
    if _SECRET_PARTS & entry.keys():
        raise WeakKeyError("it holds a secret: whoever read it can make tokens; publish the public key alone")
    if entry.get("alg", algorithm) != algorithm:
        raise WeakKeyError(f"its alg is not {algorithm}")
    if entry.get("use", "sig") != "sig" or "verify" not in entry.get("key_ops", ["verify"]):
        raise WeakKeyError("it is not for signatures")
    try:
        key = PyJWK(dict(entry), algorithm)
    except (InvalidKeyError, PyJWTError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise WeakKeyError(f"it is damaged ({type(error).__name__})") from None
    if isinstance(key.key, RSAPublicKey):
        _check_rsa(key.key)
    return TrustedKey(algorithm, key)


def _check_rsa(key: RSAPublicKey) -> None:
    if key.key_size not in RSA_BITS:
        raise WeakKeyError(f"it has {key.key_size} bits: {RSA_BITS[0]} to {RSA_BITS[-1]} are used")
    if key.public_numbers().e != RSA_EXPONENT:
        raise WeakKeyError(f"its exponent is not {RSA_EXPONENT}")


def _id(entry: Mapping[str, Any], times: Mapping[str, int]) -> str:
    kid = entry.get("kid")
    if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_ID:
        raise WeakKeyError(f"it has no kid of 1 to {LONGEST_ID} characters")
    if times[kid] > 1:
        raise WeakKeyError("another key of the set has the same kid")
    return kid
