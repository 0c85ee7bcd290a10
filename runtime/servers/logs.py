"""The end of a log, for error messages."""

from __future__ import annotations

from pathlib import Path

_BYTES = 64_000


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a file, or a word that there are none."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return "(no log)"
    return "\n".join(text.splitlines()[-lines:]) or "(nothing)"
