"""What a token's claims let its bearer hold, by the settings' mapping. Whatever is odd is not held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

MOST_VALUES: Final = 256
"""Values of one attribute."""
LONGEST: Final = 1024
"""Characters of a value."""

Path = str | Sequence[str]
"""Where a claim stands: names with dots between, or the names one by one where a name itself has dots."""

_MISSING: Final = object()


def attributes(claims: Mapping[str, Any], mapping: Mapping[str, Path]) -> dict[str, tuple[str, ...]]:
    """Attribute → values, of the claims that the mapping names and no others.

    A claim that is missing, empty, or holds anything but texts and truth values gives nothing, the good
    values beside a bad one included: half of what was meant is not what was meant.

    Args:
        claims: of a token that was proved.
        mapping: attribute → where its claim stands.
    """
    found = ((name, values(_at(claims, path))) for name, path in mapping.items())
    return {name: held for name, held in found if held}


def values(said: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever JSON holds
    """A claim's values as texts; none where it is anything but texts, truth values, or a list of these."""
    several = said if isinstance(said, list) else [said]
    texts = [_text(value) for value in several]
    if len(texts) > MOST_VALUES or any(text is None for text in texts):
        return ()
    return tuple(text for text in texts if text is not None)


def _text(value: Any) -> str | None:  # noqa: ANN401
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST else None


def _at(claims: Mapping[str, Any], path: Path) -> Any:  # noqa: ANN401
    here: Any = claims
    for name in path.split(".") if isinstance(path, str) else path:
        here = here.get(name, _MISSING) if isinstance(here, Mapping) else _MISSING
    return here
