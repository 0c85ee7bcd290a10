"""What a user typed, as the words of a search."""

from __future__ import annotations

import re

# As `diurnal.search` cuts them, for the index does so: an apostrophe within a word is of the word.
_WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
_SCHEMES = frozenset({"imo", "mmsi"})
_SCHEME = re.compile(r"^(imo|mmsi)(?=\d)")
MOST_WORDS = 8


def prefixes(text: str) -> list[str]:
    """The words of a text in lower case, at most eight, in order.

    Schemes before a number are left out, for identifiers are kept without: `IMO 9074729` and `imo9074729`
    both ask for `9074729`.
    """
    words = [_SCHEME.sub("", word.lower()) for word in _WORD.findall(text)]
    named = [word for word in words if word not in _SCHEMES]
    return (named or words)[:MOST_WORDS]
