"""Name changes: those that stay, those in turns, and errors."""

from __future__ import annotations

from analytics.maritime.names import CHANGE, TURNS, changes


def said(text: str) -> list[tuple[str, str, str, int]]:
    names = {"a": "STAR", "b": "MOON", "-": "", "x": "STAQ"}
    found = changes(range(len(text)), [names[letter] for letter in text])
    return [(one.what, one.old, one.new, one.moment) for one in found]


def test_a_new_name_that_stays() -> None:
    assert said("aaaaabbbbb") == [(CHANGE, "STAR", "MOON", 7)]


def test_an_error_is_none() -> None:
    assert said("aaaaaxaaaaxxaaaa") == []


def test_two_in_turns_are_told_once_more() -> None:
    assert said("aaabbbaaabbbaaabbb") == [(CHANGE, "STAR", "MOON", 5), (TURNS, "MOON", "STAR", 14)]


def test_padding_and_silence_say_nothing() -> None:
    assert changes([0, 1, 2, 3, 4, 5, 6], ["STAR", "star@@", "", " STAR ", "@@@", "STAR", "Star"]) == []
    assert said("aaa---aaa") == []
