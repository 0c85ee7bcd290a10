"""Commits raw records with the receipt for them, each batch once, whatever Kafka does meanwhile."""

import time
from collections.abc import Sequence
from threading import Event
from types import TracebackType
from typing import Final, Self

from ingest import receipts
from ingest.receipts import Receipt
from runtime.errors import FencedError, TransientError
from runtime.patience import persist
from runtime.record import Record
from runtime.topics import Topics
from runtime.transaction import ProducerFencedError, Transactions

_RIVAL_S: Final = 2.0


class Outbox:
    """Transactions under the name of one publication."""

    def __init__(
        self, bootstrap: str, topics: Topics, name: str, under: str | None, patience_s: float, stop: Event
    ) -> None:
        """Set up; nothing is opened before the context is entered.

        Args:
            bootstrap: Kafka's `host:port`.
            topics: the installation's topics.
            name: of the publication: only one at a time can have it.
            under: the key of its receipt; None where there is none.
            patience_s: seconds to wait for a Kafka that is away.
            stop: ends the waiting.
        """
        self.receipt: Receipt | None = None
        """What the log has, as far as is known here."""
        self._bootstrap = bootstrap
        self._topics = topics
        self._name = name
        self._under = under
        self._patience_s = patience_s
        self._stop = stop
        self._open: Transactions | None = None
        self._outdated: Receipt | None = None
        self._sent: Receipt | None = None

    def __enter__(self) -> Self:
        persist(self._connect, self._stop, self._patience_s, self._name)
        self._sent = self.receipt
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def start_anew(self) -> None:
        """Publish from the beginning, whatever the log has."""
        self._outdated, self.receipt, self._sent = self.receipt, None, None

    def commit(self, records: Sequence[Record], receipt: Receipt) -> bool:
        """Write the records with the receipt, unless the log has them.

        Args:
            records: what follows what was committed last.
            receipt: for all up to these records.

        Returns:
            Whether the log has them now: not if it was stopped while Kafka was away.

        Raises:
            FencedError: another process publishes the same.
            PatienceError: Kafka stayed away for too long.
        """
        done = Event()

        def session(_: Event) -> bool:
            if self._open is None:
                self._connect(self._stop)
            if not self._is_there(receipt):
                self._send(records, receipt)
            done.set()
            return True

        persist(session, self._stop, self._patience_s, self._name)
        self._sent = receipt
        return done.is_set()

    def _is_there(self, receipt: Receipt) -> bool:
        """Whether the log has the receipt: its commit seemed to fail, or another publishes the same."""
        if self._under is None or self.receipt == self._sent:
            return False
        found = self.receipt
        if found is None or found.block_lines != receipt.block_lines or _reach(found) < _reach(receipt):
            raise FencedError(f"another process publishes {receipt.file}, too: let one of them do it")
        return True

    def _send(self, records: Sequence[Record], receipt: Receipt) -> None:
        kept = [] if self._under is None else [receipts.record(self._topics, self._under, receipt)]
        try:
            if self._open is not None:
                self._open.commit([*records, *kept])
                self.receipt = receipt
        except ProducerFencedError:
            self._close()
            time.sleep(_RIVAL_S)  # a rival, if there is one, comes further meanwhile
            raise
        except TransientError:
            self._close()
            raise

    def _connect(self, _: Event) -> bool:
        self._open = Transactions(self._bootstrap, self._topics.name(self._name))
        if self._under is not None:
            found = receipts.find(self._bootstrap, self._topics, self._under)
            self.receipt = None if found == self._outdated else found
        return True

    def _close(self) -> None:
        open_, self._open = self._open, None
        if open_ is not None:
            open_.__exit__(None, None, None)


def _reach(receipt: Receipt) -> tuple[int, bool]:
    return receipt.blocks, receipt.done
