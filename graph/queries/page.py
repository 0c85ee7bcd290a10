"""The saved queries as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from graph.queries.kinds import KINDS
from graph.queries.saved import Parameter, SavedQuery

HEAD: Final = """# The saved queries

<!-- Written by `diurnal queries --markdown > docs/saved-queries.md`; change graph/queries/. -->

Each answers a question that analysts ask again and again; [queries.md](queries.md) tells how it is asked, in
which forms it answers, and how you save your own.

Parameters are of a kind:

| kind | is written | in Cypher |
|---|---|---|
"""
MIDDLE: Final = """
On the command line any parameter can be given its kind: `-p at:instant=2020-12-05T12:00Z`.
"""


def page(queries: Iterable[SavedQuery]) -> str:
    """The whole page, in Markdown."""
    kinds = "".join(f"| `{kind}` | {said.form} | {said.value} |\n" for kind, said in KINDS.items())
    return HEAD + kinds + MIDDLE + "".join("\n" + section(query) for query in queries)


def section(query: SavedQuery, *, cypher: bool = False) -> str:
    """One query: what it answers, its parameters and columns, and an example."""
    given = "".join(_line(name, said) for name, said in query.parameters.items())
    columns = "".join(f"| `{name}` | {said} |\n" for name, said in query.columns.items())
    lines = [
        f"## {query.name}\n\n{query.title}. {query.description}\n",
        f"\n```\n{example(query)}\n```\n",
        f"\n| parameter | kind | what it means | default |\n|---|---|---|---|\n{given}" if given else "",
        f"\n| column | what it means |\n|---|---|\n{columns}",
        f"\n```cypher\n{query.cypher}\n```\n" if cypher else "",
    ]
    return "".join(lines)


def example(query: SavedQuery) -> str:
    """A command that asks it."""
    given = [f"-p {name}={_shell(said.example)}" for name, said in query.parameters.items() if said.required]
    return " ".join(["diurnal query --saved", query.name, *given])


def _line(name: str, said: Parameter) -> str:
    default = "" if said.required else f"`{said.default}`" if said.default is not None else "none"
    return f"| `{name}` | {said.type} | {said.description} | {default} |\n"


def _shell(value: Any) -> str:  # noqa: ANN401
    text = str(value)
    return f"'{text}'" if " " in text else text
