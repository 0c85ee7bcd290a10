"""What a measure is, how it is written down, and the table of a run."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

RESULTS: Final = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure.

    Attributes:
        name: which; also the name of its file.
        value: ours.
        unit: of `value`, `peer` and `limit`.
        peer: the peer's, measured beside ours.
        peer_name: who that is.
        limit: what the ground beneath would allow, measured beside ours.
        limit_name: what that is.
        target: what it should come to; for seconds, bytes and times as much a most, else a least.
        notes: whatever is needed to judge it.
    """

    name: str
    value: float
    unit: str
    peer: float | None = None
    peer_name: str | None = None
    limit: float | None = None
    limit_name: str | None = None
    target: float | None = None
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """Ours over the peer's."""
        return self.value / self.peer if self.peer else None

    @property
    def limit_ratio(self) -> float | None:
        """Ours over the limit."""
        return self.value / self.limit if self.limit else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met."""
        if self.target is None:
            return None
        return self.value <= self.target if self.unit in ("s", "MiB", "times") else self.value >= self.target

    def write(self, machine: dict[str, Any]) -> None:
        """Leave it in `bench/results/`."""
        RESULTS.mkdir(exist_ok=True)
        told = asdict(self) | {"ratio": self.ratio, "limit_ratio": self.limit_ratio, "machine": machine}
        text = json.dumps(_rounded(told), indent=2, ensure_ascii=False)
        (RESULTS / f"{self.name}.json").write_text(text + "\n")


def _rounded(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, float):
        return float(f"{value:.4g}") if abs(value) < 1000 else round(value)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list) else value


def show(measures: list[Measure], machine: dict[str, Any]) -> None:
    """Print the table."""
    title = f"{machine['cpus']} cores, {machine['cpu']}; load at the start {machine['load']:.1f}"
    table = Table(title=title, title_justify="left")
    for heading in ("measure", "ours", "unit", "peer", "ratio", "limit", "of limit", "target"):
        table.add_column(heading, justify="left" if heading in ("measure", "unit") else "right", no_wrap=True)
    for each in measures:
        met = "" if each.met is None else " ✓" if each.met else " ✗"
        table.add_row(
            each.name,
            _text(each.value),
            each.unit,
            _text(each.peer),
            "" if each.ratio is None else f"{each.ratio:.1f} x",
            _text(each.limit),
            "" if each.limit_ratio is None else f"{each.limit_ratio:.0%}",
            _text(each.target) + met,
        )
    console = Console(width=None if sys.stdout.isatty() else 150)
    console.print(table)
    for each in measures:
        for what, name in (("peer", each.peer_name), ("limit", each.limit_name)):
            if name:
                console.print(f"  {each.name}: {what} is {name}", style="dim", highlight=False)


def _text(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
