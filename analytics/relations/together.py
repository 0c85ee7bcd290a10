"""Every meeting of subjects, standing and moving, from their tracks alone."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.movement.parameters import PEOPLE as MOVEMENT
from analytics.movement.parameters import MovementParameters
from analytics.relations.dwells import dwells
from analytics.relations.meetings import Meetings
from analytics.relations.parameters import PEOPLE, TogetherParameters
from analytics.relations.standing import standing
from analytics.relations.travelling import travelling
from analytics.track import Track


def conclude_meetings(
    tracks: Sequence[Track],
    until: int,
    parameters: TogetherParameters = PEOPLE,
    movement: MovementParameters = MOVEMENT,
) -> Meetings:
    """The meetings that follow from the fixes before a moment, and from nothing else.

    Args:
        tracks: of the subjects; meetings name them by their index.
        until: epoch milliseconds; later fixes are not looked at.
        parameters: the thresholds of being together.
        movement: the thresholds of stays.
    """
    seen = [track.part(0, int(track.times.searchsorted(until))) for track in tracks]
    stays = dwells(seen, parameters, movement)
    return standing(stays, len(seen), parameters).joined(travelling(seen, stays, parameters))
