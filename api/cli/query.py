"""`diurnal query` and `diurnal queries`: ask the graph in Cypher, or by a saved query."""

from __future__ import annotations

import shutil
from enum import StrEnum
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Annotated, Final

import orjson
import typer

from api.answers.form import Form
from api.answers.respond import IN_MEMORY
from api.cli import context
from api.cli.answer_table import emit_answer
from api.cli.errors import InputError
from api.cli.output import AsJson, emit_json, emit_rows, emit_text, note, stdout
from api.cli.question import Question, parameters
from api.cli.remote import api

_CHUNK: Final = 1 << 18


class Shown(StrEnum):
    """How an answer is shown."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    ARROW = "arrow"
    GRAPH = "graph"


def query(
    cypher: Annotated[
        str | None, typer.Argument(help="A query that reads, such as 'MATCH (s:Ship) RETURN count(s)'.")
    ] = None,
    saved: Annotated[
        str | None, typer.Option(metavar="NAME", help="A saved query instead; `diurnal queries` lists them.")
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter",
            "-p",
            metavar="NAME=VALUE",
            help="A parameter, used as $NAME: a number as JSON writes it, else text; NAME:KIND=VALUE"
            " for one of a kind, such as at:instant=…",
        ),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="As of then, such as 2020-12-05T12:00Z.")
    ] = None,
    view: Annotated[str | None, typer.Option(help="View whose conclusions are read.")] = None,
    token: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Ask the API, as whoever's token is in the file."),
    ] = None,
    url: Annotated[
        str | None, typer.Option("--api", metavar="URL", help="That API; else the one of this home.")
    ] = None,
    form: Annotated[
        Shown, typer.Option("--format", "-f", help="How the answer is shown; graph: nodes and edges.")
    ] = Shown.TABLE,
    as_json: AsJson = False,
) -> None:
    """Ask the graph in Cypher, or by a saved query; nothing can be written.

    With --token as somebody: what they may not see does not exist. Without, as the operator of this home, who
    sees everything. At most 100,000 rows, within 60 s.

    Example: `diurnal query 'MATCH (f:Finding)-[:ABOUT]->(s) RETURN s.key, f.statement LIMIT 5'`
    """
    if (cypher is None) == (saved is None):
        raise InputError("give a query in Cypher, or the name of a saved one with --saved")
    if url is not None and token is None:
        raise InputError("--api needs --token: it answers nobody else")
    given = parameters(parameter or [], saved=saved is not None)
    question = Question(cypher or "", saved, given, view, as_of)
    table = as_json or form is Shown.TABLE
    wanted = Form.JSON if table else Form(form)
    with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
        if token is None:
            complete = question.of_graph(wanted, body)
        else:
            complete = question.of_api(api(token, url), wanted, body)
        body.seek(0)
        if table:
            emit_answer(orjson.loads(body.read()), as_json=as_json)
        else:
            with stdout() as to:
                shutil.copyfileobj(body, to, _CHUNK)
    if not complete:
        note("rows were left out: ask for less")


def queries(
    name: Annotated[str | None, typer.Argument(help="Show this one, with its Cypher.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="As the page docs/saved-queries.md.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the saved queries, or show one.

    Those that come with Diurnal, and those in the folder DIURNAL_QUERIES.
    """
    from graph.queries import shelf
    from graph.queries.page import page, section

    kept = shelf.load(context.settings().queries)
    chosen = [shelf.named(kept, name)] if name else list(kept.values())
    if as_json:
        emit_json([each.model_dump(mode="json") for each in chosen])
    elif markdown:
        emit_text(page(chosen))
    elif name:
        emit_text(section(chosen[0], cypher=True))
    else:
        emit_rows([each.model_dump() for each in chosen], ["name", "title"], as_json=False)


COMMANDS: Final = (query, queries)
