"""A finding and what somebody says of it, as a verdict that goes over the log."""

from __future__ import annotations

from datetime import datetime

from api.clearance import Clearance
from graph.reader.findings import FindingShown
from graph.reader.verdicts import VerdictShown
from ontology import iri, rdf
from ontology.times import to_text
from ontology.verdict import Verdict, Word
from runtime.record import N_TRIPLES, Record
from runtime.tell import headers

MOST_REASON = 2_000
"""Characters of a reason."""


def judged(
    finding: FindingShown, view: str, word: Word, reason: str | None, who: Clearance, given: datetime
) -> Verdict:
    """The verdict of somebody on a finding that they read.

    Args:
        finding: as they read it.
        view: the view in which they did.
        word: what they say.
        reason: why.
        who: they.
        given: now, to the millisecond.
    """
    said = (finding.key, word.value, reason, who.name, who.issuer, to_text(given))
    return Verdict(
        key=iri.verdict(view, finding.subject, *said),
        view=view,
        subject=finding.subject,
        finding=finding.key,
        kind=finding.kind,
        place=finding.place,
        timezone=finding.timezone,
        start=finding.start,
        end=finding.end,
        word=word.value,
        reason=reason,
        by=who.name,
        issuer=who.issuer,
        given=given,
    )


def record_of(topic: str, verdict: Verdict, label: str, stage: str) -> Record:
    """A verdict as a record, keyed by whom it is about.

    Args:
        topic: full name of the topic of verdicts.
        verdict: it.
        label: of its view.
        stage: "api" or "cli".
    """
    told = headers(label, verdict.view, verdict.given, N_TRIPLES, stage)
    return Record(topic, verdict.subject.encode(), rdf.write(verdict), told)


def shown(verdict: Verdict) -> VerdictShown:
    """A verdict as it will be read from the graph."""
    return VerdictShown(**{name: getattr(verdict, name) for name in VerdictShown.model_fields})


def mark(finding: FindingShown) -> str | None:
    """What analysts say of a finding, in one sentence; None where they say nothing."""
    said = finding.verdict or finding.lowered_by
    if said is None:
        return None
    what = {
        Word.CONFIRMED: "Confirmed",
        Word.DISMISSED: "Dismissed",
        Word.KNOWN: "Called a known pattern" if finding.verdict else "Like a pattern called known",
    }[Word(said.word)]
    why = f": {said.reason}" if said.reason else ""
    return f"{what} by {said.by} on {said.given:%Y-%m-%d}{why}"
