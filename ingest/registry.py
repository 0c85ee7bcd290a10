"""The feeds there are. To add one: a file with a `Feed`, its test, and a line here."""

from collections.abc import Iterable
from typing import Final

from ingest.adsb.documents import AdsbDocuments
from ingest.adsb.lines import AdsbLines
from ingest.adsb.mode_s import ModeS
from ingest.adsb.sbs import Sbs
from ingest.ais_csv import AisCsv
from ingest.ais_nmea import AisNmea
from ingest.cameras.anpr import Anpr
from ingest.cameras.frigate import Frigate
from ingest.cameras.mot import Mot
from ingest.cameras.onvif import Onvif
from ingest.cot.tak import Tak
from ingest.cot.xml import CotXml
from ingest.errors import FeedError
from ingest.feed import Feed
from ingest.geojson import GeoJson
from ingest.gps_csv import GpsCsv
from ingest.gpx import Gpx
from ingest.kml import Kml
from ingest.mf_json import MfJson
from ingest.people.cards import Cards
from ingest.people.nmea_gps import NmeaGps
from ingest.people.owntracks import OwnTracks

FEEDS: Final[tuple[Feed, ...]] = (
    AisCsv(),
    AisNmea(),
    AdsbDocuments(),
    AdsbLines(),
    Sbs(),
    ModeS(),
    GpsCsv(),
    Gpx(),
    GeoJson(),
    MfJson(),
    Kml(),
    NmeaGps(),
    OwnTracks(),
    CotXml(),
    Tak(),
    Anpr(),
    Frigate(),
    Onvif(),
    Mot(),
    Cards(),
)


def feed(name: str) -> Feed:
    """The feed of a name.

    Raises:
        FeedError: there is none of that name; says which there are.
    """
    for one in FEEDS:
        if one.name == name:
            return one
    raise FeedError(f"no feed is called {name!r}; there are: {', '.join(one.name for one in FEEDS)}")


def feeds(names: Iterable[str] | None = None) -> tuple[Feed, ...]:
    """The feeds of some names, or all of them.

    Raises:
        FeedError: there is none of one of those names.
    """
    return FEEDS if names is None else tuple(feed(name) for name in names)
