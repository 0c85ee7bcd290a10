"""The thresholds of stays by change points, in one frozen record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MovementParameters:
    """For people, whose fixes come every few minutes. Metres and seconds."""

    dwell_s: float = 600.0
    """Shorter than this is no stay."""
    penalty: float = 15.0
    """What a change of place must gain, in squared standard deviations of the noise."""
    noise_floor_m: float = 1.0
    """The noise is never taken for less."""
    noise_most_m: float = 100.0
    """Nor for more."""


PEOPLE = MovementParameters()
"""The defaults."""
