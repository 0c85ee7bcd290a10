"""A feed whose sources are whole documents, of GPS tracks: what such feeds share, whatever their format."""

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
        whose(settle(self.name, self.options, given))
        return replace(self, given=dict(given))

    def head(self, first_line: bytes) -> bytes:
        """Nothing: a document has no head."""
        del first_line
        return b""
