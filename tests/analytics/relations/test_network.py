import numpy as np

from analytics.relations.meetings import Meetings
from analytics.relations.network import brokers, change, communities, first_meetings, network

NAMES = ("ann", "bob", "cid", "dan", "eve", "fay", "gus")


def meetings(*rows: tuple[int, int, int, int]) -> Meetings:
    first, second, starts, ends = np.array(rows, np.int64).reshape(-1, 4).T
    nowhere = np.zeros(len(first))
    return Meetings(first, second, starts, ends, nowhere, nowhere, nowhere, np.zeros(len(first), np.bool_))


CLIQUES = meetings(
    *((a, b, 0, 60_000) for a, b in ((0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5))), (2, 3, 0, 60_000)
)


def test_a_tie_counts_its_meetings_and_their_time_within_the_span() -> None:
    graph = network(
        meetings((0, 1, 0, 10_000), (0, 1, 20_000, 40_000), (0, 2, 50_000, 60_000)), NAMES, 5_000, 30_000
    )
    assert graph.edges["ann", "bob"] == {"meetings": 2, "seconds": 15.0}
    assert "cid" not in graph


def test_groups_and_who_stands_between_them() -> None:
    graph = network(CLIQUES, NAMES, 0, 60_000)
    assert communities(graph) == [frozenset(NAMES[:3]), frozenset(NAMES[3:6])]
    assert list(brokers(graph))[:2] == ["cid", "dan"]


def test_groups_do_not_depend_on_the_order_of_meetings() -> None:
    back = CLIQUES.where(np.arange(len(CLIQUES))[::-1])
    assert communities(network(back, NAMES, 0, 60_000)) == communities(network(CLIQUES, NAMES, 0, 60_000))


def test_who_entered_and_left_and_which_tie_is_new() -> None:
    before = network(meetings((0, 1, 0, 9), (1, 2, 0, 9)), NAMES, 0, 10)
    after = network(meetings((1, 0, 0, 9), (1, 6, 0, 9)), NAMES, 0, 10)
    told = change(before, after)
    assert (told.entered, told.left) == ({"gus"}, {"cid"})
    assert (told.new, told.ended) == ({("bob", "gus")}, {("bob", "cid")})


def test_the_first_meeting_of_each_pair() -> None:
    given = meetings((0, 1, 5, 6), (0, 2, 1, 2), (0, 1, 3, 4), (0, 2, 9, 10))
    assert first_meetings(given).tolist() == [1, 2]
    assert first_meetings(Meetings.none()).tolist() == []
