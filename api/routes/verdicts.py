"""Verdicts: what analysts say of findings."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Path, Request
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from api.errors import ViewRefusedError
from api.judging import MOST_REASON, judged, label_of, record_of, shown
from api.paging import Items
from api.problems import MEDIA_TYPE
from api.purpose import purpose_of
from api.routes.router import v1
from api.state import Asker, Graph, Held
from graph.reader import findings, verdicts
from graph.reader.verdicts import VerdictShown
from ontology.verdict import Word
from runtime.tell import moment, tell
from runtime.topics import Topics

router = v1("findings")

FindingKey = Annotated[str, Path(description="IRI of a finding, percent-encoded.")]


class Said(BaseModel):
    """What somebody says of a finding."""

    model_config = ConfigDict(
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"example": {"word": "known", "reason": "The night ferry, every Friday."}},
    )

    word: Word
    """`confirmed`; `dismissed`: this one; `known`: a known pattern, this one and every one like it at the
    same place and hour; `withdrawn`: what was said before no longer stands."""
    reason: str | None = Field(default=None, max_length=MOST_REASON)
    """Why; whoever dismisses must say it."""

    @field_validator("reason")
    @classmethod
    def _words(cls, reason: str | None) -> str | None:
        return (reason or "").strip() or None

    @model_validator(mode="after")
    def _reasoned(self) -> Said:
        if self.word is Word.DISMISSED and self.reason is None:
            raise ValueError("say why it is dismissed, in `reason`")
        return self


_PURPOSE: Final[dict[int | str, dict[str, Any]]] = {
    400: {"description": "Say what for, in the header `Diurnal-Purpose`", "content": {MEDIA_TYPE: {}}}
}


@router.post("/findings/{key}/verdicts", status_code=201, summary="Say what a finding is", responses=_PURPOSE)
def give(
    request: Request, held: Held, asker: Asker, graph: Graph, key: FindingKey, said: Said
) -> VerdictShown:
    """Gives a verdict on a finding that you may read, in the view in which you read it.

    It is kept for ever, and shows in the graph within seconds. It is tied to the view, the subject, the kind
    and the time of the finding, so no later run undoes it. Say what for in the header `Diurnal-Purpose`.
    """
    purpose_of(request.scope, required=True)
    finding = findings.get(graph, key)
    view = graph.sight.view
    if view is None:
        raise ViewRefusedError("")
    verdict = judged(finding, view, said.word, said.reason, asker, moment())
    topics = Topics(held.settings.topic_prefix, held.settings.topic_replicas)
    label = label_of(graph, finding.key, held.sights.labels(view))
    tell(held.endpoints.kafka_bootstrap, record_of(topics.verdicts, verdict, label, "api"))
    return shown(verdict)


@router.get("/findings/{key}/verdicts", summary="What was said of a finding")
def history(graph: Graph, key: FindingKey) -> Items[VerdictShown]:
    """Every verdict that stands on a finding, whichever run it was given on, the latest first."""
    return Items(items=verdicts.history(graph, findings.get(graph, key).key))
