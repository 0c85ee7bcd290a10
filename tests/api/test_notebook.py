"""The notebook in examples/ runs, cell by cell, against the API over a real cut of the week."""

from __future__ import annotations

import json
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib.util import module_from_spec, spec_from_file_location
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import networkx as nx
import pytest
from confluent_kafka.admin import AdminClient
from fastapi import FastAPI
from neo4j import Driver

from api.app import create_app
from api.identity.local import LocalIssuer
from api.identity.trusted import issuer_folder
from runtime.interner import Interner
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics

ROOT: Final = Path(__file__).parents[2]
NOTEBOOK: Final = ROOT / "examples" / "network.ipynb"


@pytest.fixture(scope="module")
def cut() -> Any:
    """What the tests of the saved queries load."""
    name = "cut_of_the_week"
    spec = spec_from_file_location(name, ROOT / "tests" / "graph" / "queries" / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def concluded(cut: Any, neo4j: Driver) -> Any:
    """What holds at the end of the week, which is in the graph, too."""
    found = cut.reckoned()
    cut.fill(neo4j, found)
    return found.concluded


@pytest.fixture(scope="module")
def harbour_api(
    cut: Any,
    concluded: Any,
    kafka: str,
    kafka_admin: AdminClient,
    endpoints: Endpoints,
    tmp_path_factory: pytest.TempPathFactory,
    serve: Callable[[FastAPI], AbstractContextManager[str]],
) -> Iterator[tuple[str, str]]:
    """The address of an API over the cut, and a token for it."""
    assert concluded
    topics = Topics(f"notebook{uuid.uuid4().hex[:8]}.")
    topics.ensure(kafka_admin, [topics.labels])
    interner = Interner(kafka, topics)
    for pair in (cut.OBSERVED, cut.CONCLUDED):
        interner.intern(pair)
    settings = Settings(home=tmp_path_factory.mktemp("notebook"), topic_prefix=topics.prefix)
    with serve(create_app(settings, endpoints)) as address:
        yield address, LocalIssuer(issuer_folder(settings)).token("me", {}, 3600)


def cells() -> list[str]:
    said = json.loads(NOTEBOOK.read_text())["cells"]
    return ["".join(cell["source"]) for cell in said if cell["cell_type"] == "code"]


def test_outputs_are_cleared() -> None:
    said = json.loads(NOTEBOOK.read_text())["cells"]
    code = [cell for cell in said if cell["cell_type"] == "code"]
    assert len(code) >= 4
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_the_notebook_finds_who_is_central(
    harbour_api: tuple[str, str], concluded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, token = harbour_api
    monkeypatch.setenv("DIURNAL_API", address)
    monkeypatch.setenv("DIURNAL_TOKEN", token)
    names: dict[str, Any] = {}
    for cell in cells():
        exec(compile(cell, str(NOTEBOOK), "exec"), names)  # noqa: S102 - the notebook is ours
    names["api"].close()

    assert names["ranking"][:3] == central(concluded.stays)[:3]
    visitors: dict[str, set[str]] = {}
    where = {place.key: place.name for place in concluded.places}
    for stay in concluded.stays:
        if stay.place is not None:
            visitors.setdefault(where[stay.place], set()).add(stay.subject)
    assert {name: len(ships) for name, ships in visitors.items()} == {
        name: count for count, name in names["shared"]
    }


def central(stays: Any) -> list[str]:
    """Ships by how much they stand between others, reckoned from the stays."""
    times: Counter[tuple[str, ...]] = Counter()
    for a, b in combinations([stay for stay in stays if stay.place is not None], 2):
        ends = [stay.end or stay.last_seen for stay in (a, b)]
        if a.subject != b.subject and a.place == b.place and max(a.start, b.start) < min(ends):
            times[tuple(sorted((a.subject, b.subject)))] += 1
    net = nx.Graph()
    net.add_weighted_edges_from(((*pair, 1 / count) for pair, count in times.items() if count >= 2), "d")
    between = nx.betweenness_centrality(net, weight="d")
    assert len(between) >= 5
    return sorted(between, key=lambda ship: (-between[ship], ship))
