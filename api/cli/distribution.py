"""`diurnal distribution`: who answers for each distribution, and whether its data may be seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

import typer
from pydantic import ValidationError

from api.cli import context
from api.cli.asked import asked, operator
from api.cli.errors import InputError, UnknownDistributionError
from api.cli.output import AsJson, emit_json, emit_rows, note
from ontology.errors import LifecycleError
from ontology.lifecycle import By, Details, Distribution, State
from ontology.views import view_of
from runtime import kafka
from runtime.distributions import distributions, moved
from runtime.interner import interned
from runtime.tell import moment
from runtime.topics import Topics

GROUP: Final = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Distributions: who answers for each; withdraw one at once, and restore it.",
)
COLUMNS: Final = ["distribution", "state", "since", "by", "reason", "owner", "licence", "contact"]
UNREADABLE: Final = "unreadable"
"""The state of one of which nobody can read what was said: it is hidden."""

Id = Annotated[str, typer.Argument(metavar="ID", help="The distribution, as `Distribution-Id` names it.")]
Reason = Annotated[str | None, typer.Option(help="Why.")]


@GROUP.command("list")
def listed(as_json: AsJson = False) -> None:
    """List the distributions: those of which something was said, and those that told something."""
    with asked("distribution list", {}) as account:
        topics, bootstrap = _topics(), context.endpoints().kafka_bootstrap
        told = {pair.distribution for pair in interned(bootstrap, topics).values()}
        found = distributions(bootstrap, topics)
        for key in told - found.keys():
            if view_of(key) is None:
                found[key] = Distribution(distribution_id=key)
        rows = [_row(key, one) for key, one in sorted(found.items())]
        account.rows = len(rows)
    if as_json:
        emit_json(rows)
        return
    emit_rows(rows, COLUMNS, as_json=False)
    if not rows:
        note("nothing was told yet, and nobody registered a distribution")


@GROUP.command()
def register(
    distribution: Id,
    owner: Annotated[str, typer.Option(help="Who answers for it.")],
    licence: Annotated[str, typer.Option(help="On what terms it may be used.")],
    contact: Annotated[str, typer.Option(help="Whom to write to.")],
    purpose: Annotated[str | None, typer.Option(help="What for it may be used.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say who answers for a distribution; again, to change it. One that is withdrawn stays so."""
    details = {"owner": owner, "licence": licence, "contact": contact, "purpose": purpose}
    _move("register", distribution, _registered, None, details, as_json=as_json)


@GROUP.command()
def withdraw(
    distribution: Id,
    reason: Annotated[str, typer.Option(help="Why.")],
    as_json: AsJson = False,
) -> None:
    """Hide all that a distribution told, at once: no answer that is asked for from now on has it.

    What was concluded from it is hidden, too: all that each view concluded that saw it. What it goes on to
    tell is taken in, and hidden.
    """
    _move("withdraw", distribution, lambda _: State.WITHDRAWN, reason, None, as_json=as_json)


@GROUP.command()
def restore(distribution: Id, reason: Reason = None, as_json: AsJson = False) -> None:
    """Let a distribution be seen again that was withdrawn, and what was concluded from it."""
    _move("restore", distribution, _restored, reason, None, as_json=as_json)


def _registered(before: Distribution) -> State:
    if before.state in (State.UNREGISTERED, State.DELETED):
        return State.ACTIVE
    return before.state


def _restored(before: Distribution) -> State:
    if before.state is State.UNREGISTERED:
        raise InputError(f"{before.distribution_id} was not withdrawn: there is nothing to restore")
    return State.ACTIVE


def _move(
    command: str,
    distribution: str,
    target: Callable[[Distribution], State],
    reason: str | None,
    details: dict[str, str | None] | None,
    *,
    as_json: bool,
) -> None:
    topics, bootstrap = _topics(), context.endpoints().kafka_bootstrap
    given = {"distribution": distribution, "reason": reason} | (details or {})
    with asked(f"distribution {command}", given, streamed=True) as account:
        if details is None:
            _must_be_known(bootstrap, topics, distribution)
        topics.ensure(kafka.admin(bootstrap), [topics.distributions])
        who = operator()
        try:
            by = By(user=who.name, issuer=who.issuer, at=moment(), reason=reason)
            terms = Details.model_validate(details) if details else None
            after = moved(bootstrap, topics, distribution, target, by, details=terms)
        except ValidationError as error:
            raise InputError(_words(error)) from None
        except LifecycleError as error:
            raise InputError(str(error)) from None
        account.rows = 1
    row = _row(distribution, after)
    if as_json:
        emit_json(row)
    else:
        emit_rows([row], COLUMNS, as_json=False)


def _words(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())


def _must_be_known(bootstrap: str, topics: Topics, distribution: str) -> None:
    """A slip of the pen must not look like a withdrawal."""
    if distribution in distributions(bootstrap, topics):
        return
    if all(pair.distribution != distribution for pair in interned(bootstrap, topics).values()):
        raise UnknownDistributionError(
            f"no distribution {distribution!r} is registered, and none has told anything:"
            " `diurnal distribution list` lists them"
        )


def _row(key: str, one: Distribution | None) -> dict[str, Any]:
    if one is None:
        return {"distribution": key, "state": UNREADABLE} | dict.fromkeys(COLUMNS[2:])
    last = one.actions[-1] if one.actions else None
    return {
        "distribution": key,
        "state": one.state.value,
        "since": last and last.at.isoformat(),
        "by": last and last.user,
        "reason": last and last.reason,
        "owner": one.details and one.details.owner,
        "licence": one.details and one.details.licence,
        "contact": one.details and one.details.contact,
    }


def _topics() -> Topics:
    settings = context.settings()
    return Topics(settings.topic_prefix, settings.topic_replicas)
