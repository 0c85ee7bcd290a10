"""`diurnal score meetings`: meetings of two found in positions made worse, beside the true ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import AsJson, emit_json, emit_rows, errors
from api.cli.score_stays import POSITIONS, SHOWN, table

TRUTH = ("agent_a", "agent_b", "start", "end")
QUIET = ("Pub", "Apartment")


def meetings(
    positions: Annotated[
        Path, typer.Option(metavar="FILE", help="Clean fixes: CSV (gzip too) of agent_id, time, lon, lat.")
    ],
    truth: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="True meetings: CSV (gzip too) of agent_a, agent_b, start, end; venue_type if known.",
        ),
    ],
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TYPE",
            help="Type of venue that the second scores leave out; may be repeated. Default: Pub, Apartment.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the noise.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Score meetings by the F1 of their intervals at an overlap (IoU) of a half, pair by pair.

    Conditions: clean, and noise of 15 m; `_quiet` is the same without some types of venue.
    """
    from analytics.scoring.meetings import of_frames

    fixes, true = table(positions, POSITIONS), table(truth, TRUTH)
    with errors.status("scoring ...") as status:
        found = of_frames(
            fixes,
            true,
            tuple(without or QUIET),
            seed=seed,
            say=lambda name: status.update(f"scoring {name} ..."),
        )
    if as_json:
        emit_json({"f1": {name: each.f1 for name, each in found.items()}})
        return
    rows = [
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
