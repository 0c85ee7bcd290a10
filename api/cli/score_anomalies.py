"""`diurnal score anomalies`: agents that changed their lives, found without the labels, beside the labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.errors import InputError
from api.cli.output import AsJson, emit_json, emit_rows, errors
from api.cli.score_stays import table

if TYPE_CHECKING:
    import polars as pl

    from analytics.departures.checkins import CheckIns
    from analytics.scoring.departures import DepartureScore, Label

CHECKINS = ("agent_id", "checkin_time", "venue_id", "lon", "lat")
LABELS = ("agent_id", "anomaly_type", "severity", "anomaly_start")


def anomalies(
    checkins: Annotated[
        Path,
        typer.Option(metavar="FILE", help=f"Check-ins: CSV (gzip too) of {', '.join(CHECKINS)}."),
    ],
    labels: Annotated[Path, typer.Option(metavar="FILE", help=f"Who changed: CSV of {', '.join(LABELS)}.")],
    seed: Annotated[int, typer.Option(help="Of the random order of ties among p-values.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Score the search for anomalous agents: area under the ROC curve, average precision, area by severity.

    Everything is learned before the first anomaly's day, which is all that is taken from the labels; the type
    of a venue is not looked at. One setting for all files.
    """
    import numpy as np

    from analytics.departures.errors import DepartureError
    from analytics.scoring.departures import run, score

    try:
        given = read_checkins(checkins)
        true = read_labels(labels, given)
        with errors.status("judging ..."):
            found = score(run(given, true, seed), true, np.arange(len(given.agent_names)))
    except DepartureError as error:
        raise InputError(str(error)) from None
    if as_json:
        emit_json({"auc": found.auc, "ap": found.ap, "severity": found.severity})
        return
    emit_rows(_rows(found), ["metric", "value"], as_json=False)


def read_checkins(file: Path) -> CheckIns:
    """A file of check-ins; the venue's type is never read.

    Raises:
        InputError: it cannot be read, or lacks a column.
    """
    import polars as pl

    from analytics.departures.checkins import checkins

    rows = table(file, CHECKINS).select(CHECKINS)
    times = _times(rows["checkin_time"], file)
    numbers = rows.select(pl.col("lon", "lat").cast(pl.Float64, strict=False))
    return checkins(
        rows["agent_id"].to_numpy(),
        times.dt.epoch("ms").to_numpy(),
        rows["venue_id"].to_numpy(),
        numbers["lon"].fill_null(float("nan")).to_numpy(),
        numbers["lat"].fill_null(float("nan")).to_numpy(),
    )


def read_labels(file: Path, given: CheckIns) -> dict[int, Label]:
    """A file of labels, by the code of the agent.

    Raises:
        InputError: it cannot be read, is empty, lacks a column, or labels an agent that never checked in.
    """
    from analytics.departures.checkins import DAY
    from analytics.scoring.departures import Label

    rows = table(file, LABELS)
    if rows.is_empty():
        raise InputError(f"{file} labels no agent: there is nothing to score")
    days = _times(rows["anomaly_start"], file).dt.epoch("ms") // DAY
    code = {name: at for at, name in enumerate(given.agent_names.tolist())}
    if strangers := [each for each in rows["agent_id"] if each not in code]:
        raise InputError(f"{file} labels agents that never checked in, such as {strangers[0]}")
    columns = (rows["agent_id"], rows["anomaly_type"], rows["severity"], days)
    return {
        code[agent]: Label(str(kind), str(severity), int(day))
        for agent, kind, severity, day in zip(*columns, strict=True)
    }


def _times(column: pl.Series, file: Path) -> pl.Series:
    """Civil times, as if they were UTC.

    Raises:
        InputError: one is none.
    """
    import polars as pl

    told = f"{file}: {column.name} holds what is no time; write 2024-02-26T08:00:00"
    try:
        found = column.cast(pl.String).str.to_datetime(time_unit="ms", strict=False)
    except pl.exceptions.ComputeError:
        raise InputError(told) from None
    if found.null_count():
        raise InputError(told)
    return found


def _rows(found: DepartureScore) -> list[dict[str, Any]]:
    told = {
        "AUC": f"{found.auc:.4f}",
        "average precision": f"{found.ap:.4f}",
        **{f"AUC, {name} only": f"{area:.4f}" for name, area in found.severity.items()},
        "alerts at p up to 0.01": f"{found.alerts}, {found.true_alerts} of them true",
        "true alerts with the right reason": f"{found.right_reasons:.1%}",
        "told of within the weekly budget": f"{found.told:.1%} of those who changed",
        "median delay": f"{found.delay_days:.1f} days",
        "false alerts per agent and week": f"{found.false_alerts:.4f}",
    }
    return [{"metric": name, "value": value} for name, value in told.items()]
