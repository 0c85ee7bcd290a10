"""Tokens: three algorithms prove somebody, and everything that is bent, borrowed or broken proves nobody."""

from __future__ import annotations

import base64
import hmac
import json
import re
import time
from hashlib import sha256
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from api.identity.errors import TokenRefusedError
from api.identity.verify import LONGEST_TOKEN, Verifier

json_values: Any = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.sampled_from(["ES256", "none", "RS256", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["exp", "aud", "sub"]), inner)
    ),
    max_leaves=6,
)
ISSUER = "https://idp.example/realm"
DAY_S = 86_400.0
"""These cases are made when tests are collected, and run up to a quarter of an hour later."""


def part(said: object) -> str:
    text = said if isinstance(said, str) else json.dumps(said)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_token_proves_who_its_bearer_is(verifier: Verifier, provider: Any, algorithm: str) -> None:
    found = verifier.clearance(provider.token(algorithm, clearance="secret", aud=["other", "diurnal"]))
    assert (found.name, found.issuer) == ("ana", ISSUER)
    assert found.attributes == {"clearance": ("secret",)}


@pytest.mark.parametrize("kind", [None, "JWT", "at+jwt", "application/AT+JWT"])
def test_types_of_tokens(verifier: Verifier, provider: Any, kind: str | None) -> None:
    assert verifier.clearance(provider.token(headers={"typ": kind} if kind else {})).name == "ana"


def test_clocks_may_differ_a_little(verifier: Verifier, provider: Any) -> None:
    now = time.time()
    assert verifier.clearance(provider.token(exp=now - 20, nbf=now + 20, iat=now + 20)).name == "ana"


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": time.time() - 600},
        {"exp": None},
        {"exp": "never"},
        {"exp": "99999999999"},
        {"exp": True},
        {"exp": [99999999999]},
        {"exp": float("inf")},
        {"nbf": time.time() + DAY_S},
        {"nbf": "now"},
        {"iat": time.time() + DAY_S},
        {"aud": None},
        {"aud": "other"},
        {"aud": []},
        {"aud": ["Diurnal"]},
        {"aud": {"diurnal": 1}},
        {"iss": None},
        {"iss": ISSUER + "/"},
        {"iss": [ISSUER]},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a\nb"},
        {"sub": "a" * 257},
    ],
    ids=lambda changed: re.sub(r"\d{10}\.\d+", "T", str(changed)),
)
def test_claims_that_are_wrong(verifier: Verifier, provider: Any, changed: dict[str, Any]) -> None:
    claims = provider.claims(**changed)
    text = json.dumps(claims).encode()  # PyJWT itself would refuse to write some of these
    token = jwt.api_jws.encode(text, provider.keys["ES256"], "ES256", headers={"kid": "ES256"})
    with pytest.raises(TokenRefusedError):
        verifier.clearance(token)


@pytest.mark.parametrize(
    "headers",
    [
        {"kid": "nobody"},
        {"kid": ""},
        {"kid": 7},
        {"kid": ["ES256"]},
        {"kid": "../ES256"},
        {"kid": "k" * 257},
        {"kid": "EdDSA"},
        {"kid": "RS256"},
        {"alg": "RS256"},
        {"alg": "none"},
        {"alg": ["ES256"]},
        {"alg": None},
        {"alg": "es256"},
        {"typ": "logout+jwt"},
        {"typ": 7},
        {"crit": ["exp"]},
        {"crit": []},
        {"b64": False},
    ],
    ids=str,
)
def test_headers_that_are_bent(verifier: Verifier, provider: Any, headers: dict[str, Any]) -> None:
    head = {"typ": "JWT", "alg": "ES256", "kid": "ES256", **headers}
    signed = f"{part(head)}.{part(provider.claims())}"
    signature = jwt.algorithms.ECAlgorithm(jwt.algorithms.ECAlgorithm.SHA256).sign(
        signed.encode(), provider.keys["ES256"]
    )
    with pytest.raises(TokenRefusedError):
        verifier.clearance(f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}")


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_no_signature(verifier: Verifier, provider: Any, algorithm: str, signature: str) -> None:
    head = {"alg": algorithm, "typ": "JWT", "kid": "ES256"}
    with pytest.raises(TokenRefusedError):
        verifier.clearance(f"{part(head)}.{part(provider.claims())}.{signature}")


@pytest.mark.parametrize("of", ["RS256", "ES256", "EdDSA"])
def test_a_public_key_is_no_shared_secret(verifier: Verifier, provider: Any, of: str) -> None:
    """The classical confusion: an HMAC made with the public key, which everybody has."""
    key = provider.keys[of].public_key()
    encodings = serialization.Encoding
    secrets = [
        key.public_bytes(encodings.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        key.public_bytes(encodings.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
        provider.key_set(),
    ]
    for secret in secrets:
        signed = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': of})}.{part(provider.claims())}"
        mac = hmac.new(secret, signed.encode(), sha256).digest()
        token = f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
        with pytest.raises(TokenRefusedError):
            verifier.clearance(token)


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_other_algorithms_of_the_same_key(verifier: Verifier, provider: Any, algorithm: str) -> None:
    token = jwt.encode(provider.claims(), provider.keys["RS256"], algorithm, headers={"kid": "RS256"})
    with pytest.raises(TokenRefusedError):
        verifier.clearance(token)


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("ES256", ec.generate_private_key(ec.SECP256R1())),
        ("EdDSA", ed25519.Ed25519PrivateKey.generate()),
        ("RS256", rsa.generate_private_key(65537, 2048)),
    ],
)
def test_somebody_elses_key(verifier: Verifier, provider: Any, jwk: Any, algorithm: str, key: Any) -> None:
    """Named like the provider's, and brought along in the token in every way there is."""
    brought = {"jwk": jwk(key, algorithm), "jku": "https://evil.example/keys", "x5u": "https://evil.example/"}
    token = jwt.encode(provider.claims(), key, algorithm, headers={"kid": algorithm, **brought})
    with pytest.raises(TokenRefusedError):
        verifier.clearance(token)


def test_another_signature_or_other_claims(verifier: Verifier, provider: Any) -> None:
    head, body, signature = provider.token("EdDSA").split(".")
    raised = part(provider.claims(clearance="top"))
    _, other, _ = provider.token("EdDSA", sub="ben").split(".")
    for token in (
        f"{head}.{raised}.{signature}",
        f"{head}.{other}.{signature}",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body}.",
        f"{head}.{body}.{'A' * 86}",
        f"{head}.{body}.{'A' * 88}",
    ):
        with pytest.raises(TokenRefusedError):
            verifier.clearance(token)


def test_a_null_signature_of_a_curve(verifier: Verifier, provider: Any) -> None:
    """r = s = 0, which a careless verifier takes for everything's signature."""
    head, body, _ = provider.token("ES256").split(".")
    with pytest.raises(TokenRefusedError):
        verifier.clearance(f"{head}.{body}.{base64.urlsafe_b64encode(bytes(64)).rstrip(b'=').decode()}")


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "a.b.c.d.e",
        "é.é.é",
        f"{part('[]')}.{part('{}')}.",
        f"{part('{')}.{part('{}')}.",
        f"{part('[' * 4000)}.{part('{}')}.",
        f"{part({'alg': 'ES256'})}.{part('[' * 5000 + ']' * 5000)}.",
        f"{part({'alg': 'ES256', 'kid': 'ES256'})}.{part('7' * 9000)}.",
        "e30.e30.e30",
        "A" * (LONGEST_TOKEN + 1),
        ("A" * 9000 + ".") * 2 + "A",
        "\x00.\x00.\x00",
    ],
    ids=lambda token: f"{token[:20]!r}{len(token)}",
)
def test_what_is_no_token(verifier: Verifier, token: str) -> None:
    with pytest.raises(TokenRefusedError):
        verifier.clearance(token)


def test_a_header_deeper_than_python_reads_is_refused(verifier: Verifier) -> None:
    """orjson reads 1,024 levels, Python's own json fewer at some depths: neither may be a fault."""
    deep = '{"iss":"' + ISSUER + '","x":' + "[" * 1000 + "]" * 1000 + "}"
    head = '{"alg":"ES256","kid":"ES256","x":' + "[" * 1000 + "]" * 1000 + "}"
    with pytest.raises(TokenRefusedError):
        verifier.clearance(f"{part(head)}.{part(deep)}.{part('x')}")


def test_without_issuers_nobody_gets_in(provider: Any) -> None:
    with pytest.raises(TokenRefusedError, match="issuer"):
        Verifier((), 30.0).clearance(provider.token())


def test_claims_given_twice_are_read_once(verifier: Verifier, provider: Any) -> None:
    """Whichever `iss` is looked at first, the one that is proved counts."""
    text = json.dumps(provider.claims())[:-1] + ', "iss": "https://evil.example"}'
    token = jwt.api_jws.encode(text.encode(), provider.keys["ES256"], "ES256", headers={"kid": "ES256"})
    with pytest.raises(TokenRefusedError):
        verifier.clearance(token)


@pytest.fixture(scope="session")
def tokens(provider: Any) -> dict[str, str]:
    """A right token of each algorithm."""
    return {name: provider.token(name, clearance="open", exp=time.time() + 3600) for name in provider.keys}


@settings(max_examples=300, deadline=None)
@given(
    algorithm=st.sampled_from(["RS256", "ES256", "EdDSA"]),
    place=st.integers(0, 999),
    gone=st.integers(0, 3),
    put=st.text("ABab01-_.=+/ ", max_size=3),
)
def test_no_change_to_a_token_makes_another_of_it(
    verifier: Verifier, tokens: dict[str, str], algorithm: str, place: int, gone: int, put: str
) -> None:
    """Changed anywhere it is refused, or (in the last bits of its base64) is the same token."""
    token = tokens[algorithm]
    start = place % len(token)
    try:
        found = verifier.clearance(token[:start] + put + token[start + gone :])
    except TokenRefusedError:
        return
    assert (found.name, found.attributes) == ("ana", {"clearance": ("open",)})


@given(token=st.text(max_size=200) | st.binary(max_size=200).map(lambda b: b.decode("latin-1")))
def test_any_text_is_refused_and_never_a_fault(verifier: Verifier, token: str) -> None:
    with pytest.raises(TokenRefusedError):
        verifier.clearance(token)


@given(
    header=st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "jwk", "b64", "x"]), json_values),
    said=json_values,
)
def test_any_header_and_claims_without_a_right_signature_are_refused(
    verifier: Verifier, header: dict[str, object], said: object
) -> None:
    claims = {"iss": ISSUER, **said} if isinstance(said, dict) else said
    with pytest.raises(TokenRefusedError):
        verifier.clearance(f"{part(header)}.{part(claims)}.{'A' * 86}")
