"""What can go wrong with a token or with the keys that prove it, as one tree.

IdentityError
├── TokenRefusedError  a token that lets nobody in (terminal)
├── WeakKeyError       a key that proves nothing (terminal)
└── IssuerError        the local issuer's key cannot be used (terminal)
"""


class IdentityError(Exception):
    """Anything that goes wrong with a token or a key."""


class TokenRefusedError(IdentityError):
    """A token that lets nobody in, and why; the reason is for the log, the bearer learns less."""


class WeakKeyError(IdentityError):
    """A key of a set that is not used, and why."""


class IssuerError(IdentityError):
    """The local issuer's key is missing, damaged, or open to others; the message names the remedy."""
