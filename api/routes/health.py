"""Is the process alive? The one question that needs no token, and tells nothing else."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """It is."""

    status: Literal["ok"] = "ok"


@router.get("/health", summary="Is it alive?")
async def health() -> Alive:
    """Answers as long as the process does; whether the graph answers is told by `/v1/status`."""
    return Alive()
