"""The workers that conclude: one for each view, with a group of its own on the log."""

from typing import Final

from runtime.settings import Settings

ANALYTICS: Final = "analytics"


def concluder(settings: Settings, view: str) -> str:
    """The worker, and its group less the prefix, that concludes for a view.

    The one view that there is without DIURNAL_VIEWS has a plain `analytics`.
    """
    return f"{ANALYTICS}-{view}" if settings.views else ANALYTICS


def concluders(settings: Settings) -> dict[str, str]:
    """Worker → its view, in the order of the settings."""
    return {concluder(settings, view): view for view in settings.all_views()}
