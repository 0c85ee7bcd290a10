"""ADS-B as SBS-1 lines (BaseStation, port 30003): MSG lines with 22 columns, http://woodair.net/sbs/article/barebones42_socket_data.htm.

A position (MSG,2 and MSG,3) and a velocity (MSG,4) come in lines of their own: a position takes the last
velocity of the same aircraft that is not older than `FRESH_MS` and stands in the same raw record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars.exceptions import PolarsError

from ingest.adsb.columns import Column, Reports, believed
from ingest.believed import KNOT
from ingest.errors import FeedError
from ingest.feed import NO_TIME, Bounds, Feed, Parsed, Reject, lines_of
from ingest.options import Option, settle

FRESH_MS: Final = 2_000
_COLUMNS: Final = 22
_KEPT: Final = {
    "kind": 0,
    "type": 1,
    "address": 4,
    "day": 6,
    "time": 7,
    "flight": 10,
    "speed": 12,
    "track": 13,
    "lat": 14,
    "lon": 15,
}
_OTHERS: Final = ("SEL", "ID", "AIR", "STA", "CLK")
_VELOCITY: Final = "a velocity, which is told with the next position"


@dataclass(frozen=True)
class Sbs(Feed):
    """The feed."""

    name: str = "sbs"
    title: str = "ADS-B as SBS-1 lines (BaseStation), from a file or port 30003"
    content_types: tuple[str, ...] = ("text/csv", "text/plain")
    example: str = "diurnal ingest sbs tcp://receiver.local:30003 --label '*' --receiver roof"
    options: tuple[Option, ...] = (
        Option("zone", "UTC", "the time zone of the receiver's clock, such as Europe/London"),
    )
    given: Mapping[str, str] = field(default_factory=dict)
    apart: bool = True

    def configured(self, given: Mapping[str, str]) -> Self:
        """The feed with these options.

        Raises:
            FeedError: it has no such option, or there is no such zone.
        """
        _zone(settle(self.name, self.options, given)["zone"])
        return replace(self, given=dict(given))

    def head(self, first_line: bytes) -> bytes:
        """Nothing: each line is data."""
        del first_line
        return b""

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read the lines of one raw record."""
        del head
        lines = body.replace(b"\r", b"").split(b"\n")
        table = _Table(lines, settle(self.name, self.options, self.given)["zone"])
        reports, aside = table.reports()
        return believed(reports, bounds, lines.__getitem__, faults=table.faults, aside=[*table.aside, *aside])

    def times(self, head: bytes, body: bytes) -> NDArray[np.int64]:
        """The time of each line, blank ones too: epoch milliseconds, or NO_TIME."""
        del head
        table = _Table(
            body.replace(b"\r", b"").split(b"\n"), settle(self.name, self.options, self.given)["zone"]
        )
        times = np.full(lines_of(body), NO_TIME, dtype=np.int64)
        times[table.lines] = table.times
        return times


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise FeedError(f"the option zone is a time zone such as Europe/London, not {name!r}") from error


class _Table:
    """The MSG lines of a body as columns, and what the other lines are."""

    def __init__(self, lines: list[bytes], zone: str) -> None:
        self.faults: list[Reject] = []
        self.aside: list[tuple[int, str]] = []
        numbers, texts = [], []
        for number, line in enumerate(lines):
            if line.startswith(b"MSG,") and line.count(b",") == _COLUMNS - 1 and line.isascii():
                numbers.append(number)
                texts.append(line.decode())
            elif line.strip():
                self._other(number, line)
        self.lines = np.array(numbers, dtype=np.int64)
        cells = pl.Series("line", texts, dtype=pl.String).str.split(",")
        self._frame = pl.DataFrame(
            {name: cells.list.get(place).str.strip_chars() for name, place in _KEPT.items()}
        )
        self.times = self._times(zone)

    def _other(self, number: int, line: bytes) -> None:
        kind = line.split(b",", 1)[0].decode("ascii", "replace").strip()
        if kind in _OTHERS:
            self.aside.append((number, f"a line {kind}, which is no report"))
            return
        columns = line.count(b",") + 1
        reason = f"is no SBS-1 line of {_COLUMNS} columns, such as MSG,3,1,1,4CA2D6,1,…, but has {columns}"
        self.faults.append(Reject(number, line, "", reason))

    def _times(self, zone: str) -> NDArray[np.int64]:
        text = self._frame.select(pl.concat_str("day", pl.lit(" "), "time")).to_series()
        found = text.str.to_datetime("%Y/%m/%d %H:%M:%S%.f", strict=False, time_unit="ms")
        if zone != "UTC":
            try:
                found = found.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
            except PolarsError as error:
                raise FeedError(f"the option zone: {error}") from error
        return found.dt.epoch("ms").fill_null(NO_TIME).to_numpy()

    def _numbers(self, name: str) -> Column:
        return self._frame[name].cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()

    def reports(self) -> tuple[Reports, list[tuple[int, str]]]:
        """The lines that are reports of their own, and those that only add to others."""
        lons, lats = self._numbers("lon"), self._numbers("lat")
        speeds, tracks = self._numbers("speed") * KNOT, self._numbers("track")
        flights = self._frame["flight"].to_list()
        placed = ~(np.isnan(lons) & np.isnan(lats))
        moving = ~(np.isnan(speeds) & np.isnan(tracks))
        named = (self._frame["flight"].str.len_bytes() > 0).fill_null(value=False).to_numpy()
        wanted = np.flatnonzero(placed | named | ~moving)
        addresses = self._frame["address"]
        source = self._velocities(addresses, moving)
        speeds, tracks = (np.where(moving, column, column[source]) for column in (speeds, tracks))
        reports = Reports(
            lines=self.lines[wanted],
            addresses=addresses.gather(wanted).to_list(),
            times=self.times[wanted],
            lons=lons[wanted],
            lats=lats[wanted],
            speeds=speeds[wanted],
            courses=tracks[wanted],
            headings=None,
            flights=[flights[row] for row in wanted.tolist()],
            registrations=[None] * len(wanted),
            types=[None] * len(wanted),
        )
        return reports, [(line, _VELOCITY) for line in np.delete(self.lines, wanted).tolist()]

    def _velocities(self, addresses: pl.Series, moving: NDArray[np.bool_]) -> NDArray[np.int64]:
        """For each line the one before it that has a velocity of the same aircraft, if fresh; else itself."""
        codes = addresses.str.to_uppercase().rank("dense").fill_null(0).to_numpy().astype(np.int64)
        order = np.lexsort((np.arange(len(codes)), codes))
        places = np.where(moving[order], np.arange(len(order)), -1)
        last = np.maximum.accumulate(places) if len(places) else places
        found = np.where(last >= 0, order[np.maximum(last, 0)], order)
        rows = np.arange(len(codes))
        source = np.empty_like(rows)
        source[order] = found
        age = np.where(self.times > NO_TIME, self.times, 0) - np.where(
            self.times[source] > NO_TIME, self.times[source], 0
        )
        fresh = (codes[source] == codes) & (age >= 0) & (age <= FRESH_MS)
        return np.where(fresh, source, rows)
