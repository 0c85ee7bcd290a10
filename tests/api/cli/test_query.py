"""`diurnal query` and `diurnal queries`: as the operator, and as whoever has a token."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest
from neo4j import Driver
from starlette.types import Scope
from typer.testing import CliRunner

from api.cli import context
from api.cli.errors import NOT_FOUND, UNAVAILABLE, USAGE, InputError, NotRunningError
from api.cli.exits import exit_code
from api.cli.main import INTERRUPTED
from api.cli.main import app as command
from api.cli.question import parameters
from api.errors import BadParameterError, TooLateError
from api.purpose import purpose_of
from graph.queries import shelf
from graph.queries.errors import UnknownQueryError
from graph.queries.page import page
from graph.reader.errors import RefusedError
from ontology.times import from_text
from runtime.settings import Settings

Run = Callable[..., str]
COUNT = "MATCH (s:Subject) RETURN count(s) AS subjects"
DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture
def run(servers_home: Path, api_settings: Settings, filled: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls a command of the home whose graph the API serves, and gives what it printed."""
    assert filled
    monkeypatch.setenv("DIURNAL_TOPIC_PREFIX", api_settings.topic_prefix)
    monkeypatch.setenv("DIURNAL_VIEW", api_settings.view)
    monkeypatch.setattr(context, "_overrides", {})

    def call(*words: str) -> str:
        result = CliRunner().invoke(command, ["--home", str(servers_home), *words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    return call


@pytest.fixture
def as_somebody(anonymous: httpx.Client, bearer: Any, tmp_path: Path) -> list[str]:
    """The options with which the API is asked as somebody."""
    token = tmp_path / "me.token"
    token.write_text(bearer("ann")["Authorization"].removeprefix("Bearer ") + "\n")
    return ["--token", str(token), "--api", str(anonymous.base_url)]


@pytest.fixture(params=["operator", "somebody"])
def asking(request: pytest.FixtureRequest) -> list[str]:
    """Both ways of asking: what the harbour holds, everybody may see."""
    return [] if request.param == "operator" else list(request.getfixturevalue("as_somebody"))


def test_a_table_a_document_and_rows(run: Run, asking: list[str]) -> None:
    assert run("query", COUNT, *asking).split() == ["subjects", "4"]
    assert json.loads(run("query", COUNT, "--json", *asking)) == [{"subjects": 4}]
    said = json.loads(run("query", COUNT, "--format", "json", *asking))
    assert said == {"columns": ["subjects"], "rows": [[4]], "complete": True}
    assert run("query", COUNT, "-f", "csv", *asking).splitlines() == ["subjects", "4"]
    assert json.loads(run("query", COUNT, "-f", "ndjson", *asking)) == {"subjects": 4}


def test_a_graph_to_draw(run: Run, asking: list[str], harbour: Any) -> None:
    cypher = "MATCH p = (:Subject {key: $key})-[:IDENTIFIED_BY]->() RETURN p"
    drawn = json.loads(run("query", cypher, "-p", f"key={harbour.FERRY}", "-f", "graph", *asking))
    assert (len(drawn["nodes"]), len(drawn["edges"])) == (3, 2)
    table = run("query", cypher, "-p", f"key={harbour.FERRY}", *asking)
    assert f"(:Ship:Subject {harbour.FERRY}) [:IDENTIFIED_BY] (:Identifier urn" in table


def test_arrow(
    run: Run, as_somebody: list[str], servers_home: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run
    for how in ([], as_somebody):
        command(["--home", str(servers_home), "query", COUNT, "-f", "arrow", *how], standalone_mode=False)
        assert pl.read_ipc_stream(capfdbinary.readouterr().out)["subjects"].to_list() == [4]


def test_parameters_of_every_kind(run: Run, asking: list[str]) -> None:
    cypher = (
        "RETURN $n + 1 AS n, $t AS t, $at.year AS year, $in.since.day AS day, $in.until_ms AS until, $s AS s"
    )
    given = [
        "n=41",
        "t=x=y",
        "at:instant=2020-12-05T12:00Z",
        "in:interval=2020-12-01T00:00Z/..",
        "s:subject=mmsi:1",
    ]
    [row] = json.loads(
        run("query", cypher, *(word for each in given for word in ("-p", each)), "--json", *asking)
    )
    until = (from_text("9999-12-31T00:00Z") - from_text("1970-01-01T00:00Z")).days * 86_400_000
    assert row == {
        "n": 42, "t": "x=y", "year": 2020, "day": 1, "until": until, "s": "urn:diurnal:subject:mmsi:1",
    }  # fmt: skip


def test_a_saved_query(run: Run, asking: list[str], harbour: Any) -> None:
    [row] = json.loads(run("query", "--saved", "seen", "-p", "subject=mmsi:367000001", "--json", *asking))
    assert row["name"] == "NYC FERRY ONE"
    assert row["first"].startswith(f"{harbour.at(0, 11):%Y-%m-%dT%H:%M}")
    known = run(
        "query", "--saved", "then-and-now", "-p", "subject=mmsi:367000001", "-p", "then=1969-01-01T00:00Z",
        "-f", "csv", *asking,
    )  # fmt: skip
    assert {line.split(",")[0] for line in known.splitlines()[1:]} == {"now"}


def test_as_of_and_view(run: Run, asking: list[str], api_settings: Settings) -> None:
    before = run("query", COUNT, "--as-of", "1969-12-31T00:00Z", "--json", *asking)
    assert json.loads(before) == [{"subjects": 0}]
    stays = "MATCH (y:Stay) RETURN count(y) > 5 AS stays"
    assert json.loads(run("query", stays, "--view", api_settings.view, "--json", *asking)) == [
        {"stays": True}
    ]


@pytest.mark.parametrize(
    ("words", "error", "code", "says"),
    [
        (["CREATE (n:X) RETURN n"], RefusedError, USAGE, "no way of reading"),
        (["RETURN $a AS a", "-p", "a"], InputError, USAGE, "NAME=VALUE"),
        (["RETURN $a AS a", "-p", "a:instant=noon"], InputError, USAGE, "no instant"),
        (["RETURN $a AS a", "-p", "a:moment=noon"], InputError, USAGE, "kinds are subject"),
        ([], InputError, USAGE, "--saved"),
        (["RETURN 1 AS a", "--saved", "seen"], InputError, USAGE, "--saved"),
        (["--saved", "nowhere"], UnknownQueryError, NOT_FOUND, "near-position"),
        ([COUNT, "--as-of", "2100-01-01T00:00Z"], TooLateError, USAGE, "later than"),
        ([COUNT, "--as-of", "noon"], BadParameterError, USAGE, "as_of"),
        ([COUNT, "--view", "nobodys"], InputError, USAGE, "no such view"),
        ([COUNT, "--api", "http://127.0.0.1:1"], InputError, USAGE, "--token"),
        ([COUNT, "--token", "/no/such/file"], InputError, USAGE, "--token"),
    ],
)
def test_what_cannot_be_asked_is_told(
    run: Run, words: list[str], error: type[Exception], code: int, says: str
) -> None:
    with pytest.raises(error, match=says) as told:
        run("query", *words)
    assert exit_code(told.value) == code


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["CREATE (n:X) RETURN n"], USAGE, "no way of reading"),
        (["--saved", "nowhere"], NOT_FOUND, "near-position"),
        (["--saved", "a?b"], NOT_FOUND, "near-position"),
        (["--saved", "seen"], USAGE, "subject: is missing"),
        ([COUNT, "--as-of", "2100-01-01T00:00Z"], USAGE, "later than"),
        ([COUNT, "--view", "nobodys"], USAGE, "no such view"),
    ],
)
def test_what_the_api_refuses_is_told(
    run: Run, as_somebody: list[str], words: list[str], code: int, says: str
) -> None:
    with pytest.raises(Exception, match=says) as told:
        run("query", *words, *as_somebody)
    assert exit_code(told.value) == code


def test_a_token_that_is_none_and_an_api_that_is_not_there(
    run: Run, as_somebody: list[str], tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.token"
    wrong.write_text("x.y.z")
    with pytest.raises(Exception, match="token"):
        run("query", COUNT, "--token", str(wrong), *as_somebody[2:])
    with pytest.raises(Exception, match="does not answer") as told:
        run("query", COUNT, *as_somebody[:2], "--api", "http://127.0.0.1:1")
    assert exit_code(told.value) == UNAVAILABLE
    with pytest.raises(NotRunningError, match="--api"):
        run("query", COUNT, *as_somebody[:2])


def test_a_purpose_in_any_language_arrives(
    run: Run, as_somebody: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stated: list[str | None] = []

    def seen(scope: Scope, *, required: bool) -> str | None:
        stated.append(purpose_of(scope, required=required))
        return stated[-1]

    monkeypatch.setattr("api.audited.purpose_of", seen)
    run("--purpose", "Überprüfung № 7", "query", COUNT, *as_somebody)
    assert stated == ["Überprüfung № 7"]
    with pytest.raises(InputError, match="printable"):
        run("--purpose", "a\nb", "query", COUNT, *as_somebody)


@pytest.mark.parametrize("url", ["http://[::1", "127.0.0.1:8000", "ftp://x", "http://", "http://x:port"])
def test_an_address_that_is_none_is_told(run: Run, as_somebody: list[str], url: str) -> None:
    with pytest.raises(InputError, match="--api"):
        run("query", COUNT, *as_somebody[:2], "--api", url)


def test_who_interrupts_a_question_ends_it(
    servers_home: Path, api_settings: Settings, filled: Driver
) -> None:
    def runs() -> bool:
        marks = "SHOW TRANSACTIONS YIELD metaData WHERE metaData.asked IS NOT NULL RETURN metaData"
        return bool(filled.execute_query(marks).records)

    endless = "UNWIND range(1, 1000000000) AS x UNWIND range(1, 1000000) AS y RETURN count(*) AS n"
    asking = subprocess.Popen(
        [Path(sys.executable).with_name("diurnal"), "--home", str(servers_home), "query", endless],
        env=os.environ
        | {"DIURNAL_TOPIC_PREFIX": api_settings.topic_prefix, "DIURNAL_VIEW": api_settings.view},
        stderr=subprocess.PIPE,
    )
    try:
        until = time.monotonic() + 50
        while not runs():
            assert asking.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        asking.send_signal(signal.SIGINT)
        asking.communicate(timeout=20)
        assert asking.returncode == INTERRUPTED
        assert not runs()
    finally:
        asking.kill()
        asking.communicate()


def test_the_saved_queries_are_listed_and_shown(run: Run) -> None:
    assert "rests-at-night" in run("queries")
    assert "MATCH (:Subject {key: $subject})" in run("queries", "rests-at-night")
    assert [query["name"] for query in json.loads(run("queries", "--json"))] == list(shelf.load())
    with pytest.raises(UnknownQueryError):
        run("queries", "nowhere")


def test_the_page_tells_of_every_query() -> None:
    written = (DOCS / "saved-queries.md").read_text()
    assert written == page(shelf.load().values()), "diurnal queries --markdown > docs/saved-queries.md"


def test_a_saved_query_takes_its_parameters_as_they_are_written() -> None:
    assert parameters(["at_least=3", "subject=mmsi:1"], saved=True) == {"at_least": "3", "subject": "mmsi:1"}
    assert parameters(["n=3", "x=0.5", "t=a"], saved=False) == {"n": 3, "x": 0.5, "t": "a"}


@pytest.mark.parametrize(
    "text", ["INFINITY", "nan", "1_000", "007", "+447700900123", " 5", "\u0663", "0x10", "1e", ""]
)
def test_what_json_writes_no_number_as_is_text(text: str) -> None:
    assert parameters([f"x={text}"], saved=False) == {"x": text}


@pytest.mark.parametrize("text", ["9223372036854775808", "1e999"])
def test_a_number_that_there_is_no_room_for_is_told(text: str) -> None:
    with pytest.raises(InputError, match="as text it is x:text="):
        parameters([f"x={text}"], saved=False)
    assert parameters([f"x:text={text}"], saved=False) == {"x": text}
