"""Reports: made of the graph as it is, kept as bytes, and given again just as they were."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Path, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.errors import BadParameterError
from api.paging import Items
from api.report.build import build, default_period
from api.report.render import render
from api.report.store import StoredReport
from api.routes.router import v1
from api.state import Graph, Reports
from graph.reader.within import Box, Interval

router = v1("reports")

Corner = Annotated[float, Field(allow_inf_nan=False)]


class Wanted(BaseModel):
    """What a report shall tell of."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    start: AwareDatetime | None = None
    """Start of the period; without it, a week before its end."""
    end: AwareDatetime | None = None
    """End of the period; without it, the last fix known."""
    bbox: tuple[Corner, Corner, Corner, Corner] | None = None
    """West, south, east, north in degrees; without it, everywhere."""


HTML: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The report, one self-contained page.", "content": {"text/html": {}}}
}


@router.get("/reports", summary="Reports that were made")
def listed(reports: Reports) -> Items[StoredReport]:
    """Every report kept, the latest period first."""
    return Items(items=reports.listed())


@router.post("/reports", status_code=201, summary="Make a report")
def make(
    request: Request, response: Response, graph: Graph, reports: Reports, wanted: Wanted
) -> StoredReport:
    """Makes a report of a period and keeps it. The same graph and period give the same bytes: one id."""
    page = render(build(graph, _period(graph, wanted), area=_area(wanted)))
    stored = reports.put(page, graph.sight)
    response.headers["Location"] = f"{request.url.path}/{stored.id}"
    return stored


@router.get("/reports/{id}", summary="A report", response_class=HTMLResponse, responses=HTML)
def given(reports: Reports, id: Annotated[str, Path(description="SHA-256 of its bytes.")]) -> Response:  # noqa: A002
    """The page, byte for byte as it was made."""
    return Response(reports.get(id), media_type="text/html; charset=utf-8")


def _period(graph: Graph, wanted: Wanted) -> Interval:
    try:
        if wanted.start and wanted.end:
            return Interval(wanted.start, wanted.end)
        return default_period(graph, start=wanted.start, end=wanted.end)
    except ValueError as error:
        raise BadParameterError("start", str(error)) from None


def _area(wanted: Wanted) -> Box | None:
    try:
        return Box(*wanted.bbox) if wanted.bbox else None
    except ValueError as error:
        raise BadParameterError("bbox", str(error)) from None
