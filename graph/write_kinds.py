"""What kind of thing a subject is, as a label of its node and of its states' nodes.

A subject is seen by whom it was told to, and its kind is told with it. A state has the label of its subject's
kind where the subject was known in the state's own way, and no later: else the label would tell its reader
what only others told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Final, LiteralString

from graph.rows import Properties
from graph.statement import Tx, run

Kinds = Mapping[str, tuple[Properties, Properties]]
"""Subjects that were told of, by key, with their facts before and after."""

_SET_KIND: Final = (
    "UNWIND $keys AS key MATCH (n:Subject {{key: key}}) USING INDEX SEEK n:Subject(key) SET n:{kind}"
)
# Where sources contradict one another about the kind, the one that counts may come last.
_WAS_KIND: Final = """
UNWIND $keys AS key
MATCH (n:Subject {{key: key}}) USING INDEX SEEK n:Subject(key)
REMOVE n:{kind}
WITH n MATCH (n)-[:HAS_STATE]->(state:SubjectState) REMOVE state:{kind}State
"""
_SET_STATES: Final[LiteralString] = """
UNWIND $keys AS key
MATCH (n:Subject {key: key}) USING INDEX SEEK n:Subject(key)
MATCH (n)-[:HAS_STATE]->(state:SubjectState)
WHERE any(i IN range(0, coalesce(size(n._sec), 0) - 1)
          WHERE n._sec[i] = state._sec[0] AND n._from[i] <= state._from[0])
SET state:$(n.kind + 'State')
"""


def write(tx: Tx, kinds: Kinds, stated: Collection[str]) -> None:
    """Label subjects that were told of, and the states of these and of those with new states, by key."""
    was: dict[str, list[str]] = defaultdict(list)
    now: dict[str, list[str]] = defaultdict(list)
    for key, (before, after) in kinds.items():
        if "kind" in after and before.get("kind") != after["kind"]:
            now[after["kind"]].append(key)
            if "kind" in before:
                was[before["kind"]].append(key)
    for kind, keys in sorted(was.items()):
        run(tx, _WAS_KIND.format(kind=kind), keys=sorted(keys)).consume()
    for kind, keys in sorted(now.items()):
        run(tx, _SET_KIND.format(kind=kind), keys=sorted(keys)).consume()
    touched = sorted({*kinds, *stated})
    if touched:
        run(tx, _SET_STATES, keys=touched).consume()
