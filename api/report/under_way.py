"""The day of the whole area: how many are under way in each civil hour, weekdays beside weekends."""

from __future__ import annotations

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from api.report.data import Curve, DayCurves
from api.report.heat import days_between, hour_starts, presence
from api.report.material import Material
from ontology.times import HOUR_MS

WIDTH: Final = 600
HEIGHT: Final = 170
"""Of the plot, in pixels."""


def curves(material: Material, zone: ZoneInfo) -> DayCurves | None:
    """Means over the hours of which something is known; None without a trip or a whole hour."""
    seen = _seen(material)
    if not material.trips or seen is None:
        return None
    first, last = seen
    civil = days_between(material.trips[0].start, max(trip.end for trip in material.trips), zone)
    starts = hour_starts(civil, zone)
    under_way = presence(starts, [(trip.start, trip.end) for trip in material.trips])
    known = (starts >= first) & (starts + HOUR_MS <= last)
    means = [
        (name, _mean(under_way, known, civil, weekend))
        for name, weekend in (("weekdays", 0), ("weekends", 1))
    ]
    found = [(name, mean) for name, mean in means if not np.isnan(mean).all()]
    if not found:
        return None
    top = max(float(np.nanmax(mean)) for _, mean in found) or 1.0
    drawn = tuple(
        Curve(name, _path(mean, top), tuple(_text(v) for v in mean.tolist())) for name, mean in found
    )
    return DayCurves(WIDTH, HEIGHT, f"{top:.0f}", drawn)


def _seen(material: Material) -> tuple[int, int] | None:
    """The first and last fix of the period, epoch milliseconds."""
    if not material.tracks:
        return None
    firsts, lasts = zip(*((int(t[0]), int(t[-1])) for t, _, _ in material.tracks.values()), strict=True)
    return min(firsts), max(lasts)


def _mean(
    values: NDArray[np.float64], known: NDArray[np.bool_], civil: tuple[date, ...], weekend: int
) -> NDArray[np.float64]:
    """Means by hour over the days of a kind, NaN for an hour of which nothing is known; shape (24,)."""
    kind = np.array([(day.weekday() >= 5) == bool(weekend) for day in civil])[:, None]
    counted = (known & kind).sum(axis=0)
    total = np.where(known & kind, values, 0.0).sum(axis=0)
    mean: NDArray[np.float64] = np.divide(total, counted, out=np.full(24, np.nan), where=counted > 0)
    return mean


def _path(mean: NDArray[np.float64], top: float) -> str:
    parts, pen = [], "M"
    for hour, value in enumerate(mean.tolist()):
        if np.isnan(value):
            pen = "M"
            continue
        parts.append(f"{pen}{(hour + 0.5) * WIDTH / 24:g} {HEIGHT * (1 - value / top):.1f}")
        pen = "L"
    return "".join(parts)


def _text(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.1f}"
