"""Keys from an identity provider's URL: fetched seldom, and kept for a while where it is away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx
import structlog

from api.identity.keys import MOST_BYTES, TrustedKey, read_keys

FRESH_S: Final = 300.0
"""After so long the set is fetched again: a key that its owner withdrew is trusted no longer than that."""
STALE_S: Final = 3600.0
"""For so long keys that were fetched are used while the URL is away; then nobody is let in."""
AGAIN_S: Final = 10.0
"""Between two tries, whoever asks, so that made-up key ids send nobody to the provider."""
TIMEOUT_S: Final = 4.0

_log = structlog.get_logger(__name__)

Fetch = Callable[[str], bytes]
"""Gets what is at a URL; raises httpx.HTTPError."""


@dataclass(frozen=True, slots=True)
class _Fetched:
    keys: dict[str, TrustedKey]
    at: float


class UrlKeys:
    """The keys at a URL. An id that is not known makes it look again, once in AGAIN_S at most."""

    def __init__(
        self, url: str, fetch: Fetch | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Nothing is fetched yet.

        Args:
            url: of a JSON Web Key Set.
            fetch: gets it; by default over HTTP, following no redirection.
            clock: seconds that only grow.
        """
        self._url, self._fetch, self._clock = url, fetch or fetched, clock
        self._held: _Fetched | None = None
        self._tried = float("-inf")
        self._lock = threading.Lock()

    def key(self, kid: str) -> TrustedKey | None:
        """The key with an id, as far as is known; may wait for the provider, a few seconds at most."""
        held = self._usable()
        if held is None or kid not in held.keys or self._clock() - held.at > FRESH_S:
            # Whoever has a known key does not wait for him who fetches the set again.
            known = held is not None and kid in held.keys
            self._look(wait=not known)
            held = self._usable()
        return held.keys.get(kid) if held else None

    def _usable(self) -> _Fetched | None:
        held = self._held
        return held if held is not None and self._clock() - held.at <= STALE_S else None

    def _look(self, *, wait: bool) -> None:
        if not self._lock.acquire(blocking=wait):
            return
        try:
            if self._clock() - self._tried < AGAIN_S:
                return
            self._tried = self._clock()
            keys = read_keys(self._fetch(self._url), self._url)
            if keys is not None:  # a set without usable keys counts: so all of them are withdrawn at once
                self._held = _Fetched(keys, self._clock())
        except httpx.HTTPError as error:
            _log.warning("keys not fetched", url=self._url, error=f"{type(error).__name__}: {error}")
        finally:
            self._lock.release()


def fetched(url: str) -> bytes:
    """What is at a URL, at most one byte more than a key set may have.

    Raises:
        httpx.HTTPError: it is away, or answers anything but 200.
    """
    until = time.monotonic() + TIMEOUT_S
    body = bytearray()
    headers = {"Accept": "application/jwk-set+json, application/json"}
    with httpx.stream("GET", url, timeout=TIMEOUT_S, follow_redirects=False, headers=headers) as answer:
        if answer.status_code != httpx.codes.OK:
            raise httpx.HTTPStatusError(
                f"it answers {answer.status_code}", request=answer.request, response=answer
            )
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                break
            if time.monotonic() > until:
                raise httpx.ReadTimeout(f"not whole within {TIMEOUT_S:.0f} s", request=answer.request)
    return bytes(body)
