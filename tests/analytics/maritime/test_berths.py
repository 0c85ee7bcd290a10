"""The harbour's waters: away from every known berth."""

from __future__ import annotations

import numpy as np

from analytics.gazetteer import Gazetteer, Port
from analytics.maritime.berths import HARBOUR_HOURS, harbour_loitering


def test_away_from_every_berth() -> None:
    names = Gazetteer([Port("Port", "1", 0.0, 50.0)], [Port("Landing", "", 0.1, 50.0)])
    assert names.spots().tolist() == [[0.0, 50.0], [0.1, 50.0]]
    loitering = harbour_loitering(names.spots())
    assert loitering.hours == HARBOUR_HOURS
    assert loitering.waters.offshore(0.05, 50.0, loitering.shore_m)
    assert not loitering.waters.offshore(0.1, 50.003, loitering.shore_m)
    assert loitering.waters.offshore(0.1, 50.005, loitering.shore_m)


def test_over_the_date_line() -> None:
    loitering = harbour_loitering(np.array([[179.999, 0.0]]))
    assert not loitering.waters.offshore(-179.999, 0.0, loitering.shore_m)
