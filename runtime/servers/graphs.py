"""Which of a home's graphs is served: there are two places for one, to build it anew beside itself."""

from __future__ import annotations

import contextlib
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import psutil

from runtime.private_file import write_private
from runtime.servers.errors import EndpointsError
from runtime.servers.home import identity_of
from runtime.servers.identity import NONCE_PREFIX

FOLDERS: Final = ("neo4j", "neo4j-beside")
_FILE: Final = "graphs.json"


@dataclass(frozen=True, slots=True)
class Graph:
    """One graph of a home.

    Attributes:
        folder: the name of its server's folder in the home.
        nonce: the mark by which its server is known.
    """

    folder: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Graphs:
    """The graphs of a home.

    Attributes:
        serving: the one that everybody asks.
        kept: the one that was served before, or none.
    """

    serving: Graph
    kept: Graph | None = None

    def beside(self) -> Graph:
        """A new graph in the other place."""
        (folder,) = set(FOLDERS) - {self.serving.folder}
        return Graph(folder, NONCE_PREFIX + secrets.token_hex(16))

    def swapped(self) -> Graphs:
        """The same, the kept one serving.

        Raises:
            EndpointsError: none is kept.
        """
        if self.kept is None:
            raise EndpointsError(
                "No graph is kept beside the one that is served: there is nothing to go back to."
            )
        return Graphs(self.kept, self.serving)


def graphs_of(home: Path) -> Graphs:
    """What the home says; before its first swap, the graph that it began with.

    Raises:
        EndpointsError: The file is damaged.
    """
    file = home / _FILE
    try:
        said = json.loads(file.read_text())
        return Graphs(Graph(**said["serving"]), Graph(**said["kept"]) if said["kept"] else None)
    except FileNotFoundError:
        return Graphs(Graph(FOLDERS[0], identity_of(home).neo4j_nonce))
    except (ValueError, TypeError, KeyError) as error:
        raise EndpointsError(
            f"{file} is damaged ({error}): put it back from a copy, or use another home."
        ) from error


def write_graphs(home: Path, graphs: Graphs) -> None:
    """Say which graph is to be served; whoever runs the servers follows."""
    write_private(home / _FILE, json.dumps(asdict(graphs), indent=2))


def runs(home: Path, graph: Graph) -> bool:
    """Whether the graph's server runs."""
    with contextlib.suppress(OSError, ValueError, psutil.Error):
        pid, started = (home / graph.folder / "pid").read_text().split()
        return abs(psutil.Process(int(pid)).create_time() - float(started)) < 1
    return False
