"""Text laid out for reading: in lines as wide as the terminal, but not wider than reads well."""

import shutil
import textwrap
from typing import Final

WIDEST: Final = 110
NARROWEST: Final = 40


def width() -> int:
    """Columns of a line."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns))


def wrap(text: str, indent: str = "  ", hanging: str | None = None) -> str:
    """A paragraph in lines, indented; those after the first by `hanging`, if it is given."""
    later = indent if hanging is None else hanging
    return textwrap.fill(
        text, width(), initial_indent=indent, subsequent_indent=later, break_on_hyphens=False
    )


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: no gap, 1 gap, 2 gaps."""
    if number == 1:
        return f"1 {one}"
    return f"{number:,} {many or one + 's'}" if number else f"no {one}"
