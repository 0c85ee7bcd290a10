"""As of when: what is later than the loaders' watermark is refused, with the watermark."""

from __future__ import annotations

import pytest

from api.errors import BadParameterError, TooLateError
from api.moments import Moments
from graph.sight import NOW
from ontology.times import from_text, to_ms
from runtime.concluders import ANALYTICS, GRAPH, INGEST
from runtime.standing import Standing

CLOCK = from_text("2026-11-24T12:00:00Z")


def moments(*waiting: tuple[str, float | None]) -> Moments:
    standings = [Standing(stage, "t", 1, 0, {0: 1}, oldest) for stage, oldest in waiting]
    return Moments(dict, lambda _: standings, CLOCK.timestamp)


@pytest.mark.parametrize(
    ("waiting", "watermark"),
    [
        ([], "2026-11-24T12:00:00Z"),
        ([(GRAPH, None), (INGEST, None)], "2026-11-24T12:00:00Z"),
        ([(GRAPH, 90.0), (GRAPH, None)], "2026-11-24T11:58:30Z"),
        ([(GRAPH, 90.0), (GRAPH, 3600.0)], "2026-11-24T11:00:00Z"),
        ([(INGEST, 60.0), (GRAPH, None)], "2026-11-24T11:59:00Z"),
        ([(ANALYTICS, 60.0), (GRAPH, None)], "2026-11-24T12:00:00Z"),
    ],
)
def test_the_watermark_is_now_or_since_when_something_waits(
    waiting: list[tuple[str, float | None]], watermark: str
) -> None:
    found = moments(*waiting)
    assert found.watermark() == from_text(watermark)
    assert found.moment(watermark) == to_ms(from_text(watermark))
    later = watermark.replace("Z", ".001Z")
    with pytest.raises(TooLateError, match=watermark.replace("Z", r"\+00:00")):
        found.moment(later)


def test_without_a_moment_it_is_what_is_current_and_nobody_looks() -> None:
    def looked(_: object) -> list[Standing]:
        raise AssertionError

    assert Moments(dict, looked).moment(None) == NOW


@pytest.mark.parametrize("text", ["2020-12-05T14:00+02:00", "2020-12-05T12:00Z", "2020-12-05T12:00:00.0009Z"])
def test_a_moment_is_in_any_zone_to_the_millisecond(text: str) -> None:
    assert moments().moment(text) == to_ms(from_text("2020-12-05T12:00Z"))


@pytest.mark.parametrize(
    "text",
    ["", "now", "2020-12-05", "2020-12-05T12:00", "0001-01-01T00:00+05:00", "9999-12-31T23:00-05:00", "1e9"],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(BadParameterError, match="as_of"):
        moments().moment(text)


def test_a_watermark_that_was_found_is_not_asked_for_again_unless_the_graph_was_emptied() -> None:
    in_graph, looks = {("t", 0): 7}, 0

    def stood(_: object) -> list[Standing]:
        nonlocal looks
        looks += 1
        return []

    found = Moments(lambda: dict(in_graph), stood, CLOCK.timestamp)
    for _ in range(3):
        found.moment("2026-11-24T12:00Z")
    in_graph[("t", 0)] = 9
    found.moment("2026-11-24T11:00Z")
    assert looks == 1
    in_graph[("t", 0)] = 3
    found.moment("2026-11-24T11:00Z")
    assert looks == 2
    with pytest.raises(TooLateError):
        found.moment("2026-11-24T12:00:00.001Z")
    assert looks == 3
