"""How the system does: what the graph holds, how far each stage is behind the log, and what feeds it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from api import log
from api.log import SourceClock, StageLag, StageWorkers
from api.paging import Items
from api.routes.router import v1
from api.state import Asker, Graph, Held
from graph.reader import sources, summary
from graph.reader.shown import Instant
from graph.reader.sources import SourceShown
from graph.reader.summary import Counts
from runtime.concluders import readers
from runtime.topics import Topics

router = v1("status")


class Status(BaseModel):
    """How the system does."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    holds: Counts
    """What the graph holds now."""
    loaded_until: Instant
    """The latest moment that `as_of` may name: what was written to the log before it is loaded."""
    stages: tuple[StageLag, ...] | None
    """How far each stage is behind the log, by topic; nothing for who is no operator."""
    watermarks: tuple[SourceClock, ...] | None
    """Up to when each source that told something lately has told everything; for operators."""
    workers: tuple[StageWorkers, ...] | None
    """Who works on each stage; for operators."""


@router.get("/status", summary="How the system does")
def status(graph: Graph, held: Held, asker: Asker) -> Status:
    """What the graph holds, as you see it, and up to when it is loaded.

    Operators are told, too, how far each stage is behind the log, what was refused, and who works: that
    counts what others may not see.
    """
    holds, until = summary.counts(graph), held.moments.watermark()
    if not asker.passes(held.settings.operator_attribute, held.settings.hierarchies):
        return Status(holds=holds, loaded_until=until, stages=None, watermarks=None, workers=None)
    topics = Topics(held.settings.topic_prefix, held.settings.topic_replicas)
    view = held.outlook.look(log.in_graph(held.driver, held.endpoints.neo4j_database))
    return Status(
        holds=holds,
        loaded_until=until,
        stages=tuple(StageLag.of(seen) for seen in view.stages),
        watermarks=tuple(
            SourceClock(source=source, watermark=watermark)
            for source, watermark in sorted(view.watermarks.items())
        ),
        workers=log.workers(held.outlook.admin, topics, readers(held.settings), held.settings.home),
    )


@router.get("/feeds", summary="What feeds the graph")
def feeds(graph: Graph) -> Items[SourceShown]:
    """Every source of fixes, with when its first and last came; how far each is read: `/v1/status`."""
    return Items(items=sources.listed(graph))
