"""Where reports are kept: a file each, named by the hash of its bytes, so that what was given stays so.

Beside each lies who may read it. A report without that is nobody's.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from api.errors import ReportStoreError
from api.report.access import Access, May, joined, read, written
from graph.reader.errors import NotKnownError
from graph.reader.shown import Instant
from graph.sight import Sight
from runtime.private_file import write_private
from runtime.servers.locks import FileLock

META_NAME: Final = "diurnal-report"
_META: Final = re.compile(rf'<meta name="{META_NAME}" content="([^"]*)">')
_ID: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_HEAD_BYTES: Final = 8192


class About(BaseModel):
    """What a report says of itself, in its head; the list of reports is made of it."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    title: str
    """Its title."""
    start: Instant
    """Start of the period."""
    end: Instant
    """End of the period."""
    known_until: Instant | None
    """The last fix that the graph held."""
    findings: int
    """Findings in it."""


class StoredReport(About):
    """A report that is kept."""

    id: str
    """SHA-256 of its bytes."""
    bytes: int
    """Its length."""


@dataclass(frozen=True, slots=True)
class ReportStore:
    """A folder of reports.

    Attributes:
        folder: made when the first report comes.
    """

    folder: Path

    def put(self, page: str, sight: Sight) -> StoredReport:
        """Keeps a page; the same page again adds at most a way of reading it.

        Args:
            page: the whole report.
            sight: by which it was made.

        Raises:
            ReportStoreError: the page does not say what it is.
        """
        content = page.encode()
        key = sha256(content).hexdigest()
        stored = _stored(key, content[:_HEAD_BYTES], len(content))
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(self.folder / ".lock").held():  # another process may keep reports here, too
            self._keep(key, content, Access.of(sight))
        return stored

    def _keep(self, key: str, content: bytes, way: Access) -> None:
        if not self._path(key).exists():
            write_private(self._path(key), content)
        before = self._ways(key)
        ways = joined(before, way)
        if ways != before:
            write_private(self._access(key), written(ways))

    def get(self, key: str, may: May) -> bytes:
        """The bytes of a report, just as they were kept.

        Args:
            key: its id.
            may: whether who asks may read what has an access.

        Raises:
            NotKnownError: there is none with that id, or they may not read it.
            ReportStoreError: the bytes are no longer those of its name.
        """
        if not _ID.fullmatch(key) or not self._path(key).is_file() or not self._readable(key, may):
            raise NotKnownError(f"No report has the id {key}")
        content = self._path(key).read_bytes()
        if sha256(content).hexdigest() != key:
            raise ReportStoreError(f"{self._path(key)} has been changed: delete it and make the report again")
        return content

    def listed(self, may: May) -> tuple[StoredReport, ...]:
        """Every report that somebody may read, the latest period first; other files are passed over."""
        found = [self._look(path, may) for path in self.folder.glob("*.html")] if self.folder.is_dir() else []
        kept = [report for report in found if report is not None]
        return tuple(sorted(kept, key=lambda report: (report.end, report.start, report.id), reverse=True))

    def _look(self, path: Path, may: May) -> StoredReport | None:
        if not _ID.fullmatch(path.stem) or not self._readable(path.stem, may):
            return None
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        try:
            return _stored(path.stem, head, path.stat().st_size)
        except ReportStoreError:
            return None

    def _readable(self, key: str, may: May) -> bool:
        return any(may(way) for way in self._ways(key))

    def _ways(self, key: str) -> tuple[Access, ...]:
        try:
            return read(self._access(key).read_bytes())
        except FileNotFoundError:
            return ()

    def _access(self, key: str) -> Path:
        return self.folder / f"{key}.access.json"

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.html"


def _stored(key: str, head: bytes, size: int) -> StoredReport:
    found = _META.search(head.decode("utf-8", "ignore"))
    try:
        about = About.model_validate_json(html.unescape(found.group(1)) if found else "")
    except ValidationError as error:
        raise ReportStoreError(f"The page {key} does not say what it is ({META_NAME})") from error
    return StoredReport(**about.model_dump(), id=key, bytes=size)
