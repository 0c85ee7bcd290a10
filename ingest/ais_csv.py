"""AIS as MarineCadastre publishes it: CSV, a line a position report, with or without the static data.

Needed are the MMSI and the time, and beside them either a position or something static.
"""

import math
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest import csv_table
from ingest.ais_codes import kind
from ingest.ais_layout import Layout, layout_of
from ingest.ais_words import words_of
from ingest.believed import (
    KNOT,
    NO_IDENTITY,
    REACH,
    mmsi_fault,
    position_fault,
    time_fault,
    within,
)
from ingest.csv_table import Table
from ingest.feed import NO_TIME, Bounds, Feed, Motion, Named, Parsed, Reject, lines_of
from ingest.instants import milliseconds

_NUMBERS: Final = ("lon", "lat", "speed", "course", "heading")


class AisCsv(Feed):
    """The feed."""

    name: str = "ais"
    title: str = "AIS position reports and static data, as CSV with the columns of MarineCadastre"
    content_types: tuple[str, ...] = ("text/csv",)
    example: str = "diurnal ingest ais AIS_2020_12_01.csv.gz --label '*'"

    def head(self, first_line: bytes) -> bytes:
        """The header line, which every block repeats.

        Raises:
            FeedError: it has no MMSI, no time, or neither position nor static data.
        """
        line = first_line.removeprefix(csv_table.BOM).strip(b"\r\n")
        layout_of(line)
        return line

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read a body of lines.

        Raises:
            FeedError: the head is no header line of this feed.
        """
        layout = layout_of(head)
        wanted = {name: pl.Float64 if name in _NUMBERS else pl.String for name in layout.titles}
        table = csv_table.read(body, head, layout.columns, wanted)
        times = milliseconds(table.frame["time"])
        good = _believable(table, times, layout, bounds)
        rejects = table.rejects + _rejects(table, ~good, body, layout, bounds)
        rejects.sort(key=lambda reject: reject.line)
        frame = table.frame.filter(pl.Series(good))
        subjects, named = _subjects(frame)
        words, said, notes = words_of(frame, layout)
        return Parsed(
            lines=len(table.lines) + len(table.rejects),
            rows=table.lines[good],
            subjects=subjects,
            named=named,
            times=times.filter(pl.Series(good)).to_numpy(),
            motion=_motion(frame, layout),
            words=words,
            said=said,
            rejects=rejects,
            notes=notes,
        )

    def times(self, head: bytes, body: bytes) -> NDArray[np.int64]:
        """The time of each line, blank ones too: epoch milliseconds, or NO_TIME.

        Raises:
            FeedError: the head is no header line of this feed.
        """
        table = csv_table.read(body, head, layout_of(head).columns, {"time": pl.String})
        times = np.full(lines_of(body), NO_TIME, dtype=np.int64)
        times[table.lines] = milliseconds(table.frame["time"]).fill_null(NO_TIME).to_numpy()
        return times


def _believable(table: Table, times: pl.Series, layout: Layout, bounds: Bounds) -> NDArray[np.bool_]:
    latest = bounds.latest_of(table.lines)
    column = pl.col("mmsi")
    tests = [column.str.contains(r"^[0-9]{9}$") & (column != NO_IDENTITY)]
    tests += [pl.col(name).is_between(-most, most) for name, most in REACH.items() if layout.has_position]
    columns = table.frame.select(pl.all_horizontal(tests).fill_null(value=False)).to_series().to_numpy()
    instants = times.fill_null(NO_TIME).to_numpy()
    good: NDArray[np.bool_] = columns & (instants >= bounds.earliest) & (instants <= latest)
    return good


def _rejects(
    table: Table, bad: NDArray[np.bool_], body: bytes, layout: Layout, bounds: Bounds
) -> list[Reject]:
    if not bad.any():
        return []
    lines = body.split(b"\n")
    found = []
    for number in table.lines[bad].tolist():
        cells = csv_table.split(lines[number], layout.columns)
        name, reason = _fault(cells, layout, bounds, number)
        found.append(Reject(number, lines[number], layout.titles[name], reason))
    return found


def _fault(cells: dict[str, str], layout: Layout, bounds: Bounds, number: int) -> tuple[str, str]:
    reason = mmsi_fault(cells["mmsi"])
    if reason:
        return "mmsi", reason
    if layout.has_position:
        for name, most in REACH.items():
            reason = _off_the_map(name, cells[name], most)
            if reason:
                return name, reason
    return "time", _out_of_time(cells["time"], bounds, number)


def _off_the_map(name: str, text: str, most: float) -> str | None:
    word = "longitude" if name == "lon" else "latitude"
    if not text:
        return f"{word} is missing"
    try:
        value = float(text)
    except ValueError:
        return f"{word} {text!r} is no number"
    return position_fault(name, value, text, most + 1)


def _out_of_time(text: str, bounds: Bounds, number: int) -> str:
    if not text:
        return "the time is missing"
    instant = milliseconds(pl.Series([text])).item()
    if instant is None:
        return f"time {text!r} is not of the form 2020-12-01T04:49:45, in UTC"
    reason = time_fault(instant, text, bounds, number)
    return reason or f"the line cannot be read, with the time {text!r}"


def _subjects(frame: pl.DataFrame) -> tuple[NDArray[np.int64], list[Named]]:
    numbers = frame["mmsi"].cast(pl.Int64).to_numpy()
    unique, codes = np.unique(numbers, return_inverse=True)
    texts = [f"{number:09d}" for number in unique.tolist()]
    return codes.astype(np.int64), [Named(kind(text), "MMSI", text) for text in texts]


def _motion(frame: pl.DataFrame, layout: Layout) -> Motion | None:
    if not layout.has_position:
        return None
    numbers = {name: frame[name].fill_null(math.nan).to_numpy() for name in _NUMBERS if name in layout.titles}
    speed, course, heading = (numbers.get(name) for name in ("speed", "course", "heading"))
    return Motion(
        lons=numbers["lon"],
        lats=numbers["lat"],
        speeds=None if speed is None else within(_unwrapped(speed, 102.4), 102.3) * KNOT,
        courses=None if course is None else within(_unwrapped(course, 409.6), 360.0),
        headings=None if heading is None else within(heading, 360.0),
    )


def _unwrapped(values: NDArray[np.float64], turn: float) -> NDArray[np.float64]:
    """MarineCadastre reads the upper half of a 12-bit number of tenths as negative."""
    return np.where(values < 0, np.round(values + turn, 1), values)
