"""Statements of the loader: each is planned once, and finds what it is about by an index that it names.

Neo4j plans a statement again when what it counted has changed, which in a growing graph is every ten
seconds: planning some forty statements anew was a third of its time. A plan that is kept must not depend on
how full the graph was when it was made: so every statement says which index it means, and a test sees that
none of them scans, not in an empty graph either.
"""

from __future__ import annotations

from typing import Any, Final, cast

from neo4j import ManagedTransaction, Result, Transaction

Tx = Transaction | ManagedTransaction

PLANNED_ONCE: Final = "CYPHER replan=skip "


class Rows(list[Any]):
    """Rows that are short when shown: the driver shows all parameters, whether or not that is logged."""

    def __repr__(self) -> str:
        return f"<{len(self)} rows>"


def run(tx: Tx, statement: str, **parameters: Any) -> Result:  # noqa: ANN401 - as the driver takes them
    """Run a statement of ours with the plan that it had the first time."""
    return tx.run(cast("Any", PLANNED_ONCE + statement), parameters)
