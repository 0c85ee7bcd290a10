from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from runtime.servers import Endpoints, EndpointsError, StartError
from runtime.settings import Settings

_SAMPLE = Endpoints("127.0.0.1:1", "cluster", "bolt://127.0.0.1:2", "neo4j", SecretStr("secret"), "diurnal-1")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    file = _SAMPLE.write(tmp_path)
    assert Endpoints.read(tmp_path) == _SAMPLE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_password_is_not_shown() -> None:
    assert "secret" not in repr(_SAMPLE)


def test_without_servers_it_says_how_to_start_them(tmp_path: Path) -> None:
    _SAMPLE.write(tmp_path)
    Endpoints.remove(tmp_path)
    with pytest.raises(EndpointsError, match="diurnal up"):
        Endpoints.read(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"neo4j_password": "x", "other": 1})])
def test_a_damaged_file_is_said_to_be_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "endpoints.json").write_text(text)
    with pytest.raises(EndpointsError, match="cannot be read"):
        Endpoints.read(tmp_path)


def test_settings_that_name_both_servers_suffice(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("secret\n")
    settings = Settings(
        kafka_bootstrap="kafka:9092",
        kafka_cluster_id="cluster",
        neo4j_uri="bolt://neo4j:7687",
        neo4j_password_file=password,
    )
    found = Endpoints.elsewhere(settings)
    assert found is not None
    assert (found.kafka_bootstrap, found.kafka_cluster_id) == ("kafka:9092", "cluster")
    assert (found.neo4j_uri, found.neo4j_identity) == ("bolt://neo4j:7687", "")
    assert found.neo4j_password.get_secret_value() == "secret"
    for one in ("kafka_bootstrap", "neo4j_uri"):
        assert Endpoints.elsewhere(settings.model_copy(update={one: None})) is None


def test_a_password_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    settings = Settings(
        kafka_bootstrap="kafka:9092",
        neo4j_uri="bolt://neo4j:7687",
        neo4j_password_file=tmp_path / "none",
    )
    with pytest.raises(StartError, match="DIURNAL_NEO4J_PASSWORD_FILE"):
        Endpoints.elsewhere(settings)
