"""Tracks in a camera's picture, as the MOTChallenge writes them, put on the ground by its calibration.

A line is frame, identity, left, top, width, height (pixels), confidence, and what else there is. What is seen
stands where the middle of its box's lower edge is; a homography, nine numbers row by row, maps a pixel of the
ground to longitude and latitude (Hartley and Zisserman, Multiple View Geometry, 2nd ed., 2.3). An identity
holds within one sequence of one camera: it is a subject of its own, named after both.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, NamedTuple

from ingest.elements import Element
from ingest.errors import FeedError
from ingest.gps import KIND, SCHEME, whose
from ingest.line_feed import LineFeed
from ingest.options import Option
from ontology.times import from_text, to_ms

_COLUMNS: Final = 6
_IGNORED: Final = "a box whose confidence is 0, which is to be ignored"
_FASTEST_FPS: Final = 1_000.0


class _Camera(NamedTuple):
    """What is known of a sequence: its name, when frame 1 was, frames a second, the homography."""

    name: str
    start_ms: int | None
    fps: float
    ground: tuple[float, ...]


@dataclass(frozen=True)
class Mot(LineFeed):
    """The feed."""

    name: str = "mot"
    title: str = "tracks in a camera's picture (MOTChallenge), put on the ground by a homography"
    content_types: tuple[str, ...] = ("text/csv",)
    example: str = (
        "diurnal ingest mot gt.txt -o sequence=gate-0301 -o start=2024-03-01T10:00:00Z"
        " -o ground=1e-6,0,-0.1,0,-1e-6,51.5,0,0,1 --label '*'"
    )
    options: tuple[Option, ...] = (
        replace(KIND, default="Person"),
        replace(SCHEME, default="Track"),
        Option("sequence", "", "the name of the camera and its sequence, in which an identity holds"),
        Option("start", "", "when frame 1 was taken"),
        Option("fps", "25", "frames a second"),
        Option(
            "ground", "", "the homography from pixels to longitude and latitude: nine numbers, row by row"
        ),
    )

    def check(self, chosen: Mapping[str, str]) -> None:
        """See that the options can be.

        Raises:
            FeedError: they cannot.
        """
        whose({**chosen, "subject": ""})
        _camera(chosen["sequence"], chosen["start"], chosen["fps"], chosen["ground"])

    def elements(self, line: int, raw: bytes, chosen: Mapping[str, str]) -> Iterable[Element]:
        """What a line tells."""
        camera = _camera(chosen["sequence"], chosen["start"], chosen["fps"], chosen["ground"])
        return [_element(line, raw, camera, chosen)]


def _element(line: int, raw: bytes, camera: _Camera, chosen: Mapping[str, str]) -> Element:
    if not camera.name or camera.start_ms is None or not camera.ground:
        reason = "a picture knows no time and no ground: give -o sequence=, -o start= and -o ground="
        return Element(line, raw, fault=("", reason))
    try:
        cells = [float(cell) for cell in raw.split(b",")]
    except ValueError:
        cells = []
    if len(cells) < _COLUMNS or not all(map(math.isfinite, cells)):
        return Element(line, raw, fault=("", "is no line of numbers: frame,identity,left,top,width,height,…"))
    if len(cells) > _COLUMNS and cells[_COLUMNS] == 0:
        return Element(line, raw, aside=_IGNORED)
    frame, identity, left, top, width, height = cells[:_COLUMNS]
    if frame < 1 or not identity.is_integer() or identity < 0 or width <= 0 or height <= 0:
        return Element(line, raw, fault=("", "has no frame from 1, no identity, or a box without a size"))
    named = whose({**chosen, "subject": ""}).named(f"{camera.name}/{int(identity)}")
    time = camera.start_ms + (frame - 1) * 1000 / camera.fps
    found = Element(line, raw, named, round(min(time, 1e15)))
    found.lon, found.lat = _on_the_ground(camera.ground, left + width / 2, top + height)
    if math.isnan(found.lon):
        found.fault = "ground", "lies on the horizon of the homography, or beyond the globe"
    return found


def _on_the_ground(ground: tuple[float, ...], u: float, v: float) -> tuple[float, float]:
    """Longitude and latitude of a pixel; NaN where it is none of the ground."""
    x, y, scale = (ground[row] * u + ground[row + 1] * v + ground[row + 2] for row in (0, 3, 6))
    if scale == 0:
        return math.nan, math.nan
    lon, lat = x / scale, y / scale
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else (math.nan, math.nan)


@lru_cache(maxsize=16)
def _camera(name: str, start: str, fps: str, ground: str) -> _Camera:
    try:
        rate = float(fps)
        numbers = tuple(float(part) for part in ground.split(",")) if ground else ()
        at = to_ms(from_text(start)) if start else None
    except ValueError as error:
        raise FeedError(
            f"the options of mot: start is an instant, fps a number, ground nine numbers: {error}"
        ) from error
    if not 0 < rate <= _FASTEST_FPS or len(numbers) not in (0, 9) or not all(map(math.isfinite, numbers)):
        raise FeedError("the options of mot: fps is above 0, and ground has nine numbers, row by row")
    return _Camera(name.strip(), at, rate, numbers)
