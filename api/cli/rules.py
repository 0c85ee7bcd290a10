"""`diurnal rules`: what somebody wants to be told at once."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from api.cli import context
from api.cli.asked import asked, operator
from api.cli.errors import InputError, UnknownRuleError
from api.cli.output import AsJson, emit_json, emit_rows, emit_text, errors, note
from api.cli.rule_file import read as read_rules
from api.errors import BadParameterError
from api.ruling import Ruler, resolved, stands
from graph.reader.shown import short_id
from ontology import iri
from ontology.rules import KIND, Identified, Rule, Standing
from runtime.rules import all_rules
from runtime.tell import moment, tell
from runtime.topics import Topics

GROUP: Final = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Standing rules: be told at once who enters an area, leaves it, goes silent, comes close or meets.",
)
COLUMNS: Final = ["name", "asks", "subjects", "owner", "since", "expires", "note"]
_ASKED: Final = ("enters", "leaves", "silent", "near", "meets")

RuleFile = Annotated[
    Path, typer.Argument(help="A YAML file with a rule, or a list of them (docs/alerts.md).")
]


@GROUP.command()
def add(file: RuleFile, as_json: AsJson = False) -> None:
    """Add the rules in a file; one of the same name gives way. Alerts are findings, within seconds."""
    rules = read_rules(file)
    with asked("rules add", {"rules": [rule.model_dump(mode="json") for rule in rules]}) as account:
        ruler, topics = _ruler()
        bootstrap = context.endpoints().kafka_bootstrap
        before = all_rules(bootstrap, topics)
        with context.reader() as reader:
            account.sees(reader.sight)
            known = [_resolved(rule, reader) for rule in rules]
        made = [ruler.added(rule, before.get(f"{ruler.view}/{rule.name}"), moment()) for rule in known]
        for each in made:
            tell(bootstrap, ruler.told(each, topics.rules, "cli"))
        account.rows = len(made)
    _show(made, as_json=as_json)


@GROUP.command("list")
def listed(as_json: AsJson = False) -> None:
    """List the rules that stand in the view, whoever added them."""
    with asked("rules list", {}) as account:
        ruler, topics = _ruler()
        account.view = ruler.view
        found = [each for _, each in sorted(_standing(ruler, topics).items())]
        account.rows = len(found)
    _show(found, as_json=as_json)


@GROUP.command()
def remove(name: Annotated[str, typer.Argument(help="The rule's name.")]) -> None:
    """Remove a rule; what it told so far stays."""
    with asked("rules remove", {"name": name}) as account:
        ruler, topics = _ruler()
        account.view = ruler.view
        found = _standing(ruler, topics).get(name)
        if found is None:
            raise UnknownRuleError(f"no rule is called {name!r}: `diurnal rules list` lists them")
        told = ruler.told(ruler.removed(found, moment()), topics.rules, "cli")
        tell(context.endpoints().kafka_bootstrap, told)
    note(f"{name} stands no longer; what it told so far stays")


@GROUP.command("test")
def try_out(
    file: RuleFile,
    on: Annotated[str, typer.Option(help="A file of fixes, plain or gzip; - is standard input.")],
    feed: Annotated[str, typer.Option(help="How that is read: `diurnal feeds` lists the feeds.")] = "ais",
    option: Annotated[
        list[str] | None, typer.Option("--option", "-o", metavar="NAME=VALUE", help="How it is read.")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Show at most so many alerts.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Try rules on a file of fixes: print what they would have told. No server is needed."""
    from analytics.alerts.once import alerts
    from analytics.analyse import tracks_of
    from api.cli.fixes_file import read
    from ingest import options, registry
    from ingest.errors import FeedError

    rules = [rule.resolved(_nobody, _where) for rule in read_rules(file)]
    try:
        chosen = registry.feed(feed).configured(options.parse(option or ()))
    except FeedError as error:
        raise InputError(str(error)) from None
    with errors.status("reading ..."):
        given = read(chosen, on, context.settings())
    tracks = tracks_of(given.subjects, given.times, given.lons, given.lats)
    found = alerts(rules, tracks, int(given.times.max()) + 1)
    absent = sorted({str(each) for rule in rules for each in (*rule.subjects, *rule.others)} - tracks.keys())
    if absent:
        note(f"not in the file: {', '.join(map(short_id, absent))}")
    if as_json:
        emit_json([asdict(each) for each in found[:limit]])
        return
    lines = [
        f"{each.end:%Y-%m-%d %H:%M:%S} UTC  {each.kind.removeprefix(KIND)}  {short_id(each.subject)}\n"
        f"  {each.statement}"
        for each in found[:limit]
    ]
    emit_text("\n".join(lines) if lines else "nothing")
    if len(found) > limit:
        note(f"the first {limit} of {len(found)}; more with --limit")


PLACE_M: Final = 250.0
"""How far a place reaches where no graph is asked."""


def _nobody(said: Identified) -> tuple[str, ...]:
    raise InputError(
        f"who bears {said.scheme} {said.value} is looked up in the graph when a rule is added: to try it on a"
        " file, name the subject itself, such as mmsi:367073680"
    )


def _where(place: str) -> tuple[float, float, float]:
    at = iri.place_at(place)
    if at is None:
        raise InputError(
            f"where {place} is is looked up in the graph: to try the rule on a file, name a circle"
        )
    return (*at, PLACE_M)


def _resolved(rule: Rule, reader: Any) -> Rule:  # noqa: ANN401 - the reader is loaded late
    try:
        return resolved(rule, reader)
    except BadParameterError as error:
        raise InputError(f"rule {rule.name!r}: {error}") from None


def _ruler() -> tuple[Ruler, Topics]:
    settings = context.settings()
    view = settings.all_views()[settings.own_view()]
    ruler = Ruler(view.name, view.floor, operator(), settings.hierarchies, operator=True)
    return ruler, Topics(settings.topic_prefix, settings.topic_replicas)


def _standing(ruler: Ruler, topics: Topics) -> dict[str, Standing]:
    found = all_rules(context.endpoints().kafka_bootstrap, topics).values()
    return {each.name: each for each in found if ruler.sees(each) and stands(each)}


def _show(some: list[Standing], *, as_json: bool) -> None:
    if as_json:
        emit_json([each.latest.model_dump(mode="json", by_alias=True, exclude_none=True) for each in some])
        return
    emit_rows([_row(each) for each in some], COLUMNS, as_json=False)
    if not some:
        note("no rule stands; `diurnal rules add FILE` adds some")


def _row(standing: Standing) -> dict[str, Any]:
    last = standing.latest
    return {
        "name": standing.name,
        "asks": next(name for name in _ASKED if getattr(last.rule, name) is not None),
        "subjects": ", ".join(short_id(str(each)) for each in last.rule.subjects[:5])
        + (", …" if len(last.rule.subjects) > 5 else ""),
        "owner": last.owner,
        "since": last.since,
        "expires": last.rule.expires,
        "note": last.rule.note,
    }
