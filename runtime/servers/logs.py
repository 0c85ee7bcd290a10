"""The end of a log, for error messages."""

from __future__ import annotations

from pathlib import Path

_BYTES = 64_000


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a file, without the stack frames that bury what was wrong; a word if empty."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return "(no log)"
    telling = [line for line in text.splitlines() if not line.startswith("\tat ")]
    return "\n".join(telling[-lines:]) or "(nothing)"
