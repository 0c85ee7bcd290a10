"""`diurnal audit`, and that commands which read the graph are written down."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient, NewTopic
from neo4j import Driver
from typer.testing import CliRunner

from api.cli import context
from api.cli.asked import operator
from api.cli.commands import COMMANDS
from api.cli.errors import InputError, UnknownSubjectError
from api.cli.exits import exit_code
from api.cli.main import app
from graph import schema
from graph.reader.errors import RefusedError
from runtime import kafka as clients
from runtime.audit.errors import BrokenError
from runtime.audit.keys import Keys
from runtime.audit.reader import Read, Seal, Wanted, page
from runtime.audit.verify import verify
from runtime.audit.writer import Writer, notes_folder
from runtime.backup.restore import import_log
from runtime.errors import SettingsError
from runtime.settings import Settings
from runtime.topics import IMPORTING, Topics

Run = Callable[..., str]


@pytest.fixture(scope="module")
def topics(kafka_admin: AdminClient) -> Topics:
    """Topics of these tests' own."""
    made = Topics(f"t{uuid.uuid4().hex[:8]}.")
    made.ensure(kafka_admin, [made.labels])
    return made


@pytest.fixture(scope="module")
def graph(neo4j: Driver) -> Driver:
    """A graph without anybody in it."""
    neo4j.execute_query("MATCH (n) DETACH DELETE n")
    schema.ensure(neo4j)
    return neo4j


@pytest.fixture
def run(servers_home: Path, topics: Topics, graph: Driver, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls a command and gives what it printed; its error is raised."""
    assert graph is not None
    monkeypatch.setenv("DIURNAL_TOPIC_PREFIX", topics.prefix)
    monkeypatch.setattr(context, "_overrides", {})

    def call(*words: str, given: str | None = None) -> str:
        result = CliRunner().invoke(app, ["--home", str(servers_home), *words], input=given)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    return call


@pytest.fixture
def entries(kafka: str, servers_home: Path, topics: Topics) -> Callable[[], list[Read]]:
    """The entries so far, the latest first."""
    keys = Keys.of(Settings(home=servers_home))
    return lambda: list(page(kafka, topics.audit, keys, Wanted(), 100).items)


def test_a_query_is_written_down(run: Run, entries: Callable[[], list[Read]]) -> None:
    run("--purpose", "case 9", "query", "RETURN $name AS n", "-p", "name=ANN", "--json")
    entry = entries()[0].entry
    assert (entry.event, entry.route, entry.rows) == ("answered", "diurnal query", 1)
    assert (entry.who, entry.issuer, entry.parameters) == (operator().name, "operator", ())
    assert (entry.secret.query, entry.secret.purpose) == ("RETURN $name AS n", "case 9")
    assert entry.secret.values == {"name": "ANN"}


def test_a_token_is_written_down_where_kafka_runs(run: Run, entries: Callable[[], list[Read]]) -> None:
    made = run("token", "--user", "ann", "--attribute", "clearance=secret")
    entry = entries()[0].entry
    assert (entry.event, entry.route, entry.who) == ("answered", "diurnal token", operator().name)
    assert (entry.secret.values["user"], entry.secret.values["attribute"]) == ("ann", ["clearance=secret"])
    assert made.strip() not in str(entry)


def test_dead_letters_are_written_down(run: Run, entries: Callable[[], list[Read]]) -> None:
    assert json.loads(run("deadletters", "ais", "--json")) == []
    entry = entries()[0].entry
    assert (entry.event, entry.route, entry.rows) == ("answered", "diurnal deadletters", 0)
    assert entry.secret.values == {"feed": "ais", "limit": 50}


def test_the_operator_is_who_the_system_says(monkeypatch: pytest.MonkeyPatch) -> None:
    known = operator()
    for name in ("LOGNAME", "USER", "USERNAME"):
        monkeypatch.setenv(name, "somebody else")
    assert operator() == known


def test_what_is_refused_is_written_down(run: Run, entries: Callable[[], list[Read]]) -> None:
    with pytest.raises(RefusedError):
        run("query", "CREATE (n)")
    assert (entries()[0].entry.event, entries()[0].entry.secret.query) == ("refused", "CREATE (n)")
    with pytest.raises(UnknownSubjectError):
        run("show", "nobody")
    assert (entries()[0].entry.event, entries()[0].entry.route) == ("refused", "diurnal show")


def test_an_export_is_written_down_before_and_after(
    run: Run, entries: Callable[[], list[Read]], tmp_path: Path
) -> None:
    run("export", "rdf", "--kind", "Ship", "-o", str(tmp_path / "x"))
    ended, begun = (read.entry for read in entries()[:2])
    assert (begun.event, ended.event, begun.request) == ("begun", "answered", ended.request)
    assert ended.secret.values["kind"] == "Ship"


def test_subjects_are_written_down(run: Run, entries: Callable[[], list[Read]]) -> None:
    run("subjects", "ferry")
    assert entries()[0].entry.secret.values == {"search": "ferry", "limit": 50, "all": False}


def test_a_purpose_may_be_required(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIURNAL_PURPOSE_REQUIRED", "true")
    with pytest.raises(InputError, match="--purpose"):
        run("subjects")
    monkeypatch.setenv("DIURNAL_PURPOSE", "case 1")
    run("subjects")


def test_without_the_log_nothing_is_shown(
    run: Run, kafka_admin: AdminClient, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    imported = Topics(f"t{uuid.uuid4().hex[:8]}.")  # into which an export is being imported: nobody writes
    kafka_admin.create_topics([NewTopic(imported.name(IMPORTING), 1, 1)])[imported.name(IMPORTING)].result(15)
    monkeypatch.setenv("DIURNAL_TOPIC_PREFIX", imported.prefix)
    with pytest.raises(SettingsError, match="imported"):
        run("query", "RETURN 'shown' AS said")
    assert "shown" not in capfd.readouterr().out


def test_the_log_is_shown_and_that_is_written_down(run: Run, entries: Callable[[], list[Read]]) -> None:
    run("query", "RETURN 1 AS one")
    shown = json.loads(run("audit", "show", "--json", "--limit", "1"))
    assert [row["query"] for row in shown] == ["RETURN 1 AS one"]
    assert entries()[0].entry.route == "diurnal audit show"
    assert "RETURN 1" in run("audit", "show", "--who", operator().name)
    assert json.loads(run("audit", "show", "--json", "--who", "nobody")) == []
    assert "opened" in run("audit", "show", "--writers")
    with pytest.raises(InputError):
        run("audit", "show", "--since", "yesterday")


def test_an_export_of_the_log_is_in_what_is_exported(
    kafka: str, kafka_admin: AdminClient, run: Run, servers_home: Path, tmp_path: Path
) -> None:
    run("export-log", str(tmp_path / "log.tar"))
    there = Topics(f"t{uuid.uuid4().hex[:8]}.")
    import_log(kafka, there, tmp_path / "log.tar")
    assert kafka_admin.list_topics(there.audit, 15).topics[there.audit].error is None
    keys = Keys.of(Settings(home=servers_home))
    [latest, *_] = page(kafka, there.audit, keys, Wanted(), 10).items
    assert (latest.entry.route, latest.seal) == ("diurnal export-log", Seal.OPEN)
    found = verify(kafka, there.audit, keys)
    assert found.whole, found.faults


def test_an_end_that_nobody_proves_is_settled_by_the_operator(
    kafka: str, run: Run, servers_home: Path, topics: Topics, entries: Callable[[], list[Read]]
) -> None:
    lost = Writer(kafka, Settings(home=servers_home, topic_prefix=topics.prefix), "lost")
    lost.begin()
    for note in notes_folder(servers_home, topics.audit).glob("*.head"):
        note.unlink()
    with pytest.raises(BrokenError, match="nothing is known of what came after"):
        run("audit", "verify")
    assert "settled 1 chains" in run("audit", "settle", given="y\n")
    assert "lost" in entries()[0].entry.secret.values["chains"]
    assert "killed" in run("audit", "verify")
    assert run("audit", "settle") == ""
    lost.close()


def test_the_log_is_whole_until_somebody_touches_it(
    kafka: str, run: Run, topics: Topics, tmp_path: Path, entries: Callable[[], list[Read]]
) -> None:
    run("query", "RETURN 1")
    kept = tmp_path / "kept.json"
    kept.write_text(run("audit", "verify", "--json"))
    assert json.loads(kept.read_text())["whole"]
    assert entries()[0].entry.route == "diurnal audit verify"
    run("query", "RETURN 2")
    assert "closed" in run("audit", "verify", "--against", str(kept))
    with pytest.raises(InputError, match="--against"):
        run("audit", "verify", "--against", str(tmp_path))
    forged = json.loads(kept.read_text())
    forged["chains"][0]["number"] += 1
    kept.write_text(json.dumps(forged))
    with pytest.raises(BrokenError, match="cut off"):
        run("audit", "verify", "--against", str(kept))

    producer = clients.producer(kafka)
    producer.produce(topics.audit, b"nonsense", b"x", 0)
    assert producer.flush(10) == 0
    with pytest.raises(BrokenError, match="not whole: offset"):
        run("audit", "settle", "--yes")
    with pytest.raises(BrokenError, match="not whole: offset") as caught:
        run("audit", "verify")
    assert exit_code(caught.value) == 65


def test_days_are_forgotten(run: Run, servers_home: Path) -> None:
    run("query", "RETURN 1")
    keys = Keys.of(Settings(home=servers_home))
    today = datetime.now(UTC).date()
    keys.to_seal(today - timedelta(3))
    with pytest.raises(InputError, match="in use"):
        run("audit", "forget", "--before", f"{today + timedelta(1)}")
    with pytest.raises(InputError, match="--before"):
        run("audit", "forget", "--before", "soon")
    assert "1 days" in run("audit", "forget", "--before", f"{today}", given="y\n")
    assert keys.days() == [today]
    assert run("audit", "forget", "--before", f"{today}", "--yes") == ""
    shown = json.loads(run("audit", "show", "--json", "--limit", "1"))
    assert shown[0]["route"] == "diurnal audit forget"


def _source(module: str) -> str:
    return (Path(context.__file__).parent / f"{module}.py").read_text()


def test_no_command_reads_the_graph_unseen() -> None:
    reading = {
        path.stem
        for path in Path(context.__file__).parent.glob("*.py")
        if "context.reader(" in _source(path.stem) or "context.sight(" in _source(path.stem)
    }
    assert reading >= {"look", "export", "report"}
    assert {name for name in reading if "asked(" not in _source(name)} == set()


def test_the_help_tells_them_all(run: Run) -> None:
    assert "audit" in COMMANDS
    told = run("audit", "--help")
    for name in ("verify", "settle", "show", "forget"):
        assert name in told
