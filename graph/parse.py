"""Records as what they tell the graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from graph.errors import PoisonError
from graph.rdf_rest import is_whole, rest
from graph.told import Told
from ontology import rdf
from ontology.kind import Thing
from ontology.labels import Pair, canonical
from ontology.quads import quads
from ontology.reading import read_written
from ontology.segment import read_segment
from ontology.times import to_ms
from ontology.verdict import Verdict
from runtime.record import CONTENT_TYPE, N_TRIPLES, Record

Intern = Callable[[Pair], int]
"""Gives a pair of label and distribution its id."""

MOST_PAIRS: Final = 100_000


class Parser:
    """Reads records; remembers the ids of pairs by the headers' texts."""

    def __init__(self, intern: Intern, concluded: Iterable[str], judged: Iterable[str] = ()) -> None:
        """Make a parser.

        Args:
            intern: gives pairs their ids.
            concluded: full names of the topics that conclusions come from.
            judged: full names of those that analysts' verdicts come from.
        """
        self._intern = intern
        self._judged = frozenset(judged)
        self._concluded = frozenset(concluded)
        self._pairs: dict[tuple[str, str], int] = {}

    def told(self, record: Record) -> Iterator[Told]:
        """What a record tells, in its order.

        Raises:
            ValueError: the RDF, the label or a header cannot be read.
            PoisonError: no time of knowledge, or a conclusion or a verdict where none may come.
        """
        known_at = record.known_at
        if known_at is None:
            raise PoisonError("Known-At is left to the data here, too: the mapper must set it", "Known-At")
        since, pair = to_ms(known_at), self._pair(record.label, record.distribution)
        of = "v" if record.topic in self._judged else ""  # a version names its record, in whichever topic
        for index, thing in enumerate(self._things(record)):
            self._see_that_it_may_come(thing, record.topic)
            version = f"{of}{record.partition}-{record.offset}"
            yield Told(thing, pair, since, f"{version}-{index}" if index else version)

    def _see_that_it_may_come(self, thing: Thing, topic: str) -> None:
        """Whoever may tell what they observed may not, by that, say what was concluded or judged."""
        if isinstance(thing, Verdict) is not (topic in self._judged):
            raise PoisonError(f"{thing.key} is {type(thing).__name__}, and {topic} is for others")
        if thing.versioned and topic not in self._concluded | self._judged:
            raise PoisonError(f"{thing.key} is a conclusion, and {topic} is for observations")

    def _things(self, record: Record) -> list[Thing]:
        """The things of a record, then what else it says; conclusions are ours and say nothing else."""
        value, content_type = record.value, record.headers.get(CONTENT_TYPE) or N_TRIPLES
        if record.topic in self._concluded or record.topic in self._judged:
            return rdf.read(value, content_type)
        if content_type == N_TRIPLES:
            if (segment := read_segment(value)) is not None:
                return [segment]
            if (one := read_written(value)) is not None and is_whole(value, [one]):
                return [one]
        said = quads(value, content_type)
        things = rdf.things(said)
        left = rest(value, content_type, said, things)
        return things if left is None else [*things, left]

    def _pair(self, label: str, distribution: str) -> int:
        texts = (label, distribution)
        if texts not in self._pairs:
            if len(self._pairs) >= MOST_PAIRS:
                self._pairs.clear()
            self._pairs[texts] = self._intern(Pair(canonical(label), distribution))
        return self._pairs[texts]
