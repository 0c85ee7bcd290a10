"""There is one way from a route to the graph, and it has the sight of who asks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import SecretStr

from api import state
from api.app import create_app
from graph.reader.reader import _READ as READ
from runtime.servers import Endpoints
from runtime.settings import Settings

ROOT = Path(__file__).parents[2]
APP = create_app(
    Settings(home=ROOT / "nowhere"),
    Endpoints("127.0.0.1:1", "", "bolt://127.0.0.1:1", "neo4j", SecretStr("none"), ""),
)
"""The application as it is served; it is not started."""
ALL = list(iter_route_contexts(APP.routes))
"""Whatever answers in it, by a router, or put beside the routers."""
ROUTES = {
    f"{method} {route.path}": route
    for route in ALL
    if isinstance(route.original_route, APIRoute)
    for method in sorted(route.methods or ())
}
DESCRIPTION = "/v1/openapi.json"
"""The one path that is no route of ours: FastAPI answers it, from the routes' signatures."""
OF_REPORTS = {"GET /v1/reports", "GET /v1/reports/{id}"}
"""What answers from reports that are kept: they have their own check of who asks."""
OF_NOTHING = {"GET /health", "GET /v1/audit", "GET /v1/queries", "GET /v1/queries/{name}"}
"""What answers from neither: whether the process is alive, the audit log, which has its own attribute, and
which queries are saved."""
OPERATORS = {
    "api/app.py": "makes the driver, and asks how far the log is loaded",
    "api/following.py": "keeps the driver when the home's graph is swapped",
    "api/log.py": "how far the log is loaded",
    "api/state.py": "gives the driver to the reader, with a sight",
}
"""Modules of the API, its command line apart, that may know a driver of Neo4j, and what for."""
DRIVERS = {"Driver", "GraphDatabase", "AsyncGraphDatabase", "Session"}
SESSIONS = {"session", "execute_query", "execute_read", "execute_write", "begin_transaction"}
OF_READERS = ("graph.reader", "graph.queries", "graph.ask", "graph.sight", "graph.errors")
"""What the API may know of the graph; how far the log is loaded, `graph.offsets`, is for one module of it."""
SESSIONS_OF = {
    "graph/reader/reader.py": "runs everything through the guard",
    "graph/ask.py": "ends a question whose asker went away",
}
"""Modules beneath the API that open a session, and what for."""


def calls(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield each.call
        yield from calls(each)


@cache
def modules() -> dict[str, ast.Module]:
    """The API less its command line, which is the operator's, who has the servers' passwords."""
    found = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "api").rglob("*.py")}
    return {
        name: ast.parse(path.read_text()) for name, path in found.items() if not name.startswith("api/cli/")
    }


def imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)


def attributes(tree: ast.Module) -> set[str]:
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_nothing_answers_but_routes_whose_dependencies_are_known() -> None:
    """A mounted application, a socket or a plain route would have no reader to be held to."""
    others = [route for route in ALL if not isinstance(route.original_route, APIRoute)]
    assert [route.path for route in others] == [DESCRIPTION]


def test_there_are_routes_and_modules() -> None:
    assert len(ROUTES) > 20
    assert ROUTES.keys() >= OF_REPORTS | OF_NOTHING
    assert OPERATORS.keys() <= modules().keys()


@pytest.mark.parametrize("name", sorted(ROUTES.keys() - OF_REPORTS - OF_NOTHING))
def test_every_route_has_its_reader_from_the_one_dependency(name: str) -> None:
    found = set(calls(ROUTES[name].dependant))
    assert found >= {state.reader, state.sight, state.clearance}, "take `Graph` of api.state"
    asked = {field.alias for field in state_parameters(ROUTES[name].dependant)}
    assert {"view", "as_of"} <= asked


@pytest.mark.parametrize("name", sorted(OF_REPORTS))
def test_reports_that_are_kept_are_given_by_who_asks(name: str) -> None:
    assert set(calls(ROUTES[name].dependant)) >= {state.readable_reports, state.clearance}


@pytest.mark.parametrize("name", sorted(OF_NOTHING))
def test_what_needs_no_reader_has_none(name: str) -> None:
    assert state.reader not in set(calls(ROUTES[name].dependant))


def state_parameters(dependant: Dependant) -> Iterator[ModelField]:
    yield from dependant.query_params
    for each in dependant.dependencies:
        yield from state_parameters(each)


@pytest.mark.parametrize("name", sorted(modules()))
def test_no_module_but_the_named_ones_knows_a_driver(name: str) -> None:
    found = {what for module, what in imported(modules()[name]) if module.split(".")[0] == "neo4j"}
    whole = {module for module, what in imported(modules()[name]) if module == "neo4j" and not what}
    if name in OPERATORS:
        assert found & DRIVERS
    else:
        assert not found & DRIVERS
        assert not whole


@pytest.mark.parametrize("name", sorted(modules()))
def test_no_module_opens_a_session_or_knows_more_of_the_graph_than_its_readers(name: str) -> None:
    tree = modules()[name]
    assert not attributes(tree) & SESSIONS
    for module, what in imported(tree):
        if module.split(".")[0] != "graph" or (name, module, what) == ("api/log.py", "graph", "offsets"):
            continue
        assert f"{module}.{what}".startswith(OF_READERS), f"{name} imports {module}.{what}"


def test_beneath_the_api_the_guard_alone_is_asked() -> None:
    paths = [path for folder in ("reader", "queries") for path in (ROOT / "graph" / folder).rglob("*.py")]
    opening = {
        path.relative_to(ROOT).as_posix()
        for path in [*paths, ROOT / "graph" / "ask.py"]
        if attributes(ast.parse(path.read_text())) & SESSIONS
    }
    assert opening == SESSIONS_OF.keys()
    (read,) = (
        node
        for node in ast.walk(ast.parse((ROOT / "graph/reader/reader.py").read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "session.run"
    )
    assert ast.unparse(read.args[0]).startswith("Query(_READ")
    assert READ == "CALL diurnal.read($query, $parameters, $sight) YIELD kind, values"


@pytest.mark.parametrize("name", sorted(name for name in modules() if name.startswith("api/routes/")))
def test_no_route_takes_the_driver_of_the_state(name: str) -> None:
    """But to ask how far the log is loaded, which is not of the graph's things."""
    tree = modules()[name]
    taken = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "driver"]
    if name == "api/routes/status.py":
        (only,) = taken
        (call,) = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and only in node.args)
        assert ast.unparse(call.func) == "log.in_graph"
    else:
        assert not taken
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not any(ast.unparse(node.func).rpartition(".")[2] in {"Reader", "Sight"} for node in made)
