"""Anchorages learned from where many vessels stop, as Global Fishing Watch learns its own.

There, a cell of half a kilometre (S2) in which at least 20 vessels lay still for 12 hours is an anchorage
(globalfishingwatch.org, "Anchorages, ports and voyages data"). Here it is an H3 cell of resolution 9 with
the six about it, half a kilometre from the middle to the rim: vessels that lie about a border of cells
count all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import h3
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from analytics.relations.cells import points
from analytics.relations.dwells import Dwells

RESOLUTION = 9


@dataclass(frozen=True, slots=True)
class Anchorages:
    """Where vessels lie, arrays of shape (n,).

    Attributes:
        lons: degrees east, mean of the stops in the cell.
        lats: degrees north.
        vessels: how many different ones have lain there; none where it was known beforehand.
    """

    lons: NDArray[np.float64]
    lats: NDArray[np.float64]
    vessels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.lons)

    def also(self, spots: NDArray[np.float64]) -> Anchorages:
        """These and others known beforehand, such as ports: longitude and latitude, degrees, shape (m, 2)."""
        return Anchorages(
            np.concatenate((self.lons, spots[:, 0])),
            np.concatenate((self.lats, spots[:, 1])),
            np.concatenate((self.vessels, np.zeros(len(spots), np.int64))),
        )

    def away(self, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray[np.float64]:
        """Metres (chord) to the nearest anchorage, infinite where there is none; shape of `lons`."""
        if not len(self) or not len(lons):
            return np.full(len(lons), np.inf)
        return np.asarray(KDTree(points(self.lons, self.lats)).query(points(lons, lats))[0], np.float64)


def anchorages(stops: Dwells, vessels: int = 20, lying_s: float = 12 * 3600.0) -> Anchorages:
    """The cells in and about which so many different vessels have lain still for so long.

    Args:
        stops: where vessels stopped.
        vessels: fewer make no anchorage.
        lying_s: a shorter stop does not count.
    """
    lain: dict[str, set[int]] = {}
    spots: dict[str, list[tuple[float, float]]] = {}
    long = stops.where(stops.ends - stops.starts >= lying_s * 1000.0)
    for who, lon, lat in zip(long.subjects.tolist(), long.lons.tolist(), long.lats.tolist(), strict=True):
        cell = h3.latlng_to_cell(lat, lon, RESOLUTION)
        lain.setdefault(cell, set()).add(who)
        spots.setdefault(cell, []).append((lon, lat))
    about = {
        cell: len(set().union(*(lain.get(other, ()) for other in h3.grid_disk(cell, 1)))) for cell in lain
    }
    kept = sorted(cell for cell, count in about.items() if count >= vessels)
    # The first stop stands for the cell's: no other is 0.4 km away, and a mean may err over the antimeridian.
    where = np.array([spots[cell][0] for cell in kept], np.float64).reshape(-1, 2)
    return Anchorages(where[:, 0], where[:, 1], np.array([about[cell] for cell in kept], np.int64))
