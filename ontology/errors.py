"""What can go wrong with a thing, its RDF, label or life. All of it is terminal: trying again gives the same.

OntologyError
├── IriError         a part from which no IRI can be built
├── UnwritableError  a thing that has no faithful RDF
├── RdfError         bytes that are no RDF
├── ShapeError       RDF that describes no whole thing
├── LifecycleError   a distribution cannot go from its state to another
└── LabelError       a security label that is no expression
"""


class OntologyError(ValueError):
    """Anything wrong with a thing, its RDF or its label; the same input fails again."""


class IriError(OntologyError):
    """A part from which no IRI can be built."""


class UnwritableError(OntologyError):
    """A thing that cannot be written without losing something."""


class RdfError(OntologyError):
    """Bytes that are no RDF of the stated content type.

    Attributes:
        line: where, from 1, when it is known.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class ShapeError(OntologyError):
    """RDF in which a thing lacks a field, or has it in a form that cannot be read."""


class LifecycleError(OntologyError):
    """A distribution cannot go from its state to another."""


class LabelError(OntologyError):
    """A security label that is no expression.

    Attributes:
        position: the offset, from 0, of the character where it went wrong.
        expected: what would have been right there.
    """

    def __init__(self, text: str, position: int, expected: str) -> None:
        shown = text if len(text) <= 80 else text[:77] + "..."
        super().__init__(f"label {shown!r}: expected {expected} at position {position}")
        self.position = position
        self.expected = expected
