"""What places are called: the ports of the World Port Index, and landings by their own names."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from analytics.geometry import METRES_A_DEGREE, bearing, compass

PORT_REACH_M = 20_000.0
"""Further than this from any port, a place is called by its coordinates."""
LANDING_REACH_M = 1_000.0
"""Within this of a landing, a place is called after it."""
AT_LANDING_M = 150.0
"""Within this of a landing, a place is the landing."""


@dataclass(frozen=True, slots=True)
class Port:
    """One entry: `number` is that of the World Port Index, or empty for a landing."""

    name: str
    number: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Named:
    """What a position is called: several ways to say it, plainest first, and the nearest port."""

    ways: tuple[str, ...]
    port: str | None
    port_distance_m: float | None


class Gazetteer:
    """Names positions after what is near."""

    def __init__(self, ports: Sequence[Port], landings: Sequence[Port] = ()) -> None:
        """Take the entries as they are; their order decides between two at the same distance."""
        self._ports, self._landings = tuple(ports), tuple(landings)
        self._at_ports, self._at_landings = _positions(ports), _positions(landings)

    def named(self, lon: float, lat: float) -> Named:
        """What a position in degrees is called."""
        port, port_away = self._nearest(self._ports, self._at_ports, lon, lat, PORT_REACH_M)
        landing, away = self._nearest(self._landings, self._at_landings, lon, lat, LANDING_REACH_M)
        spot = coordinates(lon, lat)
        if landing is not None:
            plain = (landing.name,) if away <= AT_LANDING_M else ()
            ways = (*plain, *_beside(landing, away, lon, lat, spot))
        elif port is not None:
            ways = _beside(port, port_away, lon, lat, spot)
        else:
            ways = (spot,)
        return Named(ways, port.number if port else None, round(port_away, 1) if port else None)

    def spots(self) -> NDArray[np.float64]:
        """Longitude and latitude of every port and landing, in degrees, shape (p, 2)."""
        return np.concatenate((self._at_ports, self._at_landings))

    @staticmethod
    def _nearest(
        entries: tuple[Port, ...], positions: NDArray[np.float64], lon: float, lat: float, reach: float
    ) -> tuple[Port | None, float]:
        if not entries:
            return None, reach
        turn = (positions[:, 0] - lon + 180.0) % 360.0 - 180.0
        x = turn * np.cos(np.radians(0.5 * (positions[:, 1] + lat)))
        away = METRES_A_DEGREE * np.hypot(x, positions[:, 1] - lat)
        nearest = int(away.argmin())
        if away[nearest] > reach:
            return None, reach
        return entries[nearest], float(away[nearest])


def coordinates(lon: float, lat: float) -> str:
    """A position in words, such as `40.7031 N 74.0058 W`: four decimals are 11 m."""
    return f"{abs(lat):.4f} {'N' if lat >= 0 else 'S'} {abs(lon):.4f} {'E' if lon >= 0 else 'W'}"


@cache
def shipped() -> Gazetteer:
    """The gazetteer that comes with Diurnal."""
    return Gazetteer(
        [_port(row) for row in _read("world_port_index.csv")],
        [_port(row) for row in _read("new_york_landings.csv")],
    )


def _beside(entry: Port, away: float, lon: float, lat: float, spot: str) -> tuple[str, ...]:
    wind = compass(bearing(entry.lon, entry.lat, lon, lat))
    return (
        f"{entry.name}, {away / 1000:.1f} km {wind}",
        f"{entry.name}, {away / 1000:.2f} km {wind}",
        f"{entry.name}, {away / 1000:.2f} km {wind} ({spot})",
    )


def _positions(entries: Sequence[Port]) -> NDArray[np.float64]:
    return np.array([(entry.lon, entry.lat) for entry in entries], np.float64).reshape(-1, 2)


def _port(row: dict[str, str]) -> Port:
    return Port(row["name"], row.get("number", ""), float(row["lon"]), float(row["lat"]))


def _read(name: str) -> Iterator[dict[str, str]]:
    text = (files(__name__) / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
