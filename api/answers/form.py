"""In which form an answer is given: asked for by `format`, or by the header `Accept`."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from api.answers.accept import accepted


class Form(StrEnum):
    """Forms of an answer."""

    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    ARROW = "arrow"
    GRAPH = "graph"


MEDIA_TYPES: Final[dict[Form, str]] = {
    Form.JSON: "application/json",
    Form.NDJSON: "application/x-ndjson",
    Form.CSV: "text/csv; charset=utf-8",
    Form.ARROW: "application/vnd.apache.arrow.stream",
    Form.GRAPH: "application/vnd.diurnal.graph+json",
}
_BY_TYPE: Final = {media.partition(";")[0]: form for form, media in MEDIA_TYPES.items()}


def chosen(wanted: Form | None, accept: str | None) -> Form:
    """The form that is asked for; JSON where nothing is.

    Args:
        wanted: `format`, which goes before the header.
        accept: the header.

    Raises:
        BadParameterError: the header accepts none of the forms.
    """
    return wanted or accepted(accept, _BY_TYPE)
