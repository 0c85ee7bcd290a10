"""Meetings as lines for people."""

from __future__ import annotations

from collections.abc import Mapping

from api.cli.life import MINUTE
from ontology import iri
from ontology.concluded import Meeting


def meeting_text(meeting: Meeting, names: Mapping[str, str]) -> str:
    """One meeting in a line: what kind, who, when, where, how near, how often before."""
    who = " and ".join(_called(subject, names) for subject in meeting.subjects)
    earlier = f"met {meeting.earlier:,} times before" if meeting.earlier else "not met before"
    if meeting.earlier == 1:
        earlier = "met once before"
    return (
        f"Meeting {meeting.kind}: {who}, {meeting.start:{MINUTE}} to {meeting.end:{MINUTE}} UTC, at"
        f" {meeting.lat:.4f}, {meeting.lon:.4f}, {meeting.distance_m:.0f} m apart; {earlier}."
    )


def _called(subject: str, names: Mapping[str, str]) -> str:
    """A subject by its name and its identifier."""
    told = iri.subject_id(subject)
    plain = subject if told is None else f"{told[0].upper()} {told[1]}"
    return f"{names[subject]} ({plain})" if names.get(subject) else plain
