"""Registration plates as identifiers: the same plate is the same subject, however a camera writes it."""

import re
from typing import Final

from ingest.feed import Named

PLATE: Final = "Registration"
"""The naming scheme of plates; IES's is RegistrationNumber."""
_BETWEEN: Final = re.compile(r"[\s.·•_-]+")
_PLATE: Final = re.compile(r"\w{1,15}")


def plate(text: str) -> str:
    """A plate in capitals, without the blanks and dashes that are read into it; "" if it is none."""
    found = _BETWEEN.sub("", text).upper()
    return found if _PLATE.fullmatch(found) else ""


def plated(text: str, country: str = "") -> Named | None:
    """The vehicle with a plate, if it is one; the country, where it is told, is part of its name."""
    found = plate(text)
    if not found:
        return None
    land = _BETWEEN.sub("", country).upper()
    return Named("RoadVehicle", PLATE, f"{land}-{found}" if land else found)
