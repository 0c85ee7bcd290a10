"""docker-compose.yml as Compose sees it: variables put in, and our services told from the servers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[2]
MAIN: Final = ROOT / "docker-compose.yml"
BROKER: Final = ROOT / "docker-compose.broker.yml"
WORKERS: Final = ("ingest", "graph", "analytics", "api")
SERVERS: Final = ("kafka", "neo4j")
GIVEN: Final = {"DIURNAL_KAFKA_CLUSTER_ID": "cluster-of-tests", "DIURNAL_NEO4J_IDENTITY": "diurnal-tests"}
"""What `diurnal secrets` writes to .env, of which Compose refuses the lack."""
_VARIABLE: Final = re.compile(r"(?<!\$)\$\{(\w+)(?::([-?])([^}]*))?\}")


class MissingVariableError(Exception):
    """Compose would end with this message."""


def composed(file: Path = MAIN, given: Mapping[str, str] = GIVEN) -> Any:
    """The file with its variables put in."""

    def put(match: re.Match[str]) -> str:
        name, how, text = match.groups()
        if name in given:
            return given[name]
        if how == "-":
            return str(text)
        raise MissingVariableError(f"{name}: {text}")

    return yaml.safe_load(_VARIABLE.sub(put, file.read_text()))


def base_of(argument: str) -> str:
    """The image that an argument of the Dockerfile names."""
    [found] = re.findall(rf"(?m)^ARG {argument}=(\S+)$", (ROOT / "Dockerfile").read_text())
    return str(found)


def environment(service: Mapping[str, Any]) -> dict[str, str]:
    """The environment of a service, as text."""
    return {name: str(value) for name, value in service.get("environment", {}).items()}
