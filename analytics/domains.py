"""The thresholds by domain: what is near and what is long differ between ships in a harbour and people."""

from __future__ import annotations

from typing import Final

from analytics.movement.parameters import PEOPLE as MOVEMENT
from analytics.parameters import HARBOUR, Parameters

PEOPLE: Final = Parameters(
    stay_radius_m=100.0,
    stay_dwell_s=MOVEMENT.dwell_s,
    max_speed=MOVEMENT.max_speed,
    place_radius_m=50.0,
    new_place_m=200.0,
    movement=MOVEMENT,
)
"""People and their phones: stays by change points, places as near as neighbouring houses allow."""
DOMAINS: Final = {"harbour": HARBOUR, "people": PEOPLE}
"""By the names under which they are asked for."""
