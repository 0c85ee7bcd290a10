import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import cursor
from api.errors import BadParameterError

MARK = cursor.question("/v1/stays", [("place", "x")])


@given(st.integers(-(2**52), 2**52), st.text())
def test_what_is_encoded_comes_back(value: int, key: str) -> None:
    text = cursor.encode((value, key.encode("utf-8", "ignore").decode()), MARK)
    assert cursor.decode(text, MARK, (int, str))[0] == value


@given(st.text(max_size=60))
def test_nothing_else_is_a_cursor(text: str) -> None:
    with pytest.raises(BadParameterError):
        cursor.decode(text, MARK, (int, str))


@pytest.mark.parametrize("kinds", [(str, str), (int,), (int, str, str), (int, int)])
def test_sort_values_must_be_of_the_right_kind(kinds: tuple[type, ...]) -> None:
    with pytest.raises(BadParameterError):
        cursor.decode(cursor.encode((1, "key"), MARK), MARK, kinds)


def test_paging_parameters_do_not_change_the_question() -> None:
    assert cursor.question("/v1/stays", [("limit", "3"), ("place", "x"), ("cursor", "c")]) == MARK
    assert cursor.question("/v1/stays", [("place", "y")]) != MARK
