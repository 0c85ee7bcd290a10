"""Fetch the pinned jars once, in parallel, resumably and checked, into the user's cache."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from runtime.servers.errors import DISK_FULL, CacheFullError, ChecksumError, FetchError, OfflineError
from runtime.servers.jars import Jar, digest_of, fix_time
from runtime.servers.locks import FileLock
from runtime.servers.progress import Progress, progress
from runtime.settings import Settings

_AT_ONCE = 14
_ATTEMPTS = 5
_WAIT = wait_exponential_jitter(multiplier=0.5, max=8)
_BLOCK = 1 << 17
_TIMEOUT = httpx.Timeout(60.0, connect=15.0)
_STALE_PART = 416


class _TransientError(Exception):
    """The repository failed in a way that may pass."""


def repository_of(settings: Settings) -> str:
    """URL of the Maven repository that the settings name, or of Maven Central."""
    from jgo.constants import MAVEN_CENTRAL_URL  # slow to load, and only needed where jars are missing

    return settings.maven_repository or str(MAVEN_CENTRAL_URL)


def fetch(jars: Sequence[Jar], folder: Path, repository: str) -> None:
    """Bring every jar into `folder`; what is there already is not fetched again.

    Jars get their final name only after their digest was checked, so a name and a size are proof enough on
    later starts. A second process waits for the first, then finds the jars there.

    Args:
        jars: What to fetch.
        folder: Root of the jars in the cache, laid out like a Maven repository.
        repository: URL of the Maven repository.

    Raises:
        OfflineError: The repository did not answer, again and again.
        ChecksumError: A jar is not the pinned one.
        CacheFullError: The disk is full.
        FetchError: The repository does not have a jar, or the cache cannot be written.
    """
    if not _missing(jars, folder):
        return
    try:
        with FileLock(folder.parent / "fetch.lock").held():
            if missing := _missing(jars, folder):
                _fetch_all(missing, folder, repository.rstrip("/"))
    except OSError as error:
        raise _disk_error(error, folder, _missing(jars, folder)) from error


def _missing(jars: Sequence[Jar], folder: Path) -> list[Jar]:
    return [jar for jar in jars if not _is_there(jar, folder)]


def _is_there(jar: Jar, folder: Path) -> bool:
    try:
        return (folder / jar.path).stat().st_size == jar.size
    except FileNotFoundError:
        return False


def _fetch_all(jars: list[Jar], folder: Path, repository: str) -> None:
    largest_first = sorted(jars, key=lambda jar: -jar.size)
    total = sum(jar.size for jar in jars)
    with (
        progress(f"Fetching {len(jars)} jars", total) as shown,
        httpx.Client(timeout=_TIMEOUT, follow_redirects=True) as client,
        ThreadPoolExecutor(_AT_ONCE) as pool,
    ):
        work = [pool.submit(_fetch_one, client, jar, folder, repository, shown) for jar in largest_first]
        try:
            for each in work:
                each.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _fetch_one(client: httpx.Client, jar: Jar, folder: Path, repository: str, shown: Progress) -> None:
    target = folder / jar.path
    part = target.with_name(f"{target.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    url = f"{repository}/{jar.path}"
    retrying = Retrying(
        retry=retry_if_exception_type(_TransientError),
        stop=stop_after_attempt(_ATTEMPTS),
        wait=_WAIT,
        reraise=True,
    )
    try:
        retrying(_download, client, url, part, jar, shown)
    except _TransientError as error:
        raise OfflineError(
            f"The package repository did not give {jar.coordinates} ({error}). Connect to the network, or "
            "set DIURNAL_MAVEN_REPOSITORY to a mirror that you can reach, and start again: what was fetched "
            "is kept."
        ) from error
    _check(part, jar, url)
    fix_time(part).replace(target)


def _download(client: httpx.Client, url: str, part: Path, jar: Jar, shown: Progress) -> None:
    have = part.stat().st_size if part.exists() else 0
    if have >= jar.size:
        if digest_of(part) == jar.sha256:
            shown.set(jar.coordinates, jar.size)
            return
        part.unlink()
        have = 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    try:
        with client.stream("GET", url, headers=headers) as answer:
            _judge(answer, jar, part)
            _append(answer, part, have, jar, shown)
    except httpx.TransportError as error:
        raise _TransientError(str(error) or type(error).__name__) from error


def _judge(answer: httpx.Response, jar: Jar, part: Path) -> None:
    if answer.is_success:
        return
    status = answer.status_code
    if status == _STALE_PART:
        part.unlink(missing_ok=True)
    if answer.is_server_error or status in {408, 416, 425, 429}:
        raise _TransientError(f"HTTP {status}")
    raise FetchError(
        f"The package repository answered HTTP {status} for {jar.coordinates}. If "
        "DIURNAL_MAVEN_REPOSITORY is set, check that it is the root of a mirror of Maven Central."
    )


def _append(answer: httpx.Response, part: Path, have: int, jar: Jar, shown: Progress) -> None:
    resumed = answer.status_code == httpx.codes.PARTIAL_CONTENT
    done = have if resumed else 0
    with part.open("ab" if resumed else "wb") as file:
        for block in answer.iter_bytes(_BLOCK):
            file.write(block)
            done += len(block)
            shown.set(jar.coordinates, done)
    if done < jar.size:
        raise _TransientError("the connection ended early")


def _check(part: Path, jar: Jar, url: str) -> None:
    if digest_of(part) == jar.sha256:
        return
    part.unlink()
    raise ChecksumError(
        f"{url} is not the pinned {jar.coordinates}: its SHA-256 differs, and it was thrown away. Start "
        "again; if this happens again, something between here and the repository changes files: set "
        "DIURNAL_MAVEN_REPOSITORY to another mirror."
    )


def _disk_error(error: OSError, folder: Path, missing: list[Jar]) -> FetchError:
    needed = sum(jar.size for jar in missing) / 1e6
    if error.errno in DISK_FULL:
        return CacheFullError(
            f"The disk under {folder} is full: {needed:.0f} MB more are needed. Free that much, or set "
            "DIURNAL_CACHE to a folder on another disk, and start again: what was fetched is kept."
        )
    return FetchError(
        f"The cache {folder} cannot be written: {error}. Set DIURNAL_CACHE to a folder that is yours."
    )
