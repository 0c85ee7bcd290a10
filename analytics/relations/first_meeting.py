"""Finding: a meeting of two who had not met, of a subject that otherwise meets those it knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analytics import surprise
from analytics.civil_time import Zone, zone, zone_at
from analytics.parameters import HARBOUR, Parameters
from analytics.track import Track
from analytics.words import counted, span_text
from ontology import iri
from ontology.concluded import Finding, Meeting
from ontology.times import to_ms

KIND = "first meeting"


def first_meetings(
    tracks: Mapping[str, Track],
    meetings: Sequence[Meeting],
    view: str = "all",
    parameters: Parameters = HARBOUR,
) -> Iterator[Finding]:
    """Judge every first meeting of two by what each of them had done before it.

    As an unusual place is judged: a subject keeps to those it knows if, over the later half of its
    meetings, the rate at which it met somebody new is at most `settled_rate`; for one that meets anybody,
    somebody new says nothing. One finding for each of the two for whom it is one.

    Args:
        tracks: subject's IRI → its fixes, before the moment at which `meetings` were concluded.
        meetings: in order of time, as `told.told` gives them.
        view: whose conclusions they are.
        parameters: what settled means.
    """
    lives: dict[str, list[Meeting]] = {}
    spoken: set[str] = set()
    for meeting in meetings:
        for who in meeting.subjects:
            before = lives.setdefault(who, [])
            found = None if meeting.earlier else _judged(who, meeting, before, tracks[who], view, parameters)
            # Who meets several strangers at one moment is told once: the key of a finding names no others.
            if found is not None and found.key not in spoken:
                spoken.add(found.key)
                yield found
            before.append(meeting)


def _judged(
    who: str, meeting: Meeting, before: Sequence[Meeting], track: Track, view: str, parameters: Parameters
) -> Finding | None:
    """A meeting with somebody new, by the meetings that had begun before it."""
    where = zone(zone_at(round(meeting.lon, 2), round(meeting.lat, 2)))
    days = _days_watched(track, to_ms(meeting.start), where, parameters)
    if days < parameters.settled_days or len(before) < parameters.settled_stays:
        return None
    recent = before[len(before) // 2 :]
    new = sum(each.earlier == 0 for each in recent)
    bits = surprise.of_event(new, len(recent))
    if (new + 0.5) / (len(recent) + 1.0) > parameters.settled_rate or bits < parameters.findings_floor:
        return None
    other = next(each for each in meeting.subjects if each != who)
    known = len({each for earlier in before for each in earlier.subjects} - {who})
    return Finding(
        key=iri.finding(view, KIND, who, None, to_ms(meeting.start)),
        view=view,
        kind=KIND,
        subject=who,
        place=None,
        start=meeting.start,
        end=meeting.end,
        statement=(
            f"Met {_name(other)} {span_text(to_ms(meeting.start), to_ms(meeting.end), where)} at"
            f" {meeting.lat:.4f}, {meeting.lon:.4f}, whom it had not met on any of {counted(days, 'day')}"
            f" watched before. It had met {counted(known, 'other')}; {new} of its last"
            f" {counted(len(recent), 'meeting')} were first ones."
        ),
        matches=0,
        days=days,
        surprise=round(bits, 2),
        coverage="observed",
        alternatives=_alternatives(days, parameters),
        evidence=(meeting.key, *(each.key for each in before[-3:])),
    )


def _days_watched(track: Track, start: int, where: Zone, parameters: Parameters) -> int:
    """On how many of the days before was there a fix."""
    today = where.day(start)
    days = np.unique(where.days(track.times[: int(track.times.searchsorted(start))]))
    return int(((days < today) & (days >= today - parameters.baseline_days)).sum())


def _name(subject: str) -> str:
    told = iri.subject_id(subject)
    return subject if told is None else f"{told[0].upper()} {told[1]}"


def _alternatives(days: int, parameters: Parameters) -> tuple[str, ...]:
    small = (
        (f"a small sample: {counted(days, 'day')} watched",) if days < parameters.small_sample_days else ()
    )
    return (
        *small,
        "chance: both were there for reasons of their own",
        "they had met before where nobody saw one of them",
        "another under the same identity",
    )
