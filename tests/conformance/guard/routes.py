"""The API's pages, made over any reader: each GET route that reads the graph, and what else is told of it."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any, Final, get_args
from urllib.parse import quote, urlencode

import httpx
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pyoxigraph import RdfFormat

from api import problems, state
from api.account import Account, Accounted
from api.clearance import Clearance
from api.report.build import build
from api.report.render import render
from api.routes import ROUTERS
from graph.queries import shelf
from graph.queries.kinds import Kind
from graph.queries.saved import Parameter
from graph.reader import coverage, rdf, routines, tracks
from graph.reader.rdf_selection import Selection
from graph.reader.reader import Reader
from graph.reader.within import Interval
from graph.sight import NOW
from ontology.times import to_text
from runtime.settings import Settings
from tests.conformance.guard.answers import Answer, canonical
from tests.conformance.guard.world import at

_ACCOUNT: Final = get_args(Accounted)[1].dependency
_POST: Final = "POST "
_PERIOD: Final = f"{to_text(at(10))}/{to_text(at(60))}"
_AREA: Final = "-74.1,40.6,-73.95,40.9"
_BETWEEN: Final = Interval(at(5), at(70))
_ALWAYS: Final = f"{to_text(at(-48))}/{to_text(at(200))}"
_ON_THE_LOG: Final = {"/v1/rules", "/v1/rules/{name}"}
"""They have nothing of the graph but the reader's view: rules lie on the log (tests/api/test_rules.py)."""
_OF_KINDS: Final = {Kind.INTERVAL: _ALWAYS, Kind.INSTANT: to_text(at(40)), Kind.BOX: "-180,-90,180,90"}
"""What saved queries are given, by kind and, before that, by name."""
_OF_NAMES: Final = {
    "before": f"{to_text(at(0))}/{to_text(at(30))}",
    "words": "pier",
    "kind": None,
    "scheme": "IMO",
    "lon": -74.0,
    "lat": 40.7,
    "within": 1e6,
    "around": "P2D",
    "apart": "PT30M",
    "at_least": None,
    "ways": 1000,
}


def templates(method: str = "GET") -> list[str]:
    """Paths of all routes of a method whose answers are read from the graph."""
    return sorted(
        route.path
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        and route.path not in _ON_THE_LOG
        and method in (route.methods or ())
        and state.reader in _calls(route.dependant)
    )


def _calls(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield each.call
        yield from _calls(each)


def paths(parameters: Mapping[str, Any]) -> list[str]:
    """What is asked: each route with and without its filters, and what is no route."""
    pages = list(_OTHERS)
    for template in templates():
        for subject in (parameters["ship"], "nobody")[: 1 + template.endswith("}")]:
            path = _path(template, subject, parameters)
            if path not in pages:
                pages.append(path)
        pages += [f"{path}?{urlencode(filters)}" for filters in _filters(template, parameters)]
    return [*pages, *_posts(parameters)]


def _posts(parameters: Mapping[str, Any]) -> list[str]:
    """A free question, and every saved query."""
    free = "MATCH (n {key: $key}) RETURN n, COUNT { (n)--() } AS c"
    asked: dict[str, Any] = {"/v1/cypher": {"query": free, "parameters": {"key": parameters["ship"]}}}
    for name, query in shelf.load().items():
        given = {each: _given(each, said, parameters) for each, said in query.parameters.items()}
        asked[f"/v1/queries/{name}"] = {"parameters": given}
    return [f"{_POST}{url} {json.dumps(body)}" for url, body in asked.items()]


def _given(name: str, said: Parameter, parameters: Mapping[str, Any]) -> Any:
    """A parameter of a saved query, of what there is; else its example."""
    if name in _OF_NAMES:
        return _OF_NAMES[name]
    if said.type in _OF_KINDS:
        return _OF_KINDS[said.type]
    if said.type is Kind.PLACE:
        return _known(parameters["elsewhere" if name == "destination" else "place"], "all:0:0")
    if said.type is Kind.SUBJECT:
        return _known(parameters["other" if name == "other" else "ship"], "mmsi:0")
    return said.example if said.default is None else said.default


def _path(template: str, subject: str, parameters: Mapping[str, Any]) -> str:
    key = parameters["finding" if "findings" in template else "place"]
    named = {"subject": subject, "key": subject if subject == "nobody" else key}
    return template.format_map({name: quote(value, "") for name, value in named.items()})


def _filters(template: str, parameters: Mapping[str, Any]) -> list[dict[str, str]]:
    last = template.rsplit("/", 1)[1]
    found: dict[str, list[dict[str, str]]] = {
        "subjects": [
            {"q": parameters["word"]},
            {"bbox": _AREA, "datetime": _PERIOD},
            {"kind": "Ship", "place": parameters["place"], "limit": "3"},
        ],
        "places": [{"q": "ada"}, {"bbox": _AREA}, {"subject": parameters["ship"], "limit": "2"}],
        "findings": [{"sort": "time", "limit": "3"}, {"kind": "unusual place", "place": parameters["place"]}],
        "gaps": [{"bbox": _AREA}, {"datetime": _PERIOD, "limit": "2"}],
        "tracks": [{"datetime": _PERIOD}],
    }
    found["stays"] = found["trips"] = [{"datetime": _PERIOD, "limit": "4"}, {"place": parameters["place"]}]
    return [] if "{" in template else found.get(last, [])


def _known(key: str, otherwise: str) -> str:
    """The key, or what is none of anybody but is written as one."""
    return otherwise if key == "nobody" else key


def page(reader: Reader, path: str) -> Answer:
    """What is answered."""
    if path in _OTHERS:
        said, status = _OTHERS[path](reader), 200
    elif path.startswith(_POST):
        return _posted(reader, path)
    else:
        response = asyncio.run(_answered(reader, "GET", path))
        said, status = _read(response.text), response.status_code
        assert status in (200, 404), f"{path}: {response.text}"
    nothing = status != 200 or not said or (isinstance(said, dict) and said.get("items") == [])
    return Answer((path, str(status)), (canonical(said, in_order=True),), nothing)


def _posted(reader: Reader, path: str) -> Answer:
    """The rows that a POST route answers, in any order; nodes are what they say."""
    url, _, body = path.removeprefix(_POST).partition(" ")
    response = asyncio.run(_answered(reader, "POST", url, json.loads(body)))
    assert response.status_code == 200, f"{path}: {response.text}"
    said = response.json()
    assert said["complete"], path
    rows = [canonical(_unnumbered(row)) for row in said["rows"]]
    return Answer((path, *said["columns"]), tuple(sorted(rows)), not any(map(any, said["rows"])))


def _unnumbered(value: Any) -> Any:
    """Without the numbers that entities have within one answer."""
    match value:
        case list():
            return [_unnumbered(each) for each in value]
        case {"$type": "node" | "relationship"}:
            return {name: each for name, each in value.items() if name not in ("id", "start", "end")}
        case dict():
            return {name: _unnumbered(each) for name, each in value.items()}
    return value


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


@cache
def _app() -> FastAPI:
    """The routes without what stands before them: who asks and what they see is said for each page."""
    app = FastAPI()
    for router in ROUTERS:
        app.include_router(router)
    problems.register(app)
    app.state.queries = shelf.load()
    return app


async def _answered(reader: Reader, method: str, path: str, body: object = None) -> httpx.Response:
    moments = SimpleNamespace(watermark=lambda: at(0), moment=lambda _: NOW)
    held = SimpleNamespace(settings=Settings(), moments=moments)
    app = _app()
    app.dependency_overrides = {
        state.reader: lambda: reader,
        state.sight: lambda: reader.sight,
        state.state: lambda: held,
        state.clearance: lambda: Clearance.of("somebody", "", {}),
        _ACCOUNT: Account,
    }
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        return await client.request(method, path, json=body)


def _rdf(reader: Reader) -> list[str]:
    to = io.BytesIO()
    rdf.write(reader, Selection(), to, RdfFormat.N_QUADS)
    return sorted(to.getvalue().decode().splitlines())


def _positions(reader: Reader) -> list[Any]:
    found = tracks.positions(reader, _BETWEEN)
    return sorted((key, *(column.tolist() for column in columns)) for key, columns in found.items())


_OTHERS: Final[dict[str, Callable[[Reader], Any]]] = {
    "report": lambda reader: render(build(reader, _BETWEEN)),
    "rdf": _rdf,
    "positions": _positions,
    "coverage": lambda reader: [str(each) for each in coverage.by_source(reader, _BETWEEN)],
    "routines": lambda reader: [each.model_dump(mode="json") for each in routines.everybodys(reader)],
}
"""What is no route of its own: material of reports, and the export."""
