"""However the same fixes come in, the graph holds the same, and so do the conclusions."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from graph.digest import Digests
from ontology.times import OPEN
from tests.scenarios.installation import Installation, by_time, same, seconds, write

Install = Callable[..., Installation]
LATENESS_S = 3600


def shuffled(lines: list[bytes], seed: int) -> list[bytes]:
    """Out of order by less than the lateness bound, each line by chance."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    delayed = [(seconds(line) + chance.uniform(0, LATENESS_S - 1), line) for line in lines]
    return [line for _, line in sorted(delayed)]


def test_one_file_as_it_stands(
    install: Install, undisturbed: Digests, week_lines: list[bytes], tmp_path: Path
) -> None:
    """Vessel after vessel, as the file of the examples has it, learned all at once."""
    here = install()
    here.publish(write(tmp_path / "week.csv", sorted(week_lines)))
    here.work()
    same(here.digest(), undisturbed)


def test_many_files_and_small_blocks(
    install: Install, undisturbed: Digests, week_lines: list[bytes], tmp_path: Path
) -> None:
    """Cut anywhere, without regard to hours, with all workers at once."""
    here = install()
    chance = random.Random(7)  # noqa: S311 - not a secret
    cuts = [0, *sorted(chance.sample(range(len(week_lines)), 6)), len(week_lines)]
    for begin, end in pairwise(cuts):
        file = write(tmp_path / f"{begin}.csv", week_lines[begin:end])
        here.publish(file, block_lines=97, open_ended=end < len(week_lines))
    here.work_together()
    same(here.digest(), undisturbed)


def test_shuffled_within_the_lateness_bound(
    install: Install, undisturbed: Digests, week_lines: list[bytes], tmp_path: Path
) -> None:
    here = install()
    mixed = shuffled(week_lines, 1)
    assert mixed != week_lines
    for begin in range(0, len(mixed), 3_000):
        file = write(tmp_path / f"{begin}.csv", mixed[begin : begin + 3_000])
        here.publish(file, block_lines=700, open_ended=begin + 3_000 < len(mixed))
    here.work()
    same(here.digest(), undisturbed)


def test_a_file_given_twice_changes_nothing(
    install: Install, undisturbed: Digests, week_lines: list[bytes], tmp_path: Path
) -> None:
    here = install()
    file = write(tmp_path / "week.csv", week_lines)
    assert here.publish(file, as_if_live=True) == len(week_lines)
    here.work()
    first = here.digest()
    same(first, undisturbed)
    assert here.publish(file, as_if_live=True) == 0, "its receipt says that it is published"
    assert here.publish(file, as_if_live=True, again=True) == len(week_lines)
    here.work()
    same(here.digest(), first, "current", "full")


def test_what_comes_too_late_is_concluded_again(
    install: Install, undisturbed: Digests, week_lines: list[bytes], tmp_path: Path
) -> None:
    """A vessel's Thursday comes days after the week was closed."""
    late = [line for line in week_lines if line.startswith(b"367791540,2020-12-03")]
    assert len(late) > 100
    gone = set(late)
    here = install()
    here.publish(
        write(tmp_path / "most.csv", [line for line in week_lines if line not in gone]), as_if_live=True
    )
    here.work()
    before = here.digest()
    assert before.current != undisturbed.current
    here.publish(write(tmp_path / "late.csv", by_time(late)), as_if_live=True)
    here.work()
    same(here.digest(), undisturbed)
    closed = here.rows(
        f"MATCH (c:Conclusion) WHERE c._to < {OPEN} AND c.key CONTAINS '367791540' "
        "RETURN c._from[0] AS since, c._to AS until"
    )
    assert len(closed) > before.parts["Conclusion:Finding"].count
    assert all(row["since"] <= row["until"] for row in closed)
    silences = here.rows(
        "MATCH (g:Gap) WHERE g.key CONTAINS '367791540' AND date(g.start) <= date('2020-12-03') "
        f"AND date(g.end) >= date('2020-12-03') RETURN g._to < {OPEN} AS closed"
    )
    assert silences, "the silence that the day seemed to be"
    assert all(row["closed"] for row in silences)
