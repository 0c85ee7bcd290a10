"""docker-compose.yml against the Compose schema, our command line, our settings and our own servers."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer

from api.cli.main import app
from runtime.servers.jars import KAFKA, NEO4J
from runtime.servers.kafka import Kafka
from runtime.servers.neo4j import Neo4j
from runtime.settings import Settings
from tests.containers.composed import (
    BROKER,
    MAIN,
    ROOT,
    SERVERS,
    WORKERS,
    MissingVariableError,
    base_of,
    composed,
    environment,
)

CHECKER = ROOT / ".venv-peer" / "bin" / "check-jsonschema"
PREFIX = "DIURNAL_"
OF_THE_SERVER = {"kafka": KAFKA, "neo4j": NEO4J}


@pytest.fixture(scope="module")
def compose() -> Any:
    return composed()


@pytest.fixture(params=WORKERS)
def worker(request: pytest.FixtureRequest, compose: Any) -> Any:
    """A service of ours."""
    return compose["services"][request.param]


def parse(arguments: list[str]) -> None:
    """Parse a command line as `diurnal` does, without running it; a wrong one raises a UsageError."""
    group: Any = typer.main.get_command(app)
    context = group.make_context("diurnal", list(arguments))
    _, command, rest = group.resolve_command(context, [*context._protected_args, *context.args])
    command.make_context(command.name, rest, parent=context)


def checked(path: Path) -> subprocess.CompletedProcess[str]:
    command = [CHECKER, "--builtin-schema", "vendor.compose-spec", path]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("file", [MAIN, BROKER], ids=lambda file: file.name)
def test_the_files_are_valid_by_the_compose_specification(file: Path) -> None:
    done = checked(file)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_specification_would_refuse_a_slip(tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(MAIN.read_text().replace("healthcheck:", "healthchek:"))
    assert checked(wrong).returncode == 1


def test_every_service_is_known_to_these_tests(compose: Any) -> None:
    assert set(compose["services"]) == {*WORKERS, *SERVERS}


def test_without_secrets_compose_ends_and_says_what_to_do() -> None:
    with pytest.raises(MissingVariableError, match="run `diurnal secrets` first"):
        composed(given={})


def test_commands_are_the_command_lines_own(worker: Any) -> None:
    parse(worker["command"])
    how, program, *asked = worker["healthcheck"]["test"]
    assert (how, program) == ("CMD", "diurnal")
    parse(asked)
    assert asked[1:2] == worker["command"][1:2], "it asks after another worker"
    assert asked[2:] == worker["command"][2:], "it asks after another instance or port"


@pytest.mark.parametrize("wrong", [["run", "nothing"], ["run", "ingest", "--instance"], ["go"]])
def test_a_wrong_command_would_be_noticed(wrong: list[str]) -> None:
    with pytest.raises(Exception, match=r"(?i)nothing|requires an argument|no such command"):
        parse(wrong)


def test_the_environment_is_made_of_settings_with_fitting_values(
    worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = environment(worker)
    assert {name.removeprefix(PREFIX).lower() for name in given} <= Settings.model_fields.keys()
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.kafka_bootstrap == "kafka:9092"
    assert str(settings.neo4j_password_file) == "/run/secrets/neo4j-password"


def test_no_secret_stands_in_an_environment(compose: Any) -> None:
    for service in compose["services"].values():
        for name, value in environment(service).items():
            if re.search("PASSWORD|AUTH|TOKEN|SECRET", name):
                assert value.startswith("/run/secrets/"), name
                assert value.removeprefix("/run/secrets/") in service["secrets"]


def test_secrets_volumes_and_networks_are_declared_and_used(compose: Any) -> None:
    services = compose["services"].values()
    used: dict[str, set[str]] = {"secrets": set(), "networks": set(), "volumes": set()}
    for service in services:
        used["secrets"] |= set(service.get("secrets", []))
        used["networks"] |= set(service["networks"])
        used["volumes"] |= {volume.split(":")[0] for volume in service.get("volumes", [])}
    for kind, names in used.items():
        assert names == set(compose[kind]), kind
    assert all(str(each["file"]).startswith("secrets/") for each in compose["secrets"].values())


def test_every_service_has_its_health_its_limits_and_its_restart(compose: Any) -> None:
    for name, service in compose["services"].items():
        check = service["healthcheck"]
        assert check["test"], name
        assert {"interval", "timeout", "retries", "start_period"} <= check.keys(), name
        assert service["mem_limit"], name
        assert service["restart"] == "unless-stopped", name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["logging"]["options"]["max-size"], name


def test_workers_are_nobody_and_write_nowhere(worker: Any) -> None:
    assert worker["read_only"] is True
    user, group = worker["user"].split(":")
    assert user.isdecimal()
    assert group.isdecimal()
    assert "0" not in {user, group}
    assert {each["condition"] for each in worker["depends_on"].values()} == {"service_healthy"}
    assert worker["depends_on"].keys() == set(SERVERS)


@pytest.mark.parametrize("name", ["ingest", "graph"])
def test_what_scales_has_nothing_that_only_one_can_have(compose: Any, name: str) -> None:
    service = compose["services"][name]
    assert not {"container_name", "hostname", "ports", "network_mode"} & service.keys()
    assert service["command"][-2:] == ["--instance", "host"]


def test_only_the_api_is_published_and_on_loopback_only(compose: Any) -> None:
    published = {name: s["ports"] for name, s in compose["services"].items() if "ports" in s}
    assert published == {"api": ["127.0.0.1:8321:8321"]}
    assert compose["networks"]["inside"] == {"internal": True}
    on_the_way_out = {name for name, s in compose["services"].items() if "outside" in s["networks"]}
    assert on_the_way_out == {"api"}


def test_the_broker_is_published_on_loopback_if_one_says_so() -> None:
    kafka = composed(BROKER)["services"]["kafka"]
    assert kafka["ports"] == ["127.0.0.1:9094:9094"]
    names = {part.split("://")[0] for part in kafka["environment"]["KAFKA_LISTENERS"].split(",")}
    advertised = dict(
        part.split("://") for part in kafka["environment"]["KAFKA_ADVERTISED_LISTENERS"].split(",")
    )
    assert advertised == {"PLAINTEXT": "kafka:9092", "OUTSIDE": "127.0.0.1:9094"}
    protocols = composed()["services"]["kafka"]["environment"]["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"]
    assert {part.split(":")[0] for part in protocols.split(",")} == names


@pytest.mark.parametrize("name", SERVERS)
def test_the_images_are_of_the_versions_that_we_start_from_packages(compose: Any, name: str) -> None:
    image = base_of("NEO4J") if name == "neo4j" else compose["services"][name]["image"]
    tag = image.partition(":")[2].removesuffix("-community")
    main = {"kafka": "kafka_2.13", "neo4j": "neo4j"}[name]
    lock = (ROOT / "runtime" / "servers" / f"{OF_THE_SERVER[name]}.lock").read_text()
    assert re.search(rf"(?m)\b{re.escape(main)}\b.*\b{re.escape(tag)}\b", lock)


def test_kafka_is_set_as_our_own_is(compose: Any, tmp_path: Path) -> None:
    """Where both set the same property, but for addresses, and for what is smaller at home."""
    ours = Kafka(tmp_path, Settings(), "cluster")
    ours._ports = [1, 2]  # type: ignore[assignment]
    given = {
        name.removeprefix("KAFKA_").lower().replace("_", "."): value
        for name, value in environment(compose["services"]["kafka"]).items()
        if name.startswith("KAFKA_")
    }
    addresses = {"listeners", "advertised.listeners", "controller.quorum.voters", "log.dirs"}
    shared = {name: str(value).lower() for name, value in ours._values().items() if name in given}
    assert {name: given[name].lower() for name in shared.keys() - addresses} == {
        name: shared[name] for name in shared.keys() - addresses
    }
    kept = {
        name
        for name in ours._values()
        if re.search("retention|replication|min.isr|auto.create|timestamp", name)
    }
    assert kept <= shared.keys()


def test_neo4j_is_set_as_our_own_is(compose: Any, tmp_path: Path) -> None:
    """Nothing but what ours is started with, under the same values: an unknown setting would keep it down."""
    ours = Neo4j(tmp_path, Settings(), "diurnal-tests", password=None)  # type: ignore[arg-type]
    ours._ports = [1]  # type: ignore[assignment]
    given = {
        name.removeprefix("NEO4J_").replace("__", "\0").replace("_", ".").replace("\0", "_"): value
        for name, value in environment(compose["services"]["neo4j"]).items()
        if name != "NEO4J_AUTH_FILE"
    }
    own = {name: str(value).lower() for name, value in ours._values().items()}
    heap = {
        "server.memory.heap.initial_size",
        "server.memory.heap.max_size",
    }  # ours is told it as a JVM option
    assert {name: value.lower() for name, value in given.items() if name not in heap} == {
        name: own[name] for name in given.keys() - heap
    }
    private = {name for name in own if re.search("telemetry|usage|fleet|logs.query|csv", name)}
    assert private <= given.keys()


def test_memory_limits_leave_room_beside_the_heaps(compose: Any) -> None:
    kafka, neo4j = compose["services"]["kafka"], compose["services"]["neo4j"]
    assert "-Xmx512m" in kafka["environment"]["KAFKA_HEAP_OPTS"]
    assert kafka["mem_limit"] == "1g"
    given = neo4j["environment"]
    heap, cache = given["NEO4J_server_memory_heap_max__size"], given["NEO4J_server_memory_pagecache_size"]
    assert (heap, cache, neo4j["mem_limit"]) == ("1g", "512m", "2560m")
