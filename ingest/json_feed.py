"""A feed whose documents are JSON features, whatever a feature of it holds."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest import json_tracks
from ingest.document_feed import TracksFeed
from ingest.errors import FeedError
from ingest.feed import NO_TIME, Block, Bounds, Parsed
from ingest.gps import KIND, SCHEME, SUBJECT, Point, gathered, nothing, whose
from ingest.json_tracks import IDS, Feature
from ingest.options import Option, settle

ID: Final = Option(
    "id", "", f"the property that says whose a feature is; else the first of: {', '.join(IDS[:-1])}, id, name"
)


@dataclass(frozen=True)
class JsonFeed(TracksFeed):
    """What such feeds share."""

    options: tuple[Option, ...] = (KIND, SCHEME, SUBJECT, ID)

    @abstractmethod
    def read(self, feature: Feature, chosen: str) -> Iterable[Point]:
        """The elements of a feature; one that cannot be read is one element with its fault.

        Args:
            feature: the feature.
            chosen: the property that says whose it is; "" tries the usual ones.
        """
        ...

    @abstractmethod
    def divide(self, feature: Feature, parts: int) -> list[Feature]:
        """The feature as so many, about, with all its elements once, in their order."""
        ...

    def cut(self, document: bytes, most_bytes: int) -> Iterator[Block]:
        """The document as it is, or if it is large as several, cut between features or within tracks.

        Raises:
            FeedError: it is no such document, has no feature, or cannot be cut so small.
        """
        listed = json_tracks.features(document)
        count = sum(1 for _ in self._points(listed))
        if not count:
            raise FeedError("the document has no feature with a position")
        if len(document) <= most_bytes:
            yield Block(document, count, 1)
            return
        at = 1
        for body, elements in json_tracks.cut(listed, self._of, self.divide, most_bytes):
            yield Block(body, elements, at)
            at += elements

    def parse(self, head: bytes, body: bytes, bounds: Bounds) -> Parsed:
        """Read a document."""
        del head
        whom = whose(settle(self.name, self.options, self.given))
        try:
            listed = json_tracks.features(body)
        except FeedError as error:
            return nothing(body, str(error))
        return gathered(self._points(listed), whom, bounds, {})

    def times(self, head: bytes, body: bytes) -> NDArray[np.int64]:
        """The time of each element: epoch milliseconds, or NO_TIME."""
        del head
        try:
            listed = json_tracks.features(body)
        except FeedError:
            return np.array([NO_TIME], dtype=np.int64)
        return np.array([point.time for point in self._points(listed)], dtype=np.int64)

    def _points(self, listed: Iterable[Feature]) -> Iterator[Point]:
        return (point for feature in listed for point in self._of(feature))

    def _of(self, feature: Feature) -> Iterable[Point]:
        return self.read(feature, settle(self.name, self.options, self.given)["id"])
