"""Cards shown at gates, doors, tills and machines, as CSV with a header line or as JSON lines: sightings.

What was paid or opened is not kept: who was where, and when, is.
"""

from dataclasses import dataclass, replace
from typing import Final

from ingest.elements import LONGEST
from ingest.feed import Named
from ingest.gps import KIND, SCHEME, whose
from ingest.json_values import Object
from ingest.options import Option, settle
from ingest.reads import ReadsFeed, Spellings, choices, spellings

SPELLINGS: Final = spellings(
    {
        "card": ("card", "card_id", "cardId", "badge", "badge_id", "pan", "token", "user", "holder"),
        "time": ("time", "timestamp", "datetime", "date_time", "transaction_time", "utc"),
        "reader": (
            "reader",
            "reader_id",
            "door",
            "gate",
            "terminal",
            "terminal_id",
            "merchant",
            "location",
            "site",
        ),
    }
)


@dataclass(frozen=True)
class Cards(ReadsFeed):
    """The feed."""

    name: str = "cards"
    title: str = "cards shown at doors, gates, tills or machines, as CSV with a header line or as JSON lines"
    content_types: tuple[str, ...] = ("text/csv", "application/x-ndjson", "application/json")
    example: str = "diurnal ingest cards doors.csv -o card=badge -o reader=door --label '*'"
    options: tuple[Option, ...] = (
        replace(KIND, default="Person", help="whose the card is"),
        replace(SCHEME, default="Card"),
        *choices(SPELLINGS),
    )

    @property
    def every(self) -> Spellings:
        """What is read."""
        return SPELLINGS

    def named(self, identifier: str, said: Object, names: Spellings) -> Named | None:
        """Who has that card."""
        del said, names
        whom = whose({**settle(self.name, self.options, self.given), "subject": ""})
        return whom.named(identifier) if 0 < len(identifier) <= LONGEST else None
