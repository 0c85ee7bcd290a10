"""Which positions lie in an area, and how far they are from one another: arrays of shape (n,)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import compiled
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

    Of a polygon by the crossings of a ray (Shimrat 1962): inside where they are odd over all rings, so holes
    are holes. Edges are straight in longitude and latitude, as GeoJSON has it.
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
    rings = [np.array(ring, np.float64) for part in geometry["coordinates"] for ring in part]
    corners = np.concatenate(rings)
    box = (lons >= corners[:, 0].min()) & (lons <= corners[:, 0].max())
    box &= (lats >= corners[:, 1].min()) & (lats <= corners[:, 1].max())
    found = np.zeros(len(lons), np.bool_)
    here = np.flatnonzero(box)
    if len(here):
        edges = np.concatenate([np.column_stack((ring[:-1], ring[1:])) for ring in rings])
        found[here] = _odd(edges, lons[here], lats[here])
    return found


@compiled
def _odd(
    edges: NDArray[np.float64], lons: NDArray[np.float64], lats: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Where a ray to the east crosses the edges, rows of x, y, x, y, an odd number of times."""
    found = np.zeros(len(lons), np.bool_)
    for i in range(len(lons)):
        odd = False
        for j in range(len(edges)):
            x0, y0, x1, y1 = edges[j]
            if (y0 > lats[i]) != (y1 > lats[i]) and lons[i] < (x1 - x0) * (lats[i] - y0) / (y1 - y0) + x0:
                odd = not odd
        found[i] = odd
    return found
