"""Under which profile a view concludes, as the topic `views` keeps it, so that no two of them ever mix.

A view that saw more, or less, has concluded something else. What it told cannot be taken back: places stay,
and the graph as of an earlier moment shows it. So a view that has begun keeps its profile, and a changed one
is another view, under another name, concluded from the beginning of the log.
"""

from __future__ import annotations

from typing import Final

from confluent_kafka.admin import AdminClient
from pydantic import BaseModel, ConfigDict

from analytics.errors import ProfileError
from ontology.expression import Equals, folded
from ontology.labels import Hierarchies, evaluate
from ontology.views import View, distribution_of
from runtime import kafka, lag
from runtime.compacted import latest
from runtime.distributions import distributions, hidden
from runtime.errors import TransientError
from runtime.record import Headers, Record
from runtime.replay import everything
from runtime.topics import Topics
from runtime.transaction import send

_FLUSH_S: Final = 20.0
Values = dict[str, tuple[str, ...]]


class Profile(BaseModel):
    """What decides what a view sees, and what its conclusions carry; equal if that is.

    Attributes:
        attributes: attribute → its values, in order; None sees whatever comes.
        outranked: attribute → further values that these rank above. Not the hierarchies themselves, which
            may gain ranks that change nothing for the view.
        floor: the label of its conclusions; None is that of what is seen.
        without: distributions that were withdrawn when the view began. It never concludes from them, even
            once they are restored, and need not be hidden while they are withdrawn.
    """

    model_config = ConfigDict(frozen=True)

    attributes: Values | None = None
    outranked: Values = {}
    floor: str | None = None
    without: tuple[str, ...] = ()

    def follows(self, before: Profile) -> bool:
        """Whether it is the same, or gives it a floor that it did not have yet."""
        return self == before.model_copy(update={"floor": before.floor or self.floor})


UNKEPT: Final = Profile()
"""Of a view that concluded before profiles were kept: there was one, which saw whatever came."""


def profile_of(view: View, hierarchies: Hierarchies) -> Profile:
    """The profile of a view."""
    if view.attributes is None:
        return Profile(floor=view.floor)
    held = {name: tuple(sorted(set(map(folded, values)))) for name, values in view.attributes.items()}
    ranks = {name: {*map(folded, hierarchies.get(name, ()))}.difference(held[name]) for name in held}
    outranked = {
        name: tuple(sorted(rank for rank in of if evaluate(Equals(name, rank), view.attributes, hierarchies)))
        for name, of in ranks.items()
    }
    return Profile(attributes=_filled(held), outranked=_filled(outranked), floor=view.floor)


def _filled(values: Values) -> Values:
    return {name: of for name, of in sorted(values.items()) if of}


def keep(bootstrap: str, topics: Topics, group: str, name: str, profile: Profile) -> Profile:
    """Note under which profile a view concludes, before it does.

    A view that begins does so without what is withdrawn then; one that has begun keeps what it began without.

    Args:
        bootstrap: Kafka's `host:port`.
        topics: the installation's.
        group: the full name of the view's consumer group.
        name: the view's name.
        profile: its profile now, as the settings have it.

    Returns:
        The profile that is kept.

    Raises:
        ProfileError: it has concluded under another.
        TransientError: Kafka is away.
    """
    kept = {view: Profile.model_validate_json(said) for view, said in latest(bootstrap, topics.views).items()}
    before, admin = kept.get(name), kafka.admin(bootstrap)
    without = _withdrawn(bootstrap, topics, admin, group, name) if before is None else before.without
    profile = profile.model_copy(update={"without": without})
    if before == profile:
        return profile
    others = [view for view, said in kept.items() if said.attributes is None]
    if before is None and profile.attributes is None and others and _has_read(admin, group):
        raise ProfileError(
            f"the view {others[0]!r} has read the log, and a view {name!r} that went on from there would know"
            f" nothing of what it told: set DIURNAL_VIEW back to {others[0]}, or name further views in"
            " DIURNAL_VIEWS"
        )
    unkept = UNKEPT.model_copy(update={"without": without})
    if not profile.follows(before or unkept) and (
        _has_read(admin, group) or _has_concluded(bootstrap, topics, name)
    ):
        raise ProfileError(
            f"the view {name!r} has concluded under another profile, and what follows from two must not mix."
            f" It was {_shown(before or UNKEPT)}, and is to be {_shown(profile)}. Set it back (DIURNAL_VIEWS,"
            " DIURNAL_HIERARCHIES, DIURNAL_VIEW_LABEL), or give the changed view another name: it begins with"
            " the log"
        )
    _write(bootstrap, topics, name, profile)
    return profile


def _withdrawn(bootstrap: str, topics: Topics, admin: AdminClient, group: str, name: str) -> tuple[str, ...]:
    """What is withdrawn now; nothing where the view has concluded before profiles were kept."""
    found = hidden(distributions(bootstrap, topics))
    if not found or _has_read(admin, group) or _has_concluded(bootstrap, topics, name):
        return ()
    return tuple(sorted(found))


def _has_read(admin: AdminClient, group: str) -> bool:
    return any(offset > 0 for offset in lag.committed(admin, group).values())


def _has_concluded(bootstrap: str, topics: Topics, name: str) -> bool:
    """Whether the log has a conclusion of the view: that is what must not be mixed, whoever made it."""
    wanted = distribution_of(name)
    return any(
        record.distribution == wanted for chunk in everything(bootstrap, topics.derived) for record in chunk
    )


def _shown(profile: Profile) -> str:
    if profile == UNKEPT:
        return "one that sees whatever comes"
    return profile.model_dump_json(exclude_defaults=True)


def _write(bootstrap: str, topics: Topics, name: str, profile: Profile) -> None:
    producer = kafka.producer(bootstrap)
    send(producer, Record(topics.views, name.encode(), profile.model_dump_json().encode(), Headers()))
    if producer.flush(_FLUSH_S):
        producer.purge()
        raise TransientError(f"Kafka does not take the profile of the view {name!r}")
