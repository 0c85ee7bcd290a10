"""The saved queries that there are: those that come with Diurnal, and those of a folder in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import yaml
from pydantic import ValidationError

from graph.queries.errors import QueriesError, UnknownQueryError
from graph.queries.saved import SavedQuery

OURS: Final = Path(__file__).parent
ENDING: Final = ".yaml"

Shelf = Mapping[str, SavedQuery]
"""Saved queries by name, in the order of their names."""


def load(further: Path | None = None) -> Shelf:
    """All saved queries, read and checked.

    Args:
        further: a folder with queries of the operator's own.

    Raises:
        QueriesError: a file is no saved query, has another's name, or there is no such folder.
    """
    found: dict[str, SavedQuery] = {}
    for folder in (OURS, *([] if further is None else [further])):
        if not folder.is_dir():
            raise QueriesError(f"DIURNAL_QUERIES is {folder}, and that is no folder")
        for file in sorted(folder.glob(f"*{ENDING}")):
            query = read(file)
            if query.name in found:
                raise QueriesError(f"{file}: {query.name} is saved already; give it another name")
            found[query.name] = query
    return dict(sorted(found.items()))


def read(file: Path) -> SavedQuery:
    """A saved query from its file, whose name it has.

    Raises:
        QueriesError: it is none.
    """
    try:
        said = yaml.safe_load(file.read_text("utf-8"))
        query = SavedQuery.model_validate({"name": file.stem, **said} if isinstance(said, dict) else said)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise QueriesError(f"{file}: {faults}") from None
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise QueriesError(f"{file}: {error}") from None
    if query.name != file.stem:
        raise QueriesError(f"{file}: the query is called {query.name}; a file has its query's name")
    return query


def named(shelf: Shelf, name: str) -> SavedQuery:
    """A saved query.

    Raises:
        UnknownQueryError: there is none of that name.
    """
    if name not in shelf:
        raise UnknownQueryError(f"no query is saved as {name[:80]!r}; there are: {', '.join(shelf)}")
    return shelf[name]
