"""Tells Prometheus, from the API, what no worker can tell of itself: its lag, and whether it lives."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlowError
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from api.supervised import read_state
from graph.reader.errors import GraphAwayError
from runtime import metrics
from runtime.consumer import Slot
from runtime.errors import TransientError
from runtime.metrics import Described
from runtime.standing import Standing

WAIT_S: Final = 5.0
"""A scrape waits so long for the log and the graph, and else tells that they are away."""
FRESH_S: Final = 2.0

Loaded = Callable[[], dict[Slot, int]]
Stand = Callable[[dict[Slot, int]], list[Standing]]
Members = Callable[[], dict[str, int]]


class Exporter(Collector):
    """Looks when it is scraped."""

    def __init__(
        self, loaded: Loaded, stand: Stand, members: Members, plain: Callable[[str], str], home: Path
    ) -> None:
        """Nothing is looked at yet.

        Args:
            loaded: tells how far the graph has read; raises `GraphAwayError`.
            stand: tells where the stages stand; raises `TransientError`.
            members: tells how many workers each stage has; raises `TransientError`.
            plain: a topic's name less the installation's prefix.
            home: of the supervisor, if there is one.
        """
        self._loaded, self._stand, self._members, self._plain = loaded, stand, members, plain
        self._home = home
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="exporter")
        self._look: Future[list[Metric]] | None = None
        self._looked_at = float("-inf")

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that to register it asks nobody."""
        return []

    def collect(self) -> Iterable[Metric]:
        """What the log says, if it answers soon enough, and what the supervisor says."""
        if self._look is None or (self._look.done() and time.monotonic() - self._looked_at > FRESH_S):
            self._looked_at = time.monotonic()
            self._look = self._pool.submit(self._asked)
        try:
            asked = self._look.result(WAIT_S)
        except TooSlowError:
            asked = [self._servers(kafka=False, neo4j=False)]
        return [*asked, *self._supervised()]

    def close(self) -> None:
        """Look no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _asked(self) -> list[Metric]:
        try:
            in_graph, neo4j = self._loaded(), True
        except GraphAwayError:
            in_graph, neo4j = {}, False
        try:
            found, members = self._stand(in_graph), self._members()
        except TransientError:
            return [self._servers(kafka=False, neo4j=neo4j)]
        told = found if neo4j else [each for each in found if each.stage != "graph"]
        return [*self._lags(told), *self._stages(members), self._servers(kafka=True, neo4j=neo4j)]

    def _lags(self, found: list[Standing]) -> list[Metric]:
        lags, ages = _gauge(metrics.LAG), _gauge(metrics.OLDEST)
        for each in found:
            topic = self._plain(each.topic)
            for partition, behind in each.behind.items():
                lags.add_metric([each.stage, topic, str(partition)], behind)
            ages.add_metric([each.stage, topic], each.oldest_s or 0.0)
        return [lags, ages]

    @staticmethod
    def _stages(members: dict[str, int]) -> list[Metric]:
        workers = _gauge(metrics.MEMBERS)
        for stage, count in members.items():
            workers.add_metric([stage], count)
        return [workers]

    def _supervised(self) -> list[Metric]:
        state = read_state(self._home)
        if state is None or not state.alive():
            return []
        up = _gauge(metrics.WORKER_UP)
        restarts = CounterMetricFamily(
            metrics.RESTARTS.name, metrics.RESTARTS.meaning, labels=metrics.RESTARTS.labels
        )
        for worker, count in state.restarts.items():
            up.add_metric([worker], float(worker in state.workers))
            restarts.add_metric([worker], count)
        return [up, restarts]

    @staticmethod
    def _servers(*, kafka: bool, neo4j: bool) -> Metric:
        servers = _gauge(metrics.SERVER_UP)
        servers.add_metric(["kafka"], float(kafka))
        servers.add_metric(["neo4j"], float(neo4j))
        return servers


def _gauge(described: Described) -> GaugeMetricFamily:
    return GaugeMetricFamily(described.name, described.meaning, labels=described.labels)


@contextmanager
def exported(exporter: Exporter) -> Iterator[None]:
    """Have it scraped with the rest of this process for as long as the block lasts."""
    REGISTRY.register(exporter)
    try:
        yield
    finally:
        REGISTRY.unregister(exporter)
        exporter.close()
