"""The thresholds of co-presence, in one frozen record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TogetherParameters:
    """When two are said to be together. Metres, seconds, standard deviations."""

    standing_m: float = 36.0
    """Two who stay no further apart are at one place: a house and its pavement."""
    errors: float = 2.0
    """So many standard deviations of the distance, as the noise of both makes it, are added."""
    least_s: float = 600.0
    """Shorter is no meeting."""
    base_apart_m: float = 10.0
    """Where two have bases further apart than this, and than the noise explains, they are neighbours."""
    leaving: float = 3.0
    """Last fixes of stays that lie so many standard deviations further off are taken for those of leaving."""
    moving_m: float = 100.0
    """Two on their way are together within this."""
    moving_least_s: float = 600.0
    """Travelling together for less is no meeting."""
    moving_speed: float = 0.7
    """Metres a second that both make on the whole when they travel: a slow walk is 1."""
    slot_s: float = 300.0
    """Positions on the way are compared at times so far apart, interpolated between fixes."""
    longest_pause_s: float = 900.0
    """A position is not interpolated across a longer pause."""


PEOPLE = TogetherParameters()
"""The defaults: people whose fixes come every few minutes."""
