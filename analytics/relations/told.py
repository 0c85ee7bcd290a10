"""Meetings as the ontology's things, and which of them are of two who had not met: from tracks alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analytics.gazetteer import shipped
from analytics.relations.anchorages import anchorages
from analytics.relations.encounters import encounters
from analytics.relations.meetings import Meetings
from analytics.relations.near import Runs
from analytics.relations.rendezvous import rendezvous
from analytics.relations.stops import stops
from analytics.relations.together import conclude_meetings
from analytics.track import Track
from ontology import iri
from ontology.concluded import Meeting
from ontology.times import from_ms

VESSELS = ("mmsi", "imo")
"""Schemes whose subjects meet as vessels do."""
AIRCRAFT = ("icao24",)
"""Schemes of those for which nobody says what a meeting is; all others meet as people do."""
STANDING, MOVING, CLOSE, SEA = "standing", "on the way", "in close waters", "at sea"
_DEGREES = 6
_METRES = 1


def told(tracks: Mapping[str, Track], until: int, view: str = "all") -> tuple[Meeting, ...]:
    """Every meeting that follows from the fixes before a moment, in order of time.

    Vessels meet by the harbour's profile and by that of the open sea, others standing or on their way. A
    meeting that both profiles find is told as one at sea.

    Args:
        tracks: subject's IRI → its fixes.
        until: epoch milliseconds; later fixes do not count.
        view: whose conclusions they are.
    """
    names = sorted(tracks)
    seen = {name: tracks[name].part(0, int(tracks[name].times.searchsorted(until))) for name in names}
    schemes = {name: (iri.subject_id(name) or ("",))[0] for name in names}
    vessels = [name for name in names if schemes[name] in VESSELS]
    others = [name for name in names if schemes[name] not in VESSELS + AIRCRAFT]
    rows = _of_vessels([seen[name] for name in vessels], vessels)
    people = conclude_meetings([seen[name] for name in others], until)
    kinds = np.where(people.moving, MOVING, STANDING).tolist()
    rows += _rows(people, kinds, others)
    rows.sort()
    return _counted(rows, view)


_Row = tuple[int, str, str, int, float, float, float, str]
"""Start, the one, the other, end, degrees east and north, metres apart, kind."""


def _of_vessels(tracks: Sequence[Track], names: Sequence[str]) -> list[_Row]:
    if len(tracks) < 2:
        return []
    lain = stops(tracks)
    # A file seldom holds the twenty vessels that make an anchorage: the ports of the world are known anyway.
    far = encounters(tracks, anchorages(lain).also(shipped().spots()))
    near = rendezvous(tracks, lain)
    spans = _spans(far)
    alone = np.array(
        [
            not any(
                start <= last and first <= end
                for first, last in spans.get((int(near.first[k]), int(near.second[k])), ())
            )
            for k, (start, end) in enumerate(zip(near.starts.tolist(), near.ends.tolist(), strict=True))
        ],
        np.bool_,
    )
    near = near.where(alone)
    return _rows(far, [SEA] * len(far), names) + _rows(near, [CLOSE] * len(near), names)


def _spans(runs: Runs) -> dict[tuple[int, int], list[tuple[int, int]]]:
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    columns = (runs.first.tolist(), runs.second.tolist(), runs.starts.tolist(), runs.ends.tolist())
    for a, b, start, end in zip(*columns, strict=True):
        found.setdefault((a, b), []).append((start, end))
    return found


def _rows(found: Runs | Meetings, kinds: Sequence[str], names: Sequence[str]) -> list[_Row]:
    columns = (found.starts, found.first, found.second, found.ends, found.lons, found.lats, found.distances)
    listed = [_listed(column) for column in columns]
    return [
        (start, names[a], names[b], end, lon, lat, metres, kind)
        for start, a, b, end, lon, lat, metres, kind in zip(*listed, kinds, strict=True)
    ]


def _listed(column: NDArray[np.generic]) -> list[int]:
    values: list[int] = column.tolist()
    return values


def _counted(rows: Sequence[_Row], view: str) -> tuple[Meeting, ...]:
    """Rows in order of time as things, each with how many meetings of the same two were over before it."""
    before: dict[tuple[str, str], int] = {}
    found = []
    for start, one, other, end, lon, lat, metres, kind in rows:
        pair = (one, other)
        found.append(
            Meeting(
                key=iri.meeting(view, pair, start),
                view=view,
                kind=kind,
                subjects=pair,
                start=from_ms(start),
                end=from_ms(end),
                lon=round(lon, _DEGREES),
                lat=round(lat, _DEGREES),
                distance_m=round(metres, _METRES),
                earlier=before.get(pair, 0),
            )
        )
        before[pair] = before.get(pair, 0) + 1
    return tuple(found)
