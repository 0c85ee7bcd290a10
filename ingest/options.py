"""What can be chosen about how a feed is read: NAME=VALUE, told with each raw record for a rebuild to use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from ingest.errors import FeedError


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen.

    Attributes:
        name: its name.
        default: what holds where nothing is chosen.
        help: what it is, for people.
        values: the only values that it can have; any, where there are none.
    """

    name: str
    default: str
    help: str
    values: tuple[str, ...] = ()


def settle(feed: str, options: Sequence[Option], given: Mapping[str, str]) -> dict[str, str]:
    """A value for every option of a feed.

    Raises:
        FeedError: one is given that there is not, or has no such value; says which there are.
    """
    known = {option.name: option for option in options}
    for name, value in given.items():
        if name not in known:
            there = f"there are: {', '.join(known)}" if known else "it has none"
            raise FeedError(f"the feed {feed} has no option {name!r}; {there}")
        values = known[name].values
        if values and value not in values:
            raise FeedError(f"the option {name} of {feed} is one of {', '.join(values)}, not {value!r}")
    return {option.name: given.get(option.name, option.default) for option in options}


def parse(pairs: Sequence[str]) -> dict[str, str]:
    """Options from NAME=VALUE.

    Raises:
        FeedError: one is not of that form.
    """
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise FeedError(f"{pair!r} is no option: write NAME=VALUE, such as id=vehicle_id")
        found[name.strip()] = value.strip()
    return found


def to_text(given: Mapping[str, str]) -> str:
    """Options as one text, the same for the same options."""
    return orjson.dumps(dict(given), option=orjson.OPT_SORT_KEYS).decode()


def from_text(text: str) -> dict[str, str]:
    """Options from their text.

    Raises:
        FeedError: it is no such text.
    """
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise FeedError(f"options are a JSON object of texts, not {text[:100]!r}") from error
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise FeedError(f"options are a JSON object of texts, not {text[:100]!r}")
    return found
