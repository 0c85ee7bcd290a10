"""How conclusions are listed: what is current in the view, filtered, ordered, a page at a time.

Every piece of Cypher here and in the files that use it is a constant of the source; what users give
travels in parameters only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from graph.reader.page import After, Page, cut
from graph.reader.reader import Reader, Row
from graph.reader.shown import Shown
from graph.reader.within import Box, Interval, box_parameters
from ontology.times import from_ms, to_ms

S = TypeVar("S", bound=Shown)

CURRENT = "($view IS NULL OR n.view = $view)"
CORNERS = "point({longitude: $west, latitude: $south}), point({longitude: $east, latitude: $north})"


class Order(StrEnum):
    """In which order conclusions come."""

    TIME = "time"
    SURPRISE = "surprise"


_ORDER_BY = {Order.TIME: "n.start, n.key", Order.SURPRISE: "rank DESC, n.key"}
_GOES_ON = {
    Order.TIME: "(n.start > $after OR (n.start = $after AND n.key > $after_key))",
    Order.SURPRISE: "(rank < $after OR (rank = $after AND n.key > $after_key))",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What conclusions are asked for; what is None does not filter.

    Attributes:
        subject: a subject's key.
        within: event time.
        box: area.
        place: a place's key.
        kind: of finding.
    """

    subject: str | None = None
    within: Interval = field(default_factory=Interval)
    box: Box | None = None
    place: str | None = None
    kind: str | None = None

    def parameters(self) -> dict[str, Any]:
        """The parameters of the clauses that the filters stand for."""
        given = {"subject": self.subject, "place": self.place, "kind": self.kind}
        return {**given, **self.within.parameters(), **box_parameters(self.box)}


@dataclass(frozen=True, slots=True)
class Shape:
    """How one kind of conclusion is matched and shown.

    Instants are returned as epoch milliseconds where there are many: the driver takes 100 µs to make one.

    Attributes:
        match: pattern with `n` the conclusion and `s` its subject.
        end: expression for when it ended, or was last seen.
        in_box: condition that it touches the box.
        at_place: condition that it concerns the place.
        show: the expressions returned, made once the page is cut; `rank` is at hand.
        rank: expression by which it is ordered where the order is by surprise.
    """

    match: str
    end: str
    in_box: str
    at_place: str
    show: str
    rank: str = "null"


def page(
    reader: Reader,
    shape: Shape,
    model: type[S],
    asked: Asked,
    limit: int,
    after: After | None,
    order: Order = Order.TIME,
) -> Page[S]:
    """A page of conclusions."""
    cypher = f"""
        MATCH {shape.match}
        WHERE {" AND ".join(_conditions(shape, asked))}
        WITH n, s, {shape.rank} AS rank{"" if after is None else f" WHERE {_GOES_ON[order]}"}
        ORDER BY {_ORDER_BY[order]} LIMIT $limit
        {shape.show}
        ORDER BY {_ORDER_BY[order]}
    """
    rows = reader.rows(cypher, limit=limit + 1, **asked.parameters(), **_after_parameters(after, order))
    items = [show(model, row) for row in rows]
    return cut(items, limit, lambda item: _sort_values(item, order))


def show(model: type[S], row: Row) -> S:
    """A row that carries the node as `n` and what else is shown beside it."""
    beside = {name: value for name, value in row.items() if name != "n"}
    return model.model_validate({**row.get("n", {}), **beside})


def _conditions(shape: Shape, asked: Asked) -> list[str]:
    chosen = [
        (True, CURRENT),
        (asked.subject is not None, "s.key = $subject"),
        (asked.within.end is not None, "n.start <= $until"),
        (asked.within.start is not None, f"{shape.end} >= $since"),
        (asked.box is not None, shape.in_box),
        (asked.place is not None, shape.at_place),
        (asked.kind is not None, "n.kind = $kind"),
    ]
    return [condition for wanted, condition in chosen if wanted]


def _after_parameters(after: After | None, order: Order) -> dict[str, Any]:
    if after is None:
        return {}
    value, key = after
    return {"after": from_ms(int(value)) if order is Order.TIME else value, "after_key": key}


def _sort_values(item: Shown, order: Order) -> After:
    start: datetime = item.start  # type: ignore[attr-defined]
    value = to_ms(start) if order is Order.TIME else item.rank  # type: ignore[attr-defined]
    return (value, item.key)  # type: ignore[attr-defined]
