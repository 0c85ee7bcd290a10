"""States of subjects into the graph: a node for each step of what was known of a state, in each way.

States are rare: whatever is told of one, all that the graph has of it is read, and what differs is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, Final, LiteralString

from graph.memory import Memory
from graph.statement import Rows, Tx, run
from graph.states import START, StateId, Step, read_step, spans, steps, told_already
from graph.touches import StateTouch
from graph.write_pieces import see_all_made
from ontology.times import OPEN

# Whoever holds the subject's lock may make its states: two loaders that tell the same make one.
_LOCK: Final[LiteralString] = """
UNWIND $keys AS key MATCH (s:Subject {key: key}) USING INDEX SEEK s:Subject(key) SET s._to = $open
"""
_READ: Final[LiteralString] = """
UNWIND $keys AS key
MATCH (n:SubjectState {key: key}) USING INDEX SEEK n:SubjectState(key)
RETURN key, [(s:Subject)-[:HAS_STATE]->(n) | s.key][0] AS subject, n._sec[0] AS pair, n._content AS content,
       n._from[0] AS since, n.start AS start, n._to AS until, elementId(n) AS node
"""
_DELETE: Final[LiteralString] = "UNWIND $rows AS node MATCH (n) WHERE elementId(n) = node DETACH DELETE n"
_END: Final[LiteralString] = """
UNWIND $rows AS r
MATCH (n) WHERE elementId(n) = r.node
SET n._to = r.until
WITH n, r MATCH (n)<-[e:HAS_STATE]-()
SET e._to = r.until
"""
_CREATE: Final[LiteralString] = """
UNWIND $rows AS r
MATCH (s:Subject {key: r.subject}) USING INDEX SEEK s:Subject(key)
CREATE (s)-[e:HAS_STATE]->(n:SubjectState)
SET n = r.said, n += r.known, e = r.known
"""


def write(tx: Tx, told: Mapping[StateId, StateTouch], memory: Memory) -> set[str]:
    """Write what is news of states, whose subjects are there already; `memory` takes note.

    Returns:
        Keys of the subjects of which there is news.
    """
    news = {
        state: touch
        for state, touch in told.items()
        if not all(told_already(memory.state(state), step) for step in touch.told)
    }
    if not news:
        return set()
    subjects = {state.subject for state in news}
    run(tx, _LOCK, keys=sorted(subjects), open=OPEN).consume()
    standing = _read(tx, news)
    gone, ended, made = Rows(), Rows(), Rows()
    for state, touch in news.items():
        before = standing.get(state, {})
        after = steps([*before, *touch.told])
        until = spans(after)
        gone.extend(node for step, (node, _) in before.items() if step not in until)
        ended.extend(
            {"node": node, "until": until[step]}
            for step, (node, end) in before.items()
            if step in until and until[step] != end
        )
        made.extend(_row(state, touch, step, until[step]) for step in after if step not in before)
        memory.remember_state(state, after)
    _change(tx, gone, ended, made)
    return subjects


def _read(tx: Tx, states: Collection[StateId]) -> dict[StateId, dict[Step, tuple[str, int]]]:
    """What the graph has of these states: each step with its node and its end."""
    found: dict[StateId, dict[Step, tuple[str, int]]] = defaultdict(dict)
    for row in run(tx, _READ, keys=sorted({state.key for state in states})):
        state = StateId(row["key"], row["subject"], row["pair"], row["content"])
        found[state][read_step(row["since"], row["start"])] = (row["node"], row["until"])
    return found


def _row(state: StateId, touch: StateTouch, step: Step, until: int) -> dict[str, Any]:
    known = {"_sec": [state.pair], "_from": [step.known_at], "_to": until}
    said = {**touch.properties, START: step.start, "_content": state.content}
    return {"subject": state.subject, "said": said, "known": known}


def _change(tx: Tx, gone: Rows, ended: Rows, made: Rows) -> None:
    if gone:
        run(tx, _DELETE, rows=gone).consume()
    if ended:
        run(tx, _END, rows=ended).consume()
    if made:
        made.sort(key=lambda row: (row["subject"], row["said"]["key"]))
        created = run(tx, _CREATE, rows=made).consume().counters.relationships_created
        see_all_made(created, len(made), "HAS_STATE")
