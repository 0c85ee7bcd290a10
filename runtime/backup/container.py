"""Where the parts of an export lie: in one tar file, or as files of a folder; whole, or not there at all.

The manifest is written last, and beside it its own checksum: what has no manifest was never finished.
"""

from __future__ import annotations

import os
import shutil
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from runtime.backup import manifest
from runtime.backup.errors import ArchiveError, BackupError
from runtime.backup.manifest import Chunk, Manifest
from runtime.servers.errors import DISK_FULL

MANIFEST: Final = "manifest.json"
SUM: Final = "manifest.sha256"


class Writer(Protocol):
    """Takes the parts of an export."""

    def add(self, name: str, data: bytes) -> None:
        """Keep a part under a name."""
        ...


@contextmanager
def writing(path: Path, *, folder: bool) -> Iterator[Writer]:
    """A writer to a new file or folder, which appears under its name once the block is done.

    Raises:
        BackupError: there is something already, the folder above is missing, or the disk is full.
    """
    if path.exists():
        raise BackupError(f"{path} is there already: move it away, or name another")
    scratch = path.with_name(f".{path.name}.part")
    _remove(scratch)  # of one that was killed
    try:
        if folder:
            scratch.mkdir(mode=0o700)
            yield _Folder(scratch)
        else:
            with _Tar.create(scratch) as tar:
                yield tar
        scratch.rename(path)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise BackupError(
                f"The disk under {path.parent} is full: nothing was kept of the export"
            ) from error
        raise BackupError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        _remove(scratch)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, name: str, data: bytes) -> None:
        with _created(self._path / name) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


class _Tar:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    @classmethod
    @contextmanager
    def create(cls, path: Path) -> Iterator[_Tar]:
        with _created(path) as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                yield cls(tar)
            file.flush()
            os.fsync(file.fileno())

    def add(self, name: str, data: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = len(data), 0o600, int(time.time())
        self._tar.addfile(entry, BytesIO(data))


def _created(path: Path) -> BinaryIO:
    """A new file; a log tells all, so its copy is its owner's alone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def finish(writer: Writer, said: Manifest) -> None:
    """Add the manifest and its checksum: the export is whole."""
    data = said.model_dump_json(indent=1).encode()
    writer.add(MANIFEST, data)
    writer.add(SUM, sha256(data).hexdigest().encode())


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """An export to be read.

    Raises:
        ArchiveError: it is no export, not a whole one, or of a later version.
    """
    if not path.exists():
        raise ArchiveError(f"there is no {path}")
    with ExitStack() as stack:
        members: dict[str, tarfile.TarInfo] = {}
        tar = None
        if path.is_file():
            try:
                tar = stack.enter_context(tarfile.open(path, "r:"))
                members = {entry.name: entry for entry in tar}
            except (tarfile.TarError, OSError) as error:
                raise ArchiveError(
                    f"{path} is damaged, or no export of a log ({error}). Nothing was written"
                ) from error
        yield Archive(path, tar, members)


class Archive:
    """An export, whose manifest was found to be whole."""

    def __init__(
        self, path: Path, tar: tarfile.TarFile | None, members: Mapping[str, tarfile.TarInfo]
    ) -> None:
        self._path, self._tar, self._members = path, tar, members
        data = self._read(MANIFEST)
        if self._read(SUM) != sha256(data).hexdigest().encode():
            raise self._damaged(MANIFEST)
        self.manifest = manifest.read(data)

    def read(self, chunk: Chunk) -> bytes:
        """A part, whose checksum was compared.

        Raises:
            ArchiveError: it is missing or damaged.
        """
        data = self._read(chunk.file)
        if len(data) != chunk.bytes or sha256(data).hexdigest() != chunk.sha256:
            raise self._damaged(chunk.file)
        return data

    def _read(self, name: str) -> bytes:
        try:
            if self._tar is None:
                return (self._path / name).read_bytes()
            file = self._tar.extractfile(self._members[name])
            return file.read() if file is not None else b""
        except (KeyError, FileNotFoundError) as error:
            raise ArchiveError(
                f"{self._path} is not whole: {name} is missing. Nothing was written; take another copy"
            ) from error
        except (tarfile.TarError, OSError) as error:
            raise self._damaged(name) from error

    def _damaged(self, name: str) -> ArchiveError:
        return ArchiveError(
            f"{self._path} is damaged: {name} is not what was written. Nothing was written; take another copy"
        )
