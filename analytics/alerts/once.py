"""Rules on tracks in one pass: to try a rule, and to see that the stream finds the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analytics.alerts.events import events
from analytics.alerts.told import Asked, finding
from analytics.track import Track
from ontology.concluded import Finding
from ontology.rules import Rule


def alerts(
    rules: Iterable[Rule], tracks: Mapping[str, Track], until: int, view: str = "all"
) -> list[Finding]:
    """Every alert that rules give, in order of time.

    Args:
        rules: with subjects by IRI.
        tracks: subject's IRI → its fixes.
        until: epoch milliseconds before which all is known.
        view: whose conclusions these would be.
    """
    found = []
    for rule in rules:
        for subject in map(str, rule.subjects):
            all_of_it = events(rule, subject, tracks, until)
            asked = Asked(view, rule, subject)
            for at, event in enumerate(all_of_it):
                found.append(finding(asked, event, all_of_it[:at], tracks[subject]))
    return sorted(found, key=lambda each: (each.end, each.key))
