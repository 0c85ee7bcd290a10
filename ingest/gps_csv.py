"""GPS fixes as CSV, a line a fix: columns have the names that trackers use, or are named by options."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest import csv_table
from ingest.believed import KNOT, REACH, position_fault, time_fault, within
from ingest.csv_table import Table
from ingest.errors import FeedError
from ingest.feed import NO_TIME, NOTHING_SAID, Bounds, Feed, Motion, Named, Parsed, Reject, Words, lines_of
from ingest.gps import KIND, SCHEME, SUBJECT, Whose, whose
from ingest.gps_columns import SPELLINGS, Layout, layout
from ingest.instants import instants
from ingest.options import Option, settle

_NUMBERS: Final = ("lon", "lat", "speed", "course", "heading", "accuracy")
_UNITS: Final = {"m/s": 1.0, "km/h": 1 / 3.6, "knots": KNOT, "mph": 0.44704}
_FASTEST_MPS: Final = 12_000.0
"""What moves faster leaves the Earth."""


@dataclass(frozen=True)
class GpsCsv(Feed):
    """The feed."""

    name: str = "gps-csv"
    title: str = "GPS fixes of people, vehicles or devices, as CSV with a header line"
    content_types: tuple[str, ...] = ("text/csv",)
    example: str = "diurnal ingest gps-csv bus.csv -o kind=RoadVehicle -o id=vehicle_id --label '*'"
    options: tuple[Option, ...] = (
        KIND,
        SCHEME,
        SUBJECT,
        *(
            Option(name, "", f"the column; else the first of: {', '.join(names)}")
            for name, names in SPELLINGS.items()
        ),
        Option("name", "", "the column of what it is called; else none"),
        Option("unit", "m/s", "of speeds", tuple(_UNITS)),
        Option(
            "worst", "", "metres: what the column accuracy says to be less accurate is refused; else nothing"
        ),
    )
    given: Mapping[str, str] = field(default_factory=dict)

    def configured(self, given: Mapping[str, str]) -> Self:
        """The feed with these options.

        Raises:
            FeedError: it has no such option, or the option no such value.
        """
        settled = settle(self.name, self.options, given)
        whose(settled)
        _metres(settled["worst"])
        return replace(self, given=dict(given))

    def head(self, first_line: bytes) -> bytes:
        """The header line, which every block repeats.

        Raises:
            FeedError: it has no time, no position, or nothing that says whose it is.
        """
        line = first_line.removeprefix(csv_table.BOM).strip(b"\r\n")
        self._layout(line)
        return line

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read a body of lines.

        Raises:
            FeedError: the head is no header line of this feed.
        """
        columns = self._layout(head)
        wanted = {name: pl.Float64 if name in _NUMBERS else pl.String for name in columns.titles}
        table = csv_table.read(body, head, columns.columns, wanted)
        reading = _Reading(table, columns, whose(self._settled()), _metres(self._settled()["worst"]), bounds)
        good = reading.good()
        rejects = sorted([*table.rejects, *reading.rejects(~good, body)], key=lambda reject: reject.line)
        frame = table.frame.filter(pl.Series(good))
        subjects, named = reading.subjects(good)
        words, said = _names(frame)
        return Parsed(
            lines=len(table.lines) + len(table.rejects),
            rows=table.lines[good],
            subjects=subjects,
            named=named,
            times=reading.times[good],
            motion=_motion(frame, _UNITS[self._settled()["unit"]]),
            words=words,
            said=said,
            rejects=rejects,
        )

    def times(self, head: bytes, body: bytes) -> NDArray[np.int64]:
        """The time of each line, blank ones too: epoch milliseconds, or NO_TIME.

        Raises:
            FeedError: the head is no header line of this feed.
        """
        table = csv_table.read(body, head, self._layout(head).columns, {"time": pl.String})
        times = np.full(lines_of(body), NO_TIME, dtype=np.int64)
        times[table.lines] = instants(table.frame["time"]).fill_null(NO_TIME).to_numpy()
        return times

    def _settled(self) -> dict[str, str]:
        return settle(self.name, self.options, self.given)

    def _layout(self, head: bytes) -> Layout:
        settled = self._settled()
        chosen = tuple((name, settled[name]) for name in (*SPELLINGS, "name"))
        return layout(head, chosen, bool(settled["subject"]))


def _metres(text: str) -> float:
    try:
        return float(text) if text else math.inf
    except ValueError:
        raise FeedError(f"the option worst is a number of metres, not {text!r}") from None


class _Reading:
    """A table of fixes."""

    def __init__(self, table: Table, columns: Layout, whom: Whose, worst: float, bounds: Bounds) -> None:
        self._table = table
        self._layout = columns
        self._whom = whom
        self._worst = worst
        self._bounds = bounds
        self.times = instants(table.frame["time"]).fill_null(NO_TIME).to_numpy()
        if whom.subject:
            self._ids, self._codes = [whom.subject], np.zeros(len(table.lines), dtype=np.int64)
        else:
            ids, codes = np.unique(
                table.frame["id"].fill_null("").to_numpy().astype(str), return_inverse=True
            )
            self._ids, self._codes = ids.tolist(), codes.astype(np.int64)
        self._faults = [whom.fault(one) for one in self._ids]

    def good(self) -> NDArray[np.bool_]:
        """Which rows are believed."""
        tests = [pl.col(name).is_between(-most, most) for name, most in REACH.items()]
        good = (
            self._table.frame.select(pl.all_horizontal(tests).fill_null(value=False)).to_series().to_numpy()
        )
        latest = self._bounds.latest_of(self._table.lines)
        good = good & (self.times >= self._bounds.earliest) & (self.times <= latest)
        if "accuracy" in self._layout.titles and self._worst < math.inf:
            good &= ~(self._table.frame["accuracy"].fill_null(math.nan).to_numpy() > self._worst)
        sound = np.array([fault is None for fault in self._faults], dtype=np.bool_)
        believed: NDArray[np.bool_] = good & (sound[self._codes] if len(sound) else False)
        return believed

    def subjects(self, good: NDArray[np.bool_]) -> tuple[NDArray[np.int64], list[Named]]:
        """Whom the believed rows are about."""
        unique, codes = np.unique(self._codes[good], return_inverse=True)
        return codes.astype(np.int64), [self._whom.named(self._ids[code]) for code in unique.tolist()]

    def rejects(self, bad: NDArray[np.bool_], body: bytes) -> list[Reject]:
        """The rows that are not believed, with the reasons."""
        lines = body.split(b"\n") if bad.any() else []
        found = []
        for row in np.flatnonzero(bad).tolist():
            number = int(self._table.lines[row])
            name, reason = self._fault(row, number, csv_table.split(lines[number], self._layout.columns))
            found.append(Reject(number, lines[number], self._layout.titles.get(name, name), reason))
        return found

    def _fault(self, row: int, number: int, cells: dict[str, str]) -> tuple[str, str]:
        fault = self._faults[int(self._codes[row])]
        if fault:
            return "id", fault
        for name in REACH:
            value = self._table.frame[name][row]
            if value is None:
                return name, f"{'longitude' if name == 'lon' else 'latitude'} {cells[name]!r} is no number"
            reason = position_fault(name, value, cells[name])
            if reason:
                return name, reason
        time = int(self.times[row])
        if time == NO_TIME:
            return (
                "time",
                f"time {cells['time']!r} is not of the form 2020-12-01T04:49:45Z, or seconds after 1970",
            )
        reason = time_fault(time, cells["time"], self._bounds, number)
        if reason:
            return "time", reason
        return (
            "accuracy",
            f"is accurate to {cells.get('accuracy')} m only; -o worst={self._worst:g} is asked for",
        )


def _motion(frame: pl.DataFrame, unit: float) -> Motion:
    numbers = {name: frame[name].fill_null(math.nan).to_numpy() for name in _NUMBERS if name in frame.columns}
    speed, course, heading = (numbers.get(name) for name in ("speed", "course", "heading"))
    return Motion(
        lons=numbers["lon"],
        lats=numbers["lat"],
        speeds=None if speed is None else within(speed * unit, _FASTEST_MPS),
        courses=None if course is None else within(course, 360.0),
        headings=None if heading is None else within(heading, 360.0),
    )


def _names(frame: pl.DataFrame) -> tuple[NDArray[np.int64], list[Words]]:
    if "name" not in frame.columns:
        return np.full(frame.height, NOTHING_SAID, dtype=np.int64), []
    unique, codes = np.unique(frame["name"].fill_null("").to_numpy().astype(str), return_inverse=True)
    silent = np.array([not name for name in unique], dtype=np.bool_)
    said = [Words(name=name or None) for name in unique.tolist()]
    return (np.where(silent[codes], NOTHING_SAID, codes) if said else codes).astype(np.int64), said
