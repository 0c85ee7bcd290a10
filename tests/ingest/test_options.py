"""Options of feeds, as NAME=VALUE and as text."""

import pytest

from ingest.errors import FeedError
from ingest.options import Option, from_text, parse, settle, to_text

OPTIONS = (Option("kind", "Ship", "what it is", ("Ship", "Person")), Option("id", "id", "its column"))


def test_options_are_settled_with_their_defaults() -> None:
    assert settle("x", OPTIONS, {"id": "name"}) == {"kind": "Ship", "id": "name"}


def test_what_there_is_not_is_named_with_what_there_is() -> None:
    with pytest.raises(FeedError, match="there are: kind, id"):
        settle("x", OPTIONS, {"colour": "red"})
    with pytest.raises(FeedError, match="it has none"):
        settle("x", (), {"colour": "red"})
    with pytest.raises(FeedError, match="one of Ship, Person, not 'Dog'"):
        settle("x", OPTIONS, {"kind": "Dog"})


def test_the_text_is_the_same_for_the_same_options() -> None:
    assert to_text({"b": "1", "a": "2"}) == to_text({"a": "2", "b": "1"}) == '{"a":"2","b":"1"}'
    assert from_text(to_text({"a": "ü"})) == {"a": "ü"}


def test_pairs() -> None:
    assert parse(["id=a=b", " kind = Ship "]) == {"id": "a=b", "kind": "Ship"}
    for bad in ("id", "=x"):
        with pytest.raises(FeedError, match="NAME=VALUE"):
            parse([bad])
