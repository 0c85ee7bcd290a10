"""The peer: telicent-lib's Mapper with rdflib, one fix a record in and out, 14 triples a fix.

Runs in an environment of its own (requirements.lock), as `python mapper.py bootstrap in out records warm`;
prints a line of JSON. All that telicent-lib can leave out for speed is left out: reporter, error handler,
metrics; and N-Triples is what rdflib writes fastest.
"""

import itertools
import json
import logging
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.namespace import XSD
from telicent_lib import Mapper, Record
from telicent_lib.sinks import KafkaSink
from telicent_lib.sources import KafkaSource

logging.disable(logging.WARNING)

IES = Namespace("http://ies.data.gov.uk/ontology/ies4#")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
OURS = "urn:diurnal:"
TRIPLES = 14


def triples(mmsi: str, time_: str, lon: str, lat: str) -> Graph:
    """One fix, the IES way: a state of the ship, at a point, in a period."""
    instant = datetime.fromisoformat(time_).replace(tzinfo=UTC)
    ship = URIRef(f"{OURS}subject:mmsi:{mmsi}")
    identifier = URIRef(f"{OURS}identifier:mmsi:{mmsi}")
    state = URIRef(f"{OURS}state:mmsi:{mmsi}:{instant.timestamp():.0f}")
    point, period = state + "/point", state + "/period"
    where = Literal(f"POINT({float(lon)} {float(lat)})", datatype=GEO.wktLiteral)
    graph = Graph()
    graph.add((ship, RDF.type, IES.Ship))
    graph.add((ship, IES.isIdentifiedBy, identifier))
    graph.add((identifier, RDF.type, IES.CommunicationsIdentifier))
    graph.add((identifier, IES.representationValue, Literal(mmsi)))
    graph.add((state, RDF.type, IES.State))
    graph.add((state, IES.isStateOf, ship))
    graph.add((state, IES.inPeriod, period))
    graph.add((period, RDF.type, IES.ParticularPeriod))
    graph.add((period, IES.iso8601PeriodRepresentation, Literal(instant.isoformat(), datatype=XSD.dateTime)))
    graph.add((state, IES.inLocation, point))
    graph.add((point, RDF.type, IES.GeoPoint))
    graph.add((point, GEO.asWKT, where))
    graph.add((point, IES.latitude, Literal(lat, datatype=XSD.decimal)))
    graph.add((point, IES.longitude, Literal(lon, datatype=XSD.decimal)))
    return graph


class Some(KafkaSource):
    """The first records of a topic, then an end."""

    def __init__(self, topic: str, config: dict, count: int) -> None:
        super().__init__(topic, kafka_config=config)
        self._count = count

    def data(self) -> Iterator[Record]:
        """The records."""
        return itertools.islice(self, self._count)


def main() -> None:
    """Map, and tell how fast."""
    bootstrap, source, target = sys.argv[1:4]
    count, warm = int(sys.argv[4]), int(sys.argv[5])
    seen = began = cpu = 0

    def map_fix(record: Record) -> Record:
        nonlocal seen, began, cpu
        if seen == warm:
            began, cpu = time.perf_counter(), time.process_time()
        seen += 1
        _, line = record.value.rstrip("\n").split("\n")
        graph = triples(*line.split(","))
        assert len(graph) == TRIPLES
        headers = [("Content-Type", "application/n-triples")]
        return Record(headers, record.key, graph.serialize(format="nt"))

    consumer = {"bootstrap.servers": bootstrap, "group.id": f"peer-{uuid.uuid4()}"}
    mapper = Mapper(
        map_fix,
        Some(source, consumer, count),
        KafkaSink(target, {"bootstrap.servers": bootstrap}),
        name="peer",
        has_reporter=False,
        has_error_handler=False,
        disable_metrics=True,
    )
    mapper.run()
    took = time.perf_counter() - began
    told = {"fixes": count - warm, "seconds": took, "cpu": time.process_time() - cpu, "triples": TRIPLES}
    print("\n" + json.dumps(told))


if __name__ == "__main__":
    main()
