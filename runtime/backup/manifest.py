"""What an export says of itself: what is in it, from where to where, and the checksum of every part."""

from __future__ import annotations

from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from runtime.backup.errors import ArchiveError

FORMAT: Final = "diurnal-log"
VERSION: Final = 1
"""Of the format; an export of a later one is refused."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Topic(_Part):
    """A topic, without the prefix of its installation.

    Attributes:
        name: its plain name.
        partitions: how many it has.
        config: what is set for it and is not Kafka's default.
    """

    name: str
    partitions: int
    config: dict[str, str]

    @property
    def compacted(self) -> bool:
        """Whether Kafka keeps the last record of a key only: nobody refers to an offset in it."""
        return "compact" in self.config.get("cleanup.policy", "")


class Partition(_Part):
    """What was exported of one partition.

    Attributes:
        topic: the plain name of its topic.
        number: its number.
        begin: the first offset that the log still had.
        end: the offset before which the export stops.
        records: how many records there are; the offsets between are the log's own.
    """

    topic: str
    number: int
    begin: int
    end: int
    records: int


class Chunk(_Part):
    """One Parquet file of records that follow one another in one partition.

    Attributes:
        file: its name in the archive.
        topic: the plain name of the topic.
        partition: the number of the partition.
        records: how many.
        bytes: its length.
        sha256: its checksum, in hex.
    """

    file: str
    topic: str
    partition: int
    records: int
    bytes: int
    sha256: str


class Committed(_Part):
    """How far a consumer group, named without the prefix, had come in one partition."""

    group: str
    topic: str
    partition: int
    offset: int


class Manifest(_Part):
    """The whole of it.

    Attributes:
        format: what kind of file this is.
        version: of the format.
        made: when the export was made.
        release: of Diurnal that made it.
        cluster_id: of the Kafka that it came from.
        prefix: what stood before the names of topics and groups there.
        exact: whether nobody worked while the cut was made. Else the groups may have come a little further
            than is said, and do that bit again: nothing is lost, nor told twice in the graph.
        topics: the topics.
        partitions: their partitions.
        groups: how far consumers had come.
        chunks: the files, in the order in which they are to be written.
    """

    format: str = FORMAT
    version: int = VERSION
    made: AwareDatetime
    release: str
    cluster_id: str
    prefix: str
    exact: bool
    topics: list[Topic]
    partitions: list[Partition]
    groups: list[Committed]
    chunks: list[Chunk]

    @property
    def records(self) -> int:
        """How many records there are in all."""
        return sum(partition.records for partition in self.partitions)


class _Head(BaseModel):
    format: str
    version: int


def read(data: bytes) -> Manifest:
    """The manifest in these bytes.

    Raises:
        ArchiveError: they are none, or of a later version.
    """
    try:
        head = _Head.model_validate_json(data)
        if head.format != FORMAT:
            raise ArchiveError(f"this is {head.format!r}, not an export of Diurnal's log ({FORMAT!r})")
        if head.version > VERSION:
            raise ArchiveError(
                f"the export has version {head.version} of its format, and this Diurnal reads up to"
                f" {VERSION}: upgrade Diurnal"
            )
        return Manifest.model_validate_json(data)
    except ValidationError as error:
        raise ArchiveError(
            f"the manifest of the export cannot be read: {error.errors()[0]['msg']}"
        ) from error
