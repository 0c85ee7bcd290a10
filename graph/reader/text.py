"""What a user typed, as the words of a search."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+")
MOST_WORDS = 8


def prefixes(text: str) -> list[str]:
    """The words of a text in lower case, at most eight, in order."""
    return [word.lower() for word in _WORD.findall(text)][:MOST_WORDS]


def lucene(text: str) -> str:
    """A full-text query in which every word must begin a word; empty when there is no word.

    Words hold letters, digits and underscores only, so nothing of the query language gets through.
    """
    return " AND ".join(f"{word}*" for word in prefixes(text))
