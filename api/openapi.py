"""The API's description: tokens, and the problems that each path may answer with."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.auth import OPEN_PATHS
from api.problems import MEDIA_TYPE, Problem
from api.purpose import HEADER
from runtime.audit.entry import MOST_PURPOSE

_PROBLEMS: Final = {
    "401": "No token, or one that is not known",
    "403": "A view, or something else, that is not for you",
    "404": "Nothing with that key",
    "422": "A parameter or the body cannot be used",
    "503": "The graph, the log or the audit log is away, or the question took too long",
}

_PURPOSE: Final = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "What it is asked for: a few words or the number of a case. The operator may require it.",
    "schema": {"type": "string", "maxLength": MOST_PURPOSE},
}


def describe(app: FastAPI) -> None:
    """Lets the application describe itself with tokens and problems."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _description(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _description(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= shape.pop("$defs", {}) | {"Problem": shape}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            _describe_operation(path, operation)
    return schema


def _describe_operation(path: str, operation: dict[str, Any]) -> None:
    if path in OPEN_PATHS:
        return
    operation["security"] = [{"token": []}]
    operation.setdefault("parameters", []).append(_PURPOSE)
    for status, words in _PROBLEMS.items():
        if status == "404" and "{" not in path:
            continue
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        operation["responses"][status] = {"description": words, "content": content}
