"""What can go wrong with the graph: one tree; which errors pass by themselves is said with each."""

from runtime import errors


class GraphError(Exception):
    """Anything that keeps the graph from being written, checked or asked."""


class GraphUnavailableError(GraphError, errors.TransientError):
    """Neo4j did not answer, or gave up on a transaction: the same again may work (transient)."""


class LostPartitionError(GraphError, errors.TransientError):
    """Another loader has moved this partition's offset: ask again where it stands (transient)."""


class BeingRebuiltError(GraphError, errors.TransientError):
    """The graph is being emptied for a rebuild: nothing can be loaded until it is done (transient)."""


class GraphRefusedError(GraphError, errors.SettingsError):
    """Neo4j does not let us in, or has no such database (terminal)."""


class PoisonError(GraphError, errors.PoisonError):
    """A record cannot be loaded, whatever is tried: it belongs to the dead letters (terminal)."""


class RebuildRefusedError(GraphError):
    """The graph was not emptied, for somebody else may be using it (terminal)."""
