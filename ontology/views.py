"""Views: named clearance profiles, within each of which conclusions are drawn, and what bears their name."""

from __future__ import annotations

from typing import Final

_DERIVED: Final = "derived:"


def distribution_of(view: str) -> str:
    """The distribution in which a view's conclusions lie."""
    return _DERIVED + view


def view_of(distribution: str) -> str | None:
    """The view whose conclusions a distribution holds; None for what was observed."""
    return distribution.removeprefix(_DERIVED) if distribution.startswith(_DERIVED) else None
