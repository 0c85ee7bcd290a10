"""Routines: on how many of the days watched a subject was at a place, hour by hour."""

from __future__ import annotations

from datetime import date

from graph.reader.listing import show
from graph.reader.reader import Reader
from graph.reader.shown import Shown


class RoutineShown(Shown):
    """The routine of a subject at a place."""

    key: str
    """Its IRI."""
    place: str
    """The place's IRI."""
    place_name: str | None = None
    """Where the place is."""
    timezone: str
    """IANA name of the civil time of its hours."""
    through: date
    """The last civil day counted."""
    weekdays: int
    """Weekdays on which the subject was seen at all."""
    weekends: int
    """Days of weekends on which the subject was seen at all."""
    weekday_hours: tuple[int, ...]
    """For each hour of the day, the weekdays on which it was here."""
    weekend_hours: tuple[int, ...]
    """For each hour of the day, the days of weekends on which it was here."""
    week_hours: tuple[int, ...] = ()
    """For each hour from Monday 00:00, once four weeks are known."""
    visits: int
    """Stays counted."""
    summary: str
    """The routine in words."""


def of(reader: Reader, subject: str) -> tuple[RoutineShown, ...]:
    """A subject's routines, the place most visited first."""
    rows = reader.rows(
        """
        MATCH (:Subject {key: $subject})-[:HAS_ROUTINE]->(n:Routine)
        WHERE ($view IS NULL OR n.view = $view)
        MATCH (n)-[:AT]->(p:Place)
        RETURN properties(n) AS n, p.key AS place, p.name AS place_name
        ORDER BY n.visits DESC, n.key
        """,
        subject=subject,
    )
    return tuple(show(RoutineShown, row) for row in rows)


class RoutineOf(RoutineShown):
    """The routine of a subject at a place, with whose it is."""

    subject: str
    """The subject's IRI."""


def everybodys(reader: Reader) -> tuple[RoutineOf, ...]:
    """Every subject's routines, in order of subject and key."""
    rows = reader.rows(
        """
        MATCH (s:Subject)-[:HAS_ROUTINE]->(n:Routine)
        WHERE ($view IS NULL OR n.view = $view)
        MATCH (n)-[:AT]->(p:Place)
        RETURN properties(n) AS n, s.key AS subject, p.key AS place, p.name AS place_name
        ORDER BY subject, n.key
        """
    )
    return tuple(show(RoutineOf, row) for row in rows)
