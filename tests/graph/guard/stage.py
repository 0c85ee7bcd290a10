"""What the guard is attacked on: a graph of which the weak see a part, and the strong more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from neo4j import Driver

from graph.reader.reader import Reader

SECRET: Final = "XANADU"
"""The name of a state that the weak may not see, and of which nothing may be told."""
OURS: Final = ("_sec", "_from", "_to", "_content", "_version")
DEFAULT: Final = "DEFAULT_TEMPORAL_ARGUMENT"
"""Neo4j's word for an argument left out, which then reads the clock."""
MAGIC: Final[dict[str, Any]] = {"zone": {"timezone": "UTC"}, "default": DEFAULT}


@dataclass(frozen=True)
class Stage:
    """A graph of which the weak may see a part, and the strong more."""

    driver: Driver
    weak: Reader
    strong: Reader

    def told(self, cypher: str, **parameters: Any) -> list[list[Any]]:
        """Rows that the weak are told."""
        return rows(self.weak, cypher, **parameters)

    def call(self, query: Any, parameters: Any, sight: Any) -> list[Any]:
        """The procedure itself, asked by somebody who goes round the reader."""
        asked = {"q": query, "p": parameters, "s": sight}
        found = self.driver.execute_query("CALL diurnal.read($q, $p, $s) YIELD kind, values", asked)
        return [record["values"] for record in found.records if record["kind"] == "row"]


def rows(reader: Reader, cypher: str, seconds: float = 20.0, **parameters: Any) -> list[list[Any]]:
    return [values for kind, values in reader.parts(cypher, parameters, seconds) if kind == "row"]
