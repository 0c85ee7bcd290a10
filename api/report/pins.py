"""Numbered pins that would cover each other, moved apart, each tied to where it belongs."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from api.report.data import Mark

ROUNDS: Final = 60
ROOM: Final = 2.2
"""Radii between the middles of two pins."""
MOVED: Final = 3.0
"""Pixels beyond which a pin shows where it belongs."""


def spread(marks: list[Mark]) -> tuple[Mark, ...]:
    """The marks with room between them, by pushing close ones apart a little, again and again."""
    if len(marks) < 2:
        return tuple(marks)
    points = np.array([[mark.x, mark.y] for mark in marks]) + 0.01 * np.arange(len(marks))[:, None]
    least = ROOM * max(mark.radius for mark in marks)
    for _ in range(ROUNDS):
        between = points[:, None] - points[None, :]
        apart = np.hypot(between[..., 0], between[..., 1])
        np.fill_diagonal(apart, np.inf)
        push = np.clip(least - apart, 0, None) / 2
        points += (between / np.maximum(apart, 1e-9)[..., None] * push[..., None]).sum(axis=1)
    return tuple(_moved(mark, x, y) for mark, (x, y) in zip(marks, np.round(points, 1).tolist(), strict=True))


def _moved(mark: Mark, x: float, y: float) -> Mark:
    if abs(x - mark.x) + abs(y - mark.y) < MOVED:
        return mark
    return replace(mark, x=x, y=y, from_x=mark.x, from_y=mark.y)
