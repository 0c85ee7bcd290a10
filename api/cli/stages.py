"""The names of the workers; apart, for to know a name costs nothing and to load its worker does."""

from enum import StrEnum


class Stage(StrEnum):
    """The workers there are."""

    INGEST = "ingest"
    GRAPH = "graph"
    ANALYTICS = "analytics"
    API = "api"
