"""Workers are started again when they die, soon at first and later more slowly, and end with their parent."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from api.cli.backoff import LONGEST_S, wait_s
from api.cli.workers import Worker, names
from runtime.settings import Settings

CHILD = """
import os, subprocess, sys, time
code = "from api.cli.workers import die_with_parent; import time; die_with_parent(); time.sleep(60)"
child = subprocess.Popen([sys.executable, "-c", code], env=os.environ | {"DIURNAL_PARENT": str(os.getpid())})
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("deaths", "seconds"), [(0, 0.0), (1, 0.0), (2, 1.0), (3, 2.0), (5, 8.0), (5_000, LONGEST_S)]
)
def test_back_off(deaths: int, seconds: float) -> None:
    assert wait_s(deaths) == seconds


def test_a_worker_ends_when_its_supervisor_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", CHILD], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        time.sleep(1.0)  # so that the child has begun to watch
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
    try:
        child.wait(10)
    except psutil.NoSuchProcess:
        return
    assert not child.is_running()


def test_each_view_has_a_worker() -> None:
    view = {"attributes": {"clearance": ["open"]}, "floor": "clearance=open"}
    one = Settings(graph_workers=1)
    assert names(one) == ("ingest", "graph", "analytics", "api")
    two = Settings(graph_workers=2, views={"open": view, "other-one": view})  # type: ignore[dict-item]
    assert names(two) == ("ingest", "graph", "graph-1", "analytics-open", "analytics-other-one", "api")
    told = {name: (Worker(name, ()).stage, *Worker(name, ()).which) for name in names(two)}
    assert told == {
        "ingest": ("ingest", "--instance", "0"),
        "graph": ("graph", "--instance", "0"),
        "graph-1": ("graph", "--instance", "1"),
        "analytics-open": ("analytics", "--view", "open"),
        "analytics-other-one": ("analytics", "--view", "other-one"),
        "api": ("api",),
    }
    assert Worker("analytics", ()).which == ()
