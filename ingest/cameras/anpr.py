"""Plates read by cameras (ANPR), as CSV with a header line or as JSON lines: each read is a sighting.

Columns and fields have the names that such systems use, or are named by options.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ingest import csv_table
from ingest.cameras.plates import plated
from ingest.elements import Element
from ingest.errors import FeedError
from ingest.json_values import fraction, loaded, number, text, time
from ingest.line_feed import LineFeed
from ingest.options import Option, settle

SPELLINGS: Final = {
    "plate": (
        "plate",
        "license_plate",
        "licence_plate",
        "plate_number",
        "plateNumber",
        "registration",
        "vrm",
    ),
    "time": ("time", "timestamp", "datetime", "captured_at", "read_at", "utc"),
    "camera": ("camera", "camera_id", "cameraId", "camera_name", "sensor", "device", "site"),
    "lon": ("lon", "longitude", "lng", "x"),
    "lat": ("lat", "latitude", "y"),
    "confidence": ("confidence", "plate_confidence", "score"),
    "country": ("country", "nationality", "region"),
    "reference": ("id", "uuid", "read_id", "event_id"),
}
"""What is read → what it is called by default, the first that there is."""
_Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Anpr(LineFeed):
    """The feed."""

    name: str = "anpr"
    title: str = "plates read by cameras (ANPR), as CSV with a header line or as JSON lines"
    content_types: tuple[str, ...] = ("text/csv", "application/x-ndjson", "application/json")
    example: str = "diurnal ingest anpr reads.csv -o plate=vrm -o camera=site --label '*'"
    options: tuple[Option, ...] = tuple(
        Option(name, "", f"what it is called; else the first of: {', '.join(names)}")
        for name, names in SPELLINGS.items()
    )
    sparse: bool = True

    def head(self, first_line: bytes) -> bytes:
        """The header line of CSV, which every block repeats; nothing where the first line is JSON.

        Raises:
            FeedError: it is a header line without a plate or a time.
        """
        line = first_line.removeprefix(csv_table.BOM).strip()
        if line.startswith(b"{"):
            return b""
        titles = csv_table.header(line)
        names = self._names()
        for wanted in ("plate", "time"):
            if not any(name in titles for name in names[wanted]):
                raise FeedError(
                    f"no column for {wanted} among: {', '.join(titles)[:200]}. Expected is a header line such"
                    f" as plate,time,camera,lat,lon; or say which it is: -o {wanted}=COLUMN"
                )
        return line

    def elements(self, line: int, raw: bytes, chosen: Mapping[str, str]) -> Iterable[Element]:
        """What a line of JSON tells."""
        del chosen
        said = loaded(raw)
        if isinstance(said, str):
            return [Element(line, raw, fault=("", said))]
        return [_element(line, raw, said, self._names())]

    def _names(self) -> _Names:
        settled = settle(self.name, self.options, self.given)
        return {name: (settled[name],) if settled[name] else names for name, names in SPELLINGS.items()}

    def _all(self, head: bytes, body: bytes) -> Iterable[Element]:
        if not head:
            yield from super()._all(head, body)
            return
        titles, names = csv_table.header(head), self._names()
        for number_, line in enumerate(body.split(b"\n")):
            raw = line.rstrip(b"\r")
            if raw.strip() and raw.strip() != head:
                yield _row(number_, raw, titles, names)


def _row(line: int, raw: bytes, titles: list[str], names: _Names) -> Element:
    try:
        cells = next(csv.reader([raw.decode()], strict=True), [])
    except (UnicodeDecodeError, csv.Error) as error:
        return Element(line, raw, fault=("", f"is no line of CSV in UTF-8: {error}"))
    if len(cells) != len(titles):
        return Element(line, raw, fault=("", f"has {len(cells)} columns and the header {len(titles)}"))
    return _element(line, raw, dict(zip(titles, (cell or None for cell in cells), strict=True)), names)


def _element(line: int, raw: bytes, said: Mapping[str, Any], names: _Names) -> Element:
    read = text(said, *names["plate"])
    found = Element(line, raw, plated(read, text(said, *names["country"])), time(said, *names["time"]))
    if found.named is None:
        found.fault = "plate", f"the plate {read[:40]!r} is none: 1 to 15 letters and digits"
    found.lon, found.lat = number(said, *names["lon"]), number(said, *names["lat"])
    found.sensor = text(said, *names["camera"])
    found.confidence = fraction(number(said, *names["confidence"]))
    found.reference = text(said, *names["reference"])
    return found
