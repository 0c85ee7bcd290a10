"""Servers that are not the ones meant: beside each other, elsewhere, or on a port that somebody took."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr, ValidationError

from runtime.servers import Endpoints, IdentityError, PortTakenError, ServersError, Stack, StartError
from runtime.servers.identity import neo4j_driver, prove, prove_kafka, prove_neo4j
from runtime.servers.ports import free_ports
from runtime.settings import Settings


@pytest.fixture(scope="module")
def other(
    stack: Stack, tmp_path_factory: pytest.TempPathFactory, server_settings: Settings
) -> Iterator[Stack]:
    """A second stack beside the session's, in a home whose name a careless program would trip over."""
    assert stack.kafka.alive
    with Stack(tmp_path_factory.mktemp("zweiter Stapel, größer") / "=#:", server_settings) as started:
        yield started


def test_two_stacks_side_by_side_do_not_meet(stack: Stack, other: Stack) -> None:
    one, two = stack.endpoints, other.endpoints
    ports = {stack.kafka.port, stack.neo4j.port, other.kafka.port, other.neo4j.port}
    assert len(ports) == 4
    assert one.kafka_cluster_id != two.kafka_cluster_id
    assert one.neo4j_identity != two.neo4j_identity
    prove(one)
    prove(two)
    with neo4j_driver(one) as driver:
        driver.execute_query("MERGE (:OnlyInOne)")
    with neo4j_driver(two) as driver:
        assert driver.execute_query("MATCH (n:OnlyInOne) RETURN n").records == []


def test_a_wrong_server_is_refused(stack: Stack, other: Stack) -> None:
    mixed = dataclasses.replace(stack.endpoints, kafka_bootstrap=other.endpoints.kafka_bootstrap)
    with pytest.raises(IdentityError, match="it is another server"):
        prove_kafka(mixed)
    mixed = dataclasses.replace(other.endpoints, neo4j_identity=stack.endpoints.neo4j_identity)
    with pytest.raises(IdentityError, match="Nothing was written"):
        prove_neo4j(mixed)


def test_a_server_that_refuses_our_password_is_not_ours(stack: Stack, other: Stack) -> None:
    mixed = dataclasses.replace(stack.endpoints, neo4j_uri=other.endpoints.neo4j_uri)
    with pytest.raises(IdentityError, match="does not take the password"):
        prove_neo4j(mixed)


def test_settings_point_to_servers_elsewhere(stack: Stack, tmp_path: Path) -> None:
    there = stack.endpoints
    password = tmp_path / "password"
    password.write_text(there.neo4j_password.get_secret_value() + "\n")
    settings = Settings(
        kafka_bootstrap=there.kafka_bootstrap,
        kafka_cluster_id=there.kafka_cluster_id,
        neo4j_uri=there.neo4j_uri,
        neo4j_password_file=password,
    )
    with Stack(tmp_path / "home", settings) as elsewhere:
        assert elsewhere.endpoints == there
        assert Endpoints.read(tmp_path / "home") == there
        with pytest.raises(ServersError, match="DIURNAL_KAFKA_BOOTSTRAP"):
            _ = elsewhere.kafka
        with pytest.raises(ServersError, match="DIURNAL_NEO4J_URI"):
            _ = elsewhere.neo4j
    assert stack.kafka.alive
    assert stack.neo4j.alive


def test_the_wrong_cluster_elsewhere_is_refused(stack: Stack, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("wrong-password")
    settings = Settings(
        kafka_bootstrap=stack.endpoints.kafka_bootstrap,
        kafka_cluster_id="another",
        neo4j_uri=stack.endpoints.neo4j_uri,
        neo4j_password_file=password,
    )
    with pytest.raises(IdentityError, match="DIURNAL_KAFKA_CLUSTER_ID"):
        Stack(tmp_path / "home", settings).start()
    settings = settings.model_copy(update={"kafka_cluster_id": None})
    with pytest.raises(StartError, match="DIURNAL_NEO4J_PASSWORD_FILE"):
        Stack(tmp_path / "home", settings).start()


def test_nobody_elsewhere_is_said_to_be_nobody(tmp_path: Path) -> None:
    settings = Settings(
        kafka_bootstrap=f"127.0.0.1:{free_ports(1)[0]}",
        neo4j_uri="bolt://127.0.0.1:1",
        neo4j_password_file=tmp_path / "password",
    )
    with pytest.raises(StartError, match=r"No Kafka answers.*correct DIURNAL_KAFKA_BOOTSTRAP"):
        Stack(tmp_path, settings).start()


def test_a_neo4j_elsewhere_needs_a_password() -> None:
    with pytest.raises(ValidationError, match="DIURNAL_NEO4J_PASSWORD_FILE"):
        Settings(neo4j_uri="bolt://127.0.0.1:1", neo4j_password_file=None)


@pytest.mark.parametrize("name", ["kafka", "neo4j"])
def test_a_taken_port_is_named_with_its_remedy(tmp_path: Path, server_settings: Settings, name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = server_settings.model_copy(update={f"{name}_port": port})
        stack = Stack(tmp_path, settings)
        with pytest.raises(PortTakenError, match=rf"Port {port} .*DIURNAL_{name.upper()}_PORT"):
            stack.start()
    with pytest.raises(ServersError):
        _ = stack.kafka


def test_a_port_of_the_settings_is_used(tmp_path: Path, server_settings: Settings) -> None:
    kafka, neo4j = free_ports(2)
    settings = server_settings.model_copy(update={"kafka_port": kafka, "neo4j_port": neo4j})
    with Stack(tmp_path, settings) as stack:
        assert stack.endpoints.kafka_bootstrap == f"127.0.0.1:{kafka}"
        assert stack.endpoints.neo4j_uri == f"bolt://127.0.0.1:{neo4j}"


def test_a_password_is_never_on_a_command_line(stack: Stack) -> None:
    secret = stack.endpoints.neo4j_password.get_secret_value()
    assert isinstance(stack.endpoints.neo4j_password, SecretStr)
    arguments = psutil.Process(stack.neo4j.pid).cmdline()
    assert arguments
    assert not any(secret in each for each in arguments)
    assert secret not in (stack.neo4j.folder / "conf" / "java.arguments").read_text()
