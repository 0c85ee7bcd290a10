"""`diurnal demo`: a week of New York Harbor, from the raw feed to findings and a report."""

import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import BaseModel

from api.cli import context
from api.cli.asked import asked
from api.cli.findings import paragraph
from api.cli.flow import Flow
from api.cli.output import AsJson, emit_json, emit_text, note
from api.cli.prepare import choose_api_port, prepare
from api.cli.progress import StageBoard, board
from api.cli.report import write_report
from api.cli.supervisor import Supervisor, ending, watch
from api.cli.tokens import issue
from graph.reader import findings, listing, summary
from graph.reader.findings import FindingShown
from graph.reader.reader import Reader
from graph.reader.shown import short_id
from ingest import publisher, registry
from runtime.private_file import write_private
from runtime.servers.identity import neo4j_driver
from runtime.settings import Settings

DATA: Final = Path(__file__).parents[2] / "examples" / "data"
STATIC: Final = DATA / "ny_harbor_2020_06_30_static.csv"
WEEK: Final = DATA / "ny_harbor_2020_12_first_week.csv.gz"
DISTRIBUTION: Final = "marinecadastre-ais"
AREA: Final = "New York Harbor"
PUBLIC: Final = "*"
POLL_S: Final = 0.25
TOKEN_S: Final = 7 * 86_400.0
SHOWN_FINDINGS: Final = 3
COUNTED: Final = ("fixes", "subjects", "places", "stays", "trips", "gaps", "routines", "findings")


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
    most_surprising: tuple[FindingShown, ...]


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
        if as_json:
            emit_json(result.model_dump(mode="json"))
        else:
            _tell(result, settings, stays=not once)
        if not once:
            _stay(supervisor, settings)
    except KeyboardInterrupt:
        note("\nstopping ...")
        raise
    finally:
        supervisor.stop()


def _run(supervisor: Supervisor, settings: Settings, clock: Clock, began: float) -> Summary:
    with neo4j_driver(supervisor.stack.endpoints) as driver, board() as stages:
        flow = Flow(settings, supervisor.stack.endpoints, driver)
        with clock.part("publish"):
            _publish(supervisor, settings, stages)
        while not flow.drained(stages):
            supervisor.check()
            supervisor.require_workers()
            time.sleep(POLL_S)
        where = supervisor.stack.endpoints
        reader = Reader(driver, where.neo4j_database, context.sight(settings, where))
        with clock.part("report"), asked("demo", {}, where=(settings, where)) as account:
            account.sees(reader.sight)
            report = write_report(reader, settings.home / "reports", area_name=AREA)
        counts = summary.counts(reader)
        top = findings.listed(reader, listing.Asked(), SHOWN_FINDINGS, order=listing.Order.SURPRISE).items
        seconds = {**clock.parts, **stages.seconds()}
    seconds["total"] = round(time.monotonic() - began, 2)
    return Summary(**counts.model_dump(), seconds=seconds, report=str(report), most_surprising=top)


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


def _tell(result: Summary, settings: Settings, *, stays: bool) -> None:
    counts = [(name, getattr(result, name)) for name in COUNTED]
    rows = [f"  {value:>9,}  {name}" for name, value in counts]
    times = [f"  {seconds:>9.1f}  {stage}" for stage, seconds in result.seconds.items()]
    emit_text("\n".join(["New York Harbor, 1 to 7 December 2020", *rows, "\nSeconds", *times]))
    if result.most_surprising:
        emit_text("\nThe most surprising:\n")
        found = (paragraph(each, each.subject_name, alternatives=False) for each in result.most_surprising)
        emit_text("\n\n".join(found))
    emit_text(f"\nThe report: {result.report}\n\nLook next:\n{_next_steps(result, settings, stays=stays)}")


def _next_steps(result: Summary, settings: Settings, *, stays: bool) -> str:
    diurnal = _called(settings)
    first = short_id(result.most_surprising[0].subject) if result.most_surprising else "mmsi:367000150"
    up = [(f"{diurnal} up", "the same servers, to stay; then, for example:")]
    down = [(f"{diurnal} down", "stop them")]
    steps = [
        (f"open {shlex.quote(result.report)}", "the report, in a browser (xdg-open on Linux)"),
        *([] if stays else up),
        (f"{diurnal} show {first}", "a life: where it stays, when, and what departed from that"),
        (f"{diurnal} subjects ferry", "who is there"),
        *([] if stays else down),
    ]
    return "\n".join(f"  {step}\n      {why}" for step, why in steps)


def _called(settings: Settings) -> str:
    """This program as it is called from here: a newcomer has it below the environment's folder only."""
    program = "diurnal" if shutil.which("diurnal") else sys.argv[0]
    return f"{shlex.quote(program)} --home {shlex.quote(str(settings.home))}"


def _stay(supervisor: Supervisor, settings: Settings) -> None:
    token = settings.home / "secrets" / "demo.token"
    write_private(token, issue(settings, "demo", {"operator": ["true"]}, TOKEN_S) + "\n")
    api = f"http://127.0.0.1:{supervisor.api_port}"
    ended = ending()
    note(
        f"\nEverything runs, and the API answers at {api}, until Ctrl-C. In another terminal:\n"
        f'  curl -s -H "Authorization: Bearer $(cat {token})" "{api}/v1/findings?limit=5"\n'
        f"  {_called(settings)} status"
    )
    watch(supervisor, ended)
    note("\nstopping ...")


COMMANDS: Final = (demo,)
