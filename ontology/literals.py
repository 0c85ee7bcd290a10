"""Python values as RDF literals and back, by a field's type: exact, or refused.

Instants are kept to the millisecond. Ordered tuples are one rdf:JSON literal, because RDF has no order.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, get_args, get_origin

import orjson

from ontology import ntriples
from ontology.errors import UnwritableError
from ontology.terms import BOOLEAN, DATE, DATE_TIME, DOUBLE, INTEGER, JSON, STRING
from ontology.times import from_ms, from_text, to_ms, to_text

_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_DOUBLE: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|[+-]?INF")
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Codec:
    """How values of one type are written.

    Attributes:
        datatype: the IRI of the literal's datatype.
        encode: value to lexical form; raises ValueError, TypeError or OverflowError for what has none.
        decode: lexical form to value; raises ValueError for what is no such value.
        plain: whether a lexical form is of digits and the like, and so has nothing to escape.
    """

    datatype: str
    encode: Callable[[Any], str]
    decode: Callable[[str], Any]
    plain: bool = True


@cache
def codec(hint: Any) -> Codec:  # noqa: ANN401 - a type hint may be any object
    """The codec of a type hint; None, if the hint allows it, is no literal at all.

    Raises:
        UnwritableError: the hint has no literal.
    """
    base = _without_none(hint)
    if get_origin(base) is tuple:
        item = get_args(base)[0]
        return Codec(
            JSON,
            lambda value: _encode_tuple(value, item),
            lambda text: _decode_tuple(text, item),
            plain=item in (int, float),
        )
    try:
        return _CODECS[base]
    except KeyError:
        raise UnwritableError(f"a field of type {hint} has no RDF literal") from None


@cache
def encoder(hint: Any) -> Callable[[Any], bytes]:  # noqa: ANN401 - a type hint may be any object
    """From a value of a type to its literal in N-Triples; raises as `Codec.encode` does.

    Raises:
        UnwritableError: the hint has no literal.
    """
    coded = codec(hint)
    encode = coded.encode
    if coded.datatype == STRING:
        return lambda value: ntriples.quoted(encode(value))
    end = b'"^^' + ntriples.iri(coded.datatype)
    if coded.plain:
        return lambda value: b'"' + encode(value).encode() + end
    return lambda value: ntriples.quoted(encode(value)) + end[1:]


def optional(hint: Any) -> bool:  # noqa: ANN401 - a type hint may be any object
    """Whether a hint allows None."""
    return get_origin(hint) is UnionType and NoneType in get_args(hint)


def _without_none(hint: Any) -> Any:  # noqa: ANN401 - a type hint may be any object
    if not optional(hint):
        return hint
    (base,) = (arg for arg in get_args(hint) if arg is not NoneType)
    return base


def _encode_double(value: float) -> str:
    number = float(value)
    if math.isfinite(number):
        return repr(number)
    if math.isnan(number):
        return "NaN"
    return "INF" if number > 0 else "-INF"


def _decode_double(text: str) -> float:
    if not _DOUBLE.fullmatch(text):
        raise ValueError(f"{text!r} is no xsd:double")
    return float(text)


def _encode_integer(value: int) -> str:
    if type(value) is int:
        return str(value)
    if isinstance(value, float) or int(value) != value:
        raise ValueError(f"{value!r} is no integer")
    return str(int(value))


def _decode_integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"{text!r} is no xsd:integer")
    return int(text)


def _decode_boolean(text: str) -> bool:
    try:
        return _BOOLEANS[text]
    except KeyError:
        raise ValueError(f"{text!r} is no xsd:boolean") from None


def _decode_instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is UTC and not instant.microsecond:  # as we write nearly all of them
        return instant
    return from_ms(to_ms(from_text(text)))


def _encode_instant(value: datetime) -> str:
    if value.tzinfo is UTC and not value.microsecond:  # nearly always, at a quarter of the cost
        return value.isoformat()
    return to_text(from_ms(to_ms(value)))


def _encode_text(value: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _encode_tuple(value: tuple[Any, ...], item: type) -> str:
    allowed = {int, float} if item is float else {item}
    if not allowed.issuperset(map(type, value)) or (item is float and not all(map(_finite, value))):
        raise ValueError(f"{value!r} holds what JSON cannot keep as {item.__name__}")
    return orjson.dumps(value).decode()


def _finite(number: float) -> bool:
    return -math.inf < number < math.inf


def _decode_tuple(text: str, item: type) -> tuple[Any, ...]:
    found = orjson.loads(text)
    allowed = (int, float) if item is float else (item,)
    if not isinstance(found, list) or any(type(part) not in allowed for part in found):
        raise ValueError(f"{text!r} is no JSON list of {item.__name__}")
    return tuple(item(part) for part in found)


_CODECS: Final[dict[Any, Codec]] = {
    str: Codec(STRING, _encode_text, str, plain=False),
    bool: Codec(BOOLEAN, lambda value: "true" if value else "false", _decode_boolean),
    int: Codec(INTEGER, _encode_integer, _decode_integer),
    float: Codec(DOUBLE, _encode_double, _decode_double),
    datetime: Codec(DATE_TIME, _encode_instant, _decode_instant),
    date: Codec(DATE, lambda value: value.isoformat(), date.fromisoformat),
}
