"""What has changed about a subject between two tellings, and when each change could first be known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analytics.conclusions import Change, Conclusion
from analytics.episodes import Episodes
from analytics.known import gone_at, known_of
from analytics.track import Track
from ontology.concluded import Finding, Gap, Retraction, Stay, Trip
from ontology.times import to_ms


def differences(
    old: Mapping[str, Conclusion],
    new: Mapping[str, Conclusion],
    subject: str,
    view: str,
    track: Track,
    episodes: Episodes,
    places: Mapping[str, int],
    again: int = -1,
) -> Iterator[Change]:
    """Retractions of what no longer holds, then what is new or other than it was.

    Args:
        old: key → what was told.
        new: key → what holds.
        subject: whom it is about, by IRI.
        view: whose conclusions they are.
        track: the subject's fixes.
        episodes: its episodes.
        places: key of a place → epoch milliseconds at which it was known.
        again: epoch milliseconds before which it is concluded again. What is new of that time may have been
            told and retracted before, and is known no earlier than that was: when all else is.
    """
    for key, thing in old.items():
        if key not in new:
            gone = Retraction(key=key, view=view, kind=type(thing).__name__)
            yield Change(gone, gone_at(thing, track, places), subject)
    for key, thing in new.items():
        before = old.get(key)
        if before != thing:
            known = known_of(thing, before, track, episodes, places)
            if before is None and _began(thing) < again:
                known = max(known, int(track.known.max()))
            yield Change(thing, known, subject)


def _began(thing: Conclusion) -> int:
    """Epoch milliseconds; a routine's is that of the track."""
    return to_ms(thing.start) if isinstance(thing, Stay | Trip | Gap | Finding) else -1
