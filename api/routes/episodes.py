"""Stays, trips and gaps: of everybody, and of one subject."""

from __future__ import annotations

from api.filters import InBox, PlaceKey, SubjectKey, Within
from api.paging import Items, Paged
from api.routes.router import v1
from api.state import Graph
from graph.reader import gaps, stays, subjects, trips
from graph.reader.gaps import GapShown
from graph.reader.listing import Asked
from graph.reader.stays import StayShown
from graph.reader.trips import TripShown

router = v1("episodes")


@router.get("/stays", summary="Stays of everybody")
def all_stays(
    graph: Graph, paging: Paged, bbox: InBox, datetime: Within, place: PlaceKey = None
) -> Items[StayShown]:
    """Stays that touch the interval, with their centre in the area, the earliest first."""
    asked = Asked(within=datetime, box=bbox, place=place)
    return paging.answer(stays.listed(graph, asked, paging.limit, paging.after(int, str)))


@router.get("/trips", summary="Trips of everybody")
def all_trips(
    graph: Graph, paging: Paged, bbox: InBox, datetime: Within, place: PlaceKey = None
) -> Items[TripShown]:
    """Trips that touch the interval, and leave or reach a place in the area, the earliest first."""
    asked = Asked(within=datetime, box=bbox, place=place)
    return paging.answer(trips.listed(graph, asked, paging.limit, paging.after(int, str)))


@router.get("/gaps", summary="Gaps of everybody")
def all_gaps(graph: Graph, paging: Paged, bbox: InBox, datetime: Within) -> Items[GapShown]:
    """Silences that touch the interval, and begin or end in the area, the earliest first."""
    return paging.answer(
        gaps.listed(graph, Asked(within=datetime, box=bbox), paging.limit, paging.after(int, str))
    )


@router.get("/subjects/{subject}/stays", summary="A subject's stays")
def its_stays(
    graph: Graph, paging: Paged, subject: SubjectKey, bbox: InBox, datetime: Within, place: PlaceKey = None
) -> Items[StayShown]:
    """Its stays, the earliest first."""
    asked = Asked(subject=subjects.get(graph, subject).key, within=datetime, box=bbox, place=place)
    return paging.answer(stays.listed(graph, asked, paging.limit, paging.after(int, str)))


@router.get("/subjects/{subject}/trips", summary="A subject's trips")
def its_trips(
    graph: Graph, paging: Paged, subject: SubjectKey, bbox: InBox, datetime: Within, place: PlaceKey = None
) -> Items[TripShown]:
    """Its trips, the earliest first."""
    asked = Asked(subject=subjects.get(graph, subject).key, within=datetime, box=bbox, place=place)
    return paging.answer(trips.listed(graph, asked, paging.limit, paging.after(int, str)))


@router.get("/subjects/{subject}/gaps", summary="A subject's gaps")
def its_gaps(
    graph: Graph, paging: Paged, subject: SubjectKey, bbox: InBox, datetime: Within
) -> Items[GapShown]:
    """Its silences that began in one place and ended in another, the earliest first."""
    asked = Asked(subject=subjects.get(graph, subject).key, within=datetime, box=bbox)
    return paging.answer(gaps.listed(graph, asked, paging.limit, paging.after(int, str)))
