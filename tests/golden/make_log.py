"""Makes `log-VERSION.tar`, the log of a release, and `log-VERSION.json`, the digests of its graph.

Run once, by the release itself, and never again for that release: later ones must load what that one wrote.
`python -m tests.golden.make_log VERSION` writes both; with `--digests` only the digests are written again,
from the log that is there, which is right where a release changes on purpose how the graph is kept.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from graph import schema
from graph.digest import digest
from runtime.backup.export import export_log
from runtime.backup.restore import import_log
from runtime.servers import Stack
from runtime.servers.identity import neo4j_driver
from runtime.settings import Settings
from tests.scenarios.installation import Installation, by_time, lines_of_week, write

HERE: Final = Path(__file__).parent
HOUR: Final = HERE.parents[1] / "examples" / "data" / "ny_harbor_2020_06_30_first_hour.csv.gz"
FERRY: Final = b"367791540"
"""Its week has stays, trips, gaps, places, routines and findings."""
EVERY: Final = 30
"""Of the hour's lines every so many, which leaves most subjects."""


def tell(here: Installation, folder: Path) -> None:
    """A ferry's week with bad lines, a late day, and a sample of an hour of everybody with what they are."""
    week = by_time(line for line in lines_of_week() if line.startswith(FERRY))
    late = [line for line in week if line[10:20] == b"2020-12-03"]
    in_time = [line for line in week if line[10:20] != b"2020-12-03"]
    first = write(folder / "first.csv", [*in_time, b"no fix", b"367,2020-12-02 09:00:00,-74,40.7"])
    here.publish(first, block_lines=2_000, open_ended=True)
    here.work()
    here.publish(write(folder / "late.csv", late), as_if_live=True)
    here.work()
    with gzip.open(HOUR) as file:
        lines = file.read().splitlines()
    sample = folder / "hour.csv"
    sample.write_bytes(b"\n".join([lines[0], *lines[1::EVERY], b""]))
    here.publish(sample, label="nation=USA", distribution="hour", as_if_live=True)
    here.work()


def digests(here: Installation) -> dict[str, Any]:
    """What is written down of the graph."""
    found = digest(here.driver, here.endpoints.neo4j_database)
    return {
        "full": found.full,
        "current": found.current,
        "parts": {name: part.count for name, part in sorted(found.parts.items())},
    }


def main(release: str, *, only_digests: bool) -> None:
    """Write the files of a release."""
    log = HERE / f"log-{release}.tar"
    settings = Settings(topic_prefix="", view_label="*")
    with (
        TemporaryDirectory() as folder,
        Stack(Path(folder) / "home", settings) as stack,
        neo4j_driver(stack.endpoints) as driver,
    ):
        schema.ensure(driver)
        here = Installation(settings, stack.endpoints, driver)
        if only_digests:
            import_log(stack.endpoints.kafka_bootstrap, here.topics, log)
            here.work()
        else:
            tell(here, Path(folder))
            export_log(stack.endpoints.kafka_bootstrap, here.topics, log)
        said = digests(here)
    log.with_suffix(".json").write_text(json.dumps(said, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], only_digests="--digests" in sys.argv)
