"""The workers that conclude: one for each view, with a group of its own on the log; and all that read it."""

from typing import Final

from ontology.views import View
from runtime.errors import SettingsError
from runtime.settings import Settings

INGEST: Final = "ingest"
ANALYTICS: Final = "analytics"
GRAPH: Final = "graph"


def concluders(settings: Settings, view: str | None = None) -> dict[str, View]:
    """Name of a worker, which is that of its group less the prefix → the view for which it concludes.

    The one view that there is without DIURNAL_VIEWS has a plain `analytics`.

    Args:
        settings: the installation's.
        view: the name of one view; without it all of them, in the order of the settings.

    Raises:
        SettingsError: there is no such view.
    """
    views = settings.all_views()
    if view is not None and view not in views:
        raise SettingsError(
            f"there is no view {view!r}: there is {', '.join(views)} (DIURNAL_VIEWS; DIURNAL_VIEW without it)"
        )
    return {
        f"{ANALYTICS}-{name}" if settings.views else ANALYTICS: views[name]
        for name in ([view] if view is not None else views)
    }


def readers(settings: Settings) -> tuple[str, ...]:
    """Every worker that reads the log, by the name of its group less the prefix, in the order of the flow."""
    return INGEST, *concluders(settings), GRAPH
