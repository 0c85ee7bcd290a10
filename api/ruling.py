"""Standing rules as somebody adds, sees and removes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api.clearance import Clearance
from api.errors import BadParameterError, NotForYouError
from graph.reader import places
from graph.reader.errors import NotKnownError
from graph.reader.reader import Reader
from ontology import iri
from ontology.labels import DENY, Hierarchies, canonical
from ontology.rules import MOST_VERSIONS, Identified, Rule, Standing, Version
from runtime.record import Record
from runtime.rules import record_of

_BEARERS = """
    MATCH (i:Identifier {key: $key})<-[:IDENTIFIED_BY]-(s:Subject) RETURN s.key AS key ORDER BY key LIMIT 1000
"""


@dataclass(frozen=True, slots=True)
class Ruler:
    """Who adds, sees or removes rules, in one view.

    Attributes:
        view: the view's name.
        floor: the label that the settings give its conclusions, if they do.
        who: they.
        hierarchies: values of attributes from low to high.
        operator: whether everybody's rules are theirs to change.
    """

    view: str
    floor: str | None
    who: Clearance
    hierarchies: Hierarchies
    operator: bool

    def added(self, rule: Rule, before: Standing | None, now: datetime) -> Standing:
        """A rule with one version more, which stands from now on.

        Args:
            rule: with subjects by IRI.
            before: what stood or had stood under its name.
            now: to the millisecond.

        Raises:
            NotForYouError: somebody else's rule stands under that name.
            BadParameterError: it has a label, and the view none to add it to.
        """
        label = None if rule.label is None else self._narrowed(rule.label)
        version = Version(rule=rule, owner=self.who.name, issuer=self.who.issuer, label=label, since=now)
        earlier: tuple[Version, ...] = ()
        if before is not None:
            earlier = self.removed(before, now).versions if stands(before) else before.versions
        kept = (*earlier, version)[-MOST_VERSIONS:]
        return Standing(view=self.view, name=rule.name, versions=kept)

    def _narrowed(self, label: str) -> str:
        if self.floor is None:
            raise BadParameterError(
                "label", "the view has no label of its own: its operator can set DIURNAL_VIEW_LABEL"
            )
        return canonical(f"({self.floor})&({label})")

    def told(self, standing: Standing, topic: str, stage: str) -> Record:
        """The record of a rule, for the topic of rules; nobody reads it there but by way of a ruler."""
        return record_of(topic, standing, standing.latest.label or self.floor or DENY, stage)

    def removed(self, standing: Standing, now: datetime) -> Standing:
        """A rule that stands, as one that stands no longer.

        Raises:
            NotForYouError: it is somebody else's.
        """
        last = standing.latest
        if not self.operator and (last.owner, last.issuer) != (self.who.name, self.who.issuer):
            raise NotForYouError("That rule is somebody else's: only they and operators may change it.")
        over = last.model_copy(update={"until": now})
        return standing.model_copy(update={"versions": (*standing.versions[:-1], over)})

    def sees(self, standing: Standing) -> bool:
        """Whether a rule stands in the view, and is for their eyes."""
        if standing.view != self.view or not stands(standing):
            return False
        label = standing.latest.label
        return self.operator or label is None or self.who.passes(label, self.hierarchies)


def stands(standing: Standing) -> bool:
    """Whether it was not removed."""
    return standing.latest.until is None


def resolved(rule: Rule, reader: Reader) -> Rule:
    """A rule with subjects for identifiers, and places as wide as they are, as its reader sees the graph.

    Raises:
        BadParameterError: nobody bears an identifier, or there is no such place.
    """

    def bearers(said: Identified) -> tuple[str, ...]:
        rows = reader.rows(_BEARERS, key=iri.identifier(said.scheme, said.value))
        if not rows:
            raise BadParameterError("subjects", f"nobody known here bears {said.scheme} {said.value}")
        return tuple(row["key"] for row in rows)

    def place(key: str) -> tuple[float, float, float]:
        try:
            found = places.get(reader, key)
        except NotKnownError as error:
            raise BadParameterError("place", str(error)) from None
        return found.lon, found.lat, found.radius_m

    return rule.resolved(bearers, place)
