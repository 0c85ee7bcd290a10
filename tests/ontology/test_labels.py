"""Security labels, by a table of cases and by laws."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.errors import LabelError
from ontology.expression import MAX_DEPTH, MAX_LENGTH
from ontology.labels import DENY, UNREGISTERED, Pair, canonical, evaluate, pair_id, parse

CASES: dict[str, Any] = json.loads((Path(__file__).parent / "label_cases.json").read_text())

names = st.sampled_from(["a", "b", "c", "two words", "é", '"', "'", "\\", "a.b", "\n", ""])
things = st.sampled_from(["x", "y", "low", "high", "true", "False", 'q"', "it's", "tab\t", "-5"])
HELD = [
    dict(zip(("a", "b", "two words"), values, strict=True))
    for values in product([[], ["true", "x"], ["y", "low"], ["FALSE", "high"]], repeat=3)
]
ORDER = {"a": ["low", "x", "high"], "b": ["false", "true"]}


def quoted(text: str) -> str:
    return json.dumps(text)


@st.composite
def leaves(draw: st.DrawFn) -> str:
    relation = draw(st.sampled_from(["", "=", "==", " != "]))
    return quoted(draw(names)) + (relation + quoted(draw(things)) if relation else "")


expressions = st.recursive(
    leaves(),
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
        lambda parts: st.sampled_from(["(" + mark.join(parts) + ")" for mark in (" & ", "&&", "|", " || ")])
    ),
    max_leaves=8,
)


def everywhere(label: str) -> list[bool]:
    """What a label says to everybody of a crowd."""
    return [evaluate(parse(label), held, ORDER) for held in HELD]


def test_the_table_is_large_enough() -> None:
    assert sum(len(CASES[name]) for name in ("evaluates", "canonical", "refused")) >= 120


@pytest.mark.parametrize(("label", "held", "expected"), CASES["evaluates"])
def test_evaluation(label: str, held: dict[str, list[str]], expected: bool) -> None:
    assert evaluate(parse(label), held, CASES["hierarchies"]) is expected
    assert evaluate(parse(canonical(label)), held, CASES["hierarchies"]) is expected


@pytest.mark.parametrize(("label", "expected"), CASES["canonical"])
def test_canonical_text(label: str, expected: str) -> None:
    assert canonical(label) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(("label", "position", "expected"), CASES["refused"])
def test_what_is_no_label_says_where_and_what(label: str, position: int, expected: str) -> None:
    with pytest.raises(LabelError) as raised:
        parse(label)
    assert raised.value.position == position
    assert expected in raised.value.expected
    assert f"position {position}" in str(raised.value)


@given(expressions)
def test_canonical_is_idempotent_and_says_the_same(label: str) -> None:
    once = canonical(label)
    assert canonical(once) == once
    assert everywhere(once) == everywhere(label)


@given(expressions, expressions)
def test_and_or_do_not_mind_the_order(one: str, other: str) -> None:
    assert canonical(f"{one}&{other}") == canonical(f"{other} && {one}")
    assert canonical(f"{one}|{other}") == canonical(f"{other} || {one}")


@given(expressions, expressions, expressions)
def test_and_or_do_not_mind_the_grouping(one: str, two: str, three: str) -> None:
    for mark in "&|":
        assert canonical(f"({one}{mark}{two}){mark}{three}") == canonical(f"{one}{mark}({two}{mark}{three})")


@given(expressions, expressions)
def test_and_or_mean_both_and_either(one: str, other: str) -> None:
    pairs = list(zip(everywhere(one), everywhere(other), strict=True))
    assert everywhere(f"{one}&{other}") == [a and b for a, b in pairs]
    assert everywhere(f"{one}|{other}") == [a or b for a, b in pairs]
    assert everywhere(f"{one},{other}") == [a and b for a, b in pairs]


@given(expressions)
def test_with_nothing_held_nothing_is_seen(label: str) -> None:
    assert evaluate(parse(label), {}, ORDER) is False
    assert evaluate(parse(label), {name: [] for name in ("a", "b", "c")}, ORDER) is False


@given(expressions, st.text(max_size=3), st.integers(0, 40))
def test_garbled_labels_are_read_or_refused_but_never_crash(label: str, noise: str, at: int) -> None:
    garbled = label[:at] + noise + label[at:]
    try:
        once = canonical(garbled)
    except LabelError as error:
        position = error.position
    else:
        position = 0
        assert canonical(once) == once
    assert 0 <= position <= len(garbled)


def test_a_label_is_at_most_4096_characters() -> None:
    assert canonical("a" * MAX_LENGTH) == "a" * MAX_LENGTH
    with pytest.raises(LabelError, match="4096"):
        parse("a" * (MAX_LENGTH + 1))


def test_a_label_that_grows_too_long_is_refused() -> None:
    label = ",".join(f"a{index:03}|b" for index in range(580))
    assert len(label) <= MAX_LENGTH
    with pytest.raises(LabelError, match="canonical"):
        canonical(label)


def test_parentheses_nest_at_most_64_deep() -> None:
    assert canonical("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH) == "a"
    with pytest.raises(LabelError, match="64") as raised:
        parse("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1))
    assert raised.value.position == MAX_DEPTH


def test_lone_surrogates_are_refused() -> None:
    with pytest.raises(LabelError, match="position 3"):
        parse("a='\ud800'")


def test_values_must_be_a_collection() -> None:
    with pytest.raises(TypeError, match="collection"):
        evaluate(parse("a=x"), {"a": "x"})


def test_a_pair_is_made_of_headers() -> None:
    assert Pair.of("b & a", "feed") == Pair("a&b", "feed")
    assert Pair.of(None, None) == Pair(DENY, UNREGISTERED)
    assert Pair.of("*", "") == Pair("*", UNREGISTERED)
    with pytest.raises(LabelError):
        Pair.of("", "feed")


def test_pair_ids_are_fixed_for_ever() -> None:
    assert pair_id(Pair("*", "feed")) == 2246041299218520896
    assert pair_id(Pair("!", "unregistered")) == 8564588412132362306


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_pair_ids_are_positive_and_tell_pairs_apart(label: str, distribution: str) -> None:
    identity = pair_id(Pair(label, distribution))
    assert 0 < identity < 2**63
    assert identity != pair_id(Pair(label + "x", distribution))
    assert identity != pair_id(Pair(distribution + "y", label))
