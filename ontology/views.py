"""Views: named clearance profiles, within each of which conclusions are drawn, and what bears their name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ontology.expression import Deny, Equals, folded
from ontology.labels import Attributes, Hierarchies, evaluate, parse

MOST_VIEWS: Final = 8
"""Views in an installation: the analytics run once for each."""

_DERIVED: Final = "derived:"


@dataclass(frozen=True, slots=True)
class View:
    """A clearance profile under a name: conclusions are drawn from what somebody who holds it would see.

    Attributes:
        name: as it is asked for, and in `derived:<name>`.
        attributes: the profile; None has none, as when there is one view only, and sees whatever
            anybody may see: the operator answers for its floor.
        floor: canonical label of its conclusions; None: the one label that what it sees has.
    """

    name: str
    attributes: Attributes | None = None
    floor: str | None = None

    def sees(self, label: str, hierarchies: Hierarchies) -> bool:
        """Whether the view concludes from what bears a label; what nobody may see is not even a view's.

        Raises:
            LabelError: the label is no expression.
        """
        wanted = parse(label)
        if self.attributes is None:
            return not isinstance(wanted, Deny)
        return evaluate(wanted, self.attributes, hierarchies)


def covers(attributes: Attributes, view: View, hierarchies: Hierarchies) -> bool:
    """Whether somebody may read a view: they hold, or outrank, each value of its profile, and pass its floor.

    This alone does not say that they see all that the view sees: what is labelled `clearance!=top` is seen
    by a view that holds `secret`, and not by somebody who holds `top` alone. Whoever answers asks that, too
    (`api.sights`).
    """
    profile = view.attributes or {}
    held = all(
        evaluate(Equals(name, folded(value)), attributes, hierarchies)
        for name, values in profile.items()
        for value in values
    )
    return held and (view.floor is None or evaluate(parse(view.floor), attributes, hierarchies))


def distribution_of(view: str) -> str:
    """The distribution in which a view's conclusions lie."""
    return _DERIVED + view


def view_of(distribution: str) -> str | None:
    """The view whose conclusions a distribution holds; None for what was observed."""
    return distribution.removeprefix(_DERIVED) if distribution.startswith(_DERIVED) else None
