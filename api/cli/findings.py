"""A finding as text."""

from typing import Protocol

from api.cli.paper import wrap
from graph.reader.shown import short_id


class Told(Protocol):
    """What is told of a finding, whether it was just concluded or comes from the graph."""

    @property
    def kind(self) -> str:
        """What departs from what."""

    @property
    def subject(self) -> str:
        """IRI of the subject."""

    @property
    def statement(self) -> str:
        """One plain sentence with the counts."""

    @property
    def surprise(self) -> float:
        """Bits."""

    @property
    def alternatives(self) -> tuple[str, ...]:
        """What else could explain it."""


def paragraph(finding: Told, name: str | None, *, alternatives: bool = True) -> str:
    """Who, what, how surprising, in one sentence, and what else could explain it."""
    who = short_id(finding.subject)
    title = f"{name} ({who})" if name else who
    lines = [f"{title}: {finding.kind}, {finding.surprise:.1f} bits", wrap(finding.statement)]
    if alternatives:
        lines.append(wrap(f"What else could explain it: {'; '.join(finding.alternatives)}."))
    return "\n".join(lines)
