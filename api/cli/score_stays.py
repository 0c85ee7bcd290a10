"""`diurnal score stays`: stays found in positions made worse by known amounts, beside the true ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.errors import InputError
from api.cli.output import AsJson, emit_json, emit_rows, errors

if TYPE_CHECKING:
    import polars as pl

POSITIONS = ("agent_id", "time", "lon", "lat")
TRUTH = ("agent_id", "start", "end")
SHOWN = ["condition", "f1", "precision", "recall", "found", "true"]


def stays(
    positions: Annotated[
        Path, typer.Option(metavar="FILE", help="Clean fixes: CSV (gzip too) of agent_id, time, lon, lat.")
    ],
    truth: Annotated[
        Path, typer.Option(metavar="FILE", help="True stays: CSV (gzip too) of agent_id, start, end.")
    ],
    seed: Annotated[int, typer.Option(help="Of the noise, the drop-outs and the outliers.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Score stays by F1 at an overlap (IoU) of a half, on clean fixes and on fixes made worse.

    Conditions: clean, noise of 15 m, the same with half of the fixes dropped, noise of 40 m, noise of 15 m
    with 1 % outliers of 500 m. One setting for all.
    """
    from analytics.scoring.stays import of_frames, people

    fixes, true = table(positions, POSITIONS), table(truth, TRUTH)
    try:
        with errors.status("scoring ...") as status:
            found = of_frames(
                fixes, true, people, seed=seed, say=lambda name: status.update(f"scoring {name} ...")
            )
    except ValueError as error:
        raise InputError(str(error)) from None
    if as_json:
        emit_json({"f1": {name: each.f1 for name, each in found.items()}})
        return
    rows: list[dict[str, Any]] = [
        {
            "condition": name,
            "f1": f"{each.f1:.4f}",
            "precision": f"{each.precision:.4f}",
            "recall": f"{each.recall:.4f}",
            "found": each.found,
            "true": each.true,
        }
        for name, each in found.items()
    ]
    emit_rows(rows, SHOWN, as_json=False)


def table(file: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    """A CSV file that has these columns at least.

    Raises:
        InputError: it cannot be read, or lacks one.
    """
    import polars as pl

    try:
        found = pl.read_csv(file, infer_schema_length=10_000)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{file} cannot be read: {error}") from error
    if lacking := [name for name in columns if name not in found.columns]:
        raise InputError(f"{file} has no column {', '.join(lacking)}; it needs {', '.join(columns)}")
    return found
