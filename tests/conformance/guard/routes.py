"""The API's pages, made over any reader: each GET route that reads the graph, and what else is told of it."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import quote, urlencode

import httpx
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pyoxigraph import RdfFormat

from api import problems, state
from api.clearance import Clearance
from api.report.build import build
from api.report.render import render
from api.routes import ROUTERS
from graph.reader import coverage, rdf, routines, tracks
from graph.reader.rdf_selection import Selection
from graph.reader.reader import Reader
from graph.reader.within import Interval
from ontology.times import to_text
from runtime.settings import Settings
from tests.conformance.guard.answers import Answer, canonical
from tests.conformance.guard.world import at

_PERIOD: Final = f"{to_text(at(10))}/{to_text(at(60))}"
_AREA: Final = "-74.1,40.6,-73.95,40.9"
_BETWEEN: Final = Interval(at(5), at(70))


def templates() -> list[str]:
    """Paths of all GET routes that read the graph."""
    return sorted(
        route.path
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        and "GET" in (route.methods or ())
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
    return pages


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


def page(reader: Reader, path: str) -> Answer:
    """What is answered."""
    if path in _OTHERS:
        said, status = _OTHERS[path](reader), 200
    else:
        response = asyncio.run(_get(reader, path))
        said, status = _read(response.text), response.status_code
        assert status in (200, 404), f"{path}: {response.text}"
    nothing = status != 200 or not said or (isinstance(said, dict) and said.get("items") == [])
    return Answer((path, str(status)), (canonical(said, in_order=True),), nothing)


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


async def _get(reader: Reader, path: str) -> httpx.Response:
    app = FastAPI()
    for router in ROUTERS:
        app.include_router(router)
    problems.register(app)
    held = SimpleNamespace(settings=Settings(), moments=SimpleNamespace(watermark=lambda: at(0)))
    app.dependency_overrides = {
        state.reader: lambda: reader,
        state.sight: lambda: reader.sight,
        state.state: lambda: held,
        state.clearance: lambda: Clearance.of("somebody", "", {}),
    }
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        return await client.get(path)


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
