"""How a subject is called in a report."""

from __future__ import annotations

from typing import Final

from graph.reader.subjects import SubjectShown

_TYPES: Final = (
    (30, 30, "fishing vessel"),
    (31, 32, "towing vessel"),
    (33, 33, "dredger"),
    (36, 36, "sailing vessel"),
    (37, 37, "pleasure craft"),
    (40, 49, "high-speed craft"),
    (50, 50, "pilot vessel"),
    (51, 51, "search and rescue vessel"),
    (52, 52, "tug"),
    (53, 53, "port tender"),
    (54, 54, "anti-pollution vessel"),
    (55, 55, "law enforcement vessel"),
    (58, 58, "medical transport"),
    (60, 69, "passenger ship"),
    (70, 79, "cargo ship"),
    (80, 89, "tanker"),
)
"""AIS ship types, ITU-R M.1371-5 table 53, in a reader's words."""


def called(subject: SubjectShown | None, key: str) -> str:
    """Its name, or its identifier where it told none."""
    if subject is None:
        return key.rsplit(":", 1)[-1]
    return subject.name or identifier(subject)


def identifier(subject: SubjectShown) -> str:
    """`MMSI 367073680`."""
    scheme, _, value = subject.id.partition(":")
    return f"{scheme.upper()} {value}"


def described(subject: SubjectShown | None) -> str:
    """What it is, as far as it told: `passenger ship, 26 m, call sign WDB1111`."""
    if subject is None:
        return ""
    size = f"{subject.length_m:.0f} m" if subject.length_m else None
    sign = f"call sign {subject.call_sign}" if subject.call_sign else None
    told = [part for part in (kind(subject), size, sign) if part]
    return ", ".join(told) if told else "nothing told about itself"


def kind(subject: SubjectShown) -> str | None:
    """Its type in words, None where it told none."""
    if subject.type_code is not None:
        for first, last, words in _TYPES:
            if first <= subject.type_code <= last:
                return words
    return subject.type_name or None
