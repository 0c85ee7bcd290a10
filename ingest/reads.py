"""Reads of an identifier by a sensor (a plate, a card), as CSV with a header line or as JSON lines.

Columns and fields have the names that such systems use, or are named by options.
"""

import csv
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ingest import csv_table
from ingest.elements import Element
from ingest.errors import FeedError
from ingest.feed import Named
from ingest.json_values import Object, fraction, loaded, number, text, time
from ingest.line_feed import LineFeed
from ingest.options import Option, settle

_PLACES: Final = {
    "lon": ("lon", "longitude", "lng", "x"),
    "lat": ("lat", "latitude", "y"),
    "reference": ("id", "uuid", "read_id", "event_id"),
}
Spellings = Mapping[str, tuple[str, ...]]
"""What is read → what it is called by default, the first that there is."""


def spellings(own: Spellings) -> dict[str, tuple[str, ...]]:
    """A feed's own spellings, and those that all have."""
    return {**own, **_PLACES}


def choices(every: Spellings) -> tuple[Option, ...]:
    """An option for each thing that is read."""
    return tuple(
        Option(name, "", f"what it is called; else the first of: {', '.join(names)}")
        for name, names in every.items()
    )


@dataclass(frozen=True)
class ReadsFeed(LineFeed):
    """What such feeds share."""

    sparse: bool = True

    @property
    @abstractmethod
    def every(self) -> Spellings:
        """What is read; the first is the identifier, then the time and the sensor."""
        ...

    @abstractmethod
    def named(self, identifier: str, said: Object, names: Spellings) -> Named | None:
        """Whom an identifier names; None if it is none."""
        ...

    def head(self, first_line: bytes) -> bytes:
        """The header line of CSV, which every block repeats; nothing where the first line is JSON.

        Raises:
            FeedError: it is a header line without an identifier or a time.
        """
        line = first_line.removeprefix(csv_table.BOM).strip()
        if line.startswith(b"{"):
            return b""
        titles = csv_table.header(line)
        names = self._names()
        for wanted in list(self.every)[:2]:
            if not any(name in titles for name in names[wanted]):
                raise FeedError(
                    f"no column for {wanted} among: {', '.join(titles)[:200]}. Expected is a header line such"
                    f" as {','.join(self.every)}; or say which it is: -o {wanted}=COLUMN"
                )
        return line

    def elements(self, line: int, raw: bytes, chosen: Mapping[str, str]) -> Iterable[Element]:
        """What a line of JSON tells."""
        del chosen
        said = loaded(raw)
        if isinstance(said, str):
            return [Element(line, raw, fault=("", said))]
        return [self._element(line, raw, said, self._names())]

    def _names(self) -> Spellings:
        settled = settle(self.name, self.options, self.given)
        return {name: (settled[name],) if settled[name] else names for name, names in self.every.items()}

    def _all(self, head: bytes, body: bytes) -> Iterable[Element]:
        if not head:
            yield from super()._all(head, body)
            return
        titles, names = csv_table.header(head), self._names()
        for number_, line in enumerate(body.split(b"\n")):
            raw = line.rstrip(b"\r")
            if raw.strip() and raw.strip() != head:
                yield self._row(number_, raw, titles, names)

    def _row(self, line: int, raw: bytes, titles: list[str], names: Spellings) -> Element:
        try:
            cells = next(csv.reader([raw.decode()], strict=True), [])
        except (UnicodeDecodeError, csv.Error) as error:
            return Element(line, raw, fault=("", f"is no line of CSV in UTF-8: {error}"))
        if len(cells) != len(titles):
            return Element(line, raw, fault=("", f"has {len(cells)} columns and the header {len(titles)}"))
        said = dict(zip(titles, (cell or None for cell in cells), strict=True))
        return self._element(line, raw, said, names)

    def _element(self, line: int, raw: bytes, said: Mapping[str, Any], names: Spellings) -> Element:
        which, when, sensor = list(self.every)[:3]
        read = text(said, *names[which])
        found = Element(line, raw, self.named(read, said, names), time(said, *names[when]))
        if found.named is None:
            found.fault = which, f"the {which} {read[:40]!r} is none"
        found.lon, found.lat = number(said, *names["lon"]), number(said, *names["lat"])
        found.sensor = text(said, *names[sensor])
        found.confidence = fraction(number(said, *names.get("confidence", ())))
        found.reference = text(said, *names["reference"])
        return found
