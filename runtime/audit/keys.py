"""The keys of the audit log: a master key, and a key for each day that can be destroyed.

What is sealed with a day's key can be read for as long as that key exists. It lies, wrapped with the master
key (RFC 3394), in a file of its own, and in no log: a log keeps everything, and a key must be able to end.
"""

from __future__ import annotations

import os
import secrets
import stat
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from runtime.audit.errors import KeyFileError
from runtime.settings import Settings

KEY_BYTES: Final = 32
_SUFFIX: Final = ".key"
_FOLDER: Final = "audit"


@dataclass(frozen=True, slots=True)
class DayKey:
    """The key of a day.

    Attributes:
        day: the day, UTC.
        id: names the key, for there may have been another of the same day that was destroyed.
        key: its bytes.
    """

    day: date
    id: str
    key: bytes


class Keys:
    """The keys of a home."""

    def __init__(self, master: bytes, folder: Path) -> None:
        """Derive what is needed of the master key.

        Args:
            master: its bytes.
            folder: with the days' keys.
        """
        self._wrapping = _derived(master, "wrap")
        self.marking = (_derived(master, "id").hex()[:16], _derived(master, "mark"))
        """Name and bytes of the key with which hashes are marked."""
        self._folder = folder
        self._today: DayKey | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The keys that the settings name; the home's own master key is made where there is none yet.

        Raises:
            KeyFileError: the master key cannot be used.
        """
        folder = settings.home / _FOLDER
        named = settings.audit_key_file
        own = folder / "master.key"
        if named is None:
            _create(own, secrets.token_bytes(KEY_BYTES))
        return cls(_read_master(named.expanduser() if named else own), folder / "keys")

    def to_seal(self, day: date) -> DayKey:
        """The key of a day, made where there is none yet; of several processes all get the same."""
        kept = self._today
        if kept is not None and kept.day == day:
            return kept
        found = self.of_day(day)
        if found is None:
            fresh = secrets.token_bytes(KEY_BYTES)
            _create(self._file(day), aes_key_wrap(self._wrapping, fresh))
            found = self.of_day(day)
            assert found is not None  # noqa: S101 - just made, by us or another
        self._today = found
        return found

    def of_day(self, day: date) -> DayKey | None:
        """The key of a day; None where it never was, or was destroyed.

        Raises:
            KeyFileError: it was wrapped with another master key, or is damaged.
        """
        try:
            key = aes_key_unwrap(self._wrapping, b64decode(self._file(day).read_text(), validate=True))
        except FileNotFoundError:
            return None
        except (InvalidUnwrap, ValueError):
            raise KeyFileError(
                f"the key {self._file(day)} is not one of this master key: give the one that"
                " DIURNAL_AUDIT_KEY_FILE named when it was made"
            ) from None
        return DayKey(day, sha256(b"diurnal audit day" + key).hexdigest()[:16], key)

    def days(self) -> list[date]:
        """The days whose keys exist, the earliest first."""
        return sorted(
            date.fromisoformat(found.name.removesuffix(_SUFFIX))
            for found in self._folder.glob(f"????-??-??{_SUFFIX}")
        )

    def destroy(self, before: date) -> list[date]:
        """Destroy the keys of all days before one; those days are told.

        The file is overwritten before it is removed. A disk or a back-up may hold it still: there it is
        worth nothing without the master key.
        """
        gone = [day for day in self.days() if day < before]
        for day in gone:
            file = self._file(day)
            with suppress(FileNotFoundError), file.open("r+b") as stream:
                stream.write(secrets.token_bytes(file.stat().st_size))
                stream.flush()
                os.fsync(stream.fileno())
            file.unlink(missing_ok=True)
        if gone:
            _sync(self._folder)
        return gone

    def _file(self, day: date) -> Path:
        return self._folder / f"{day.isoformat()}{_SUFFIX}"


def _derived(master: bytes, use: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"diurnal audit {use}".encode()).derive(master)


def _read_master(file: Path) -> bytes:
    remedy = (
        "DIURNAL_AUDIT_KEY_FILE names a file with 32 random bytes in base64 that its owner alone can read"
    )
    try:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyFileError(f"the master key {file} is open to others than its owner: chmod 600 {file}")
        master = b64decode(file.read_text().strip(), validate=True)
    except (OSError, ValueError) as error:
        raise KeyFileError(f"the master key {file} cannot be read ({error}): {remedy}") from None
    if len(master) != KEY_BYTES:
        raise KeyFileError(f"the master key {file} has {len(master)} bytes: {remedy}")
    return master


def _create(file: Path, content: bytes) -> None:
    """Make a file, whole or not at all; one that is there stays, whoever made it."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    opened = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "wb") as stream:
            stream.write(b64encode(content))
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileExistsError):
            os.link(scratch, file)
    finally:
        scratch.unlink()
    _sync(file.parent)


def _sync(folder: Path) -> None:
    """What was done in a folder outlives a loss of power."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
