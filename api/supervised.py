"""What the supervisor of a home tells of itself, for whoever asks how it does."""

from pathlib import Path
from typing import Final

import psutil
from pydantic import BaseModel, ValidationError

STATE_FILE: Final = "supervisor.json"
TARGETS_FILE: Final = "metrics-targets.json"
"""Where the metrics of the workers are, as Prometheus reads it."""


class State(BaseModel):
    """What the supervisor tells of itself in `home/supervisor.json`."""

    pid: int
    created: float
    phase: str
    """servers, workers, ready, or failed."""
    message: str = ""
    api: str = ""
    workers: dict[str, int] = {}
    troubles: dict[str, str] = {}
    """Server or worker → what is the matter with it."""
    restarts: dict[str, int] = {}
    """Worker → how often it was started again."""
    metrics: dict[str, str] = {}
    """Worker → where its metrics are."""

    def alive(self) -> bool:
        """True while that very process runs: process ids are used again, start times are not."""
        try:
            return abs(psutil.Process(self.pid).create_time() - self.created) < 1.0
        except psutil.Error:
            return False


def read_state(home: Path) -> State | None:
    """What the last supervisor of this home said, or None."""
    try:
        return State.model_validate_json((home / STATE_FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
