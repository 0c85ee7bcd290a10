"""Reports of aircraft, whatever format they came in, as columns of what is believed.

An aircraft is known by its 24-bit address of ICAO (Annex 10, volume III, chapter 9), in upper case. What it
calls itself (the flight) is its call sign; its registration is its name, and an identifier. Heights are not
kept: a track has two dimensions.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.believed import REACH, position_fault, time_fault, within
from ingest.feed import NO_TIME, NOTHING_SAID, Bounds, Motion, Named, Parsed, Reject, Words
from ontology.times import from_ms, to_text

SCHEME: Final = "ICAO24"
_ADDRESS: Final = re.compile(r"[0-9A-Fa-f]{6}", re.ASCII)
_FASTEST_MPS: Final = 4_000.0
_OTHER_ADDRESS: Final = "an address with ~ is none of ICAO's, and names no aircraft"
_SILENT: Final = "a report without a position, call sign or registration"

Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reports:
    """Reports in the order of their lines, each column as long as `lines`; NaN or None where nothing is told.

    Attributes:
        lines: the number of each one's line in the body, or its own in the document, from 0, ascending.
        addresses: of ICAO, six hex digits.
        times: epoch milliseconds, or NO_TIME.
        lons: degrees east.
        lats: degrees north.
        speeds: over ground, m/s.
        courses: over ground, degrees from true north.
        headings: degrees from true north; None where the format has none.
        flights: what each aircraft calls itself.
        registrations: its registration.
        types: its type, by the designators of ICAO Doc 8643 where they are known.
    """

    lines: NDArray[np.int64]
    addresses: Sequence[str | None]
    times: NDArray[np.int64]
    lons: Column
    lats: Column
    speeds: Column
    courses: Column
    headings: Column | None
    flights: Sequence[str | None]
    registrations: Sequence[str | None]
    types: Sequence[str | None]


def believed(
    reports: Reports,
    bounds: Bounds,
    raw: Callable[[int], bytes],
    *,
    faults: Sequence[Reject] = (),
    aside: Sequence[tuple[int, str]] = (),
) -> Parsed:
    """Reports as a feed gives them: those that are believed, and the others with their reasons.

    Args:
        reports: the reports.
        bounds: what times are believed.
        raw: gives what to give again of a line once it is mended.
        faults: what could not be read as a report at all.
        aside: lines that are sound and no report, with what they are.
    """
    table: dict[str | None, int] = {}
    addresses = _codes(reports.addresses, table)
    wrong = np.array([_ADDRESS.fullmatch(one or "") is None for one in table], dtype=np.bool_)
    foreign = np.array([(one or "").startswith("~") for one in table], dtype=np.bool_)
    words, said = _words(reports)
    nowhere = np.isnan(reports.lons) & np.isnan(reports.lats)
    other = foreign[addresses]
    silent = nowhere & (words == NOTHING_SAID) & ~other
    good = ~(silent | other)
    good &= ~wrong[addresses]
    good &= nowhere | ((np.abs(reports.lons) <= REACH["lon"]) & (np.abs(reports.lats) <= REACH["lat"]))
    good &= (reports.times >= bounds.earliest) & (reports.times <= bounds.latest_of(reports.lines))
    bad = np.flatnonzero(~(good | silent | other)).tolist()
    rejects = [*faults, *(_reject(reports, row, bounds, raw) for row in bad)]
    named, subjects = _subjects(list(table), addresses[good])
    notes = {_OTHER_ADDRESS: int(other.sum()), _SILENT: int(silent.sum())}
    for _, what in aside:
        notes[what] = notes.get(what, 0) + 1
    left = [*reports.lines[silent | other].tolist(), *(line for line, _ in aside)]
    return Parsed(
        lines=len(reports.lines) + len(faults) + len(aside),
        rows=reports.lines[good],
        subjects=subjects,
        named=named,
        times=reports.times[good],
        motion=_motion(reports, good),
        words=words[good],
        said=said,
        rejects=sorted(rejects, key=lambda reject: reject.line),
        notes={what: count for what, count in notes.items() if count},
        aside=sorted(left),
    )


def _codes(values: Sequence[str | None], table: dict[str | None, int]) -> NDArray[np.int64]:
    return np.fromiter((table.setdefault(value, len(table)) for value in values), np.int64, len(values))


def _words(reports: Reports) -> tuple[NDArray[np.int64], list[Words]]:
    table: dict[tuple[str | None, str | None, str | None], int] = {}
    several = list(zip(reports.flights, reports.registrations, reports.types, strict=True))
    codes = np.fromiter((table.setdefault(one, len(table)) for one in several), np.int64, len(several))
    said = [_said(*one) for one in table]
    silent = np.array([not words for words in said], dtype=np.bool_)
    return (np.where(silent[codes], NOTHING_SAID, codes) if said else codes), said


def _said(flight: str | None, registration: str | None, kind: str | None) -> Words:
    flight, registration, kind = (_plain(text) for text in (flight, registration, kind))
    also = (("Registration", registration),) if registration else ()
    return Words(name=registration, call_sign=flight, type_name=kind, identifiers=also)


def _plain(text: str | None) -> str | None:
    """Text that says something, at most 200 characters."""
    found = " ".join(text.split())[:200] if text else ""
    return found if any(sign.isalnum() for sign in found) else None


def _subjects(addresses: list[str | None], codes: NDArray[np.int64]) -> tuple[list[Named], NDArray[np.int64]]:
    """The aircraft of the rows; one that is written in two cases is one."""
    unique, places = np.unique(codes, return_inverse=True)
    table: dict[str, int] = {}
    which = [table.setdefault((addresses[code] or "").upper(), len(table)) for code in unique.tolist()]
    merged = np.array(which, dtype=np.int64)[places] if which else codes
    return [Named("Aircraft", SCHEME, address) for address in table], merged.astype(np.int64)


def _motion(reports: Reports, good: NDArray[np.bool_]) -> Motion:
    return Motion(
        lons=reports.lons[good],
        lats=reports.lats[good],
        speeds=within(reports.speeds[good], _FASTEST_MPS),
        courses=within(reports.courses[good], 360.0),
        headings=None if reports.headings is None else within(reports.headings[good], 360.0),
    )


def _reject(reports: Reports, row: int, bounds: Bounds, raw: Callable[[int], bytes]) -> Reject:
    line = int(reports.lines[row])
    field, reason = _fault(reports, row, line, bounds)
    return Reject(line, raw(line), field, reason)


def _fault(reports: Reports, row: int, line: int, bounds: Bounds) -> tuple[str, str]:
    address = reports.addresses[row] or ""
    if not _ADDRESS.fullmatch(address):
        return "address", f"the address {address[:40]!r} is not six hex digits, as ICAO's are"
    for name, column in (("lon", reports.lons), ("lat", reports.lats)):
        value = float(column[row])
        if reason := position_fault(name, value, f"{value:g}"):
            return name, reason
    time = int(reports.times[row])
    if time == NO_TIME:
        return "time", "has no time that can be read"
    try:
        text = to_text(from_ms(time))
    except OverflowError:
        text = f"{time} ms after 1970"
    return "time", time_fault(time, text, bounds, line) or "is not believed"
