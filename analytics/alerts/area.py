"""Which positions lie in an area, and how far they are from one another: arrays of shape (n,)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape

from ontology.rules import Area

_EARTH_M: Final = 6_371_008.8


def metres(
    lon: float | NDArray[np.float64],
    lat: float | NDArray[np.float64],
    lons: NDArray[np.float64],
    lats: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Great-circle distances by the haversine formula (Sinnott 1984), on the sphere of the mean radius."""
    a, b = np.radians(lat), np.radians(lats)
    h = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lons - lon) / 2) ** 2
    return np.asarray(2 * _EARTH_M * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0))))


def inside(area: Area, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which positions, in degrees, lie in an area.

    A polygon's edges belong to it, and are straight in longitude and latitude, as GeoJSON has it.
    """
    if area.polygon is not None:
        return _in_polygon(area.polygon, lons, lats)
    lon, lat, radius = circle_of(area)
    return np.asarray(metres(lon, lat, lons, lats) <= radius)


def circle_of(area: Area) -> tuple[float, float, float]:
    """Longitude, latitude and radius in metres of an area that is a circle or a place."""
    if area.circle is not None:
        return area.circle.lon, area.circle.lat, area.circle.radius_m
    assert area.at is not None  # noqa: S101 - a place was looked up when the rule was added
    assert area.radius_m is not None  # noqa: S101 - likewise
    return (*area.at, area.radius_m)


def _in_polygon(
    geometry: dict[str, Any], lons: NDArray[np.float64], lats: NDArray[np.float64]
) -> NDArray[np.bool_]:
    polygon = shape(geometry)
    shapely.prepare(polygon)
    return np.asarray(shapely.intersects_xy(polygon, lons, lats), np.bool_)
