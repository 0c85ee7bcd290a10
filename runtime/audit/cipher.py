"""Seals what may hold names: AES-256-GCM under the key of the day, bound to the place in the chain."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from runtime.audit.entry import Secret
from runtime.audit.errors import BrokenError
from runtime.audit.keys import DayKey

KeyOf = Callable[[date], DayKey | None]
_NONCE_BYTES: Final = 12
"""NIST SP 800-38D: random, for at most 2^32 entries under one key."""


def seal(key: DayKey, secret: Secret, bound: str) -> dict[str, str]:
    """A secret as it lies in the log.

    Args:
        key: of the day.
        secret: what is sealed.
        bound: the entry that it belongs to; it cannot be opened as part of another.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    text = AESGCM(key.key).encrypt(nonce, orjson.dumps(secret.document()), bound.encode())
    return {
        "day": key.day.isoformat(),
        "key": key.id,
        "nonce": b64encode(nonce).decode(),
        "text": b64encode(text).decode(),
    }


def unseal(key_of: KeyOf, sealed: Mapping[str, Any], bound: str) -> Secret | None:
    """What was sealed; None where its key was destroyed, or is another home's.

    Args:
        key_of: finds the key of a day, as `Keys.of_day` does.
        sealed: as it lies in the log.
        bound: the entry that it belongs to.

    Raises:
        BrokenError: it was changed, or moved from another entry.
        KeyFileError: the key is not one of this master key.
    """
    try:
        key = key_of(date.fromisoformat(sealed["day"]))
        if key is None or key.id != sealed["key"]:
            return None
        nonce, text = b64decode(sealed["nonce"]), b64decode(sealed["text"])
        return Secret.of(orjson.loads(AESGCM(key.key).decrypt(nonce, text, bound.encode())))
    except (InvalidTag, ValueError, KeyError, TypeError):
        raise BrokenError("was changed: what is sealed in it does not open") from None
