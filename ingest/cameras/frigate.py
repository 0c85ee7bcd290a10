"""Frigate's MQTT messages as JSON lines: whom it knew, by a plate or a face, is a sighting.

A line is a payload of `frigate/events` or `frigate/tracked_object_update`, alone or behind its topic as
`mosquitto_sub -v` writes it, see https://docs.frigate.video/integrations/mqtt. An object without a name there
is no subject, and set aside.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ingest.cameras.plates import plate, plated
from ingest.elements import Element
from ingest.errors import FeedError
from ingest.feed import SILENCE, Named, Words
from ingest.json_values import Object, fraction, loaded, number, part, text, time
from ingest.line_feed import LineFeed
from ingest.options import Option

FACE: Final = "Face"
"""The naming scheme of names that Frigate was taught for faces: each installation has its own."""
_VEHICLES: Final = ("car", "motorcycle", "truck", "bus", "license_plate", "van")
_UNKNOWN: Final = "an object that is not known by a plate or a face"
_OTHER: Final = "a message that tells of no object known by a plate or a face"
_UNSURE: Final = "an object that Frigate itself took back as a false positive"


@dataclass(frozen=True)
class Frigate(LineFeed):
    """The feed."""

    name: str = "frigate"
    title: str = "cameras with Frigate: MQTT messages a line; plates and faces that it knows are sightings"
    content_types: tuple[str, ...] = ("application/x-ndjson", "application/json", "text/plain")
    example: str = (
        "diurnal ingest frigate - -o place=gate=51.5,-0.1 --label '*'  # of mosquitto_sub -v -t 'frigate/#'"
    )
    options: tuple[Option, ...] = (
        Option(
            "place", "", "CAMERA=LAT,LON of each camera, with ; between them; else sightings have no position"
        ),
    )
    sparse: bool = True

    def check(self, chosen: Mapping[str, str]) -> None:
        """See that the places can be.

        Raises:
            FeedError: they cannot.
        """
        places(chosen["place"])

    def elements(self, line: int, raw: bytes, chosen: Mapping[str, str]) -> Iterable[Element]:
        """What a message tells: one sighting for each name that the object goes by."""
        said = loaded(raw if raw.startswith(b"{") else raw[raw.find(b"{") :])
        if isinstance(said, str):
            return [Element(line, raw, fault=("", said))]
        known = places(chosen["place"])
        found = list(
            _event(line, raw, said) if isinstance(said.get("after"), dict) else _update(line, raw, said)
        )
        for element in found:
            element.lat, element.lon = known.get(element.sensor, (element.lat, element.lon))
        return found or [Element(line, raw, aside=_UNKNOWN)]


def places(given: str) -> dict[str, tuple[float, float]]:
    """Latitude and longitude of cameras, by their names.

    Raises:
        FeedError: they are not of the form CAMERA=LAT,LON;CAMERA=LAT,LON.
    """
    found = {}
    for each in filter(None, (one.strip() for one in given.split(";"))):
        name, _, where = each.rpartition("=")
        try:
            lat, lon = (float(number_) for number_ in where.split(","))
        except ValueError:
            raise FeedError(f"the option place is CAMERA=LAT,LON;CAMERA=LAT,LON, not {each!r}") from None
        if not (name.strip() and abs(lat) <= 90 and abs(lon) <= 180):
            raise FeedError(f"the option place names a camera and a place on the globe, not {each!r}")
        found[name.strip()] = lat, lon
    return found


def _event(line: int, raw: bytes, said: Object) -> Iterable[Element]:
    """An object as it is after a change; what was known of it before was told before."""
    after = part(said, "after")
    if "label" not in after:
        return [Element(line, raw, aside=_OTHER)]
    if after.get("false_positive") is True:
        return [Element(line, raw, aside=_UNSURE)]
    kind = text(after, "label")
    name, sure = _scored(after.get("sub_label"))
    read, plate_sure = _scored(after.get("recognized_license_plate"))
    plate_sure = plate_sure if plate_sure == plate_sure else number(after, "recognized_license_plate_score")
    return _known(line, raw, after, kind, (name, sure), (read, plate_sure))


def _update(line: int, raw: bytes, said: Object) -> Iterable[Element]:
    """A face or a plate that was known just now."""
    kind, score = text(said, "type"), number(said, "score")
    if kind == "face":
        return _known(line, raw, said, "person", (text(said, "name"), score), ("", score))
    if kind == "lpr":
        return _known(line, raw, said, "car", (text(said, "name"), score), (text(said, "plate"), score))
    return [Element(line, raw, aside=_OTHER)]


def _known(
    line: int, raw: bytes, said: Object, kind: str, name: tuple[str, float], read: tuple[str, float]
) -> Iterable[Element]:
    vehicle = plated(read[0])
    if vehicle is not None:
        words = (
            Words(name=name[0])
            if name[0] and kind in _VEHICLES and plate(name[0]) != vehicle.value
            else SILENCE
        )
        yield _element(line, raw, said, vehicle, read[1], words)
    if name[0] and kind == "person":
        yield _element(line, raw, said, Named("Person", FACE, name[0]), name[1], Words(name=name[0]))


def _element(line: int, raw: bytes, said: Object, named: Named, sure: float, words: Words) -> Element:
    found = Element(line, raw, named, time(said, "timestamp", "frame_time", "start_time"), words=words)
    found.sensor, found.reference = text(said, "camera"), text(said, "id")
    found.confidence = fraction(sure)
    return found


def _scored(value: object) -> tuple[str, float]:
    """A name alone, or with how sure Frigate is of it: ["John Smith", 0.79]."""
    if isinstance(value, list) and value and isinstance(value[0], str):
        return value[0].strip(), number({"score": value[1]}, "score") if len(value) > 1 else float("nan")
    return (value.strip(), float("nan")) if isinstance(value, str) else ("", float("nan"))
