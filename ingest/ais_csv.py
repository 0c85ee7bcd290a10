"""AIS as MarineCadastre publishes it: CSV, a line a position report, with or without the static data.

Columns are known by name, in any order and either spelling that MarineCadastre has used; needed are the MMSI
and the time, and beside them either a position or something static.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest import csv_table
from ingest.ais_codes import LONGEST_M, WIDEST_M, imo_number, kind, type_name
from ingest.believed import (
    KNOT,
    NO_IDENTITY,
    REACH,
    above_zero,
    mmsi_fault,
    plain,
    position_fault,
    time_fault,
    within,
)
from ingest.csv_table import Table
from ingest.errors import FeedError
from ingest.feed import NO_TIME, NOTHING_SAID, Bounds, Feed, Motion, Named, Parsed, Reject, Words, lines_of
from ingest.instants import milliseconds

_SPELLINGS: Final = {
    "mmsi": "mmsi",
    "object_id": "mmsi",
    "basedatetime": "time",
    "base_date_time": "time",
    "timestamp": "time",
    "lon": "lon",
    "longitude": "lon",
    "lat": "lat",
    "latitude": "lat",
    "sog": "speed",
    "cog": "course",
    "heading": "heading",
    "vesselname": "name",
    "vessel_name": "name",
    "imo": "imo",
    "callsign": "call_sign",
    "call_sign": "call_sign",
    "vesseltype": "type",
    "vessel_type": "type",
    "length": "length",
    "width": "width",
}
_NUMBERS: Final = ("lon", "lat", "speed", "course", "heading")
_STATIC: Final = ("name", "call_sign", "imo", "type", "length", "width")
_BETWEEN: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a file: ours by our names, strangers by their place."""

    columns: tuple[str, ...]
    titles: dict[str, str]
    """What the file itself calls our columns."""

    @property
    def has_position(self) -> bool:
        """Whether the lines tell where the subject was."""
        return "lon" in self.titles

    @property
    def static(self) -> list[str]:
        """The columns that tell something static."""
        return [name for name in _STATIC if name in self.titles]


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
        _layout(line)
        return line

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read a body of lines.

        Raises:
            FeedError: the head is no header line of this feed.
        """
        layout = _layout(head)
        wanted = {name: pl.Float64 if name in _NUMBERS else pl.String for name in layout.titles}
        table = csv_table.read(body, head, layout.columns, wanted)
        times = milliseconds(table.frame["time"])
        good = _believable(table, times, layout, bounds)
        rejects = table.rejects + _rejects(table, ~good, body, layout, bounds)
        rejects.sort(key=lambda reject: reject.line)
        frame = table.frame.filter(pl.Series(good))
        subjects, named = _subjects(frame)
        words, said, notes = _words(frame, layout)
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
        table = csv_table.read(body, head, _layout(head).columns, {"time": pl.String})
        times = np.full(lines_of(body), NO_TIME, dtype=np.int64)
        times[table.lines] = milliseconds(table.frame["time"]).fill_null(NO_TIME).to_numpy()
        return times


@lru_cache(maxsize=64)
def _layout(head: bytes) -> Layout:
    found = csv_table.header(head)
    titles: dict[str, str] = {}
    columns: list[str] = []
    for place, title in enumerate(found):
        name = _SPELLINGS.get(title.lower())
        known = name is not None and name not in titles
        columns.append(name if name is not None and known else f"#{place}")
        if name is not None and known:
            titles[name] = title
    layout = Layout(tuple(columns), titles)
    lacking = [name for name in ("mmsi", "time") if name not in titles]
    if ("lon" in titles) != ("lat" in titles):
        lacking.append("lon" if "lat" in titles else "lat")
    if not layout.has_position and not layout.static:
        lacking.append("lon, lat")
    if lacking:
        raise FeedError(
            f"no column for {', '.join(lacking)} among: {', '.join(found)[:200]}. Expected is a header line"
            " such as MMSI,BaseDateTime,LAT,LON,… or object_id,timestamp,lon,lat"
        )
    return layout


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


def _words(frame: pl.DataFrame, layout: Layout) -> tuple[NDArray[np.int64], list[Words], dict[str, int]]:
    columns = layout.static
    if not columns or frame.is_empty():
        return np.full(frame.height, NOTHING_SAID, dtype=np.int64), [], {}
    joined = frame.select(pl.concat_str([pl.col(name).fill_null("") for name in columns], separator=_BETWEEN))
    joined.columns = ["text"]
    unique = joined.group_by("text", maintain_order=True).len("often").with_row_index("code")
    codes = (
        joined.join(unique, on="text", how="left", maintain_order="left")["code"].to_numpy().astype(np.int64)
    )
    notes: dict[str, int] = {}
    said = []
    for text, often in unique.select("text", "often").iter_rows():
        words, note = _read_words(dict(zip(columns, text.split(_BETWEEN), strict=False)))
        said.append(words)
        if note:
            notes[note] = notes.get(note, 0) + often
    silent = np.array([not words for words in said])
    return np.where(silent[codes], NOTHING_SAID, codes), said, notes


def _read_words(cells: dict[str, str]) -> tuple[Words, str | None]:
    imo = imo_number(cells.get("imo", ""))
    told = cells.get("imo", "").upper().removeprefix("IMO").strip("0 ")
    code = _number(cells.get("type", ""), 9999.0)
    words = Words(
        name=plain(cells.get("name", "")),
        call_sign=plain(cells.get("call_sign", "")),
        imo=imo,
        type_code=None if code is None else int(code),
        type_name=None if code is None else type_name(int(code)),
        length_m=_number(cells.get("length", ""), LONGEST_M),
        width_m=_number(cells.get("width", ""), WIDEST_M),
    )
    return words, f"IMO number {cells['imo']} fails its check digit" if told and not imo else None


def _number(cell: str, most: float) -> float | None:
    try:
        return above_zero(float(cell), most)
    except ValueError:
        return None
