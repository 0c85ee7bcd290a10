"""Maps without a base map: the water is where ships went, drawn from the fixes themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Track = tuple[NDArray[np.int64], Floats, Floats]
"""Times in epoch milliseconds, degrees east, degrees north; shape (n,) each, in order of time."""

METRES_A_DEGREE: Final = 111_195.0
LEAST_JOINED_MS: Final = 4 * 60_000
MOST_JOINED_MS: Final = 20 * 60_000
CELL: Final = 3
"""Side of the cells that make up the water, in pixels."""
_ROUND: Final = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Window:
    """What a map shows: its centre in degrees, its size in pixels, and metres a pixel."""

    lon: float
    lat: float
    width: int
    height: int
    metres_a_pixel: float

    def project(self, lons: Floats, lats: Floats) -> tuple[Floats, Floats]:
        """Pixels from the upper left corner; good to a thousandth over a hundred kilometres."""
        east = (lons - self.lon + 180.0) % 360.0 - 180.0
        x = east * cos(radians(self.lat)) * METRES_A_DEGREE / self.metres_a_pixel + self.width / 2
        y = (self.lat - lats) * METRES_A_DEGREE / self.metres_a_pixel + self.height / 2
        return x, y

    def shows(self, lon: float, lat: float) -> bool:
        """Whether a point lies on the map."""
        x, y = self.point(lon, lat)
        return 0 <= x <= self.width and 0 <= y <= self.height

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """A point in pixels, to a tenth."""
        x, y = self.project(np.array([lon]), np.array([lat]))
        return round(float(x[0]), 1), round(float(y[0]), 1)

    def pixels(self, metres: float) -> float:
        """A length in pixels, to a tenth."""
        return round(metres / self.metres_a_pixel, 1)


def around(
    lons: Floats, lats: Floats, width: int, height: int, least_m: float, margin: float = 1.15
) -> Window:
    """The window that holds all points, at least `least_m` metres wide, with a margin around them."""
    lon = _middle_longitude(lons)
    lat = float(lats.min() + lats.max()) / 2
    east = (lons - lon + 180.0) % 360.0 - 180.0
    wide = float(np.ptp(east)) * cos(radians(lat)) * METRES_A_DEGREE
    high = float(np.ptp(lats)) * METRES_A_DEGREE
    lon += float(east.min() + east.max()) / 2
    scale = max(wide * margin / width, high * margin / height, least_m / width)
    return Window(lon, lat, width, height, scale)


def _middle_longitude(lons: Floats) -> float:
    """A longitude among the points from which all others are near, also over the antimeridian."""
    angles = np.radians(lons)
    return float(np.degrees(np.arctan2(np.sin(angles).mean(), np.cos(angles).mean())))


@dataclass(frozen=True, slots=True)
class Scale:
    """The bar that says how long a way is."""

    pixels: float
    label: str


def scale_bar(window: Window, most: float = 0.25) -> Scale:
    """A round length that takes at most that share of the width."""
    longest = window.width * window.metres_a_pixel * most
    power = 10.0 ** np.floor(np.log10(longest))
    metres = max(step * power for step in _ROUND if step * power <= longest)
    label = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    return Scale(window.pixels(metres), label)


def lines(window: Window, tracks: Iterable[Track]) -> str:
    """Tracks as one path: joined where fixes follow closely, simplified to the pixel."""
    return "".join(part for track in tracks for part in _line(window, track))


def _line(window: Window, track: Track) -> list[str]:
    times, lons, lats = track
    x, y = window.project(lons, lats)
    near = (np.abs(x - window.width / 2) < window.width) & (np.abs(y - window.height / 2) < window.height)
    cuts = np.flatnonzero((np.diff(times) > _joined_ms(times)) | (np.diff(near.astype(np.int8)) != 0)) + 1
    points = np.column_stack((np.rint(x), np.rint(y))).astype(np.int64)
    return [
        _path(part)
        for part, seen in zip(np.split(points, cuts), np.split(near, cuts), strict=True)
        if seen[0]
    ]


def _joined_ms(times: NDArray[np.int64]) -> float:
    """Fixes further apart in time are not joined by a line: nobody saw what was between them.

    Three times the usual pace of the track, between four and twenty minutes.
    """
    pace = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
    return min(max(3 * pace, LEAST_JOINED_MS), MOST_JOINED_MS)


def _path(points: NDArray[np.int64]) -> str:
    steps = np.diff(points, axis=0)
    kept = points[np.concatenate(([True], steps.any(axis=1)))]
    if len(kept) < 2:
        return ""
    corners = _corners(kept)
    moves = np.diff(corners, axis=0).tolist()
    x, y = corners[0].tolist()
    return f"M{x} {y}l" + " ".join(f"{dx} {dy}" for dx, dy in moves)


def _corners(points: NDArray[np.int64]) -> NDArray[np.int64]:
    """Without the points that lie straight between their neighbours."""
    steps = np.diff(points, axis=0)
    cross = steps[:-1, 0] * steps[1:, 1] - steps[:-1, 1] * steps[1:, 0]
    onward = (steps[:-1] * steps[1:]).sum(axis=1) > 0
    straight = np.concatenate(([False], (cross == 0) & onward, [False]))
    return points[~straight]


def water(window: Window, tracks: Iterable[Track]) -> str:
    """Where anybody went, as rows of cells: a path to be stroked with the width of a cell."""
    wide, high = -(-window.width // CELL), -(-window.height // CELL)
    seen = np.zeros((high, wide), bool)
    for track in tracks:
        _mark(seen, window, track)
    return _rows(_closed(seen))


def _mark(seen: NDArray[np.bool_], window: Window, track: Track) -> None:
    times, lons, lats = track
    x, y = window.project(lons, lats)
    x, y = x / CELL, y / CELL
    joined = np.flatnonzero(np.diff(times) <= _joined_ms(times))
    inside = (x > -50) & (x < seen.shape[1] + 50) & (y > -50) & (y < seen.shape[0] + 50)
    joined = joined[inside[joined] & inside[joined + 1]]
    dx, dy = x[joined + 1] - x[joined], y[joined + 1] - y[joined]
    pieces = np.ceil(np.maximum(np.abs(dx), np.abs(dy))).astype(int) + 1
    start = np.repeat(np.arange(len(joined)), pieces)
    share = (np.arange(len(start)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / np.repeat(
        pieces, pieces
    )
    column = np.floor(x[joined][start] + share * dx[start]).astype(int)
    row = np.floor(y[joined][start] + share * dy[start]).astype(int)
    shown = (column >= 0) & (column < seen.shape[1]) & (row >= 0) & (row < seen.shape[0])
    seen[row[shown], column[shown]] = True


def _closed(seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Small holes between lines filled: a cell with five or more marked neighbours is water, too."""
    padded = np.pad(seen, 1).astype(np.int8)
    high, wide = seen.shape
    neighbours = sum(
        padded[1 + dy : 1 + dy + high, 1 + dx : 1 + dx + wide] for dy in (-1, 0, 1) for dx in (-1, 0, 1)
    )
    filled: NDArray[np.bool_] = seen | (np.asarray(neighbours) >= 5)
    return filled


def _rows(seen: NDArray[np.bool_]) -> str:
    parts = []
    for row, cells in enumerate(seen):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], cells.astype(np.int8), [0]))))
        middle = row * CELL + CELL / 2
        parts += [f"M{a * CELL} {middle:g}h{(b - a) * CELL}" for a, b in edges.reshape(-1, 2).tolist()]
    return "".join(parts)
