"""Errors as RFC 9457 problems: every refusal has the same shape, names what is wrong and the remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from api.errors import BadParameterError, NotForYouError, TooLateError, ViewRefusedError
from api.headers import SECURITY_HEADERS
from api.purpose import PurposeError
from graph.queries.errors import ParameterError, UnknownQueryError
from graph.reader.errors import GraphAwayError, NotKnownError, RefusedError, TooSlowError, UnguardedError
from runtime.errors import TransientError

MEDIA_TYPE: Final = "application/problem+json"
KINDS: Final = "urn:diurnal:problem:"
RETRY_AFTER: Final = {"Retry-After": "5"}

_log = structlog.get_logger(__name__)


class Fault(BaseModel):
    """One thing wrong with a request."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    where: str
    """The parameter, or the path within the body."""
    detail: str
    """What is wrong with it."""


class Problem(BaseModel):
    """An error, as RFC 9457 writes it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    type: str
    """The kind of problem; stays the same where words change."""
    title: str
    """That kind in words."""
    status: int
    """The HTTP status."""
    detail: str
    """What went wrong this time, and what to do about it."""
    instance: str
    """The path that was asked for."""
    errors: list[Fault] | None = None
    """Where a request was wrong in several ways, each of them."""


def respond(
    request_path: str,
    status: int,
    kind: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Fault] = (),
) -> Response:
    """A problem as a response; `kind` is the last part of its type, such as `not-known`."""
    problem = Problem(
        type=KINDS + kind,
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=request_path,
        errors=list(errors) or None,
    )
    body = problem.model_dump_json(exclude_none=True)
    return Response(body, status, {**SECURITY_HEADERS, **(headers or {})}, MEDIA_TYPE)


def register(app: FastAPI) -> None:
    """Turns whatever a route raises into a problem."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(BadParameterError, _bad_parameter)
    app.add_exception_handler(ParameterError, _parameter)
    app.add_exception_handler(NotKnownError, _not_known)
    app.add_exception_handler(UnknownQueryError, _not_known)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(GraphAwayError, _away)
    app.add_exception_handler(TooSlowError, _too_slow)
    app.add_exception_handler(TooLateError, _too_late)
    app.add_exception_handler(ViewRefusedError, _view_refused)
    app.add_exception_handler(UnguardedError, _unguarded)
    app.add_exception_handler(TransientError, _log_away)
    app.add_exception_handler(NotForYouError, _not_for_you)
    app.add_exception_handler(PurposeError, _purpose)
    app.add_exception_handler(Exception, _unforeseen)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    kinds = {404: "no-such-path", 405: "method-not-allowed", 413: "too-long"}
    details = {
        404: "There is nothing at this path; /v1/openapi.json lists what there is.",
        405: f"{request.method} is not for this path.",
    }
    detail = details.get(error.status_code, str(error.detail))
    kind = kinds.get(error.status_code, "http")
    return respond(request.url.path, error.status_code, kind, detail, headers=error.headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    faults = [Fault(where=_where(found["loc"]), detail=found["msg"]) for found in error.errors()]
    detail = "; ".join(f"{fault.where}: {fault.detail}" for fault in faults)
    return respond(request.url.path, 422, "invalid-request", detail, errors=faults)


def _where(location: Sequence[Any]) -> str:
    return ".".join(str(part) for part in location[1:]) or str(location[0])


def _bad_parameter(request: Request, error: Exception) -> Response:
    assert isinstance(error, BadParameterError)  # noqa: S101 - registered for it
    fault = Fault(where=error.parameter, detail=error.detail)
    return respond(request.url.path, 422, "invalid-request", str(error), errors=[fault])


def _parameter(request: Request, error: Exception) -> Response:
    assert isinstance(error, ParameterError)  # noqa: S101 - registered for it
    fault = Fault(where=f"parameters.{error.parameter}", detail=error.detail)
    return respond(request.url.path, 422, "invalid-request", str(error), errors=[fault])


def _refused(request: Request, error: Exception) -> Response:
    return respond(request.url.path, 422, "query-refused", str(error))


def _not_known(request: Request, error: Exception) -> Response:
    return respond(request.url.path, 404, "not-known", str(error))


def _away(request: Request, error: Exception) -> Response:
    _log.warning("graph away", path=request.url.path, cause=str(error.__cause__))
    detail = "The graph does not answer; it may be starting. Try again soon."
    return respond(request.url.path, 503, "graph-away", detail, headers=RETRY_AFTER)


def _log_away(request: Request, error: Exception) -> Response:
    _log.warning("log away", path=request.url.path, cause=str(error))
    detail = "Kafka does not answer; it may be starting. Try again soon."
    return respond(request.url.path, 503, "log-away", detail, headers=RETRY_AFTER)


def _not_for_you(request: Request, error: Exception) -> Response:
    return respond(request.url.path, 403, "not-for-you", str(error))


def _purpose(request: Request, error: Exception) -> Response:
    return respond(request.url.path, 400, "purpose", str(error))


def _too_slow(request: Request, error: Exception) -> Response:
    return respond(request.url.path, 503, "too-slow", str(error), headers=RETRY_AFTER)


def _too_late(request: Request, error: Exception) -> Response:
    return respond(request.url.path, 422, "as-of-too-late", str(error))


def _view_refused(request: Request, error: Exception) -> Response:
    return respond(request.url.path, 403, "view-refused", str(error))


def _unguarded(request: Request, error: Exception) -> Response:
    _log.error("unguarded", reason=str(error))
    detail = (
        "The graph is not guarded, so nothing is read, until its operator has seen to it; the log says how."
    )
    return respond(request.url.path, 503, "unguarded", detail)


def _unforeseen(request: Request, error: Exception) -> Response:
    _log.error("unforeseen error", path=request.url.path, exc_info=error)
    return respond(request.url.path, 500, "fault", "Something went wrong here; the log says what.")
