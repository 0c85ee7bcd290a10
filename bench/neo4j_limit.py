"""What Neo4j alone allows: nodes with the same fixes in arrays, by UNWIND and CREATE, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Final, LiteralString

import polars as pl

from bench.ground import Servers
from runtime.servers.identity import neo4j_driver

_AT_ONCE: Final = 2_000
_CREATE: Final[LiteralString] = """
UNWIND $rows AS r CREATE (:Limit {key: r[0], hour: r[1], times: r[2], lons: r[3], lats: r[4]})
"""


def write(servers: Servers, frame: pl.DataFrame) -> float:
    """Fixes a second, a node for each ship and hour."""
    rows = list(_rows(frame))
    endpoints = servers.endpoints
    with neo4j_driver(endpoints) as driver, driver.session(database=endpoints.neo4j_database) as session:
        began = time.perf_counter()
        for start in range(0, len(rows), _AT_ONCE):
            session.run(_CREATE, rows=rows[start : start + _AT_ONCE]).consume()
        seconds = time.perf_counter() - began
        session.run("MATCH (n:Limit) CALL (n) { DELETE n } IN TRANSACTIONS").consume()
    return len(frame) / seconds


def _rows(frame: pl.DataFrame) -> Iterator[list[Any]]:
    hours = frame.with_columns(
        pl.col("timestamp").dt.truncate("1h").dt.epoch("ms").alias("hour"),
        pl.col("timestamp").dt.epoch("ms"),
        pl.col("lon").cast(float),
        pl.col("lat").cast(float),
    ).group_by("object_id", "hour", maintain_order=True)
    for ship, hour, times, lons, lats in hours.agg("timestamp", "lon", "lat").iter_rows():
        yield [f"{ship}/{hour}", hour, times, lons, lats]
