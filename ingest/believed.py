"""What is believed of a position, a time or a name, and the words in which the rest is refused."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.feed import Bounds
from ontology.times import from_ms, to_text

KNOT: Final = 1852 / 3600
"""In m/s."""
REACH: Final = {"lon": 180.0, "lat": 90.0}
"""Degrees either way."""
NO_IDENTITY: Final = "000000000"


def within(values: NDArray[np.float64], end: float) -> NDArray[np.float64]:
    """Values in [0, end), NaN for the others: AIS says with one beyond the end that it has none."""
    return np.where((values >= 0) & (values < end - 1e-6), values, math.nan)


def mmsi_fault(mmsi: str) -> str | None:
    """What is wrong with an MMSI."""
    if not (len(mmsi) == 9 and mmsi.isascii() and mmsi.isdigit()):
        return f"MMSI {mmsi!r} is not nine digits"
    if mmsi == NO_IDENTITY:
        return f"MMSI {NO_IDENTITY} is a transponder without an identity: set its MMSI"
    return None


def position_fault(name: str, value: float, text: str, missing: float | None = None) -> str | None:
    """What is wrong with a longitude or latitude.

    Args:
        name: "lon" or "lat".
        value: degrees.
        text: the value as it is told.
        missing: what the source says where it has none.
    """
    word, most = ("longitude" if name == "lon" else "latitude"), REACH[name]
    if -most <= value <= most:
        return None
    hint = f"; {missing:.0f} is how AIS says that it has none" if value == missing else ""
    return f"{word} {text} is outside -{most:.0f}..{most:.0f}{hint}"


def time_fault(instant: int, text: str, bounds: Bounds, line: int) -> str | None:
    """What is wrong with a time that could be read.

    Args:
        instant: epoch milliseconds.
        text: the time as it is told.
        bounds: what times are believed.
        line: the number of its line in the body, from 0.
    """
    latest = bounds.latest if isinstance(bounds.latest, int) else int(bounds.latest[line])
    if instant < bounds.earliest:
        return f"time {text} is before {to_text(from_ms(bounds.earliest))}: the clock was not set"
    if instant > latest:
        return f"time {text} is dated in the future: it came in before {to_text(from_ms(latest))}"
    return None


def plain(text: str) -> str | None:
    """Text of AIS, which is padded with @; what is left may be nothing."""
    return " ".join(text.split("@", 1)[0].split()) or None


def above_zero(value: float, most: float) -> float | None:
    """A number above 0, which AIS has for not available, or None."""
    return value if 0 < value <= most else None
