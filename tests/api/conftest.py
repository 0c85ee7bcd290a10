"""The API over the harbour of the reader's tests, in a real Neo4j."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import httpx
import pytest
import uvicorn
from confluent_kafka.admin import AdminClient
from fastapi import FastAPI
from neo4j import Driver

from api.app import create_app
from api.identity.local import LocalIssuer
from api.identity.trusted import issuer_folder
from api.server import uvicorn_config
from graph.reader.reader import Reader
from graph.sight import Sight
from ontology.labels import pair_id
from runtime.interner import Interner
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.topics import Topics

Bearer = Callable[..., dict[str, str]]
READER_TESTS = Path(__file__).parent.parent / "graph" / "reader"


def _module(path: Path) -> ModuleType:
    spec = spec_from_file_location(f"of_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def harbour() -> ModuleType:
    """What the harbour holds."""
    return _module(READER_TESTS / "harbour.py")


@pytest.fixture(scope="module")
def filled(neo4j: Driver, harbour: ModuleType) -> Iterator[Driver]:
    """A Neo4j that holds the harbour and nothing else."""
    loading = _module(READER_TESTS / "conftest.py")
    with loading.filled_with(neo4j, harbour):
        yield neo4j


@pytest.fixture(scope="module")
def reader(filled: Driver, harbour: ModuleType) -> Reader:
    allowed = (pair_id(harbour.OBSERVED), pair_id(harbour.CONCLUDED))
    return Reader(filled, "neo4j", Sight.of(allowed))


@pytest.fixture(scope="module")
def labelled(kafka: str, kafka_admin: AdminClient, harbour: ModuleType) -> Topics:
    """Topics of a module's own, in which the harbour's pairs are numbered."""
    topics = Topics(f"api{uuid.uuid4().hex[:8]}.")
    topics.ensure(kafka_admin, [topics.labels])
    interner = Interner(kafka, topics)
    for pair in (harbour.OBSERVED, harbour.CONCLUDED):
        interner.intern(pair)
    return topics


@pytest.fixture(scope="module")
def api_settings(tmp_path_factory: pytest.TempPathFactory, harbour: ModuleType, labelled: Topics) -> Settings:
    """Settings with a home of their own."""
    home = tmp_path_factory.mktemp("api")
    return Settings(home=home, view=harbour.VIEW, topic_prefix=labelled.prefix)


@pytest.fixture(scope="module")
def bearer(api_settings: Settings) -> Bearer:
    """Makes the header of somebody who holds some attributes."""
    issuer = LocalIssuer(issuer_folder(api_settings))

    def header(name: str, **attributes: Sequence[str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {issuer.token(name, attributes, 3600)}"}

    return header


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """The application behind a real server on a free loopback port, as the address of that."""
    server = uvicorn.Server(uvicorn_config(app, "127.0.0.1", 0))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def withdrawn() -> set[str]:
    """The distributions that the application is told are withdrawn; who adds one takes it out again."""
    return set()


@pytest.fixture(scope="module")
def app(filled: Driver, api_settings: Settings, endpoints: Endpoints, withdrawn: set[str]) -> FastAPI:
    """The application over the harbour."""
    assert filled is not None
    return create_app(api_settings, endpoints, lambda: frozenset(withdrawn))


@pytest.fixture(scope="module")
def serve() -> Callable[[FastAPI], AbstractContextManager[str]]:
    """Runs an application behind a real server."""
    return running


@pytest.fixture(scope="module")
def anonymous(app: FastAPI) -> Iterator[httpx.Client]:
    """A client without a token."""
    with running(app) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def client(anonymous: httpx.Client, bearer: Bearer) -> Iterator[httpx.Client]:
    """A client with an operator's token, of the same application."""
    headers = bearer("analyst", operator=["true"])
    with httpx.Client(base_url=anonymous.base_url, timeout=60, headers=headers) as known:
        yield known
