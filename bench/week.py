"""The data: the first week of December 2020 of New York Harbor, in order of time; more where it is short."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

DATA: Final = Path(__file__).parents[1] / "examples" / "data"
WEEK: Final = DATA / "ny_harbor_2020_12_first_week.csv.gz"
STATIC: Final = DATA / "ny_harbor_2020_06_30_static.csv"
HEAD: Final = b"object_id,timestamp,lon,lat\n"
_FORM: Final = "%Y-%m-%d %H:%M:%S"


@cache
def rows() -> pl.DataFrame:
    """Every fix of the week, in order of time; longitude and latitude as the file spells them."""
    with gzip.open(WEEK) as file:
        frame = pl.read_csv(file.read(), schema_overrides=dict.fromkeys(("lon", "lat"), pl.String))
    return frame.with_columns(pl.col("timestamp").str.to_datetime(_FORM)).sort(
        "timestamp", maintain_order=True
    )


def later(weeks: int) -> pl.DataFrame:
    """The week, followed by itself a week later, and so on: as dense as the real one."""
    shift = [rows().with_columns(pl.col("timestamp") + timedelta(weeks=week)) for week in range(weeks)]
    return pl.concat(shift)


def more_ships(times: int) -> pl.DataFrame:
    """The week with every ship several times, under other names of the same country; in order of time."""
    ids = rows()["object_id"].unique().sort().to_list()
    taken = set(ids)
    copies = [rows()]
    for copy in range(1, times):
        names = {}
        for number, ship in enumerate(ids):
            name = ship // 1_000_000 * 1_000_000 + copy * 1_000 + number
            while name in taken:
                name += 500
            taken.add(name)
            names[ship] = name
        copies.append(rows().with_columns(pl.col("object_id").replace(names)))
    return pl.concat(copies).sort("timestamp", maintain_order=True)


def many(ships: int, weeks: int, file: Path) -> int:
    """Write a file of the week with every ship several times, several weeks long, week by week.

    Returns:
        How many fixes it holds.
    """
    one = more_ships(ships)
    with file.open("wb") as to:
        to.write(HEAD)
        for number in range(weeks):
            to.write(lines(one.with_columns(pl.col("timestamp") + timedelta(weeks=number))))
    return len(one) * weeks


def lines(frame: pl.DataFrame) -> bytes:
    """Rows as lines of CSV, without the header line."""
    return frame.write_csv(include_header=False, datetime_format=_FORM).encode()


def blocks(frame: pl.DataFrame, size: int) -> Iterator[bytes]:
    """Rows in blocks, each led by the header line."""
    for start in range(0, len(frame), size):
        yield HEAD + lines(frame.slice(start, size))


def write(frame: pl.DataFrame, file: Path) -> Path:
    """Rows as a file of CSV."""
    file.write_bytes(HEAD + lines(frame))
    return file
