"""Subjects, and a subject's whole summary."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.filters import InBox, PlaceKey, SubjectKey, Within
from api.paging import Items, Paged
from api.routes.router import v1
from api.state import Graph
from graph.reader import routines, subjects, summary
from graph.reader.routines import RoutineShown
from graph.reader.subjects import SubjectShown
from graph.reader.summary import SubjectSummary

router = v1("subjects")

Words = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=200,
        description="Words, each of which begins a word of a name, call sign, identifier or place stayed at.",
        examples=["nyc ferry", "367073680", "red hook"],
    ),
]
Kind = Annotated[str | None, Query(description="Kind of subject.", examples=["Ship"])]


@router.get("/subjects", summary="Find subjects")
def find(
    graph: Graph,
    paging: Paged,
    bbox: InBox,
    datetime: Within,
    q: Words = None,
    kind: Kind = None,
    place: PlaceKey = None,
) -> Items[SubjectShown]:
    """Subjects by words, and by where and when they were seen: exact matches first, then in order of key.

    With `bbox` and `datetime` together, one fix must lie in both.
    """
    asked = subjects.Asked(q=q, box=bbox, within=datetime, place=place, kind=kind)
    return paging.answer(subjects.search(graph, asked, paging.limit, paging.after(int, str)))


@router.get("/subjects/{subject}", summary="A subject's life on one page")
def life(graph: Graph, subject: SubjectKey) -> SubjectSummary:
    """Who it is, what was seen of it, where it stays, its routine, and its most surprising findings."""
    return summary.show(graph, subject)


@router.get("/subjects/{subject}/routine", summary="A subject's routine")
def routine(graph: Graph, subject: SubjectKey) -> Items[RoutineShown]:
    """On how many of the days watched it was at each of its places, by hour of the place's civil day."""
    key = subjects.get(graph, subject).key
    return Items(items=routines.of(graph, key))
