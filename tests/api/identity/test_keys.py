"""Key sets: what may prove a token, and what is passed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from jwt.algorithms import ECAlgorithm, HMACAlgorithm, OKPAlgorithm

from api.identity.errors import WeakKeyError
from api.identity.keys import MOST_BYTES, MOST_KEYS, read_keys, trusted

ED = ed25519.Ed25519PrivateKey.generate()
RSA = rsa.generate_private_key(65537, 2048)


def keys(*entries: Any) -> dict[str, Any]:
    found = read_keys(orjson.dumps({"keys": entries}), "test")
    assert found is not None
    return dict(found)


def test_each_kind_has_its_one_algorithm(provider: Any) -> None:
    found = read_keys(provider.key_set(), "test") or {}
    assert {kid: key.algorithm for kid, key in found.items()} == {
        "RS256": "RS256",
        "ES256": "ES256",
        "EdDSA": "EdDSA",
    }


@pytest.mark.parametrize(
    "more", [{}, {"use": "sig"}, {"key_ops": ["verify"]}, {"alg": "EdDSA"}, {"x5t": "a"}]
)
def test_what_a_key_may_say_of_itself(jwk: Callable[..., dict[str, Any]], more: dict[str, Any]) -> None:
    assert trusted(jwk(ED, "a", **more)).algorithm == "EdDSA"


@pytest.mark.parametrize(
    "more",
    [
        {"use": "enc"},
        {"use": None},
        {"key_ops": ["sign"]},
        {"key_ops": []},
        {"alg": "HS256"},
        {"alg": "none"},
        {"crv": "Ed448"},
        {"crv": "X25519"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": ["OKP"]},
        {"kty": None},
        {"x": ""},
        {"x": "AAAA"},
        {"x": None},
        {"x": 7},
    ],
    ids=str,
)
def test_what_it_may_not(jwk: Callable[..., dict[str, Any]], more: dict[str, Any]) -> None:
    with pytest.raises(WeakKeyError):
        trusted(jwk(ED, "a", **more))


@pytest.mark.parametrize("bits", [1024, 2047])
def test_short_rsa_keys(jwk: Callable[..., dict[str, Any]], bits: int) -> None:
    entry = jwk(rsa.generate_private_key(65537, bits), "a")
    with pytest.raises(WeakKeyError, match=f"{bits} bits"):
        trusted(entry)


def test_an_rsa_key_with_a_low_exponent(jwk: Callable[..., dict[str, Any]]) -> None:
    with pytest.raises(WeakKeyError, match="exponent"):
        trusted(jwk(rsa.generate_private_key(3, 2048), "a"))


@pytest.mark.parametrize("n", ["", "AA", "_" * 20_000])
def test_an_rsa_key_that_is_none(jwk: Callable[..., dict[str, Any]], n: str) -> None:
    with pytest.raises(WeakKeyError):
        trusted({**jwk(RSA, "a"), "n": n})


@pytest.mark.parametrize("curve", [ec.SECP256K1(), ec.SECP384R1(), ec.SECP521R1()])
def test_other_curves(curve: ec.EllipticCurve) -> None:
    entry = ECAlgorithm.to_jwk(ec.generate_private_key(curve).public_key(), as_dict=True)
    with pytest.raises(WeakKeyError):
        trusted({**entry, "kid": "a"})


def test_a_point_that_is_not_on_the_curve(jwk: Callable[..., dict[str, Any]]) -> None:
    entry = jwk(ec.generate_private_key(ec.SECP256R1()), "a")
    with pytest.raises(WeakKeyError, match="damaged"):
        trusted({**entry, "x": entry["y"], "y": entry["x"]})


def test_kinds_that_no_token_of_ours_has() -> None:
    others = [
        OKPAlgorithm.to_jwk(ed448.Ed448PrivateKey.generate().public_key(), as_dict=True),
        HMACAlgorithm.to_jwk(b"secret" * 10, as_dict=True),
        {"kty": "DSA", "p": str(dsa.generate_parameters(1024).parameter_numbers().p)},
    ]
    assert keys(*({**entry, "kid": str(number)} for number, entry in enumerate(others))) == {}


def test_a_set_that_tells_a_secret_does_not_count(jwk: Callable[..., dict[str, Any]]) -> None:
    whole = OKPAlgorithm.to_jwk(ED, as_dict=True)
    assert "d" in whole
    assert list(keys({**whole, "kid": "a"}, jwk(ED, "b"))) == ["b"]


def test_two_keys_of_one_id_are_none(jwk: Callable[..., dict[str, Any]]) -> None:
    assert list(keys(jwk(ED, "a"), jwk(RSA, "a"), jwk(RSA, "b"))) == ["b"]


@pytest.mark.parametrize("kid", [None, "", 7, "k" * 257])
def test_a_key_without_an_id_is_none(jwk: Callable[..., dict[str, Any]], kid: Any) -> None:
    assert keys({**jwk(ED, "a"), "kid": kid}) == {}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b'{"keys": {}}',
        b"{" * 2000,
        b" " * (MOST_BYTES + 1),
    ],
)
def test_what_is_no_set(text: bytes) -> None:
    assert read_keys(text, "test") is None


@pytest.mark.parametrize("text", [b'{"keys": []}', b'{"keys": [1, null, "a", []]}'])
def test_a_set_without_a_usable_key_is_a_set(text: bytes) -> None:
    assert read_keys(text, "test") == {}


def test_a_set_that_is_too_long(jwk: Callable[..., dict[str, Any]]) -> None:
    entries = [jwk(ED, str(number)) for number in range(MOST_KEYS + 1)]
    assert read_keys(orjson.dumps({"keys": entries}), "test") is None
