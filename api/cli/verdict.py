"""`diurnal verdict`: say what a finding is, or read what was said of it."""

from typing import Annotated, Final

import typer

from api.cli import context
from api.cli.asked import asked, operator
from api.cli.errors import InputError
from api.cli.output import AsJson, emit_json, emit_rows, emit_text, note
from api.judging import MOST_REASON, judged, label_of, labels_of, record_of, shown
from graph.reader import findings, verdicts
from ontology.verdict import Word
from runtime.interner import interned
from runtime.tell import moment, tell
from runtime.topics import Topics

COLUMNS: Final = ["given", "word", "by", "reason"]


def verdict(
    finding: Annotated[str, typer.Argument(help="IRI of the finding; `diurnal show SUBJECT --json` has it.")],
    word: Annotated[
        Word | None, typer.Argument(help="What it is; without it, what was said so far is shown.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why; whoever dismisses must say it.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say that a finding is confirmed, dismissed or a known pattern; or withdraw what was said.

    It is kept for ever and no later run undoes it. `known` lowers every finding of that kind about that
    subject at the same place and hour; `dismissed` this one. Nothing is hidden.
    """
    if word is None:
        _show(finding, as_json=as_json)
        return
    why = (reason or "").strip() or None
    if word is Word.DISMISSED and why is None:
        raise InputError("say why it is dismissed: --reason TEXT")
    if why is not None and len(why) > MOST_REASON:
        raise InputError(f"the reason has {len(why)} characters, and the most is {MOST_REASON}")
    settings, endpoints = context.settings(), context.endpoints()
    topics = Topics(settings.topic_prefix, settings.topic_replicas)
    given = {"finding": finding, "word": word.value, "reason": why}
    with asked("verdict", given) as account, context.reader() as reader:
        account.sees(reader.sight)
        found = findings.get(reader, finding)
        view = settings.own_view()
        labels = labels_of(view, interned(endpoints.kafka_bootstrap, topics))
        label = label_of(reader, found.key, labels)
        said = judged(found, view, word, why, operator(), moment())
        tell(endpoints.kafka_bootstrap, record_of(topics.verdicts, said, label, "cli"))
        account.rows = 1
    if as_json:
        emit_json(shown(said).model_dump(mode="json"))
    else:
        emit_text(f"{said.word}: {found.kind} of {found.subject}, {found.statement}")


def _show(finding: str, *, as_json: bool) -> None:
    with asked("verdict", {"finding": finding}) as account, context.reader() as reader:
        account.sees(reader.sight)
        said = verdicts.history(reader, findings.get(reader, finding).key)
        account.rows = len(said)
    if as_json:
        emit_json([one.model_dump(mode="json") for one in said])
        return
    emit_rows([one.model_dump() for one in said], COLUMNS, as_json=False)
    if not said:
        note("nobody has said anything of it")


COMMANDS: Final = (verdict,)
