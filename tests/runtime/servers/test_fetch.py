from __future__ import annotations

import resource
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from tenacity import wait_none

from runtime.servers import fetch as fetching
from runtime.servers.errors import CacheFullError, ChecksumError, FetchError, OfflineError
from runtime.servers.fetch import fetch
from runtime.servers.jars import Jar
from runtime.servers.ports import free_ports


class Repository:
    """A Maven repository on loopback: counts what it gives, and can be told to misbehave."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.sent = 0
        self.takes_ranges = True
        self.failures = 0
        self.cut_after: int | None = None
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/maven"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def add(self, artifact: str, content: bytes) -> Jar:
        jar = Jar("org.example", artifact, "1.0", "", sha256(content).hexdigest(), len(content))
        self.files[f"/maven/{jar.path}"] = content
        return jar

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        repository = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                repository._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        ranged = request.headers.get("Range")
        with self._lock:
            self.asked.append((request.path, ranged))
            failing, self.failures = self.failures > 0, max(0, self.failures - 1)
            cut, self.cut_after = self.cut_after, None
        content = self.files.get(request.path)
        if failing or content is None:
            request.send_error(503 if failing else 404)
            return
        start = int(ranged.removeprefix("bytes=").rstrip("-")) if ranged and self.takes_ranges else 0
        body = content[start:]
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        body = body[:cut]
        request.wfile.write(body)
        with self._lock:
            self.sent += len(body)


@pytest.fixture
def repository() -> Iterator[Repository]:
    started = Repository()
    yield started
    started.close()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_WAIT", wait_none())


def _bytes(size: int, seed: int = 7) -> bytes:
    return np.random.default_rng(seed).bytes(size)


@contextmanager
def _largest_file(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_fetches_every_jar_once(repository: Repository, tmp_path: Path) -> None:
    jars = [repository.add(f"jar{i}", _bytes(1000 + i, i)) for i in range(30)]
    fetch(jars, tmp_path / "jars", repository.url)
    for jar in jars:
        assert (tmp_path / "jars" / jar.path).read_bytes() == repository.files[f"/maven/{jar.path}"]
    fetch(jars, tmp_path / "jars", repository.url)
    assert len(repository.asked) == len(jars)


def test_goes_on_where_a_partial_download_ended(repository: Repository, tmp_path: Path) -> None:
    content = _bytes(500_000)
    jar = repository.add("big", content)
    part = tmp_path / "jars" / f"{jar.path}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(content[:400_000])
    fetch([jar], tmp_path / "jars", repository.url)
    assert repository.asked == [(f"/maven/{jar.path}", "bytes=400000-")]
    assert repository.sent == 100_000
    assert (tmp_path / "jars" / jar.path).read_bytes() == content
    assert not part.exists()


def test_begins_anew_where_the_repository_takes_no_ranges(repository: Repository, tmp_path: Path) -> None:
    repository.takes_ranges = False
    content = _bytes(50_000)
    jar = repository.add("big", content)
    part = tmp_path / f"{jar.path}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 10_000)
    fetch([jar], tmp_path, repository.url)
    assert (tmp_path / jar.path).read_bytes() == content


def test_goes_on_after_a_connection_that_breaks(repository: Repository, tmp_path: Path) -> None:
    content = _bytes(3_000_000)
    jar = repository.add("big", content)
    repository.cut_after = 2_000_000
    fetch([jar], tmp_path, repository.url)
    first, second = repository.asked
    assert first[1] is None
    assert second[1] is not None
    assert (tmp_path / jar.path).read_bytes() == content


def test_tries_again_when_the_repository_is_busy(repository: Repository, tmp_path: Path) -> None:
    jar = repository.add("jar", b"content")
    repository.failures = 2
    fetch([jar], tmp_path, repository.url)
    assert len(repository.asked) == 3
    assert (tmp_path / jar.path).read_bytes() == b"content"


def test_refuses_what_is_not_the_pinned_jar(repository: Repository, tmp_path: Path) -> None:
    jar = repository.add("jar", b"good")
    repository.files[f"/maven/{jar.path}"] = b"evil"
    with pytest.raises(ChecksumError, match=r"org\.example:jar:1\.0.*DIURNAL_MAVEN_REPOSITORY"):
        fetch([jar], tmp_path, repository.url)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_partial_download_of_something_else_is_thrown_away(repository: Repository, tmp_path: Path) -> None:
    content = _bytes(1000)
    jar = repository.add("jar", content)
    part = tmp_path / f"{jar.path}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"z" * 1000)
    fetch([jar], tmp_path, repository.url)
    assert (tmp_path / jar.path).read_bytes() == content


def test_says_what_to_do_offline(tmp_path: Path) -> None:
    jar = Jar("org.example", "jar", "1.0", "", "0" * 64, 10)
    with pytest.raises(OfflineError, match="Connect to the network, or set DIURNAL_MAVEN_REPOSITORY"):
        fetch([jar], tmp_path, f"http://127.0.0.1:{free_ports(1)[0]}")


def test_says_what_is_wrong_with_a_repository_that_lacks_a_jar(
    repository: Repository, tmp_path: Path
) -> None:
    jar = Jar("org.example", "unknown", "1.0", "", "0" * 64, 10)
    with pytest.raises(FetchError, match=r"HTTP 404 for org\.example:unknown:1\.0"):
        fetch([jar], tmp_path, repository.url)
    assert len(repository.asked) == 1


def test_says_what_to_do_when_the_disk_is_full(repository: Repository, tmp_path: Path) -> None:
    jar = repository.add("big", _bytes(3_000_000))
    with _largest_file(1_000_000), pytest.raises(CacheFullError, match=r"3 MB more .*DIURNAL_CACHE"):
        fetch([jar], tmp_path / "jars", repository.url)
    fetch([jar], tmp_path / "jars", repository.url)
    assert repository.asked[1][1] == "bytes=1000000-"
    assert (tmp_path / "jars" / jar.path).stat().st_size == jar.size


def test_two_at_once_fetch_every_jar_once(repository: Repository, tmp_path: Path) -> None:
    jars = [repository.add(f"jar{i}", _bytes(200_000, i)) for i in range(20)]
    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(fetch, jars, tmp_path / "jars", repository.url) for _ in range(2)]:
            each.result()
    assert len(repository.asked) == len(jars)
