"""Numbers in texts, as JSON writes them: what else Python reads (1_000, infinity) is a slip or a name."""

from __future__ import annotations

import math
import re
from typing import Final

LEAST: Final = -(2**63)
MOST: Final = 2**63 - 1
"""Cypher's integers have 64 bits."""
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def integer(text: str) -> int:
    """A whole number.

    Raises:
        ValueError: the text is none, or it has more than 64 bits.
    """
    if not _INTEGER.fullmatch(text):
        raise ValueError("it is not written as JSON writes a whole number")
    return of_64_bits(int(text))


def number(text: str) -> float:
    """A finite number.

    Raises:
        ValueError: the text is none, or it is too large.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError("it is not written as JSON writes a number")
    found = float(text)
    if not math.isfinite(found):
        raise ValueError("it is larger than a number may be")
    return found


def of_64_bits(found: int) -> int:
    """The number, if Cypher has room for it.

    Raises:
        ValueError: it has not.
    """
    if not LEAST <= found <= MOST:
        raise ValueError("it has more than 64 bits")
    return found


def looks_like(text: str) -> bool:
    """Whether a text is a number; what begins with 0 or + is none, but a name or a telephone."""
    return _NUMBER.fullmatch(text) is not None


def either(text: str) -> int | float:
    """A number, whole if it is written so.

    Raises:
        ValueError: the text is none, or there is no room for it.
    """
    return integer(text) if _INTEGER.fullmatch(text) else number(text)
