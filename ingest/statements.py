"""What is said about subjects beside where they are: who they are, what they are called, how they look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from ingest.feed import NOTHING_SAID, Named, Parsed, Words
from ingest.origin import Origin
from ingest.tracks import Rows
from ontology import iri
from ontology.kind import Thing
from ontology.observed import Identifier, Subject, SubjectState
from ontology.times import DAY_MS, from_ms, to_ms

_MOST_REMEMBERED = 500_000


@dataclass(frozen=True, slots=True)
class Statement:
    """Things said of one subject, with when it is known, and of which raw record and subject, as indices."""

    things: tuple[Thing, ...]
    known_at: datetime
    origin: int
    subject: int


class Told:
    """What was told already and need not be told with every report. To forget it costs repetition only.

    What is told again is news where it is known since earlier, or was said earlier.
    """

    def __init__(self) -> None:
        self._since: dict[tuple[object, ...], tuple[int, int]] = {}

    def is_news(self, what: tuple[object, ...], known: int, said: int) -> bool:
        """Whether to tell it; from then on it is told. Both times are epoch milliseconds."""
        before = self._since.get(what)
        if before is not None and before[0] <= known and before[1] <= said:
            return False
        if len(self._since) >= _MOST_REMEMBERED:
            self._since.clear()
        self._since[what] = (known, said) if before is None else (min(known, before[0]), min(said, before[1]))
        return True

    def forget(self) -> None:
        """Everything counts as news again."""
        self._since.clear()


def statements(
    rows: Rows, parsed: Parsed, origins: Sequence[Origin], names: Sequence[str], told: Told
) -> Iterator[Statement]:
    """What rows say that is news.

    Args:
        rows: the rows.
        parsed: the body that they stand in.
        origins: the raw records.
        names: the IRIs of the subjects.
        told: what was told already.
    """
    for of, whom, word, time in _sayings(rows, parsed):
        origin = origins[of]
        known_at = origin.known_at or from_ms(time)
        words = parsed.said[word] if word != NOTHING_SAID else Words()
        things = _things(names[whom], parsed.named[whom], words, time, origin, told, to_ms(known_at))
        if things:
            yield Statement(things, known_at, of, whom)


def _sayings(rows: Rows, parsed: Parsed) -> Iterator[tuple[int, int, int, int]]:
    """Raw record, subject, words, and the first time in each UTC day that they were said, by time."""
    order = np.lexsort((rows.times, rows.times // DAY_MS, parsed.words, rows.subjects, rows.origins))
    keys = [column[order] for column in (rows.origins, rows.subjects, parsed.words, rows.times // DAY_MS)]
    if not len(order):
        return
    changes = np.any([np.diff(key) != 0 for key in keys], axis=0)
    firsts = order[np.concatenate(([0], np.flatnonzero(changes) + 1))]
    firsts = firsts[np.lexsort((rows.times[firsts], rows.origins[firsts]))]
    columns = (rows.origins, rows.subjects, parsed.words, rows.times)
    yield from zip(*(column[firsts].tolist() for column in columns), strict=True)


def _things(
    subject: str, named: Named, words: Words, time: int, origin: Origin, told: Told, known: int
) -> tuple[Thing, ...]:
    identifiers = [Identifier(iri.identifier(named.scheme, named.value), named.scheme, named.value)]
    for scheme, value in (("IMO", words.imo), ("CallSign", words.call_sign), *words.identifiers):
        if value is not None and (scheme, value) != (named.scheme, named.value):
            identifiers.append(Identifier(iri.identifier(scheme, value), scheme, value))
    keys = tuple(identifier.key for identifier in identifiers)
    pair = (origin.label, origin.distribution)
    news = told.is_news((subject, keys, *pair), known, known)
    state = _state(subject, words, time, origin) if any(part is not None for part in words.said) else None
    if state is not None:
        news |= told.is_news((state.key, *pair), known, time)
    if not news:
        return ()
    watched = Subject(subject, named.kind, keys)
    return (watched, *identifiers, state) if state is not None else (watched, *identifiers)


def _state(subject: str, words: Words, time: int, origin: Origin) -> SubjectState:
    start = from_ms(time)
    key = iri.state(subject, origin.distribution, origin.label, start.date(), *words.said)
    return SubjectState(key, subject, start, *words.said)
