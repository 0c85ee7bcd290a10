"""Security labels as Telicent writes them: what an expression is made of, and the parser.

label      = "*" | "!" | list
list       = or ("," or)*                        every member must hold, as in a Security-Label header
or         = and (("|" | "||") and)*
and        = unary (("&" | "&&") unary)*
unary      = "(" or ")" | attribute (("=" | "==" | "!=") value)?
attribute  = word | quoted                       but not true or false
value      = word | quoted
word       = letters, digits and _, with : . - + between
quoted     = "…" or '…', with the escapes of Turtle
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from ontology.errors import LabelError

MAX_LENGTH: Final = 4096
"""Characters in a label."""
MAX_DEPTH: Final = 64
"""Parentheses within parentheses."""


@dataclass(frozen=True, slots=True)
class Allow:
    """`*`: everybody."""


@dataclass(frozen=True, slots=True)
class Deny:
    """`!`: nobody."""


@dataclass(frozen=True, slots=True)
class Has:
    """A bare attribute: one of its values is true."""

    attribute: str


@dataclass(frozen=True, slots=True)
class Equals:
    """One of the attribute's values equals the value, or ranks higher."""

    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class Differs:
    """One of the attribute's values differs from the value."""

    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts hold."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of the parts holds."""

    parts: tuple["Expression", ...]


Expression: TypeAlias = Allow | Deny | Has | Equals | Differs | And | Or


def parse(text: str) -> Expression:
    """The expression that a label is.

    Raises:
        LabelError: it is none; the error says where, and what would have been right.
    """
    if len(text) > MAX_LENGTH:
        raise LabelError(text, MAX_LENGTH, f"the end of the label, which has at most {MAX_LENGTH} characters")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise LabelError(text, error.start, "Unicode text, without lone surrogates") from error
    whole = text.strip(_SPACES)
    if whole == "*":
        return Allow()
    if whole == "!":
        return Deny()
    return _Parser(text).label()


_SPACES: Final = " \t\n\r\f"
_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\n\r\f]+)
    |(?P<word>\w(?:[\w:.+-]*\w)?)
    |(?P<quoted>"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<mark>&&?|\|\|?|==?|!=|[(),*!])
    """,
    re.VERBOSE,
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_NAMED: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "b": "\b", '"': '"', "'": "'", "\\": "\\"}
_OR: Final = frozenset({"|", "||"})
_AND: Final = frozenset({"&", "&&"})
_RELATIONS: Final[dict[str, type[Equals] | type[Differs]]] = {"=": Equals, "==": Equals, "!=": Differs}
_RESERVED: Final = frozenset({"true", "false"})


class _Token(NamedTuple):
    kind: str
    """"word", "quoted", a mark itself, or "end"."""
    text: str
    """The word, or what is within the quotes."""
    position: int


class _Parser:
    """Recursive descent over the tokens of one label."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._next = 0
        self._depth = 0

    def label(self) -> Expression:
        parts = [self._or()]
        while self._take(frozenset({","})):
            parts.append(self._or())
        if self._peek.kind != "end":
            raise self._expected("&, |, or the end of the label")
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _or(self) -> Expression:
        parts = [self._and()]
        while self._take(_OR):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self) -> Expression:
        parts = [self._unary()]
        while self._take(_AND):
            parts.append(self._unary())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _unary(self) -> Expression:
        if self._peek.kind == "(":
            return self._bracketed()
        attribute = self._attribute()
        relation = self._take(frozenset(_RELATIONS))
        return _RELATIONS[relation](attribute, self._value()) if relation else Has(attribute)

    def _bracketed(self) -> Expression:
        if self._depth == MAX_DEPTH:
            raise self._expected(f"at most {MAX_DEPTH} levels of parentheses")
        self._depth += 1
        self._next += 1
        inside = self._or()
        if not self._take(frozenset({")"})):
            raise self._expected("&, |, or a closing parenthesis")
        self._depth -= 1
        return inside

    def _attribute(self) -> str:
        token = self._peek
        if token.kind in ("*", "!"):
            raise self._expected("an attribute, for * and ! stand only as the whole label")
        if token.kind not in ("word", "quoted") or token.text in _RESERVED:
            raise self._expected("an attribute or an opening parenthesis")
        self._next += 1
        return token.text

    def _value(self) -> str:
        token = self._peek
        if token.kind not in ("word", "quoted"):
            raise self._expected("a value: a word, or anything in quotes")
        self._next += 1
        return folded(token.text)

    @property
    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self, marks: frozenset[str]) -> str:
        kind = self._peek.kind
        if kind not in marks:
            return ""
        self._next += 1
        return kind

    def _expected(self, what: str) -> LabelError:
        return LabelError(self._text, self._peek.position, what)


def folded(value: str) -> str:
    """`true` and `false` in any case are the truth values; any other value is itself."""
    lowered = value.lower()
    return lowered if lowered in _RESERVED else value


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise LabelError(text, position, _wanted(text[position]))
        kind = str(match.lastgroup)
        if kind == "quoted":
            yield _Token(kind, _unescaped(text, match), position)
        elif kind != "space":
            yield _Token(match.group() if kind == "mark" else kind, match.group(), position)
        position = match.end()
    yield _Token("end", "", len(text))


def _wanted(found: str) -> str:
    if found in "\"'":
        return f"a closing {found} on the same line"
    return "an attribute, an operator or a parenthesis; what is no plain word stands in quotes"


def _unescaped(text: str, match: re.Match[str]) -> str:
    start = match.start() + 1

    def character(escape: re.Match[str]) -> str:
        short, long, named = escape.groups()
        if named is not None and named in _NAMED:
            return _NAMED[named]
        code = int(short or long or "110000", 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            wanted = r"an escape of Turtle: \t \n \r \f \b \" \' \\ \uXXXX \UXXXXXXXX, no surrogates"
            raise LabelError(text, start + escape.start(), wanted)
        return chr(code)

    return _ESCAPE.sub(character, match.group()[1:-1])
