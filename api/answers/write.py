"""An answer in any of its forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Final

from api.answers.drawn import write_graph
from api.answers.form import Form
from api.answers.lines import write_csv, write_json, write_ndjson
from graph.ask import Answer


def _arrow(answer: Answer, to: IO[bytes]) -> None:
    from api.answers.table import write_arrow  # polars is heavy, and few ask for it

    write_arrow(answer, to)


_WRITERS: Final[dict[Form, Callable[[Answer, IO[bytes]], None]]] = {
    Form.JSON: write_json,
    Form.NDJSON: write_ndjson,
    Form.CSV: write_csv,
    Form.ARROW: _arrow,
    Form.GRAPH: write_graph,
}


def write(answer: Answer, form: Form, to: IO[bytes]) -> None:
    """Writes an answer, row by row where the form allows it; afterwards it is known whether it is complete.

    Raises:
        ReaderError: what went wrong while rows came; a part may be written.
    """
    _WRITERS[form](answer, to)
