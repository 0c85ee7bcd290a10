from types import ModuleType

from graph.reader import places, routines, sources, summary
from graph.reader.reader import Reader
from graph.reader.within import Box


def test_a_life_on_one_page(reader: Reader, harbour: ModuleType) -> None:
    shown = summary.show(reader, harbour.FERRY)
    assert (shown.fixes, shown.days_seen, shown.stays, shown.trips, shown.gaps) == (648, 6, 6, 5, 0)
    assert [(place.name, place.stays, place.hours) for place in shown.places] == [
        ("Pier 11, 0.3 km E of New York", 6, 3.5)
    ]
    assert [finding.kind for finding in shown.findings] == ["unusual hour", "usual visit not observed"]
    assert shown.first_fix == harbour.at(0, 11)


def test_somebody_of_whom_nothing_is_concluded(reader: Reader, harbour: ModuleType) -> None:
    shown = summary.show(reader, harbour.SILENT)
    assert (shown.fixes, shown.stays, shown.places, shown.findings) == (1, 0, (), ())


def test_counts_of_everything(reader: Reader) -> None:
    counts = summary.counts(reader).model_dump()
    assert counts == {
        "fixes": 723,
        "subjects": 4,
        "places": 3,
        "stays": 13,
        "trips": 5,
        "gaps": 1,
        "routines": 2,
        "findings": 3,
    }


def test_routines_come_with_their_place(reader: Reader, harbour: ModuleType) -> None:
    (routine,) = routines.of(reader, harbour.FERRY)
    assert (routine.place_name, routine.weekday_hours[6], routine.weekdays) == (
        "Pier 11, 0.3 km E of New York",
        5,
        5,
    )


def test_places_busiest_first_by_words_area_and_subject(reader: Reader, harbour: ModuleType) -> None:
    everywhere = places.search(reader, 10).items
    assert [(place.key, place.stays) for place in everywhere] == [
        (harbour.PIER_11, 6),
        (harbour.RED_HOOK, 6),
        (harbour.HOBOKEN, 1),
    ]
    assert [p.key for p in places.search(reader, 10, q="hob NE").items] == [harbour.HOBOKEN]
    assert [p.key for p in places.search(reader, 10, subject=harbour.FERRY).items] == [harbour.PIER_11]
    north = Box(-75, 40.69, -73, 41)
    assert [p.key for p in places.search(reader, 10, box=north).items] == [harbour.PIER_11, harbour.HOBOKEN]
    first = places.search(reader, 1)
    assert places.search(reader, 5, first.after).items == everywhere[1:]


def test_sources_and_their_labels(reader: Reader) -> None:
    (source,) = sources.listed(reader)
    assert (source.source, source.labels, source.subjects) == ("marinecadastre", ("*",), 4)
