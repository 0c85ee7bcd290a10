"""What somebody who asks may hold: a name, and the attributes that their token gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ontology.labels import Hierarchies, evaluate, parse

Held = tuple[tuple[str, tuple[str, ...]], ...]
"""Attributes with their values, both in order: the same holdings are the same key."""


@dataclass(frozen=True, slots=True)
class Clearance:
    """Who asks, and what they hold. Whatever is not here is not held.

    Attributes:
        name: of the person or program, unique with its issuer.
        issuer: who says so.
        held: attributes with their values.
    """

    name: str
    issuer: str
    held: Held = ()

    @classmethod
    def of(cls, name: str, issuer: str, attributes: Mapping[str, tuple[str, ...]]) -> Clearance:
        """The clearance of somebody with attributes, in whatever order these were told."""
        held = tuple(sorted((key, tuple(sorted(set(values)))) for key, values in attributes.items()))
        return cls(name, issuer, held)

    def passes(self, label: str, hierarchies: Hierarchies) -> bool:
        """Whether what they hold passes a label.

        Raises:
            LabelError: the label is no expression.
        """
        return evaluate(parse(label), self.attributes, hierarchies)

    @property
    def attributes(self) -> dict[str, tuple[str, ...]]:
        """What they hold, by attribute."""
        return dict(self.held)
