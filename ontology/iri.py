"""The names of things: stable IRIs, `urn:diurnal:<kind>:<part>:<part>…`, every part percent-encoded.

An IRI of ours inside another appears without its `urn:diurnal:<kind>:`, so that a stay's name still shows
whose it is; an IRI of somebody else's appears as one encoded part, which has `%3A` in it and so cannot be
taken for ours.
"""

import hashlib
import re
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

import orjson

from ontology.errors import IriError
from ontology.times import to_text

ROOT: Final = "urn:diurnal:"
SUBJECT: Final = ROOT + "subject:"
IDENTIFIER: Final = ROOT + "identifier:"
PLACE: Final = ROOT + "place:"
FINDING: Final = ROOT + "finding:"
SOURCE: Final = ROOT + "source:"
SENSOR: Final = ROOT + "sensor:"
_SCHEME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)


def subject(scheme: str, value: str) -> str:
    """The IRI of what is watched, such as `urn:diurnal:subject:mmsi:367073680`.

    Raises:
        IriError: the scheme is no plain word, or the value is empty or no Unicode text.
    """
    return SUBJECT + _scheme(scheme) + ":" + _encode(value)


def subject_id(iri: str) -> tuple[str, str] | None:
    """Scheme and value of a subject's IRI, or None where it is not one of ours."""
    parts = iri.removeprefix(SUBJECT).split(":")
    if not iri.startswith(SUBJECT) or len(parts) != 2:
        return None
    return parts[0], unquote(parts[1])


def identifier(scheme: str, value: str) -> str:
    """The IRI of an identifier, such as `urn:diurnal:identifier:MMSI:367073680`."""
    return f"{IDENTIFIER}{_scheme(scheme)}:{_encode(value)}"


@lru_cache(maxsize=65536)
def identifier_id(iri: str) -> tuple[str, str] | None:
    """Scheme and value of an identifier's IRI, or None where it is not, letter by letter, one of ours."""
    parts = iri.removeprefix(IDENTIFIER).split(":")
    if not iri.startswith(IDENTIFIER) or len(parts) != 2:
        return None
    scheme, value = parts[0], unquote(parts[1])
    try:
        return (scheme, value) if identifier(scheme, value) == iri else None
    except IriError:
        return None


def scheme(name: str) -> str:
    """The IRI of a naming scheme, such as `urn:diurnal:scheme:MMSI`."""
    return f"{ROOT}scheme:{_encode(name)}"


def source(distribution: str) -> str:
    """The IRI of whom data came from, by its distribution's id."""
    return SOURCE + _encode(distribution)


def source_id(iri: str) -> str | None:
    """The distribution's id in a source's IRI, or None where it is not one of ours."""
    return unquote(iri.removeprefix(SOURCE)) if iri.startswith(SOURCE) else None


def sensor(name: str) -> str:
    """The IRI of a sensor, by its name."""
    return SENSOR + _encode(name)


def sensor_id(iri: str) -> str | None:
    """The name in a sensor's IRI, or None where it is not one of ours."""
    return unquote(iri.removeprefix(SENSOR)) if iri.startswith(SENSOR) else None


def state(subject_iri: str, distribution: str, label: str, day: date, *said: object) -> str:
    """The IRI of what a source said about a subject on a UTC day: the same words give the same name.

    Args:
        subject_iri: the subject's IRI.
        distribution: the source's distribution id.
        label: the canonical security label: states never mix labels.
        day: the UTC day.
        said: the words, in a fixed order: text, numbers, or None where nothing was said.
    """
    return f"{ROOT}state:{_within(subject_iri, SUBJECT)}:{day:%Y-%m-%d}:{_digest(distribution, label, *said)}"


@lru_cache(maxsize=65536)
def segment(subject_iri: str, sensor: str, source: str, label: str, hour: datetime) -> str:
    """The IRI of a track segment, from the five things that make it one."""
    return f"{ROOT}segment:{_digest(subject_iri, sensor, source, label, to_text(hour))}"


def sighting(subject_iri: str, sensor: str, source: str, label: str, time: datetime, *said: object) -> str:
    """The IRI of a sighting, from all that it says.

    Args:
        subject_iri: the subject's IRI.
        sensor: the sensor's IRI.
        source: the distribution's id.
        label: the canonical security label.
        time: when it was.
        said: longitude, latitude, confidence and reference: numbers, text, or None where nothing was said.
    """
    told = [repr(part) if isinstance(part, float) else part for part in said]  # JSON has no NaN
    return f"{ROOT}sighting:{_digest(subject_iri, sensor, source, label, to_text(time), *told)}"


def place(view: str, lon: float, lat: float, way: int = 0) -> str:
    """The IRI of a place, from the centre on which it was founded, to about a metre.

    Args:
        view: whose place it is.
        lon: degrees east.
        lat: degrees north.
        way: which of several ways to name a place there it is named in, plainest first: named otherwise, for
            others have come before it, it is another place, so that nobody sees a name of later.
    """
    named = f":{way}" if way else ""
    return f"{PLACE}{_encode(view)}:{_degrees(lon)}:{_degrees(lat)}{named}"


def stay(view: str, subject_iri: str, start_ms: int) -> str:
    """The IRI of a stay, by its beginning in epoch milliseconds."""
    return _episode("stay", view, subject_iri, start_ms)


def trip(view: str, subject_iri: str, start_ms: int) -> str:
    """The IRI of a trip, by its beginning in epoch milliseconds."""
    return _episode("trip", view, subject_iri, start_ms)


def gap(view: str, subject_iri: str, start_ms: int) -> str:
    """The IRI of a silence, by its beginning in epoch milliseconds."""
    return _episode("gap", view, subject_iri, start_ms)


def meeting(view: str, subjects: tuple[str, str], start_ms: int) -> str:
    """The IRI of a meeting of two subjects, whatever their order, by its beginning in epoch milliseconds."""
    one, other = sorted(_within(each, SUBJECT) for each in subjects)
    return f"{ROOT}meeting:{_encode(view)}:{one}:{other}:{int(start_ms)}"


def routine(view: str, subject_iri: str, place_iri: str) -> str:
    """The IRI of a subject's routine at a place."""
    return f"{ROOT}routine:{_encode(view)}:{_within(subject_iri, SUBJECT)}:{_within(place_iri, PLACE)}"


def finding(view: str, kind: str, subject_iri: str, place_iri: str | None, start_ms: int) -> str:
    """The IRI of a finding of one kind, about a subject, at a place or none, from epoch milliseconds."""
    where = "-" if place_iri is None else _within(place_iri, PLACE)
    whom = _within(subject_iri, SUBJECT)
    return f"{FINDING}{_encode(view)}:{_encode(kind)}:{whom}:{where}:{int(start_ms)}"


def verdict(view: str, subject_iri: str, *said: object) -> str:
    """The IRI of a verdict of a view about a subject, from all that it says: text, numbers, or None."""
    return f"{ROOT}verdict:{_encode(view)}:{_within(subject_iri, SUBJECT)}:{_digest(*said)}"


def place_at(place_iri: str) -> tuple[float, float] | None:
    """Degrees east and north of the centre in a place's IRI, or None where it is not one of ours."""
    parts = place_iri.removeprefix(PLACE).split(":")
    if not place_iri.startswith(PLACE) or len(parts) not in (3, 4):
        return None
    try:
        return float(parts[1]), float(parts[2])
    except ValueError:
        return None


def period(iso: str) -> str:
    """The IRI of an extent of time, by its ISO 8601 text."""
    return f"{ROOT}period:{quote(iso, safe=':')}"


def _episode(kind: str, view: str, subject_iri: str, start_ms: int) -> str:
    return f"{ROOT}{kind}:{_encode(view)}:{_within(subject_iri, SUBJECT)}:{int(start_ms)}"


def _within(iri: str, root: str) -> str:
    return iri[len(root) :] if iri.startswith(root) else _encode(iri)


def _degrees(value: float) -> str:
    return f"{round(value, 5) + 0.0:.5f}"


def _scheme(name: str) -> str:
    if not _SCHEME.fullmatch(name):
        raise IriError(f"{name!r} is no scheme; use letters, digits, dot, dash and underscore")
    return name


@lru_cache(maxsize=65536)
def _encode(part: str) -> str:
    if not part:
        raise IriError("an IRI cannot be built from an empty part; leave the thing out, or name it")
    try:
        return quote(part, safe="")
    except UnicodeEncodeError as error:
        raise IriError(f"{part!r} is no Unicode text (a lone surrogate); decode it properly") from error


def _digest(*parts: object) -> str:
    try:
        said = orjson.dumps(parts)
    except TypeError as error:
        raise IriError(f"no name can be made of {parts!r}: {error}") from error
    return hashlib.blake2b(said, digest_size=16).hexdigest()
