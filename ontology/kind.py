"""How a dataclass is written in RDF and in the graph: the ontology is data, and this is its grammar.

A thing is a frozen dataclass whose fields are annotated with `Property` (a literal) or `Link` (another
resource). `describe` reads the annotations once; the RDF codec and the graph's loader are written over
that description and know no kind by name.
"""

from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

from ontology.terms import ours


@dataclass(frozen=True, slots=True)
class Property:
    """A literal: its predicate, or our own term of the field's name in camelCase."""

    predicate: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A reference to another resource by its IRI.

    Attributes:
        predicate: the RDF predicate from this thing to the other.
        relationship: the graph's relationship type.
        target: the node label of the other end; "Subject" for whatever is watched.
        incoming: true where the graph's arrow comes from the other end, as in (:Ship)-[:STAYED]->(:Stay).
    """

    predicate: str
    relationship: str
    target: str
    incoming: bool = False


@dataclass(frozen=True, slots=True)
class Thing:
    """What every resource has: a stable key, its IRI."""

    ies_class: ClassVar[str]
    versioned: ClassVar[bool] = False
    """A conclusion, which later data may change: new content closes the version before it."""
    key: str


@dataclass(frozen=True, slots=True)
class Described:
    """One field as its annotations describe it: exactly one of `literal` and `link` is set.

    Attributes:
        name: the field's name.
        hint: its type, without the annotation.
    """

    name: str
    hint: Any
    literal: Property | None
    link: Link | None

    @property
    def predicate(self) -> str:
        """The predicate under which this field is written."""
        if self.link is not None:
            return self.link.predicate
        declared = self.literal.predicate if self.literal else ""
        return declared or ours(camel(self.name))


@cache
def camel(name: str) -> str:
    """`first_seen` as `firstSeen`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


_described: dict[type[Thing], tuple[Described, ...]] = {}


def describe(thing: type[Thing]) -> tuple[Described, ...]:
    """The fields of a thing but its key, in order of declaration."""
    if thing not in _described:
        hints = get_type_hints(thing, include_extras=True)
        names = [field.name for field in fields(thing) if field.name != "key"]
        _described[thing] = tuple(_describe_field(name, hints[name]) for name in names)
    return _described[thing]


def _describe_field(name: str, hint: Any) -> Described:  # noqa: ANN401 - a type hint may be any object
    if get_origin(hint) is not Annotated:
        return Described(name, hint, Property(), None)
    base, mark = get_args(hint)[:2]
    if isinstance(mark, Link):
        return Described(name, base, None, mark)
    return Described(name, base, mark, None)
