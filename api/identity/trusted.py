"""Whom the settings trust to say who somebody is."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from api.identity import claims, local
from api.identity.key_file import FileKeys
from api.identity.key_url import UrlKeys
from api.identity.verify import Issuer, Keys, Verifier
from runtime.settings import Settings


def verifier(settings: Settings) -> Verifier:
    """What proves tokens here; without any issuer it proves none."""
    issuers = []
    provider = _provider(settings)
    if provider is not None:
        issuers.append(provider)
    if settings.local_issuer:
        issuers.append(local.trusted(issuer_folder(settings)))
    return Verifier(tuple(issuers), settings.clock_skew_seconds)


def issuer_folder(settings: Settings) -> Path:
    """Where the local issuer's key and its key set are."""
    return settings.local_issuer_folder or settings.home / "secrets"


def _provider(settings: Settings) -> Issuer | None:
    keys: Keys
    if settings.jwks_file is not None:
        keys = FileKeys(settings.jwks_file)
    elif settings.jwks_url is not None:
        keys = UrlKeys(settings.jwks_url)
    else:
        return None
    if settings.token_issuer is None or settings.token_audience is None:  # the settings see to it
        return None
    mapping = partial(claims.attributes, mapping=settings.attribute_claims)
    return Issuer(settings.token_issuer, settings.token_audience, keys, mapping, settings.name_claim)
