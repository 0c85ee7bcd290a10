"""Standing rules: what somebody wants to be told at once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Path, Request
from pydantic import BaseModel, ConfigDict

from api.errors import ViewRefusedError
from api.paging import Items
from api.problems import MEDIA_TYPE
from api.purpose import purpose_of
from api.routes.router import v1
from api.ruling import Ruler, resolved
from api.state import Asker, Graph, Held, State
from graph.reader.errors import NotKnownError
from graph.reader.reader import Reader
from ontology.rules import Rule, Standing
from runtime.rules import all_rules
from runtime.tell import moment, tell
from runtime.topics import Topics

router = v1("rules")

RuleName = Annotated[str, Path(description="Its name.", examples=["harbour-watch"])]
_PURPOSE: Final[dict[int | str, dict[str, Any]]] = {
    400: {"description": "Say what for, in the header `Diurnal-Purpose`", "content": {MEDIA_TYPE: {}}},
    403: {"description": "Somebody else's rule", "content": {MEDIA_TYPE: {}}},
}


class RuleShown(BaseModel):
    """A rule that stands."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    view: str
    """In whose conclusions it tells."""
    rule: Rule
    """What it asks for, its subjects by IRI."""
    owner: str
    """Who added it."""
    since: datetime
    """What becomes known from then on is told."""
    label: str | None
    """The label of its alerts; null for that of the view's conclusions."""

    @classmethod
    def of(cls, standing: Standing) -> RuleShown:
        """As it stands."""
        last = standing.latest
        return cls(view=standing.view, rule=last.rule, owner=last.owner, since=last.since, label=last.label)


@router.get("/rules", summary="Rules that stand")
def listed(held: Held, asker: Asker, graph: Graph) -> Items[RuleShown]:
    """The rules of the view that are for your eyes, whoever added them, by name."""
    ruler = _ruler(held, asker, graph)
    found = (one for _, one in sorted(_all(held).items()) if ruler.sees(one))
    return Items(items=tuple(map(RuleShown.of, found)))


@router.get("/rules/{name}", summary="One rule")
def one(held: Held, asker: Asker, graph: Graph, name: RuleName) -> RuleShown:
    """A rule that stands."""
    return RuleShown.of(_standing(held, _ruler(held, asker, graph), name))


@router.post("/rules", status_code=201, summary="Add a rule", responses=_PURPOSE)
def add(request: Request, held: Held, asker: Asker, graph: Graph, rule: Rule) -> RuleShown:
    """From now on you are told, by findings of the kind `alert: <name>`, within seconds.

    A rule of yours under the same name gives way. Say what for in the header `Diurnal-Purpose`.
    """
    purpose_of(request.scope, required=True)
    ruler = _ruler(held, asker, graph)
    before = _all(held).get(f"{ruler.view}/{rule.name}")
    made = ruler.added(resolved(rule, graph), before, moment())
    _tell(held, ruler, made)
    return RuleShown.of(made)


@router.delete("/rules/{name}", summary="Remove a rule", responses=_PURPOSE)
def remove(request: Request, held: Held, asker: Asker, graph: Graph, name: RuleName) -> RuleShown:
    """What it told so far stays. Say what for in the header `Diurnal-Purpose`."""
    purpose_of(request.scope, required=True)
    ruler = _ruler(held, asker, graph)
    standing = _standing(held, ruler, name)
    _tell(held, ruler, ruler.removed(standing, moment()))
    return RuleShown.of(standing)


def _ruler(held: State, asker: Asker, graph: Reader) -> Ruler:
    settings, view = held.settings, graph.sight.view
    if view is None:
        raise ViewRefusedError("")
    operator = asker.passes(settings.operator_attribute, settings.hierarchies)
    return Ruler(view, held.sights.own_floor(view), asker, settings.hierarchies, operator)


def _topics(held: State) -> Topics:
    return Topics(held.settings.topic_prefix, held.settings.topic_replicas)


def _all(held: State) -> dict[str, Standing]:
    return all_rules(held.endpoints.kafka_bootstrap, _topics(held))


def _standing(held: State, ruler: Ruler, name: str) -> Standing:
    found = _all(held).get(f"{ruler.view}/{name}")
    if found is None or not ruler.sees(found):
        raise NotKnownError(f"No rule stands here under the name {name}")
    return found


def _tell(held: State, ruler: Ruler, standing: Standing) -> None:
    tell(held.endpoints.kafka_bootstrap, ruler.told(standing, _topics(held).rules, "api"))
