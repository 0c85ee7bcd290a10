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

__all__ = [
    "DENY",
    "UNREGISTERED",
    "Expression",
    "Holding",
    "Pair",
    "canonical",
    "evaluate",
    "pair_id",
    "parse",
]

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
_NOTHING: Final[frozenset[str]] = frozenset()


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
    """Whether somebody who holds the attributes may see what bears the label; for many labels see `Holding`.

    Raises:
        TypeError: an attribute's values are one text instead of a collection.
    """
    return Holding(attributes, hierarchies).passes(expression)


class Holding:
    """What somebody holds, made ready to be asked about many labels."""

    __slots__ = ("_held", "_ranks")

    def __init__(self, attributes: Attributes, hierarchies: Hierarchies = _NONE) -> None:
        """Fold the values once.

        Args:
            attributes: what is held.
            hierarchies: values from low to high; one that repeats a value is read strictly.

        Raises:
            TypeError: an attribute's values are one text instead of a collection.
        """
        for name, values in attributes.items():
            if isinstance(values, str):
                raise TypeError(f"the values of {name!r} are a collection, not the text {values!r}")
        self._held = {name: frozenset(map(folded, values)) for name, values in attributes.items()}
        self._ranks = {
            name: _ranked([folded(value) for value in hierarchy], self._held.get(name, _NOTHING))
            for name, hierarchy in hierarchies.items()
        }

    def passes(self, expression: Expression) -> bool:
        """Whether the holder may see what bears the label.

        An attribute that is not held is false, even for `!=`. Of several values any may do.
        """
        kind = type(expression)
        if isinstance(expression, And):
            return all(map(self.passes, expression.parts))
        if isinstance(expression, Or):
            return any(map(self.passes, expression.parts))
        if isinstance(expression, Has):
            return "true" in self._held.get(expression.attribute, _NOTHING)
        if isinstance(expression, Equals):
            held = self._held.get(expression.attribute, _NOTHING)
            return expression.value in held or self._outranks(expression)
        if isinstance(expression, Differs):
            return not self._held.get(expression.attribute, _NOTHING) <= {expression.value}
        return kind is Allow

    def _outranks(self, wanted: Equals) -> bool:
        """Whether a value held ranks as high as the one wanted."""
        needed, most = self._ranks.get(wanted.attribute, ({}, -1))
        return needed.get(wanted.value, most + 1) <= most


def _ranked(hierarchy: Sequence[str], held: frozenset[str]) -> tuple[dict[str, int], int]:
    """The rank that each value needs, its highest, and the greatest that is held, by its lowest."""
    needed = {value: rank for rank, value in enumerate(hierarchy)}
    return needed, max((hierarchy.index(value) for value in held if value in needed), default=-1)


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
