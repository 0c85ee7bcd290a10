"""Lines of straight pieces on a plane: how far points lie from one, and points evenly along it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import compiled


@compiled
def away(points: NDArray[np.float64], line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres of each point, shape (n, 2), from a line, shape (m, 2) with m at least 1; shape (n,)."""
    found = np.empty(len(points))
    for k in range(len(points)):
        x, y = points[k, 0], points[k, 1]
        least = (x - line[0, 0]) ** 2 + (y - line[0, 1]) ** 2
        for piece in range(len(line) - 1):
            a, b = line[piece, 0], line[piece, 1]
            dx, dy = line[piece + 1, 0] - a, line[piece + 1, 1] - b
            length = dx * dx + dy * dy
            along = ((x - a) * dx + (y - b) * dy) / length if length > 0.0 else 0.0
            along = min(max(along, 0.0), 1.0)
            least = min(least, (x - a - along * dx) ** 2 + (y - b - along * dy) ** 2)
        found[k] = np.sqrt(least)
    return found


def evenly(line: NDArray[np.float64], spacing: float) -> NDArray[np.float64]:
    """Points along a line of shape (m, 2), its ends among them, no further apart than `spacing` metres."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate(([0.0], np.cumsum(steps)))
    marks = np.linspace(0.0, along[-1], max(int(np.ceil(along[-1] / spacing)), 1) + 1)
    return np.column_stack([np.interp(marks, along, line[:, axis]) for axis in (0, 1)])
