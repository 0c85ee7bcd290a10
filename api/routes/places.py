"""Places: where subjects stay."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

from api.filters import InBox
from api.paging import Items, Paged
from api.routes.router import v1
from api.state import Graph
from graph.reader import places
from graph.reader.places import PlaceShown
from graph.reader.shown import full_key

router = v1("places")

Words = Annotated[
    str | None,
    Query(min_length=1, max_length=200, description="Words of its name.", examples=["hoboken"]),
]
Visitor = Annotated[
    str | None, Query(description="Only where this subject stayed.", examples=["mmsi:367073680"])
]


@router.get("/places", summary="Find places")
def find(
    graph: Graph, paging: Paged, bbox: InBox, q: Words = None, subject: Visitor = None
) -> Items[PlaceShown]:
    """Places, those with most stays first."""
    key = None if subject is None else full_key(subject)
    after = paging.after(int, str)
    return paging.answer(places.search(graph, paging.limit, after, box=bbox, q=q, subject=key))


@router.get("/places/{key}", summary="One place")
def one(graph: Graph, key: Annotated[str, Path(description="Its IRI, percent-encoded.")]) -> PlaceShown:
    """A place, and how much it is used."""
    return places.get(graph, key)
