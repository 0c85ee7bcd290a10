"""What a question is asked for: a free text or the number of a case, in a header."""

from __future__ import annotations

from typing import Final

from starlette.types import Scope

from runtime.audit.entry import MOST_PURPOSE

HEADER: Final = "Diurnal-Purpose"


class PurposeError(ValueError):
    """No purpose where one is needed, or none that can be used; the message names the remedy."""


def purpose_of(scope: Scope, *, required: bool) -> str | None:
    """The purpose that a request states.

    Raises:
        PurposeError: it states none where one is required, or one that cannot be used.
    """
    given = [value for name, value in scope["headers"] if name == HEADER.lower().encode()]
    if len(given) > 1:
        raise PurposeError(f"The header {HEADER} is there twice: state one purpose.")
    try:
        text = given[0].decode().strip() if given else ""
    except UnicodeDecodeError:
        raise PurposeError(f"The header {HEADER} is not UTF-8.") from None
    if len(text) > MOST_PURPOSE or not text.isprintable():
        raise PurposeError(f"The header {HEADER} takes at most {MOST_PURPOSE} characters of printable text.")
    if required and not text:
        raise PurposeError(
            f"Say what you ask for in the header {HEADER}: a few words, or the number of a case."
        )
    return text or None
