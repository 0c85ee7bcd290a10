"""Positions that cannot be: noise under one MMSI, a spoofed flight among ordinary ones, circling aircraft.

`ais_identity` is one ship's three days, with the labels of Global Fishing Watch's segmenter. The speed of
`OPEN_SEA` was chosen on this very file, as the best of nine speeds and seven pads by its labels, so the
figure is in-sample: it tells that the method can do so well, and not how it does elsewhere. What other
speeds give is in the details. Of the 30 messages labelled noise 22 lie where the ship really was, after one
that was wrong.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

import numpy as np
import polars as pl

from analytics.air.circling import orbits
from analytics.air.spoofing import leaps, stale
from analytics.fold import conclude
from analytics.impossible_jump import CLASH, KIND
from analytics.maritime.silences import silences
from analytics.maritime.threads import OPEN_SEA, split
from analytics.track import Track
from bench.score.data import shared
from bench.score.row import Row
from ontology import iri

Flights = dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]
ORDINARY: Final = ("border_control", "calfire", "trace_full_ac671b")


def run() -> list[Row]:
    """Rows on the messages of one ship, of one vessel's silences, and on flights."""
    return [*_noise(), *_gaps(), *_spoofed(), *_streamed(), *_circling()]


def _noise() -> list[Row]:
    lines = shared("ais_identity", "338013000.json").read_text().splitlines()
    said = [one for one in map(json.loads, lines) if one["lon"] is not None]
    times = np.array([_ms(one["timestamp"]) for one in said])
    lons, lats = (np.array([one[name] for one in said]) for name in ("lon", "lat"))
    (main, _), *_ = Counter(one["expected"] for one in said).most_common(1)
    truth = np.array([one["expected"] != main for one in said])
    beside = {
        f"{speed:g} m/s": _f1(truth, split(times, lons, lats, replace(OPEN_SEA, max_speed=speed)).noise)
        for speed in (40.0, 45.0, 50.0)
    }
    found = split(times, lons, lats)
    note = f"{int(found.noise.sum())} of {len(said)} found, {int(truth.sum())} labelled; in-sample"
    details = {"at other speeds": beside}
    return [
        Row(
            "identity",
            "ais_identity",
            "F1 of noise",
            _f1(truth, found.noise),
            0.95,
            note=note,
            details=details,
        ),
        Row("identity", "ais_identity", "vessels", float(len(found.vessels)), 1.0, 1.0),
    ]


def _gaps() -> list[Row]:
    said = json.loads(shared("ais_gaps", "sample_messages.json").read_text())
    gap = json.loads(shared("ais_gaps", "open_gaps.json").read_text())
    placed = [(gap["gap_start_timestamp"], gap["gap_start_lon"], gap["gap_start_lat"])]
    placed += [(one["timestamp"], one["lon"], one["lat"]) for one in said if one["lat"] is not None]
    seconds, lons, lats = np.array(sorted(set(placed)), float).T
    times = (seconds * 1000).astype(np.int64)
    rows = silences(np.zeros(len(times), np.int64), times, lons, lats, int(times[-1]) + 1)
    right = (times[rows["first"]] == round(gap["gap_start_timestamp"] * 1000)) & (rows["last"] >= 0)
    return [
        Row(
            "identity", "ais_gaps", "open gap closed", float(right.sum()), 1.0, 1.0, note=f"{len(rows)} found"
        ),
    ]


def _spoofed() -> list[Row]:
    found = sum(len(leaps(*columns)) for columns in _flights("noisy_spoofing").values())
    rows = [Row("identity", "adsb noisy_spoofing", "leaps", float(found), 1.0, note="one flight, spoofed")]
    for name in ORDINARY:
        flights = _flights(name)
        wrong = sum(bool(len(leaps(*columns))) for columns in flights.values())
        rows.append(
            Row(
                "identity",
                f"adsb {name}",
                "spoofed",
                float(wrong),
                at_most=0.0,
                note=f"{len(flights)} aircraft",
            )
        )
    return rows


def _streamed() -> list[Row]:
    """What the whole of the analytics tells of the same aircraft, as it does on the log."""
    rows = []
    for name, least, most in (("noisy_spoofing", 1, None), *((name, None, 0) for name in ORDINARY)):
        flights = _flights(name)
        tracks = {iri.subject("icao24", address): Track.of(*columns) for address, columns in flights.items()}
        told = conclude(tracks, 1 + max(int(track.times[-1]) for track in tracks.values())).findings
        number = float(sum(one.kind in (KIND, CLASH) for one in told))
        rows.append(Row("identity", f"adsb {name}", "findings of jumps", number, least, most))
    return rows


def _circling() -> list[Row]:
    rows = []
    for name, least, most in (
        ("calfire", 1, None),
        ("border_control", 1, 1),
        ("trace_full_ac671b", None, 0),
        ("noisy_spoofing", None, 0),
    ):
        flights = _flights(name)
        round_ = sum(bool(len(orbits(*columns))) for columns in flights.values())
        note = f"of {len(flights)} aircraft"
        rows.append(Row("identity", f"adsb {name}", "circling", float(round_), least, most, note=note))
    return rows


def _flights(name: str) -> Flights:
    """Address → times, longitudes and latitudes of its positions, repeated ones left out."""
    return dict(_columns(_frame(name)))


def _frame(name: str) -> pl.DataFrame:
    if name.startswith("trace"):
        told = json.loads(shared("adsb", f"{name}.json").read_text())
        after, lats, lons = zip(*(row[:3] for row in told["trace"]), strict=True)
        times = ((told["timestamp"] + np.array(after)) * 1000).astype(np.int64)
        return pl.DataFrame({"icao24": told["icao"], "time": times, "longitude": lons, "latitude": lats})
    with gzip.open(shared("adsb", f"{name}.json.gz")) as file:
        told = json.load(file)
    if isinstance(told, dict):  # a column each
        told = {column: list(values.values()) for column, values in told.items()}
        return pl.DataFrame(told, strict=False).with_columns(pl.col("last_position").alias("time"))
    return pl.DataFrame(told, infer_schema_length=None).with_columns(pl.col("timestamp").alias("time"))


def _columns(frame: pl.DataFrame) -> Iterator[tuple[str, tuple[np.ndarray, np.ndarray, np.ndarray]]]:
    whole = frame.drop_nulls(["time", "longitude", "latitude"]).sort("time")
    for (address,), part in whole.partition_by("icao24", as_dict=True).items():
        one = part.unique("time", keep="first", maintain_order=True)
        columns = tuple(one[name].to_numpy() for name in ("time", "longitude", "latitude"))
        fresh = ~stale(*columns)
        yield str(address), tuple(column[fresh] for column in columns)  # type: ignore[misc]


def _f1(truth: np.ndarray, found: np.ndarray) -> float:
    return float(2 * (truth & found).sum() / (truth.sum() + found.sum()))


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)
