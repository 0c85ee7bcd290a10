"""Identity or name change: what a vessel says of itself under one MMSI, in the course of time.

A new name that stays is a change: a sale, a new flag, or a cover (Park et al., 2023, "Tracking elusive and
shifting identities of the global fishing fleet"). Two names in turns are two vessels under one identity.
One message with another name is an error of typing or reception, and is neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

CHANGE = "changed"
TURNS = "in turns"


@dataclass(frozen=True, slots=True)
class Naming:
    """When a change is one."""

    messages: int = 3
    """A value told in fewer messages in a row is an error."""
    turns: int = 4
    """So many changes to and fro are two vessels, and no change."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a vessel says of itself, otherwise than before.

    Attributes:
        what: `changed` or `in turns`.
        moment: epoch milliseconds of the message that settled it.
        old: the value before.
        new: the value since.
        messages: how often the old one had been told by then.
    """

    what: str
    moment: int
    old: str
    new: str
    messages: int


def changes(times: Sequence[int], values: Sequence[str], naming: Naming = Naming()) -> list[Change]:
    """The changes of one value (name, call sign, IMO number) under one identity, each by what was before.

    Args:
        times: epoch milliseconds of the messages, in time order.
        values: what each says; empty, or blanks and @, where it says nothing.
        naming: when a change is one.
    """
    said = [(time, plain(value)) for time, value in zip(times, values, strict=True) if plain(value)]
    runs = [list(group) for _, group in groupby(said, key=lambda one: one[1])]
    lasting = [run for run in runs if len(run) >= naming.messages]
    found: list[Change] = []
    told: dict[str, int] = {}
    swings: dict[frozenset[str], int] = {}
    current = ""
    for run in lasting:
        value, moment = run[0][1], run[naming.messages - 1][0]
        if current and value != current:
            pair = frozenset((current, value))
            swings[pair] = swings.get(pair, 0) + 1
            if swings[pair] == 1:
                found.append(Change(CHANGE, moment, current, value, told[current]))
            elif swings[pair] == naming.turns:
                found.append(Change(TURNS, moment, current, value, told[current]))
        told[value] = told.get(value, 0) + len(run)
        current = value
    return found


def plain(value: str) -> str:
    """A value of AIS without its padding and in one case."""
    return " ".join(value.replace("@", " ").upper().split())
