"""Telicent's own library at work: an adapter, a mapper or a projector, for test_telicent.py.

Runs in .venv-peer (bench/peer/requirements.lock), as `python telicent_peer.py ROLE BOOTSTRAP …`; what it has
to tell stands on stdout as lines of JSON that begin with a brace. The library compares the annotations of the
functions that it is given with its own, so they must not be postponed.
"""

import itertools
import json
import logging
import sys
from collections.abc import Iterable, Iterator

from rdflib import Graph
from telicent_lib import AutomaticAdapter, Mapper, Projector, Record, RecordUtils
from telicent_lib.sinks import KafkaSink
from telicent_lib.sources import KafkaSource

logging.disable(logging.WARNING)
QUIET = {"has_reporter": False, "has_error_handler": False}
POISON = "poison"


class Some(KafkaSource):
    """The first records of a topic, then an end."""

    def __init__(self, bootstrap: str, topic: str, group: str, count: int) -> None:
        super().__init__(topic, kafka_config={"bootstrap.servers": bootstrap, "group.id": group})
        self._count = count

    def data(self) -> Iterator[Record]:
        return itertools.islice(self, self._count)


def turtle(record: Record, *, tell_type: bool) -> Record:
    """A partner's map function: the same statements in another notation, and no header but its type."""
    if record.value == POISON:
        raise ValueError("this record cannot be mapped")
    said = Graph().parse(data=record.value, format="nt").serialize(format="turtle")
    return Record([("Content-Type", "text/turtle")] if tell_type else [], record.key, said)


def one(record: Record) -> Record:
    return turtle(record, tell_type=True)


def one_untyped(record: Record) -> Record:
    return turtle(record, tell_type=False)


def careful(record: Record) -> Record:
    """As a partner must write it that nothing is lost."""
    made = turtle(record, tell_type=True)
    return RecordUtils.add_headers(made, [header for header in record.headers if header[0] != "Content-Type"])


def several(record: Record) -> list[Record]:
    return [turtle(record, tell_type=True)]


def map_(bootstrap: str, source: str, target: str, group: str, count: str, how: str) -> None:
    functions = {"one": one, "one-untyped": one_untyped, "several": several, "careful": careful}
    records = Some(bootstrap, source, group, int(count))
    sink = KafkaSink(target, {"bootstrap.servers": bootstrap})
    Mapper(functions[how], records, sink, name="partner", disable_metrics=True, **QUIET).run()


def adapt(bootstrap: str, target: str, distribution: str) -> None:
    """Sends what stands on stdin, one record a line."""

    def records() -> Iterable[Record]:
        for line in sys.stdin:
            told = json.loads(line)
            yield Record([tuple(header) for header in told["headers"]], told["key"], told["value"])

    sink = KafkaSink(target, {"bootstrap.servers": bootstrap})
    AutomaticAdapter(records, sink, distribution, name="partner", disable_metrics=True, **QUIET).run()


def project(bootstrap: str, source: str, group: str, count: str) -> None:
    """Tells what a projector is given: key, headers, the last label as the library finds it, and the RDF."""

    def tell(record: Record) -> None:
        told = {
            "key": record.key,
            "value": record.value,
            "headers": [[name, value.decode()] for name, value in record.headers],
            "label": RecordUtils.get_last_header(record, "security-label"),
            "triples": len(Graph().parse(data=record.value, format="nt")),
        }
        sys.stdout.write(f"\n{json.dumps(told)}\n")

    Projector(tell, "nowhere", Some(bootstrap, source, group, int(count)), name="partner", **QUIET).run()


if __name__ == "__main__":
    {"map": map_, "adapt": adapt, "project": project}[sys.argv[1]](*sys.argv[2:])
