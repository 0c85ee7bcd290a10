"""A line of the table of scores."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    Attributes:
        part: of which part of the scores, such as `stays`.
        case: on what, such as `15 m noise`.
        metric: what is measured, such as `F1`.
        value: ours.
        at_least: the least that it should be, if anything.
        at_most: the most that it should be, if anything.
        peers: what others reach on the same, by their names.
        note: whatever is needed to judge it.
        details: more figures, for `score.json` only.
    """

    part: str
    case: str
    metric: str
    value: float
    at_least: float | None = None
    at_most: float | None = None
    peers: dict[str, float] = field(default_factory=dict)
    note: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        """Whether it is as it should be; None where nothing is asked."""
        if self.at_least is None and self.at_most is None:
            return None
        low = self.at_least is None or self.value >= self.at_least
        return low and (self.at_most is None or self.value <= self.at_most)

    @property
    def target(self) -> str:
        """What it should be, in words; empty where nothing is asked."""
        if self.at_least is not None and self.at_most is not None:
            return f"{self.at_least:.4g} to {self.at_most:.4g}"
        if self.at_least is not None:
            return f"≥ {self.at_least:.4g}"
        return "" if self.at_most is None else f"≤ {self.at_most:.4g}"

    def told(self) -> dict[str, Any]:
        """As it stands in `score.json`."""
        return asdict(self) | {"met": self.met}
