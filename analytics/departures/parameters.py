"""What decides who departs from their own life: one setting for every population."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DepartureParameters:
    """The thresholds of the search for anomalous agents.

    Attributes:
        learned_days: over so many days before a window is learned what is usual.
        burn_in_days: so many first days of a history calibrate nothing: a life that has just begun drifts.
        short_burn_in_days: as many, where the history is too short for more.
        window_days: over so many days evidence is gathered.
        clean_weeks: so many weeks just before calibrate alerts of a week: lives drift.
        levels: shares of an agent's choices that a departure may have changed; evidence is their mean.
        committed_share: a place visited on this share of a weekday's days is one where the agent is expected.
        committed_weeks: fewer weeks make nobody expected anywhere.
        holiday_share: a day on which so large a share more than usual stays away is left out for everybody.
        peer_days: as many days as this of the peers' record of absence stand beside an agent's own.
        shared_visitors: a place with fewer visitors is personal, and no place of a sort.
        shared_share: nor is one that a smaller share of all agents visits.
        most_sorts: into at most so many sorts the shared places are told apart.
        half_life_days: of a visit's weight in an agent's own choice of place.
        neighbours: so many agents with the nearest homes are an agent's neighbours.
        neighbour_m: a neighbour's weight falls by a factor of e over this distance.
        strata: so many groups of agents, by how much of them was seen, are calibrated apart.
    """

    learned_days: int = 28
    burn_in_days: int = 28
    short_burn_in_days: int = 14
    window_days: int = 14
    clean_weeks: int = 2
    levels: tuple[float, ...] = (0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9)
    committed_share: float = 0.75
    committed_weeks: int = 2
    holiday_share: float = 0.5
    peer_days: float = 20.0
    shared_visitors: int = 5
    shared_share: float = 0.01
    most_sorts: int = 6
    half_life_days: float = 35.0
    neighbours: int = 20
    neighbour_m: float = 150.0
    strata: int = 3


PEOPLE = DepartureParameters()
"""The setting with which every figure in docs/scores.md was measured."""
