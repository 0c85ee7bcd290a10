"""How the routers under `/v1` are made: alike, and strict about parameters."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from api.filters import only_known_parameters


def v1(tag: str) -> APIRouter:
    """A router under `/v1` that refuses parameters it does not know."""
    return APIRouter(prefix="/v1", tags=[tag], dependencies=[Depends(only_known_parameters)])
