"""Plates read by cameras (ANPR), as CSV with a header line or as JSON lines: each read is a sighting."""

from dataclasses import dataclass
from typing import Final

from ingest.cameras.plates import plated
from ingest.feed import Named
from ingest.json_values import Object, text
from ingest.options import Option
from ingest.reads import ReadsFeed, Spellings, choices, spellings

SPELLINGS: Final = spellings(
    {
        "plate": (
            "plate",
            "license_plate",
            "licence_plate",
            "plate_number",
            "plateNumber",
            "registration",
            "vrm",
        ),
        "time": ("time", "timestamp", "datetime", "captured_at", "read_at", "utc"),
        "camera": ("camera", "camera_id", "cameraId", "camera_name", "sensor", "device", "site"),
        "confidence": ("confidence", "plate_confidence", "score"),
        "country": ("country", "nationality", "region"),
    }
)


@dataclass(frozen=True)
class Anpr(ReadsFeed):
    """The feed."""

    name: str = "anpr"
    title: str = "plates read by cameras (ANPR), as CSV with a header line or as JSON lines"
    content_types: tuple[str, ...] = ("text/csv", "application/x-ndjson", "application/json")
    example: str = "diurnal ingest anpr reads.csv -o plate=vrm -o camera=site --label '*'"
    options: tuple[Option, ...] = choices(SPELLINGS)

    @property
    def every(self) -> Spellings:
        """What is read."""
        return SPELLINGS

    def named(self, identifier: str, said: Object, names: Spellings) -> Named | None:
        """The vehicle with that plate."""
        return plated(identifier, text(said, *names["country"]))
