"""What becomes of a record, or of a part of one, that cannot be processed: kept whole, with the reason."""

from typing import Final

from ontology.errors import RdfError
from runtime.errors import PoisonError
from runtime.record import (
    DEAD_LETTER_EXCEPTION,
    DEAD_LETTER_FIELD,
    DEAD_LETTER_LINE,
    DEAD_LETTER_ORIGIN,
    DEAD_LETTER_REASON,
    DEAD_LETTER_STAGE,
    Record,
)
from runtime.topics import Topics

_MOST_OF_A_REASON: Final = 2_000


def of_record(record: Record, error: BaseException, stage: str, topics: Topics) -> Record:
    """The dead letter of a whole record whose processing raised an error."""
    reason = str(error) or type(error).__name__
    field = error.field if isinstance(error, PoisonError) else None
    line = error.line if isinstance(error, RdfError) else None
    letter = of_part(record, record.value, reason, stage, topics, field=field, line=line)
    letter.headers = letter.headers.with_(DEAD_LETTER_EXCEPTION, type(error).__name__)
    return letter


def of_part(
    record: Record,
    part: bytes,
    reason: str,
    stage: str,
    topics: Topics,
    *,
    field: str | None = None,
    line: int | None = None,
) -> Record:
    """The dead letter of a part of a record, such as one line.

    Args:
        record: the record that the part stood in; its key and headers are kept.
        part: the part, such that it could be given again as a record once it is mended.
        reason: what is wrong, and what would be right.
        stage: who found it.
        topics: the installation's topics.
        field: the field at fault.
        line: the number of the line at fault, from 1.
    """
    headers = (
        record.headers.with_(DEAD_LETTER_REASON, reason[:_MOST_OF_A_REASON])
        .with_(DEAD_LETTER_ORIGIN, record.origin)
        .with_(DEAD_LETTER_STAGE, stage)
    )
    if field is not None:
        headers = headers.with_(DEAD_LETTER_FIELD, field)
    if line is not None:
        headers = headers.with_(DEAD_LETTER_LINE, str(line))
    return Record(topics.dead_letters(record.topic), record.key, part, headers)
