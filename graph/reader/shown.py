"""What every answer of the reader is: a frozen model whose times are written as RFC 3339 with +00:00."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer

from ontology.times import to_text

Instant = Annotated[datetime, PlainSerializer(to_text, return_type=str, when_used="json")]
"""An aware UTC instant, `2020-12-01T04:49:45+00:00` in JSON."""

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
