"""A file that takes so many bytes of an answer, and no more."""

from __future__ import annotations

from typing import IO, Final

from graph.reader.errors import RefusedError

MIB: Final = 1024 * 1024


class Limited:
    """Writes to a file until the limit is reached."""

    def __init__(self, to: IO[bytes], most: int, remedy: str) -> None:
        """Nothing is written yet.

        Args:
            to: the file.
            most: bytes.
            remedy: what to do about an answer that is larger.
        """
        self._to, self._left, self._most, self._remedy = to, most, most, remedy

    def write(self, data: bytes) -> int:
        """Writes.

        Raises:
            RefusedError: there would be more than the most bytes.
        """
        self._left -= len(data)
        if self._left < 0:
            raise RefusedError(f"The answer is larger than {self._most // MIB} MiB: {self._remedy}.")
        return self._to.write(data)

    def flush(self) -> None:
        """Nothing is held back."""
