"""`diurnal verdict` and `diurnal rules` on servers: what is said goes to the log, and is read from it."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import orjson
import pytest
from confluent_kafka.admin import AdminClient
from neo4j import Driver
from typer.testing import CliRunner, Result

from api.cli import context
from api.cli.errors import InputError, UnknownRuleError
from api.cli.main import app
from graph.loader import Loader
from graph.parse import Parser
from graph.reader.reader import Reader
from ontology.labels import pair_id
from runtime.replay import everything
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics


@pytest.fixture(autouse=True)
def here(
    monkeypatch: pytest.MonkeyPatch,
    filled: Driver,
    api_settings: Settings,
    endpoints: Endpoints,
    labelled: Topics,
    kafka_admin: AdminClient,
) -> None:
    """The harbour's home."""
    assert filled is not None
    labelled.ensure(kafka_admin, [labelled.verdicts, labelled.rules, labelled.audit])
    monkeypatch.setattr(context, "settings", lambda: api_settings)
    monkeypatch.setattr(context, "endpoints", lambda: endpoints)


def call(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_a_verdict_is_given_and_read(
    filled: Driver, reader: Reader, kafka: str, labelled: Topics, harbour: ModuleType
) -> None:
    finding = str(reader.rows("MATCH (n:Finding) RETURN n.key AS key ORDER BY key LIMIT 1")[0]["key"])
    assert isinstance(call("verdict", finding, "dismissed").exception, InputError), "without a reason"
    said = call("verdict", finding, "dismissed", "--reason", "ice", "--json")
    assert said.exit_code == 0, said.output
    assert orjson.loads(said.stdout)["word"] == "dismissed"
    (record,) = [each for chunk in everything(kafka, labelled.verdicts) for each in chunk]
    assert record.label == harbour.CONCLUDED.label
    told = Loader(filled, Parser(pair_id, [], [labelled.verdicts]).told).read(record)
    Loader(filled, lambda _: []).write_told(labelled.verdicts, 0, 0, told, 1)
    read = call("verdict", finding, "--json")
    assert [one["reason"] for one in orjson.loads(read.stdout)] == ["ice"]
    filled.execute_query("MATCH (n) WHERE n:Verdict OR n:_Offset DETACH DELETE n")


def test_rules_are_added_listed_and_removed(tmp_path: Path, harbour: ModuleType) -> None:
    file = tmp_path / "r.yaml"
    file.write_text(
        "[{name: quiet, subjects: [{scheme: MMSI, value: '367000001'}], silent: PT2H, note: why},"
        f" {{name: pier, subjects: [mmsi:367000001], enters: {{place: '{harbour.PIER_11}'}}}}]"
    )
    assert isinstance(call("rules", "remove", "quiet").exception, UnknownRuleError)
    added = call("rules", "add", str(file))
    assert added.exit_code == 0, added.output
    listed = call("rules", "list", "--json")
    rules = [one["rule"] for one in orjson.loads(listed.stdout)]
    assert [rule["name"] for rule in rules] == ["pier", "quiet"]
    assert rules[1]["subjects"] == ["urn:diurnal:subject:mmsi:367000001"]
    assert rules[0]["enters"]["radius_m"] > 0
    assert call("rules", "remove", "quiet").exit_code == 0
    assert [one["rule"]["name"] for one in orjson.loads(call("rules", "list", "--json").stdout)] == ["pier"]
    file.write_text("{name: w, subjects: [{scheme: MMSI, value: '1'}], silent: PT2H}")
    assert isinstance(call("rules", "add", str(file)).exception, InputError)
