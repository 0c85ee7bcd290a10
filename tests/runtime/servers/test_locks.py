from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from runtime.servers.locks import FileLock

_HOLD = """
import os, sys, time
from pathlib import Path
from runtime.servers.locks import FileLock
lock = FileLock(Path(sys.argv[1]))
assert lock.try_acquire()
child = os.fork() if sys.argv[2] == "fork" else None
if child == 0:
    time.sleep(60)
    os._exit(0)
print(child, flush=True)
sys.stdin.read()
"""


def _holder(path: Path, how: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_one_in_this_process_has_it(tmp_path: Path) -> None:
    one, other = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert one.try_acquire()
    assert not other.try_acquire()
    assert other.holder() == str(os.getpid())
    one.release()
    assert other.try_acquire()
    other.release()


def test_another_process_has_it_until_it_ends(tmp_path: Path) -> None:
    with _holder(tmp_path / "lock", "alone") as process:
        assert process.stdout is not None
        process.stdout.readline()
        lock = FileLock(tmp_path / "lock")
        assert not lock.try_acquire()
        assert lock.holder() == str(process.pid)
        process.kill()
        process.wait()
        assert lock.try_acquire()
        lock.release()


def test_a_forked_child_does_not_keep_it(tmp_path: Path) -> None:
    with _holder(tmp_path / "lock", "fork") as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.kill()
        process.wait()
        lock = FileLock(tmp_path / "lock")
        taken = lock.try_acquire()
        os.kill(child, 9)
        assert taken
        lock.release()
