"""Dead letters keep what was refused, whole."""

from ontology.errors import RdfError
from runtime import dead_letter
from runtime.errors import PoisonError
from runtime.record import (
    DEAD_LETTER_EXCEPTION,
    DEAD_LETTER_FIELD,
    DEAD_LETTER_LINE,
    DEAD_LETTER_ORIGIN,
    DEAD_LETTER_REASON,
    SECURITY_LABEL,
    Headers,
    Record,
)
from runtime.topics import Topics

RECORD = Record("p.raw.ais", b"key", b"value", Headers.of({SECURITY_LABEL: "secret", "X": "y"}), 2, 17)
TOPICS = Topics("p.")


def test_a_whole_record_keeps_key_value_and_headers() -> None:
    letter = dead_letter.of_record(RECORD, PoisonError("no header line", "header"), "ingest", TOPICS)
    assert (letter.topic, letter.key, letter.value) == ("p.raw.ais.dlq", b"key", b"value")
    assert letter.headers.get(SECURITY_LABEL) == "secret"
    assert letter.headers.get("X") == "y"
    assert letter.headers.get(DEAD_LETTER_REASON) == "no header line"
    assert letter.headers.get(DEAD_LETTER_FIELD) == "header"
    assert letter.headers.get(DEAD_LETTER_EXCEPTION) == "PoisonError"
    assert letter.headers.get(DEAD_LETTER_ORIGIN) == "p.raw.ais/2/17"


def test_an_error_without_words_is_called_by_its_name() -> None:
    letter = dead_letter.of_record(RECORD, KeyError(), "ingest", TOPICS)
    assert letter.headers.get(DEAD_LETTER_REASON) == "KeyError"


def test_what_is_no_rdf_tells_its_line() -> None:
    letter = dead_letter.of_record(RECORD, RdfError("no IRI", 3), "graph", TOPICS)
    assert letter.headers.get(DEAD_LETTER_LINE) == "3"
    letter = dead_letter.of_record(RECORD, RdfError("no content type of RDF"), "graph", TOPICS)
    assert letter.headers.get(DEAD_LETTER_LINE) is None


def test_a_part_tells_its_line() -> None:
    letter = dead_letter.of_part(RECORD, b"line", "bad", "ingest", TOPICS, field="lat", line=3)
    assert letter.value == b"line"
    assert letter.headers.get(DEAD_LETTER_LINE) == "3"
    assert RECORD.headers.get(DEAD_LETTER_REASON) is None
