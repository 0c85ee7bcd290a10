"""The mapper and feeds whose raw records are read apart, say who received them, or have options."""

from collections.abc import Sequence
from pathlib import Path

from ingest.ais_nmea import AisNmea
from ingest.mapper import Mapper
from ontology import iri
from ontology.observed import Identifier, SubjectState, TrackSegment
from ontology.rdf import read
from runtime.record import Headers, Record
from runtime.settings import Settings
from runtime.topics import Topics

DATA = Path(__file__).parents[2] / "examples" / "data"
LINES = (DATA / "ais_tagblock.nmea").read_bytes().splitlines(keepends=True)


def mapper() -> Mapper:
    return Mapper([AisNmea()], Topics(), 1, Settings())


def raw(lines: Sequence[bytes], offset: int = 0, **headers: str) -> Record:
    texts = {"Security-Label": "*", "Distribution-Id": "orbcomm", "Known-At": "2026-01-01T00:00:00+00:00"}
    texts |= {name.replace("_", "-"): text for name, text in headers.items()}
    return Record("raw.ais-nmea", b"pier", b"".join(lines), Headers.of(texts), 0, offset)


def told(out: Sequence[Record]) -> list[object]:
    return [thing for record in out if record.topic == "knowledge" for thing in read(record.value)]


def test_who_received_a_message_is_its_sensor() -> None:
    one = mapper()
    out = told(one.process([raw(LINES)]))
    segments = [thing for thing in out if isinstance(thing, TrackSegment)]
    assert {(s.sensor, len(s.times)) for s in segments} == {
        (iri.sensor("rORBCOMM104"), 1),
        (iri.sensor("rORBCOMM007"), 2),
    }
    counts = one.counts
    assert (counts.lines, counts.accepted, counts.aside, counts.rejected) == (5, 4, 1, 0)


def test_a_message_that_only_says_who_a_subject_is_makes_no_fix() -> None:
    out = told(mapper().process([raw([LINES[0], LINES[2]])]))
    assert not [thing for thing in out if isinstance(thing, TrackSegment)]
    [state] = [thing for thing in out if isinstance(thing, SubjectState)]
    assert (state.name, state.call_sign, state.length_m) == ("ROSINANTE", "XPD5019", 12.0)
    assert "CallSign" in {thing.scheme for thing in out if isinstance(thing, Identifier)}


def test_parts_in_different_records_are_never_put_together() -> None:
    one = mapper()
    out = one.process([raw([LINES[0]], 0, Security_Label="a"), raw([LINES[2]], 1, Security_Label="b")])
    assert told(out) == []
    letters = [record for record in out if record.topic == "raw.ais-nmea.dlq"]
    assert [letter.headers.get("Security-Label") for letter in letters] == ["a", "b"]
    assert one.counts.rejected == 2


def test_dead_letters_name_the_line_and_can_be_given_again() -> None:
    bad = LINES[1].replace(b"*78", b"*79")
    out = mapper().process([raw([LINES[3], bad, LINES[4]], First_Line="101")])
    [letter] = [record for record in out if record.topic == "raw.ais-nmea.dlq"]
    assert letter.headers.get("Dead-Letter-Line") == "102"
    assert letter.value == bad
    assert (letter.headers.get("Dead-Letter-Reason") or "").startswith("its checksum is 79 and should be 78")


def test_options_that_there_are_not_make_a_dead_letter_of_the_record() -> None:
    out = mapper().process([raw(LINES, Feed_Options='{"colour":"red"}'), raw(LINES, 1, Feed_Options="[1]")])
    reasons = [record.headers.get("Dead-Letter-Reason") for record in out if record.topic.endswith(".dlq")]
    assert reasons[0] == "the feed ais-nmea has no option 'colour'; there are: time"
    assert reasons[1] == "options are a JSON object of texts, not '[1]'"


def test_options_of_the_raw_record_hold() -> None:
    out = told(mapper().process([raw(LINES, Feed_Options='{"time":"received"}')]))
    assert len([thing for thing in out if isinstance(thing, TrackSegment)]) > 0
