"""How the system does: what the graph holds, how far each stage is behind the log, and what feeds it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from api import log
from api.log import SourceClock, StageLag, StageWorkers
from api.paging import Items
from api.routes.router import v1
from api.state import Graph, Held
from graph.reader import sources, summary
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
    stages: tuple[StageLag, ...]
    """How far each stage is behind the log, by topic."""
    watermarks: tuple[SourceClock, ...]
    """Up to when each source that told something lately has told everything."""
    workers: tuple[StageWorkers, ...]
    """Who works on each stage."""


@router.get("/status", summary="How the system does")
def status(graph: Graph, held: Held) -> Status:
    """What the graph holds, how far each stage is behind the log, what was refused, and who works."""
    topics = Topics(held.settings.topic_prefix, held.settings.topic_replicas)
    view = held.outlook.look(log.in_graph(held.driver, held.endpoints.neo4j_database))
    return Status(
        holds=summary.counts(graph),
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
