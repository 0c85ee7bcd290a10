"""`diurnal demo`: a week of New York Harbor, from the raw feed to findings and a report."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import BaseModel

from api.cli import context
from api.cli.flow import Flow
from api.cli.output import AsJson, emit_json, emit_text, errors, note
from api.cli.prepare import choose_api_port, prepare
from api.cli.progress import StageBoard, board
from api.cli.report import write_report
from api.cli.supervisor import Supervisor
from api.cli.tokens import issue
from graph.reader import summary
from graph.reader.reader import Reader
from ingest import publisher, registry
from runtime.servers.endpoints import write_private
from runtime.servers.identity import neo4j_driver
from runtime.settings import Settings

DATA: Final = Path(__file__).parents[2] / "examples" / "data"
STATIC: Final = DATA / "ny_harbor_2020_06_30_static.csv"
WEEK: Final = DATA / "ny_harbor_2020_12_first_week.csv.gz"
DISTRIBUTION: Final = "marinecadastre-ais"
PUBLIC: Final = "*"
POLL_S: Final = 0.25


class Summary(BaseModel):
    """What came of it."""

    fixes: int
    subjects: int
    stays: int
    places: int
    routines: int
    findings: int
    trips: int
    gaps: int
    seconds: dict[str, float]
    report: str


@dataclass(slots=True)
class Clock:
    """Seconds of each part, in order."""

    parts: dict[str, float]

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Times a block."""
        began = time.monotonic()
        yield
        self.parts[name] = round(time.monotonic() - began, 2)


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="End after the summary instead of serving the API.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Stream a week of New York Harbor AIS through everything, and write a report.

    172,679 real fixes of 140 vessels go through raw.ais, knowledge, the graph and the analytics as if they
    came live. It keeps a home of its own (`demo` below the home), so that your data is never touched.
    A second run starts in seconds and changes nothing.
    """
    settings = context.settings()
    home = settings.home / "demo"
    context.override(home=home)
    settings = context.settings()
    clock = Clock({})
    supervisor = Supervisor(settings, home, prepare(settings), choose_api_port(settings))
    began = time.monotonic()
    note("Starting Kafka, Neo4j and the workers ...")
    with clock.part("servers"):
        supervisor.start()
    try:
        result = _run(supervisor, settings, clock, began)
        _tell(result, as_json=as_json)
        if not once:
            _stay(supervisor, settings)
    except KeyboardInterrupt:
        note("\nstopping ...")
    finally:
        supervisor.stop()


def _run(supervisor: Supervisor, settings: Settings, clock: Clock, began: float) -> Summary:
    with neo4j_driver(supervisor.stack.endpoints) as driver, board() as stages:
        flow = Flow(settings, supervisor.stack.endpoints, driver)
        with clock.part("publish"):
            _publish(supervisor, settings, stages)
        while not flow.drained(stages):
            supervisor.check()
            time.sleep(POLL_S)
        reader = Reader(driver, supervisor.stack.endpoints.neo4j_database)
        with clock.part("report"):
            report = write_report(reader, settings.home / "reports")
        counts = summary.counts(reader)
        seconds = {**clock.parts, **stages.seconds()}
    seconds["total"] = round(time.monotonic() - began, 2)
    return Summary(**counts.model_dump(), seconds=seconds, report=str(report))


def _publish(supervisor: Supervisor, settings: Settings, stages: StageBoard) -> None:
    options = publisher.Options(distribution=DISTRIBUTION, label=PUBLIC, as_if_live=True)
    for path in (STATIC, WEEK):
        publisher.publish(
            registry.feed("ais"),
            path,
            settings,
            supervisor.stack.endpoints,
            options=options,
            on_progress=lambda seen: stages.update("publish", seen.lines, seen.lines),
        )


def _tell(result: Summary, *, as_json: bool) -> None:
    if as_json:
        emit_json(result.model_dump())
        return
    rows = [
        f"  {name:<10} {getattr(result, name):>9,}"
        for name in Summary.model_fields
        if _is_count(result, name)
    ]
    times = ", ".join(f"{name} {value:.1f} s" for name, value in result.seconds.items())
    emit_text("\n".join(["New York Harbor, 1 to 7 December 2020:", *rows, f"  seconds    {times}"]))
    emit_text(f"\nReport: {result.report}")


def _is_count(result: Summary, name: str) -> bool:
    return isinstance(getattr(result, name), int)


def _stay(supervisor: Supervisor, settings: Settings) -> None:
    token = settings.home / "secrets" / "demo.token"
    write_private(token, issue(settings, "demo") + "\n")
    api = f"http://127.0.0.1:{supervisor.api_port}"
    errors.print(
        f"\nThe API answers at {api} until Ctrl-C. Look next, in another terminal:\n"
        f'  curl -s -H "Authorization: Bearer $(cat {token})" "{api}/v1/findings?limit=5"\n'
        f"  .venv/bin/diurnal --home {settings.home} subjects ferry\n"
        f"  .venv/bin/diurnal --home {settings.home} status",
        soft_wrap=True,
    )
    while True:
        supervisor.check()
        time.sleep(0.5)


COMMANDS: Final = (demo,)
