"""The thresholds of stays by change points, in one frozen record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MovementParameters:
    """For people, whose fixes come every few minutes. Metres, seconds, metres a second."""

    dwell_s: float = 600.0
    """Shorter than this is no stay."""
    penalty: float = 18.0
    """What a change of place must gain, in squared standard deviations of the noise ..."""
    penalty_fixes: int = 4000
    """... in a track of so many fixes; in a longer one chance has more occasions (twice the logarithm)."""
    noise_floor_m: float = 1.0
    """The noise is never taken for less."""
    noise_most_m: float = 60.0
    """Nor for more: who never stands still has no scatter to be seen."""
    max_speed: float = 100.0
    """A single fix that needs more is set aside: no train is faster."""
    outlier: float = 6.0
    """A single fix so many standard deviations off those about it, which agree, is set aside."""
    spot: float = 4.0
    """Segments whose means lie within so many of their standard deviations are at one spot."""
    spot_share: float = 0.1
    """The least square of that deviation, as a share of a fix's."""
    leaving_m: float = 8.0
    """How far off the fix made on leaving is; where noise hides it, a stay must be longer by one step."""
    silence_slots: int = 48
    """Of a pause of more steps than this nobody says when in it the subject left."""
    longest_silence_s: float = 72 * 3600.0
    """A longer pause ends a stay wherever it ends, as in `analytics.parameters`: a weekend at home."""
    learned_slots: int = 700
    """Dwell times of more steps than this are taken for alike."""
    dwell_width: float = 0.12
    """How alike dwell times are taken for, as a share of their length."""
    prior_visits: float = 3.0
    """The dwell times of all spots weigh as so many visits at each."""
    away_rate: float = 0.05
    """How often, before anything is learned, an absence is hidden between two fixes."""
    least_absence_s: float = 150.0
    """In a shorter pause at one spot no absence is looked for."""
    hidden: float = 3.0
    """What weighs for a hidden absence: when it was counts less than that it was."""
    rounds: int = 6
    """Of learning dwell times."""


PEOPLE = MovementParameters()
"""The defaults."""
