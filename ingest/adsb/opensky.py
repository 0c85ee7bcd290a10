"""State vectors of the OpenSky Network as reports.

Fields: https://openskynetwork.github.io/opensky-api/rest.html. Speeds are m/s there, and times seconds.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from ingest.adsb.columns import Reports
from ingest.adsb.readsb import column, milliseconds

_ADDRESS, _FLIGHT, _POSITION_AT, _CONTACT_AT, _LON, _LAT, _SPEED, _TRACK = 0, 1, 3, 4, 5, 6, 9, 10
_SILENT: Final[list[Any]] = [None] * 11


def of_states(states: Sequence[Any], lines: Sequence[int]) -> Reports:
    """State vectors as reports.

    Args:
        states: the vectors, each a list.
        lines: the number of each one.
    """
    rows = [one if isinstance(one, list) and len(one) >= len(_SILENT) else _SILENT for one in states]
    times = [
        _number(row[_CONTACT_AT] if _number(row[_POSITION_AT]) is None else row[_POSITION_AT]) for row in rows
    ]
    return Reports(
        lines=np.array(lines, dtype=np.int64),
        addresses=[_text(row[_ADDRESS]) for row in rows],
        times=milliseconds(column(times)),
        lons=column([_number(row[_LON]) for row in rows]),
        lats=column([_number(row[_LAT]) for row in rows]),
        speeds=column([_number(row[_SPEED]) for row in rows]),
        courses=column([_number(row[_TRACK]) for row in rows]),
        headings=None,
        flights=[_text(row[_FLIGHT]) for row in rows],
        registrations=[None] * len(rows),
        types=[None] * len(rows),
    )


def _number(value: Any) -> float | None:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
