"""Findings, with their evidence: of everybody, of one subject, and one alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

from api.filters import InBox, PlaceKey, SubjectKey, Within
from api.paging import Items, Paged, Paging
from api.routes.router import v1
from api.state import Graph
from graph.reader import findings, subjects
from graph.reader.findings import FindingShown
from graph.reader.listing import Asked, Order
from graph.reader.reader import Reader

router = v1("findings")

Kind = Annotated[
    str | None,
    Query(
        description="Kind of finding.",
        examples=["unusual place", "unusual hour", "usual visit not observed"],
    ),
]
Sort = Annotated[Order, Query(description="The most surprising first, or the earliest.")]


@router.get("/findings", summary="Findings about everybody")
def everybodys(
    graph: Graph,
    paging: Paged,
    bbox: InBox,
    datetime: Within,
    place: PlaceKey = None,
    kind: Kind = None,
    sort: Sort = Order.SURPRISE,
) -> Items[FindingShown]:
    """Departures from a routine, each with the stays and gaps it rests on.

    `surprise` orders them, in bits against the subject's own baseline; it is no probability.
    """
    return _page(graph, paging, Asked(within=datetime, box=bbox, place=place, kind=kind), sort)


@router.get("/findings/{key}", summary="One finding")
def one(graph: Graph, key: Annotated[str, Path(description="Its IRI, percent-encoded.")]) -> FindingShown:
    """A finding with its evidence."""
    return findings.get(graph, key)


@router.get("/subjects/{subject}/findings", summary="Findings about a subject")
def its(
    graph: Graph,
    paging: Paged,
    subject: SubjectKey,
    bbox: InBox,
    datetime: Within,
    place: PlaceKey = None,
    kind: Kind = None,
    sort: Sort = Order.SURPRISE,
) -> Items[FindingShown]:
    """Departures from its routine."""
    key = subjects.get(graph, subject).key
    return _page(graph, paging, Asked(subject=key, within=datetime, box=bbox, place=place, kind=kind), sort)


def _page(graph: Reader, paging: Paging, asked: Asked, sort: Order) -> Items[FindingShown]:
    after = paging.after(float if sort is Order.SURPRISE else int, str)
    return paging.answer(findings.listed(graph, asked, paging.limit, after, sort))
