"""The workers of the analytics: one for each view, from `knowledge` to `derived`.

Each has a group, a transactional id, a memory and an engine of its own, so that a view that is added reads
from the beginning while the others go on, and nothing of what one sees shows in another.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from threading import Event

from analytics.emit import Emitter
from analytics.errors import AloneError
from analytics.profile import Profile, keep, profile_of
from analytics.stage import Analytics
from ontology.views import View
from runtime import kafka
from runtime.concluders import ANALYTICS, concluders
from runtime.instance import Instance
from runtime.lifting import readable
from runtime.patience import persist
from runtime.replay import replay
from runtime.servers import Endpoints
from runtime.settings import Settings
from runtime.stream import run_stage
from runtime.topics import Topics, partitions
from runtime.worker import Worked, worker_of


def run_analytics(
    settings: Settings,
    endpoints: Endpoints,
    stop: Event,
    instance: Instance = 0,
    *,
    view: str | None = None,
    idle_s: float | None = None,
    on_batch: Callable[[Worked], None] | None = None,
) -> None:
    """Run the analytics until stopped, or, where so set, until there is nothing to do.

    Args:
        settings: the installation's.
        endpoints: its servers.
        stop: ends it after the batch at hand; of several views, set once one of them cannot go on.
        instance: its number; there is no other than 0, for places and meetings are across subjects.
        view: the name of the view; without one all views of the settings, each in a thread.
        idle_s: end once all is read and nothing came for so many seconds.
        on_batch: told of each batch once it is committed.

    Raises:
        TerminalError: it cannot go on.
    """
    if instance:
        raise AloneError(
            f"the analytics of a view are one worker over all: there is no number {instance}, start 0 only"
        )
    views = concluders(settings, view)
    if len(views) == 1:
        _run(settings, endpoints, stop, *views.popitem(), idle_s, on_batch)
        return
    with ThreadPoolExecutor(len(views), ANALYTICS) as pool:
        running = [
            pool.submit(_run, settings, endpoints, stop, *each, idle_s, on_batch) for each in views.items()
        ]
        done, _ = wait(running, return_when=FIRST_EXCEPTION)
        if any(each.exception() for each in done):
            stop.set()
    for each in running:
        each.result()


def _run(
    settings: Settings,
    endpoints: Endpoints,
    stop: Event,
    name: str,
    view: View,
    idle_s: float | None,
    on_batch: Callable[[Worked], None] | None,
) -> None:
    topics = Topics(settings.topic_prefix, settings.topic_replicas)
    bootstrap = endpoints.kafka_bootstrap
    admin = kafka.admin(bootstrap)
    profile = profile_of(view, settings.hierarchies)
    numbers: list[int] = []
    kept: list[Profile] = []

    def prepare(_: Event) -> bool:
        both = [topics.knowledge, topics.rules]
        read = [*both, *(topics.dead_letters(each) for each in both)]
        topics.ensure(admin, [*read, topics.derived, topics.views])
        kept.append(keep(bootstrap, topics, topics.name(name), view.name, profile))
        numbers.append(partitions(admin, topics.knowledge))
        return True

    persist(prepare, stop, settings.patience_seconds, name)
    if numbers:
        stage = Analytics(
            Emitter(topics.derived, view.name, ANALYTICS),
            numbers[-1],
            lambda positions: readable(replay(bootstrap, positions)),
            view,
            settings.hierarchies,
            rules=topics.rules,
            without=kept[-1].without,
        )
        both = [topics.knowledge, topics.rules]
        worker = worker_of(settings, bootstrap, name, both, idle_s=idle_s, on_batch=on_batch)
        run_stage(worker, stage, stop)
