"""A call that hangs ends the process, so that it can be started again; one that does not is left alone."""

import subprocess
import sys
import time

from runtime.bounded import bounded
from runtime.errors import EX_TEMPFAIL

HANGS = """
import time
from runtime import telemetry
from runtime.bounded import bounded
telemetry.configure(json=True)
with bounded(0.2, "waiting for nobody"):
    time.sleep(60)
"""


def test_a_call_that_hangs_ends_the_process_and_says_so() -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", HANGS], capture_output=True, text=True, check=False, timeout=50
    )
    assert done.returncode == EX_TEMPFAIL
    assert "waiting for nobody" in done.stderr
    assert time.monotonic() - began < 50


def test_a_call_that_ends_in_time_is_left_alone() -> None:
    with bounded(0.2, "a moment"):
        time.sleep(0.01)
    time.sleep(0.4)
