"""`diurnal subjects` and `show`: look into the graph."""

from typing import Annotated, Final

import typer

from api.cli import context
from api.cli.asked import asked
from api.cli.errors import UnknownSubjectError
from api.cli.life import render_life
from api.cli.output import AsJson, emit_json, emit_rows, emit_text, note
from graph.reader import subjects as reading
from graph.reader import summary
from graph.reader.errors import NotKnownError
from graph.reader.reader import Reader
from graph.reader.shown import full_key
from graph.reader.within import EARLIEST, Interval

COLUMNS: Final = ["id", "kind", "name", "call_sign", "type_name", "length_m", "last_fix"]
SEEN: Final = Interval(start=EARLIEST)
"""With any fix at all."""


def subjects(
    search: Annotated[str | None, typer.Argument(help="Words of a name, call sign, MMSI or place.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 50,
    kind: Annotated[str | None, typer.Option(help="Ship, Aircraft, RoadVehicle, Person, ...")] = None,
    everybody: Annotated[
        bool, typer.Option("--all", help="Also those never seen, of which only the name was told.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the subjects seen, or those that a search finds.

    Example: `diurnal subjects "nyc ferry"`, then `diurnal show mmsi:367073680`.
    """
    within = Interval() if everybody else SEEN
    given = {"search": search, "kind": kind, "limit": limit, "all": everybody}
    with asked("subjects", given) as account, context.reader() as reader:
        account.sees(reader.sight)
        page = reading.search(reader, reading.Asked(q=search, kind=kind, within=within), limit)
        account.rows = len(page.items)
    rows = [item.model_dump() for item in page.items]
    emit_rows(rows, COLUMNS, as_json=as_json)
    if not rows and not everybody:
        note("none of those seen; with --all also those never seen")
    if not as_json and page.after is not None:
        note(f"the first {limit}; more with --limit")


def show(
    subject: Annotated[
        str, typer.Argument(help="mmsi:367073680, an IRI, or a name that is the only one of its kind.")
    ],
    as_json: AsJson = False,
) -> None:
    """Tell a subject's life: who, where it stays, its routine, and its findings."""
    with asked("show", {"subject": subject}) as account, context.reader() as reader:
        account.sees(reader.sight)
        found = summary.show(reader, resolve(reader, subject))
        account.rows = 1
    if as_json:
        emit_json(found.model_dump(mode="json"))
    else:
        emit_text(render_life(found))


def resolve(reader: Reader, text: str) -> str:
    """A subject's key from its key, its short form, a number, or a name that only one has.

    Raises:
        UnknownSubjectError: none has it, or several have.
    """
    if ":" in text:
        try:
            return reading.get(reader, full_key(text)).key
        except NotKnownError:
            raise UnknownSubjectError(
                f"no subject {text}: look for it with `diurnal subjects WORDS`"
            ) from None
    found = reading.search(reader, reading.Asked(q=text), 10).items
    if not found:
        raise UnknownSubjectError(f"nothing is called {text!r}: `diurnal subjects` lists what is known")
    exact = [item for item in found if text.lower() in {(item.name or "").lower(), item.id.split(":")[-1]}]
    chosen = exact or list(found)
    if len(chosen) > 1:
        listed = ", ".join(f"{item.id} ({item.name or 'no name'})" for item in chosen)
        raise UnknownSubjectError(f"{text!r} may be any of {listed}: say which")
    return chosen[0].key


COMMANDS: Final = (
    subjects,
    show,
)
