"""Places: where subjects stay, shared among them.

Leader clustering: stays are taken in the order in which it became known that they were over, and each is
at the nearest place already founded within reach, or founds one at its own centre, which never moves. In
that order what comes later in time cannot change what was founded before; ordered by the stays' own ends,
a long stay that is over at last would re-found the places of everybody since.
"""

from __future__ import annotations

import math
from typing import Final

from analytics.civil_time import zone_at
from analytics.gazetteer import Gazetteer, coordinates
from analytics.geometry import METRES_A_DEGREE, distance
from ontology import iri
from ontology.concluded import Place

_DECIMALS: Final = 5
"""A metre: as precise as a place's name in the graph."""


class Places:
    """The places of one view in the order of their founding, and a grid to find them by."""

    def __init__(self, view: str, radius_m: float, gazetteer: Gazetteer) -> None:
        """Begin with no place.

        Args:
            view: whose places they are.
            radius_m: how far from a place's centre a stay is still there.
            gazetteer: names them.
        """
        self._view, self._radius, self._gazetteer = view, radius_m, gazetteer
        self._places: list[Place] = []
        self._cells: list[tuple[int, int]] = []
        self._grid: dict[tuple[int, int], list[int]] = {}
        self._names: set[str] = set()
        self._rows: dict[int, int] = {}
        self._changed: list[Place] = []

    def changed(self) -> list[Place]:
        """The places that were founded or forgotten since the last call."""
        changed, self._changed = self._changed, []
        return changed

    def __len__(self) -> int:
        return len(self._places)

    @property
    def all(self) -> tuple[Place, ...]:
        """Every place, in the order of founding."""
        return tuple(self._places)

    def near(self, lon: float, lat: float) -> Place | None:
        """The nearest place within reach of a position in degrees, the first founded of equals."""
        best, nearest = None, self._radius
        for candidate in self._around(lon, lat):
            place = self._places[candidate]
            away = distance(place.lon, place.lat, lon, lat)
            if away < nearest or (away == nearest and best is None):
                best, nearest = place, away
        return best

    def found(self, lon: float, lat: float) -> Place:
        """The nearest place within reach, or a new one here."""
        known = self.near(lon, lat)
        return known if known is not None else self._add(round(lon, _DECIMALS), round(lat, _DECIMALS))

    def forget(self, count: int) -> None:
        """Go back to when there were only the first `count` places."""
        while len(self._places) > count:
            place, cell = self._places.pop(), self._cells.pop()
            self._grid[cell].pop()
            self._names.discard(place.name)
            self._changed.append(place)

    def _add(self, lon: float, lat: float) -> Place:
        named = self._gazetteer.named(lon, lat)
        way, name = self._free(named.ways, lon, lat)
        place = Place(
            key=iri.place(self._view, lon, lat, way),
            view=self._view,
            name=name,
            lon=lon,
            lat=lat,
            radius_m=self._radius,
            timezone=zone_at(lon, lat),
            port=named.port,
            port_distance_m=named.port_distance_m,
        )
        cell = self._cell(lon, lat)
        self._grid.setdefault(cell, []).append(len(self._places))
        self._cells.append(cell)
        self._places.append(place)
        self._names.add(place.name)
        self._changed.append(place)
        return place

    def _free(self, ways: tuple[str, ...], lon: float, lat: float) -> tuple[int, str]:
        """The plainest name that no earlier place has, and which of the ways it is."""
        for way, name in enumerate(ways):
            if name not in self._names:
                return way, name
        return len(ways), f"{ways[0]} ({coordinates(lon, lat)})"

    def _around(self, lon: float, lat: float) -> list[int]:
        row = self._row(lat)
        found: list[int] = []
        for nearby in (row - 1, row, row + 1):
            columns = self._columns(nearby)
            column = self._column(lon, columns)
            for beside in (column - 1, column, column + 1):
                here = self._grid.get((nearby, beside % columns))
                if here:
                    found += here
        return sorted(found)

    def _cell(self, lon: float, lat: float) -> tuple[int, int]:
        row = self._row(lat)
        return row, self._column(lon, self._columns(row))

    def _row(self, lat: float) -> int:
        return math.floor(lat * METRES_A_DEGREE / self._radius)

    def _columns(self, row: int) -> int:
        """Cells in a row around the globe, each at least a radius wide even on the row's polar edge."""
        columns = self._rows.get(row)
        if columns is None:
            polar = min((abs(row) + 2) * self._radius / METRES_A_DEGREE, 89.9)
            width = self._radius / (METRES_A_DEGREE * math.cos(math.radians(polar)))
            columns = self._rows[row] = max(math.floor(360.0 / width), 1)
        return columns

    @staticmethod
    def _column(lon: float, columns: int) -> int:
        return math.floor((lon + 180.0) % 360.0 / 360.0 * columns) % columns
