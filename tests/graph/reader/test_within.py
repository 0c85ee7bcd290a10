from datetime import UTC, datetime

import pytest

from graph.reader.text import prefixes
from graph.reader.within import Box, Interval


def test_an_interval_must_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        Interval(datetime(2020, 12, 2, tzinfo=UTC), datetime(2020, 12, 1, tzinfo=UTC))


@pytest.mark.parametrize("corners", [(-181, 0, 0, 1), (0, 1, 1, 0), (0, -91, 1, 0), (0, 0, float("nan"), 1)])
def test_a_box_lies_on_the_globe(corners: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"(lat|long)itudes lie"):
        Box(*corners)


def test_words_hold_nothing_of_the_query_language() -> None:
    assert prefixes('a:b* OR "c" ~2 [x TO y]') == ["a", "b", "or", "c", "2", "x", "to", "y"]
    assert prefixes("  ") == []
    assert len(prefixes("w " * 50)) == 8


def test_a_scheme_before_a_number_is_left_out() -> None:
    assert [
        prefixes(text) for text in ("IMO 9074729", "imo9074729", "mmsi:367000001", "imo", "imogen 1")
    ] == [
        ["9074729"],
        ["9074729"],
        ["367000001"],
        ["imo"],
        ["imogen", "1"],
    ]
