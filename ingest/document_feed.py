"""A feed whose sources are whole documents: what such feeds share, whatever their format."""

from abc import ABC
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from ingest.feed import Feed
from ingest.gps import whose
from ingest.options import settle


@dataclass(frozen=True)
class DocumentFeed(Feed, ABC):
    """A document is published whole or in documents that are cut from it, and each is read alone."""

    given: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    apart: bool = True

    def configured(self, given: Mapping[str, str]) -> Self:
        """The feed with these options.

        Raises:
            FeedError: it has no such option, or the option no such value.
        """
        self.check(settle(self.name, self.options, given))
        return replace(self, given=dict(given))

    def check(self, chosen: Mapping[str, str]) -> None:
        """See that options go together and have values that can be.

        Raises:
            FeedError: they do not.
        """
        del chosen

    def head(self, first_line: bytes) -> bytes:
        """Nothing: a document has no head."""
        del first_line
        return b""


@dataclass(frozen=True)
class TracksFeed(DocumentFeed, ABC):
    """Documents of GPS tracks, whose subject may be told by options."""

    def check(self, chosen: Mapping[str, str]) -> None:
        """See that whose tracks they are can be told."""
        whose(chosen)
