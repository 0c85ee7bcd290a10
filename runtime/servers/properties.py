"""Java's .properties format."""

from __future__ import annotations

from collections.abc import Mapping


def properties(values: Mapping[str, object]) -> str:
    """Write values as Java's Properties reads them: ASCII, with escapes for all else."""
    return "".join(f"{name}={_escape(_text(value))}\n" for name, value in values.items())


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _escape(text: str) -> str:
    units = text.encode("utf-16-be")
    pairs = (int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2))
    return "".join(_escape_unit(unit) for unit in pairs)


def _escape_unit(unit: int) -> str:
    if unit == ord("\\"):
        return "\\\\"
    return chr(unit) if ord(" ") <= unit < 127 else f"\\u{unit:04x}"
