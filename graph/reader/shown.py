"""What every answer of the reader is: a frozen model whose times are written as RFC 3339 with +00:00."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from ontology.times import from_ms, to_text


def _from_ms(value: object) -> object:
    return from_ms(value) if isinstance(value, int) else value


Instant = Annotated[
    datetime,
    BeforeValidator(_from_ms),
    PlainSerializer(to_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An aware UTC instant, also made from epoch milliseconds; `2020-12-01T04:49:45+00:00` in JSON."""

SUBJECT_PREFIX = "urn:diurnal:subject:"


class Shown(BaseModel):
    """Something of the graph as it is shown; the words below each field are its description in the API."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True, extra="ignore")


def short_id(key: str) -> str:
    """A subject's key without the namespace: `mmsi:367073680`."""
    return key.removeprefix(SUBJECT_PREFIX)


def full_key(text: str) -> str:
    """A subject's key, from itself or from its short form."""
    return text if text.startswith("urn:") else SUBJECT_PREFIX + text
