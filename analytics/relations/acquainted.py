"""Who meets more often than chance would have it: from stays to ties, in one step."""

from __future__ import annotations

import numpy as np

from analytics.relations.chance import Ties, ties
from analytics.relations.dwells import Dwells
from analytics.relations.gathering import gathered
from analytics.relations.meetings import Meetings
from analytics.relations.parameters import PEOPLE, TogetherParameters
from analytics.relations.presence import presence


def acquainted(
    stays: Dwells,
    meetings: Meetings,
    subjects: int,
    zone_name: str = "UTC",
    parameters: TogetherParameters = PEOPLE,
) -> Ties:
    """What their meetings say of each two who have met.

    Args:
        stays: of all, as `dwells.dwells` gives them.
        meetings: as `standing.standing` finds them in those.
        subjects: how many there are.
        zone_name: IANA name, in whose civil time days and hours are told.
        parameters: the thresholds.
    """
    places = gathered(stays, parameters.standing_m, parameters.errors)
    pairs = np.unique(np.column_stack((meetings.first, meetings.second)), axis=0)
    return ties(presence(stays, places, subjects, zone_name), pairs)
