from itertools import permutations

import numpy as np
import pytest

from analytics.relations.acquainted import acquainted
from analytics.relations.chance import drawn, ties
from analytics.relations.dwells import Dwells, dwells
from analytics.relations.gathering import gathered
from analytics.relations.presence import presence
from analytics.relations.standing import standing
from analytics.scoring.planted_pairs import Town, planted
from analytics.scoring.ranking import auc
from ontology.times import DAY_MS, HOUR_MS
from tests.analytics.relations.people import START

PAIR = np.array([[0, 1]])


def visits(*rows: tuple[int, int, int, int]) -> tuple[Dwells, np.ndarray]:
    """Stays of an hour: subject, place, day, hour."""
    who, place, day, hour = np.array(rows, np.int64).T
    starts = START + day * DAY_MS + hour * HOUR_MS
    lons = 10.0 + place * 0.01
    stays = Dwells(who, starts, starts + HOUR_MS, lons, np.full(len(who), 50.0), np.ones(len(who)))
    return stays, place


def seen(*rows: tuple[int, int, int, int], subjects: int = 3) -> tuple[Dwells, np.ndarray]:
    """The same, with everybody seen at a home of their own every morning of a fortnight."""
    homes = [(who, 100 + who, day, 4) for who in range(subjects) for day in range(14)]
    return visits(*rows, *homes)


def test_what_everybody_does_every_day_is_chance() -> None:
    stays, places = seen(*((who, 0, day, 9) for who in (0, 1) for day in range(14)))
    found = ties(presence(stays, places, 3), PAIR)
    assert found.days[0] == 14
    assert found.expected[0] == pytest.approx(found.observed[0])
    assert found.surprise[0] == 0.0


def test_the_same_few_days_are_not() -> None:
    together = [(who, 0, day, 19) for who in (0, 1) for day in (1, 3, 8)]
    apart = [(0, 0, day, 19) for day in (1, 3, 8)] + [(1, 0, day, 19) for day in (0, 2, 9)]
    met = ties(presence(*seen(*together), 3), PAIR)
    missed = ties(presence(*seen(*apart), 3), PAIR)
    assert met.surprise[0] > 5.0
    assert missed.surprise[0] == 0.0
    assert met.days[0] == 3


def test_a_crowd_weighs_less() -> None:
    alone = [(who, 0, day, 19) for who in (0, 1) for day in (1, 3, 8)]
    crowd = alone + [(who, 0, day, 19) for who in range(2, 8) for day in (1, 3, 8)]
    few = ties(presence(*seen(*alone, subjects=9), 9), PAIR)
    many = ties(presence(*seen(*crowd, subjects=9), 9), PAIR)
    assert many.observed[0] < 0.3 * few.observed[0]


def test_mean_and_variance_are_those_of_all_shuffles() -> None:
    rows = [
        (0, 0, 0, 18),
        (0, 0, 2, 18),
        (0, 0, 3, 20),
        (1, 0, 0, 18),
        (1, 0, 3, 18),
        (1, 0, 4, 20),
        (2, 0, 3, 18),
    ]
    homes = [(who, 100 + who, day, 4) for who in range(3) for day in range(5)]
    stays, places = visits(*rows, *homes)
    there = presence(stays, places, 3)
    found = ties(there, PAIR)
    matrix = np.zeros((5, 5))
    weight = {
        who: {
            (int(cell), int(day - there.days.min())): bits
            for cell, day, bits in zip(
                there.cells[slice(*there.offsets[who : who + 2])],
                there.days[slice(*there.offsets[who : who + 2])],
                there.weights[slice(*there.offsets[who : who + 2])],
                strict=True,
            )
        }
        for who in (0, 1)
    }
    for (cell, day), bits in weight[0].items():
        for (other, when), more in weight[1].items():
            if cell == other:
                matrix[day, when] += np.sqrt(bits * more)
    sums = [matrix[np.arange(5), list(order)].sum() for order in permutations(range(5))]
    assert found.observed[0] == pytest.approx(np.trace(matrix))
    assert found.expected[0] == pytest.approx(np.mean(sums))
    assert found.deviation[0] == pytest.approx(np.std(sums))


def test_shuffles_agree_and_are_the_same_for_a_seed() -> None:
    together = [(who, 0, day, 19) for who in (0, 1) for day in (1, 3, 8)]
    there = presence(*seen(*together), 3)
    first = drawn(there, PAIR, 999, 7)
    assert first[0] < 0.03
    assert np.array_equal(first, drawn(there, PAIR, 999, 7))


def test_planted_pairs_rank_above_chance_and_counting_does_not_reach_as_far() -> None:
    made = planted(Town(subjects=120, days=28, pairs=12, times=5, noise_m=0.0), seed=20261124)
    stays = dwells(made.tracks)
    meetings = standing(stays, len(made.tracks))
    found = acquainted(stays, meetings, len(made.tracks))
    planned = {tuple(sorted(pair)) for pair in made.pairs.tolist()}
    true = np.array([tuple(pair) in planned for pair in found.pairs.tolist()])
    assert true.sum() == 12
    assert auc(found.surprise, true) >= 0.95
    assert auc(found.days.astype(np.float64), true) < auc(found.surprise, true)
    by_chance = found.surprise[~true]
    assert (by_chance > -np.log2(0.05)).mean() <= 0.06


def test_places_do_not_grow_together_in_a_chain() -> None:
    stays, _ = visits(*((0, 0, day, 9) for day in range(10)))
    chain = Dwells(
        stays.subjects,
        stays.starts,
        stays.ends,
        10.0 + np.arange(10) * 0.0003,  # 21 m from one to the next
        stays.lats,
        np.full(10, 0.1),
    )
    assert len(set(gathered(chain, 36.0).tolist())) >= 3
    assert gathered(Dwells.none(), 36.0).tolist() == []
