"""Hypothesis strategies: every kind of thing, as wild as its types allow."""

from datetime import date, datetime
from typing import Any, get_args, get_origin

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from ontology import iri
from ontology.kind import Thing, describe
from ontology.kinds import KINDS
from ontology.literals import optional
from ontology.observed import SUBJECT_CLASSES, TrackSegment
from ontology.segment import segment_key
from ontology.times import HOUR_MS, from_ms

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
instants = st.integers(-60_000_000_000_000, 200_000_000_000_000).map(from_ms)
doubles = st.floats(allow_nan=False) | st.sampled_from([5e-324, -0.0, 1e308, 0.1, float("inf")])
subjects = st.builds(iri.subject, st.sampled_from(["mmsi", "icao24", "x.y-z_1"]), words)
iris = (
    subjects
    | st.builds(iri.identifier, st.just("MMSI"), words)
    | st.builds(iri.place, words, st.floats(-180, 180), st.floats(-90, 90))
    | st.sampled_from(["http://example.org/a#b", "https://example.org/%C3%A9?x=1"])
)


def values(hint: Any, links: bool) -> st.SearchStrategy[Any]:
    if optional(hint):
        (base,) = (arg for arg in get_args(hint) if arg is not type(None))
        return st.none() | values(base, links)
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        if links:
            return st.lists(iris, max_size=4, unique=True).map(tuple)
        numbers = st.integers(-(2**63), 2**63) if item is int else values(item, links)
        return st.lists(numbers.filter(lambda n: item is not int or n < 2**63), max_size=5).map(tuple)
    return {
        str: iris if links else texts,
        int: st.integers(),
        float: doubles,
        bool: st.booleans(),
        datetime: instants,
        date: st.dates(),
    }[hint]


def of_kind(kind: type[Thing]) -> st.SearchStrategy[Thing]:
    """Any thing of a kind but a track segment."""
    drawn = {field.name: values(field.hint, field.link is not None) for field in describe(kind)}
    if kind.__name__ == "Subject":
        drawn["kind"] = st.sampled_from(sorted(SUBJECT_CLASSES))
    if kind.__name__ == "Identifier":
        drawn["scheme"] = words
    return st.builds(kind, key=iris, **drawn)


def columns(count: int) -> st.SearchStrategy[Any]:
    finite = st.floats(allow_infinity=False, allow_nan=True)
    return st.none() | nps.arrays(np.float64, count, elements=finite)


@st.composite
def segments(draw: st.DrawFn, unique: bool = False) -> TrackSegment:
    """Any track segment; with `unique`, its fixes are in order of time and place, and differ in them."""
    hour = draw(st.integers(-500_000, 2_000_000)) * HOUR_MS
    offsets = draw(st.lists(st.integers(0, HOUR_MS - 1), min_size=1, max_size=8))
    lons = draw(st.lists(st.floats(-180, 180), min_size=len(offsets), max_size=len(offsets)))
    lats = draw(st.lists(st.floats(-90, 90), min_size=len(offsets), max_size=len(offsets)))
    fixes = sorted(zip(offsets, lons, lats, strict=True))
    if unique:
        fixes = sorted(set(fixes))
    else:
        fixes = draw(st.permutations(fixes).map(lambda some: sorted(some, key=lambda fix: fix[0])))
    subject, sensor, source, label = draw(subjects), draw(words), draw(words), draw(texts)
    key = segment_key(subject, sensor, source, label, from_ms(hour))
    return TrackSegment(
        key,
        subject,
        sensor,
        source,
        label,
        from_ms(hour),
        np.array([hour + fix[0] for fix in fixes], np.int64),
        np.array([fix[1] for fix in fixes], np.float64),
        np.array([fix[2] for fix in fixes], np.float64),
        *(draw(columns(len(fixes))) for _ in range(3)),
    )


anything = st.one_of(*(of_kind(kind) for kind in KINDS.values() if kind is not TrackSegment), segments())
