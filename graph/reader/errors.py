"""What can go wrong while reading the graph: a branch of the package's tree."""

from graph.errors import GraphError


class ReaderError(GraphError):
    """Anything that keeps a question from being answered."""


class GraphAwayError(ReaderError):
    """Neo4j does not answer: try again when it does (transient)."""


class TooSlowError(ReaderError):
    """The question took longer than it may: ask for less (terminal)."""


class NotKnownError(ReaderError):
    """Nothing with that key is current in the graph (terminal)."""


class UnguardedError(ReaderError):
    """The Neo4j has no guard, so nobody could be kept from what they may not see (terminal)."""


class RefusedError(ReaderError):
    """The guard does not run the query: it does more than read, is wrong, or asks for too much (terminal)."""


class NamedGraphsError(ValueError):
    """The selection has named graphs, and the format has none."""
