"""What can go wrong on the way in, as one tree.

IngestError
├── FeedError       what was given is not of this feed, or no feed has that name
└── PublishError    what was given cannot be read to its end
"""


class IngestError(Exception):
    """Anything that goes wrong on the way in."""


class FeedError(IngestError):
    """What was given is not of this feed, or no feed has that name."""


class PublishError(IngestError):
    """What was given cannot be read to its end."""
