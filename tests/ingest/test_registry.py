"""The feeds there are."""

import pytest

from ingest.errors import FeedError
from ingest.registry import FEEDS, feed, feeds


def test_a_feed_is_found_by_its_name() -> None:
    assert [feed(one.name) for one in FEEDS] == list(feeds()) == list(FEEDS)
    assert len({one.name for one in FEEDS}) == len(FEEDS)


def test_an_unknown_feed_names_those_there_are() -> None:
    with pytest.raises(FeedError, match="ais"):
        feeds(["radar"])
