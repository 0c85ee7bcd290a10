"""Servers are started again without anybody waiting, and again and again when that fails."""

import time
from collections.abc import Callable
from threading import Event

import pytest

from api.cli import revival
from api.cli.revival import Revival
from runtime.servers import StartError


class Servers:
    """What a stack is to those who revive it; each revival waits for `go` and then fails or not."""

    def __init__(self) -> None:
        self.away: tuple[str, ...] = ()
        self.failures = 0
        self.tries = 0
        self.go = Event()
        self.go.set()

    def dead(self) -> tuple[str, ...]:
        return self.away

    def give_up(self) -> None:
        self.failures = 1
        self.go.set()

    def revive(self) -> tuple[str, ...]:
        self.tries += 1
        self.go.wait(10)
        if self.failures:
            self.failures -= 1
            raise StartError("it did not answer\nits log ends: ...")
        back, self.away = self.away, ()
        return back


def until(done: Callable[[], bool], watched: Revival) -> None:
    deadline = time.monotonic() + 10
    while not done():
        assert time.monotonic() < deadline
        watched.check()
        time.sleep(0.01)


def test_nobody_waits_for_a_server() -> None:
    servers = Servers()
    watched = Revival(servers)  # type: ignore[arg-type]
    servers.away = ("kafka",)
    servers.go.clear()
    began = time.monotonic()
    watched.check()
    watched.check()
    assert time.monotonic() - began < 1
    assert watched.troubles() == {"kafka": "restarting"}
    servers.go.set()
    until(lambda: not watched.troubles(), watched)
    watched.stop()


def test_a_failure_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revival, "wait_s", lambda failures: 0.05 * failures)
    servers = Servers()
    servers.away, servers.failures = ("neo4j",), 2
    watched = Revival(servers)  # type: ignore[arg-type]
    until(lambda: "2 tries failed" in watched.troubles().get("neo4j", ""), watched)
    assert watched.troubles()["neo4j"].endswith("the last: it did not answer")
    until(lambda: not watched.troubles(), watched)
    assert servers.tries == 3
    watched.stop()


def test_to_stop_ends_a_revival_under_way() -> None:
    servers = Servers()
    servers.away = ("neo4j",)
    servers.go.clear()
    watched = Revival(servers)  # type: ignore[arg-type]
    watched.check()
    began = time.monotonic()
    watched.stop()
    assert time.monotonic() - began < 5
