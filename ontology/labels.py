"""Security labels: canonical text, evaluation against what a person holds, and the pair that is interned.

Syntax and semantics are Telicent's (`ontology.expression` has the grammar). A label is canonical when its
nested parts are flattened, repeated parts left out, and parts in the order of their text.
"""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import orjson

from ontology.errors import LabelError
from ontology.expression import (
    MAX_LENGTH,
    Allow,
    And,
    Deny,
    Differs,
    Equals,
    Expression,
    Has,
    Or,
    folded,
    parse,
)

__all__ = ["DENY", "UNREGISTERED", "Expression", "Pair", "canonical", "evaluate", "pair_id", "parse"]

DENY: Final = "!"
"""What no label means."""
UNREGISTERED: Final = "unregistered"
"""What no distribution means."""

Attributes = Mapping[str, Collection[str]]
"""What a person holds: attribute → values."""
Hierarchies = Mapping[str, Sequence[str]]
"""Attribute → values from low to high."""

_WORD: Final = re.compile(r"\w(?:[\w:.+-]*\w)?", re.ASCII)
_NONE: Final[Hierarchies] = {}


@dataclass(frozen=True, slots=True)
class Pair:
    """One way in which something is known: a label, and the distribution through which it came."""

    label: str
    """Canonical."""
    distribution: str

    @classmethod
    def of(cls, label: str | None, distribution: str | None) -> "Pair":
        """The pair of a record's headers: no label denies, no distribution is "unregistered".

        Raises:
            LabelError: the label is no expression.
        """
        return cls(DENY if label is None else canonical(label), distribution or UNREGISTERED)


def pair_id(pair: Pair) -> int:
    """The pair's interned id, positive and of 63 bits: the same wherever it is computed (BLAKE2b)."""
    digest = hashlib.blake2b(orjson.dumps((pair.label, pair.distribution)), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 1) or 1


@lru_cache(maxsize=4096)
def canonical(text: str) -> str:
    """The one text of all labels that say the same parts in another order, grouping or spelling.

    Raises:
        LabelError: the label is no expression, or its canonical text is too long.
    """
    written = _written(_normal(parse(text)))
    if len(written) > MAX_LENGTH:
        raise LabelError(text, len(text), f"a label of at most {MAX_LENGTH} characters when it is canonical")
    return written


def evaluate(expression: Expression, attributes: Attributes, hierarchies: Hierarchies = _NONE) -> bool:
    """Whether somebody who holds the attributes may see what bears the label.

    An attribute that is not held is false, even for `!=`. Of several values any may do.

    Raises:
        TypeError: an attribute's values are one text instead of a collection.
    """
    match expression:
        case Allow():
            return True
        case Deny():
            return False
        case And(parts):
            return all(evaluate(part, attributes, hierarchies) for part in parts)
        case Or(parts):
            return any(evaluate(part, attributes, hierarchies) for part in parts)
        case Has(attribute):
            return "true" in _held(attributes, attribute)
        case Differs(attribute, value):
            return any(held != value for held in _held(attributes, attribute))
        case Equals(attribute, value):
            held = _held(attributes, attribute)
            return value in held or _outranked(value, held, hierarchies.get(attribute, ()))


def _held(attributes: Attributes, attribute: str) -> list[str]:
    values = attributes.get(attribute, ())
    if isinstance(values, str):
        raise TypeError(f"the values of {attribute!r} are a collection, not the text {values!r}")
    return [folded(value) for value in values]


def _outranked(value: str, held: Sequence[str], hierarchy: Sequence[str]) -> bool:
    """Whether a value held ranks as high as the value; a hierarchy that repeats one is read strictly."""
    ranked = [folded(rank) for rank in hierarchy]
    if value not in ranked:
        return False
    needed = max(rank for rank, name in enumerate(ranked) if name == value)
    return any(ranked.index(name) >= needed for name in held if name in ranked)


def _normal(expression: Expression) -> Expression:
    if not isinstance(expression, And | Or):
        return expression
    kind = type(expression)
    parts: dict[str, Expression] = {}
    for part in map(_normal, expression.parts):
        for inner in part.parts if isinstance(part, kind) else (part,):
            parts[_written(inner)] = inner
    ordered = tuple(parts[text] for text in sorted(parts))
    return ordered[0] if len(ordered) == 1 else kind(ordered)


def _written(expression: Expression) -> str:
    match expression:
        case Allow():
            return "*"
        case Deny():
            return "!"
        case Has(attribute):
            return _name(attribute)
        case Equals(attribute, value):
            return f"{_name(attribute)}={_name(value)}"
        case Differs(attribute, value):
            return f"{_name(attribute)}!={_name(value)}"
        case Or(parts):
            return "|".join(map(_written, parts))
        case And(parts):
            return "&".join(
                f"({_written(part)})" if isinstance(part, Or) else _written(part) for part in parts
            )


def _name(text: str) -> str:
    """A word as it is, anything else in the quotes that need fewer escapes."""
    if _WORD.fullmatch(text):
        return text
    quote = "'" if text.count('"') > text.count("'") else '"'
    for raw, escaped in (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), (quote, "\\" + quote)):
        text = text.replace(raw, escaped)
    return quote + text + quote
