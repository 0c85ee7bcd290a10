"""`diurnal audit`: read the audit log, prove that it is whole, and forget what was asked before a day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from api.cli import context
from api.cli.asked import asked
from api.cli.errors import InputError
from api.cli.output import AsJson, emit_json, emit_rows, emit_text, note
from api.cli.progress import board
from ontology.times import from_text
from runtime.audit.chain import Place
from runtime.audit.errors import BrokenError
from runtime.audit.keys import Keys
from runtime.audit.notes import notes
from runtime.audit.reader import Read, Seal, Wanted, page
from runtime.audit.verify import Chain, Verdict
from runtime.audit.verify import verify as walk
from runtime.audit.writer import notes_folder
from runtime.topics import Topics

GROUP: Final = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Read the audit log, prove that it is whole, and forget.",
)
SHOWN: Final = ["time", "who", "event", "route", "purpose", "view", "moment", "rows", "seconds", "query"]
CHAINS: Final = ["writer", "entries", "first", "last", "end"]


@GROUP.command()
def verify(
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What `verify --json` printed before: all of that must be there still."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that every chain of the audit log is whole: nothing changed, moved, missing or cut off.

    Ends with exit code 65, and names the first bad entry, if something is wrong. Keep what `--json` prints
    elsewhere: given with `--against` it shows, too, whether the whole log was replaced. That you looked is
    written there first.
    """
    before = _heads(against) if against else {}
    with asked("audit verify", {"against": against}):
        pass  # before, so that its chain has an end in what is verified
    found = _verified(before)
    _tell(found, as_json=as_json)
    if not found.whole:
        more = f", and {len(found.faults) - 1} more" if len(found.faults) > 1 else ""
        raise BrokenError(f"the audit log is not whole: {found.faults[0]}{more}")
    note(f"whole: {sum(chain.entries for chain in found.chains.values()):,} entries")


@GROUP.command()
def show(
    who: Annotated[str | None, typer.Option(help="Only what this one asked.")] = None,
    since: Annotated[str | None, typer.Option(help="From this instant on.")] = None,
    until: Annotated[str | None, typer.Option(help="Up to this instant.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 50,
    writers: Annotated[
        bool, typer.Option("--writers", help="Also the beginnings and ends of chains.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show who asked what, the latest first. That you looked is written there, too."""
    wanted = Wanted(_instant(since), _instant(until), who, writers)
    with asked("audit show", {"who": who, "since": since, "until": until, "limit": limit}) as account:
        rows = [_row(read) for read in _read(wanted, limit)]
        account.rows = len(rows)
    emit_rows(rows, SHOWN, as_json=as_json)


@GROUP.command()
def settle(
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Testify that the chains whose ends nobody proves end where the log has their last entry.

    For chains that were open when the log was exported, or whose home is gone. That you said so is written
    down, in your own chain. If anything else is wrong, nothing is settled.
    """
    found = _verified()
    heads = found.unproven
    if not all(fault.unproven for fault in found.faults):
        raise BrokenError(f"the audit log is not whole: {found.faults[0]}")
    if not heads:
        note("no chain has an end that is not proven")
        return
    listed = ", ".join(f"{head.writer} at {head.number}" for head in heads)
    if not yes:
        typer.confirm(f"Testify that these end here: {listed}?", abort=True, err=True)
    with asked("audit settle", {"chains": listed}, settled=heads) as account:
        account.rows = len(heads)
    emit_text(f"settled {len(heads)} chains")


@GROUP.command()
def forget(
    before: Annotated[str, typer.Option(metavar="DATE", help="A day, such as 2026-03-01; UTC.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Destroy the keys of all days before one: what was asked then, and what for, nobody can ever read again.

    Who asked, when, by which route, and how many rows it had stays, and the chains stay whole.
    """
    day = _day(before)
    keys = Keys.of(context.settings())
    gone = [each for each in keys.days() if each < day]
    if not gone:
        note("there is no key of a day before that")
        return
    if not yes:
        typer.confirm(f"Destroy the keys of {len(gone)} days, {gone[0]} to {gone[-1]}?", abort=True, err=True)
    with asked("audit forget", {"before": day.isoformat()}) as account:
        account.rows = len(keys.destroy(day))
    emit_text(f"destroyed the keys of {len(gone)} days")


def _verified(before: Mapping[str, Place] | None = None) -> Verdict:
    settings, bootstrap = context.settings(), context.endpoints().kafka_bootstrap
    topic = Topics(settings.topic_prefix).audit
    local = notes(notes_folder(settings.home, topic))
    with board() as progress:
        return walk(
            bootstrap,
            topic,
            Keys.of(settings),
            local,
            before,
            lambda done, total: progress.update("audit", done, total),
        )


def _read(wanted: Wanted, limit: int) -> list[Read]:
    settings, bootstrap = context.settings(), context.endpoints().kafka_bootstrap
    topic, keys = Topics(settings.topic_prefix).audit, Keys.of(settings)
    found: list[Read] = []
    before = None
    while len(found) < limit:
        some = page(bootstrap, topic, keys, wanted, limit - len(found), before)
        found += some.items
        before = some.before
        if before is None:
            break
    return found


def _row(read: Read) -> dict[str, Any]:
    entry = read.entry
    return {
        **entry.open_part(),
        "time": entry.time,
        "seconds": None if entry.took_us is None else entry.took_us / 1_000_000,
        "writer": read.place.writer,
        "number": read.place.number,
        "seal": str(read.seal),
        **(entry.secret.document() if read.seal is Seal.OPEN else {"query": f"({read.seal})"}),
    }


def _tell(found: Verdict, *, as_json: bool) -> None:
    chains = [_chain(chain) for chain in found.chains.values()]
    if as_json:
        faults = [
            {"offset": fault.offset, "writer": fault.writer, "number": fault.number, "reason": fault.reason}
            for fault in found.faults
        ]
        emit_json({"whole": found.whole, "chains": chains, "faults": faults})
    else:
        emit_rows(chains, CHAINS, as_json=False)


def _chain(chain: Chain) -> dict[str, Any]:
    return {
        "writer": chain.head.writer,
        "entries": chain.entries,
        "number": chain.head.number,
        "hash": chain.head.hash,
        "first": chain.first,
        "last": chain.last,
        "end": str(chain.end),
    }


def _heads(file: Path) -> Mapping[str, Place]:
    try:
        heads = [Place.of(chain) for chain in json.loads(file.read_text())["chains"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"--against {file}: {error}; give it what `verify --json` printed") from None
    return {head.writer: head for head in heads}


def _instant(text: str | None) -> datetime | None:
    try:
        return from_text(text) if text else None
    except ValueError as error:
        raise InputError(str(error)) from None


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"--before {text}: {error}") from None
    if day > datetime.now(UTC).date():
        raise InputError(
            f"--before {text}: today's key is in use; the latest day is today, {datetime.now(UTC):%Y-%m-%d}"
        )
    return day
