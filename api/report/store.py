"""Where reports are kept: a file each, named by the hash of its bytes, so that what was given stays so."""

from __future__ import annotations

import html
import os
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from api.errors import ReportStoreError
from graph.reader.errors import NotKnownError
from graph.reader.shown import Instant

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

    def put(self, page: str) -> StoredReport:
        """Keeps a page; the same page again changes nothing.

        Raises:
            ReportStoreError: the page does not say what it is.
        """
        content = page.encode()
        key = sha256(content).hexdigest()
        stored = _stored(key, content[:_HEAD_BYTES], len(content))
        path = self._path(key)
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            scratch = path.with_suffix(f".{os.getpid()}")
            scratch.write_bytes(content)
            scratch.chmod(0o600)
            scratch.replace(path)
        return stored

    def get(self, key: str) -> bytes:
        """The bytes of a report, just as they were kept.

        Raises:
            NotKnownError: there is none with that id.
            ReportStoreError: the bytes are no longer those of its name.
        """
        if not _ID.fullmatch(key) or not self._path(key).is_file():
            raise NotKnownError(f"No report has the id {key}")
        content = self._path(key).read_bytes()
        if sha256(content).hexdigest() != key:
            raise ReportStoreError(f"{self._path(key)} has been changed: delete it and make the report again")
        return content

    def listed(self) -> tuple[StoredReport, ...]:
        """Every report, the latest period first; files that are no reports of ours are passed over."""
        found = [self._look(path) for path in self.folder.glob("*.html")] if self.folder.is_dir() else []
        kept = [report for report in found if report is not None]
        return tuple(sorted(kept, key=lambda report: (report.end, report.start, report.id), reverse=True))

    def _look(self, path: Path) -> StoredReport | None:
        if not _ID.fullmatch(path.stem):
            return None
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        try:
            return _stored(path.stem, head, path.stat().st_size)
        except ReportStoreError:
            return None

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.html"


def _stored(key: str, head: bytes, size: int) -> StoredReport:
    found = _META.search(head.decode("utf-8", "ignore"))
    try:
        about = About.model_validate_json(html.unescape(found.group(1)) if found else "")
    except ValidationError as error:
        raise ReportStoreError(f"The page {key} does not say what it is ({META_NAME})") from error
    return StoredReport(**about.model_dump(), id=key, bytes=size)
