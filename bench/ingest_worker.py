"""The ingest worker as it is, in one process, over what its topic holds; prints its speed as a line of JSON.

Called with the servers' home, the topics' prefix, how many raw records there are, and the bytes of a batch.
The first batch is warm-up: the clock runs from its commit to that of the last. With `--expand` it writes RDF
for every fix instead of segments.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from threading import Event
from typing import NamedTuple

from bench.ground import settings
from bench.machine import peak_mib
from ingest import mapper as ingest_mapper
from ingest import registry
from ingest.worker import run_ingest
from ontology.fixes import expand
from runtime.servers import Endpoints
from runtime.worker import Worked


class Mark(NamedTuple):
    """How far it was, when."""

    read: int
    clock: float
    cpu: float


def main() -> None:
    """Work until all is read, and tell."""
    home, prefix, expected, batch_bytes, *flags = sys.argv[1:]
    if "--expand" in flags:
        # The mapper has no switch for it: whoever wants RDF for each fix makes it from segments.
        ingest_mapper.write_segment = expand  # type: ignore[attr-defined]
    marks: list[Mark] = []
    stop = Event()

    def note(worked: Worked) -> None:
        read = worked.read + (marks[-1].read if marks else 0)
        marks.append(Mark(read, time.perf_counter(), time.process_time()))
        if read >= int(expected):
            stop.set()

    mapper = run_ingest(
        settings(prefix, batch_bytes=int(batch_bytes)),
        Endpoints.read(Path(home)),
        [registry.feed("ais")],
        stop,
        on_batch=note,
    )
    first, last = marks[0], marks[-1]
    told = {
        "fixes": mapper.counts.lines,
        "accepted": mapper.counts.accepted,
        "share": (last.read - first.read) / last.read,
        "seconds": last.clock - first.clock,
        "cpu": last.cpu - first.cpu,
        "batches": len(marks) - 1,
        "peak_mib": peak_mib(os.getpid()),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
