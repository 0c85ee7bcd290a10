"""`diurnal distribution`: who answers, withdrawn and restored by the command, and written down."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient
from typer.testing import CliRunner

from api.cli import context
from api.cli.asked import operator
from api.cli.context import sight
from api.cli.errors import InputError, UnknownDistributionError
from api.cli.main import app
from ontology.labels import Pair, pair_id
from ontology.lifecycle import By, State
from runtime.audit.keys import Keys
from runtime.audit.reader import Read, Wanted, page
from runtime.distributions import moved
from runtime.interner import Interner
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.tell import moment
from runtime.topics import Topics

Run = Callable[..., Any]
NOAA, PARTNER = Pair("*", "noaa"), Pair("secret", "partner")
CONCLUDED = Pair("*", "derived:all")


@pytest.fixture(scope="module")
def topics(kafka: str, kafka_admin: AdminClient) -> Topics:
    """Topics of these tests' own, in which two distributions told something."""
    made = Topics(f"t{uuid.uuid4().hex[:8]}.")
    made.ensure(kafka_admin, [made.labels])
    interner = Interner(kafka, made)
    for pair in (NOAA, PARTNER, CONCLUDED):
        interner.intern(pair)
    return made


@pytest.fixture
def run(servers_home: Path, topics: Topics, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls `diurnal distribution` and gives what it printed as JSON; its error is raised."""
    monkeypatch.setenv("DIURNAL_TOPIC_PREFIX", topics.prefix)
    monkeypatch.setattr(context, "_overrides", {})

    def call(*words: str) -> Any:
        result = CliRunner().invoke(app, ["--home", str(servers_home), "distribution", *words, "--json"])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return call


@pytest.fixture
def entries(kafka: str, servers_home: Path, topics: Topics) -> Callable[[], list[Read]]:
    """The entries so far, the latest first."""
    keys = Keys.of(Settings(home=servers_home))
    return lambda: list(page(kafka, topics.audit, keys, Wanted(), 100).items)


def seen(endpoints: Endpoints, topics: Topics) -> frozenset[int]:
    """What the command line sees."""
    return sight(Settings(topic_prefix=topics.prefix), endpoints).allowed


def test_it_is_registered_withdrawn_and_restored(
    run: Run, endpoints: Endpoints, topics: Topics, entries: Callable[[], list[Read]]
) -> None:
    assert {row["distribution"]: row["state"] for row in run("list")} == {
        "noaa": "Unregistered",
        "partner": "Unregistered",
    }
    told = ("--owner", "NOAA", "--licence", "public domain", "--contact", "ais@example.org")
    row = run("register", "noaa", *told)
    assert (row["state"], row["owner"], row["by"]) == ("Active", "NOAA", operator().name)
    everything = {pair_id(each) for each in (NOAA, PARTNER, CONCLUDED)}
    assert seen(endpoints, topics) == everything

    row = run("withdraw", "noaa", "--reason", "a dispute")
    assert (row["state"], row["reason"], row["owner"]) == ("Withdrawn", "a dispute", "NOAA")
    assert seen(endpoints, topics) == {pair_id(PARTNER)}, "nor what was concluded from it"
    begun, answered = entries()[1].entry, entries()[0].entry
    assert (begun.event, answered.event) == ("begun", "answered")
    assert answered.route == "diurnal distribution withdraw"
    assert answered.secret.values["reason"] == "a dispute"

    assert run("register", "noaa", *told)["state"] == "Withdrawn", "to say who answers restores nothing"
    assert seen(endpoints, topics) == {pair_id(PARTNER)}
    assert run("restore", "noaa")["state"] == "Active"
    assert seen(endpoints, topics) == everything


def test_one_that_nobody_registered_is_withdrawn_as_well(
    run: Run, endpoints: Endpoints, topics: Topics
) -> None:
    assert run("withdraw", "partner", "--reason", "a dispute")["state"] == "Withdrawn"
    assert pair_id(PARTNER) not in seen(endpoints, topics)
    run("restore", "partner", "--reason", "settled")
    assert pair_id(PARTNER) in seen(endpoints, topics)


def test_a_slip_of_the_pen_is_no_withdrawal(run: Run) -> None:
    with pytest.raises(UnknownDistributionError, match="'nooa'"):
        run("withdraw", "nooa", "--reason", "a dispute")
    with pytest.raises(UnknownDistributionError, match="'nooa'"):
        run("restore", "nooa")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("restore", "noted"), "nothing to restore"),
        (("withdraw", "derived:all", "--reason", "x"), "withdraw what it was concluded from"),
        (("withdraw", "noaa", "--reason", ""), "reason: String should have at least 1 character"),
        (("register", "noaa", "--owner", "", "--licence", "l", "--contact", "c"), "owner: String"),
    ],
)
def test_what_cannot_be_is_refused(
    run: Run, kafka: str, topics: Topics, words: tuple[str, ...], said: str
) -> None:
    Interner(kafka, topics).intern(Pair("*", "noted"))
    with pytest.raises(InputError, match=said):
        run(*words)


def test_deleted_is_final(run: Run, kafka: str, topics: Topics) -> None:
    by = By(user="ana", issuer="operator", at=moment())
    moved(kafka, topics, "erased", lambda _: State.DELETED, by)
    for words in (("restore", "erased"), ("withdraw", "erased", "--reason", "x")):
        with pytest.raises(InputError, match="is Deleted, and cannot become"):
            run(*words)
    with pytest.raises(InputError, match="is Deleted"):
        run("register", "erased", "--owner", "o", "--licence", "l", "--contact", "c")
