"""A finding and what somebody says of it, as a verdict that goes over the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from api.clearance import Clearance
from graph.reader.errors import NotKnownError
from graph.reader.findings import FindingShown
from graph.reader.reader import Reader
from graph.reader.verdicts import VerdictShown
from ontology import iri, rdf
from ontology.labels import Pair
from ontology.times import to_text
from ontology.verdict import Verdict, Word
from ontology.views import distribution_of
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


def labels_of(view: str, pairs: Mapping[int, Pair]) -> dict[int, str]:
    """The labels that conclusions of a view bear, by the numbers of their pairs."""
    wanted = distribution_of(view)
    return {number: pair.label for number, pair in pairs.items() if pair.distribution == wanted}


def label_of(reader: Reader, finding: str, labels: Mapping[int, str]) -> str:
    """The label of a finding, by its key, which its verdicts bear, too: an alert may have one of its own.

    Whoever reads knows no labels, so it is asked with the sight of each that the reader has.

    Args:
        reader: the graph as who asks sees it.
        finding: its key, which they see.
        labels: those of the view's conclusions, by the numbers of their pairs.

    Raises:
        NotKnownError: it is gone meanwhile.
    """
    mine = {number: label for number, label in sorted(labels.items()) if number in reader.sight.allowed}
    if len(mine) == 1:
        return next(iter(mine.values()))
    for number, label in mine.items():
        narrow = replace(reader, sight=replace(reader.sight, allowed=frozenset({number})))
        if narrow.one("MATCH (n:Finding {key: $key}) RETURN n.key AS key LIMIT 1", key=finding):
            return label
    raise NotKnownError(f"No current finding has the key {finding}")


def record_of(topic: str, verdict: Verdict, label: str, stage: str) -> Record:
    """A verdict as a record, keyed by whom it is about.

    Args:
        topic: full name of the topic of verdicts.
        verdict: it.
        label: that of the finding.
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
