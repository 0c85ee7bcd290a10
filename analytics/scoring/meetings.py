"""How well meetings are found: intervals in which two are together, beside the true ones of each pair."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.relations.dwells import dwells
from analytics.relations.meetings import Meetings
from analytics.relations.standing import standing
from analytics.scoring.degraded import Condition, degraded
from analytics.scoring.intervals import Intervals, Score, score
from analytics.track import Track

CONDITIONS: Final = (Condition("clean"), Condition("noise15", noise_m=15.0))
IOU: Final = 0.5


def people(tracks: Sequence[Track]) -> Meetings:
    """Standing meetings, as the domain `people` finds them."""
    return standing(dwells(tracks), len(tracks))


def of_frames(
    positions: pl.DataFrame,
    truth: pl.DataFrame,
    without: Collection[str] = (),
    conditions: Sequence[Condition] = CONDITIONS,
    seed: int = 0,
    say: Callable[[str], object] = str,
) -> dict[str, Score]:
    """The score under each condition, and again without some types of venue, named `<condition>_quiet`.

    Args:
        positions: agent_id, time, lon, lat; a time without a zone is UTC.
        truth: agent_a, agent_b, start, end, and venue_type where some are to be left out.
        without: types of venue that the second score leaves out.
        conditions: what is done to the fixes.
        seed: of what is drawn at random; each subject has draws of its own, in the order of the ids.
        say: is told which condition is scored.
    """
    agents, tracks = _tracks(positions)
    true, kept = _true(truth, agents, without)
    scores: dict[str, Score] = {}
    for each in conditions:
        say(each.name)
        found = people([degraded(track, each, (seed, k)) for k, track in enumerate(tracks)])
        intervals = Intervals(found.first * len(agents) + found.second, found.starts, found.ends)
        scores[each.name] = score(intervals, true, IOU)
        if not kept.all():
            quiet = intervals.where(~_mostly(intervals, true.where(~kept), true.where(kept)))
            scores[f"{each.name}_quiet"] = score(quiet, true.where(kept), IOU)
    return scores


def _tracks(positions: pl.DataFrame) -> tuple[NDArray[np.int64], list[Track]]:
    """The agents' numbers in order, and their tracks."""
    fixes = positions.with_columns(_ms(positions, "time")).sort("agent_id", "time")
    parts = fixes.partition_by("agent_id", maintain_order=True)
    tracks = [Track.of(*(part[name].to_numpy() for name in ("time", "lon", "lat"))) for part in parts]
    return fixes["agent_id"].unique().sort().to_numpy(), tracks


def _true(
    truth: pl.DataFrame, agents: NDArray[np.int64], without: Collection[str]
) -> tuple[Intervals, NDArray[np.bool_]]:
    """The true meetings of agents that have positions, and which are not at a type of venue left out."""
    ids = agents.tolist()
    known = truth.filter(pl.col("agent_a").is_in(ids) & pl.col("agent_b").is_in(ids)).with_columns(
        _ms(truth, "start"), _ms(truth, "end")
    )
    a = np.searchsorted(agents, known["agent_a"].to_numpy())
    b = np.searchsorted(agents, known["agent_b"].to_numpy())
    pair = np.minimum(a, b) * len(agents) + np.maximum(a, b)
    kept = np.ones(known.height, np.bool_)
    if without and "venue_type" in known.columns:
        kept = ~known["venue_type"].fill_null("").is_in(list(without)).to_numpy()
    return Intervals(pair.astype(np.int64), known["start"].to_numpy(), known["end"].to_numpy()), kept


def _mostly(found: Intervals, out: Intervals, kept: Intervals) -> NDArray[np.bool_]:
    """Which share more time with a true one left out than with one kept; what shares none counts."""
    return _most_shared(found, out) > _most_shared(found, kept)


def _most_shared(found: Intervals, true: Intervals) -> NDArray[np.int64]:
    """The most milliseconds that each shares with a true one of its group, shape (len(found),)."""
    most = np.zeros(len(found), np.int64)
    by_group: dict[int, list[int]] = {}
    for k, group in enumerate(true.groups.tolist()):
        by_group.setdefault(group, []).append(k)
    for k, group in enumerate(found.groups.tolist()):
        of = np.asarray(by_group.get(group, []), np.int64)
        if len(of):
            shared = np.minimum(found.ends[k], true.ends[of]) - np.maximum(found.starts[k], true.starts[of])
            most[k] = max(0, int(shared.max()))
    return most


def _ms(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column of times as epoch milliseconds."""
    column = pl.col(name)
    if frame.schema[name] == pl.String:
        column = column.str.to_datetime(time_unit="ms", time_zone="UTC")
    return column.dt.epoch("ms").alias(name)
