"""A life as text: what is known is said, in lines that fit, and nothing is said twice."""

from datetime import UTC, date, datetime

import pytest

from api.cli.life import render_life
from api.cli.paper import count, wrap
from graph.reader.findings import FindingShown
from graph.reader.routines import RoutineShown
from graph.reader.subjects import SubjectShown
from graph.reader.summary import PlaceStayed, SubjectSummary

AT = datetime(2020, 12, 7, 3, 24, tzinfo=UTC)
FERRY = SubjectShown(
    key="urn:diurnal:subject:mmsi:1",
    id="mmsi:1",
    kind="Ship",
    name="H209",
    type_name="passenger",
    length_m=26.0,
)
PIER = PlaceStayed(place="p", name="Pier 11", lon=-74.0, lat=40.7, stays=26, hours=4.0, last_seen=AT)


def routine(hours: tuple[int, ...]) -> RoutineShown:
    return RoutineShown(
        key="r", place="p", place_name="Pier 11", timezone="America/New_York", through=date(2020, 12, 6),
        weekdays=4, weekends=2, weekday_hours=hours, weekend_hours=(0,) * 24, visits=9, summary="At seven.",
    )  # fmt: skip


def finding() -> FindingShown:
    return FindingShown(
        key="f", kind="unusual place", subject=FERRY.key, start=AT, end=AT, statement="It stayed. " * 30,
        matches=0, days=4, surprise=3.3, rank=3.3, coverage="observed", alternatives=(), evidence=(),
    )  # fmt: skip


def life(**more: object) -> SubjectSummary:
    given = {
        "subject": FERRY, "fixes": 3888, "first_fix": AT, "last_fix": AT, "days_seen": 8, "stays": 1,
        "trips": 0, "gaps": 2, "places": (PIER,), "routines": (), "findings": (),
    }  # fmt: skip
    return SubjectSummary.model_validate(given | more)


def test_who_where_and_how_much() -> None:
    text = render_life(life())
    assert text.startswith("H209  (ship, mmsi:1)\npassenger, 26 m long\n")
    assert "Seen on 8 days" in text
    assert "3,888 fixes, 1 stay, no trip, 2 silences" in " ".join(text.split())
    assert "Pier 11" in text
    assert "nothing found" in text


def test_never_seen() -> None:
    text = render_life(life(first_fix=None, last_fix=None, fixes=0, places=()))
    assert "Never seen" in text


@pytest.mark.parametrize(("hits", "shade"), [(0, " "), (1, "░"), (2, "▒"), (3, "▓"), (4, "█"), (5, "█")])
def test_shades(hits: int, shade: str) -> None:
    text = render_life(life(routines=(routine((hits,) * 24),)))
    assert f"weekdays  |{shade * 24}|  of 4 days" in text


def test_a_long_life_is_cut_and_says_so() -> None:
    text = render_life(life(routines=(routine((1,) * 24),) * 5))
    assert text.count("At seven.") == 3
    assert "2 routines at other places" in text


def test_lines_fit_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = render_life(life(findings=(finding(),)))
    assert "  * unusual place: It stayed." in text
    assert max(map(len, text.splitlines())) <= 80


def test_counts_and_paragraphs() -> None:
    assert [count(n, "fix", "fixes") for n in (0, 1, 2000)] == ["no fix", "1 fix", "2,000 fixes"]
    assert wrap("a b", indent="  * ", hanging="    ") == "  * a b"
