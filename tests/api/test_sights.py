"""Clearance, view and withdrawal become the pairs that somebody may see, at once and no sooner."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import sights as module
from api.clearance import Clearance
from api.errors import ViewRefusedError
from api.known_pairs import Known
from api.sights import Sights
from graph.sight import NOW, Sight
from ontology.labels import Pair, evaluate, parse
from ontology.views import View, covers, distribution_of, view_of

ORDER = {"clearance": ("open", "secret", "top")}
VIEWS = {
    "top": View("top", {"clearance": ("top",)}, "clearance=top"),
    "secret": View("secret", {"clearance": ("secret",)}, "clearance=secret"),
    "open": View("open", {}, "*"),
}
LABELS = ["*", "!", "clearance=open", "clearance=secret", "clearance=top", "nationality=GBR", "vetted"]


class Log:
    """Pairs that grow, numbered by the order in which they came, and distributions that are withdrawn."""

    def __init__(self, *pairs: Pair) -> None:
        self.pairs: dict[int, Pair] = {}
        self.version = 0
        self.gone: frozenset[str] = frozenset()
        self.began: dict[str, frozenset[str]] = {}
        self.add(*pairs)

    def add(self, *pairs: Pair) -> None:
        self.pairs = {**self.pairs, **dict(enumerate(pairs, len(self.pairs) + 1))}
        self.version += 1

    def known(self) -> Known:
        return Known(self.version, self.pairs)

    def sights(self, views: Mapping[str, View] = VIEWS, most: int = 256) -> Sights:
        return Sights(self.known, views, ORDER, lambda: self.gone, most, lambda: dict(self.began))


def who(**attributes: tuple[str, ...]) -> Clearance:
    return Clearance.of("ana", "test", attributes)


def cleared(
    known: Mapping[int, Pair],
    held: Mapping[str, tuple[str, ...]],
    view: str,
    gone: Collection[str],
    *,
    shut: bool = False,
) -> Sight:
    """What somebody sees, worked out pair by pair."""
    return Sight.of(
        (
            number
            for number, pair in known.items()
            if pair.distribution not in gone
            and view_of(pair.distribution) in ((None,) if shut else (None, view))
            and evaluate(parse(pair.label), held, ORDER)
        ),
        view,
    )


def observed(*labels: str) -> list[Pair]:
    return [Pair(label, "noaa") for label in labels]


def test_what_passes_is_allowed_and_nothing_else() -> None:
    sights = Log(*observed(*LABELS)).sights()
    assert sights.sight(who()).allowed == {1}
    assert sights.sight(who(clearance=("secret",))).allowed == {1, 3, 4}
    assert sights.sight(who(vetted=("true",), nationality=("GBR", "FRA"))).allowed == {1, 6, 7}
    assert sights.sight(who(clearance=("SECRET",))).allowed == {1}


def test_nothing_known_allows_nothing() -> None:
    assert Log().sights().sight(who(clearance=("top",))).allowed == frozenset()


def test_a_new_pair_is_seen_with_the_next_question_and_its_label_alone_is_evaluated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evaluated: list[str] = []

    def noting(label: str) -> object:
        evaluated.append(label)
        return parse(label)

    monkeypatch.setattr(module, "parse", noting)
    log = Log(*observed("*", "clearance=open"))
    sights, reader = log.sights({}), who(clearance=("open",))
    assert sights.sight(reader).allowed == sights.sight(reader).allowed == {1, 2}
    log.add(Pair("clearance=secret", "noaa"), Pair("*", "partner"), Pair("clearance=open", "partner"))
    assert sights.sight(reader).allowed == {1, 2, 4, 5}
    assert sorted(evaluated) == ["*", "clearance=open", "clearance=secret"]


def test_a_withdrawn_distribution_is_gone_at_once_and_comes_back() -> None:
    log = Log(Pair("*", "noaa"), Pair("*", "partner"), Pair("*", distribution_of("open")))
    sights = log.sights()
    assert sights.sight(who()).allowed == {1, 2, 3}
    log.gone = frozenset({"partner"})
    assert sights.sight(who()) == Sight.of({1}, "open"), "the view has concluded from it"
    log.began = {"open": frozenset({"partner"})}
    assert sights.sight(who()) == Sight.of({1, 3}, "open"), "it began without it"
    log.gone = frozenset({"partner", "noaa"})
    assert sights.sight(who()) == Sight.of((), "open")
    log.began = {}
    log.gone = frozenset({distribution_of("open")})
    assert sights.sight(who()).allowed == {1, 2}
    log.gone = frozenset()
    assert sights.sight(who()).allowed == {1, 2, 3}


def test_a_view_that_saw_nothing_of_what_is_withdrawn_stays_as_it_is() -> None:
    log = Log(
        Pair("clearance=secret", "partner"),
        Pair("clearance=secret", distribution_of("secret")),
        Pair("*", distribution_of("open")),
    )
    sights, secret = log.sights(), who(clearance=("secret",))
    log.gone = frozenset({"partner"})
    assert sights.sight(who()).allowed == {3}
    assert sights.sight(secret, "open").allowed == {3}
    assert sights.sight(secret, "secret").allowed == frozenset()


def test_one_view_at_a_time_the_first_that_is_covered_unless_asked() -> None:
    log = Log(
        Pair("clearance=top", distribution_of("top")),
        Pair("clearance=secret", distribution_of("secret")),
        Pair("*", distribution_of("open")),
        Pair("*", distribution_of("forgotten")),
    )
    sights = log.sights()
    assert sights.sight(who()) == Sight.of({3}, "open")
    secret = who(clearance=("secret",))
    assert sights.sight(secret) == Sight.of({2}, "secret")
    assert sights.sight(secret, "open").allowed == {3}
    assert sights.sight(who(clearance=("top",)), "secret").allowed == {2}


def test_a_view_that_is_not_there_and_one_that_is_not_for_them_are_refused_alike() -> None:
    sights = Log(Pair("*", distribution_of("forgotten"))).sights()
    said = set()
    for name in ("top", "nothing", "forgotten", "", "Open"):
        with pytest.raises(ViewRefusedError) as refusal:
            sights.sight(who(), name)
        said.add(str(refusal.value))
    assert len(said) == 1


def test_whoever_may_read_no_view_sees_what_was_observed() -> None:
    log = Log(Pair("*", "noaa"), Pair("clearance=top", distribution_of("top")))
    assert log.sights({"top": VIEWS["top"]}).sight(who()) == Sight.of({1})


def test_a_conclusion_under_a_label_that_does_not_pass_is_not_seen_in_a_view_that_is_covered() -> None:
    log = Log(Pair("vetted", distribution_of("open")))
    assert log.sights().sight(who(), "open").allowed == frozenset()


def test_a_view_that_sees_what_its_reader_does_not_is_refused() -> None:
    """`top` outranks `secret`, and passes less: what is for everybody but `top`."""
    log = Log(Pair("clearance=secret", "noaa"), Pair("clearance=secret", distribution_of("secret")))
    sights, top = log.sights(), who(clearance=("top",))
    assert sights.sight(top, "secret").allowed == {1, 2}
    log.add(Pair("clearance!=top", "partner"))
    with pytest.raises(ViewRefusedError):
        sights.sight(top, "secret")
    assert sights.sight(who(clearance=("secret",)), "secret").allowed == {1, 2, 3}
    assert sights.sight(who(clearance=("secret", "top")), "secret").allowed == {1, 2, 3}
    log.gone = frozenset({"partner"})
    with pytest.raises(ViewRefusedError):  # a withdrawal lets nobody in
        sights.sight(top, "secret")
    log.began = {"secret": frozenset({"partner"})}
    assert sights.sight(top, "secret").allowed == {1, 2}


def test_without_views_in_the_settings_everybody_reads_the_one_as_far_as_its_label_passes() -> None:
    log = Log(Pair("vetted", "noaa"), Pair("vetted", distribution_of("all")))
    sights = log.sights({"all": View("all")})
    assert sights.sight(who()).allowed == frozenset()
    assert sights.sight(who(vetted=("true",))).allowed == {1, 2}
    with pytest.raises(ViewRefusedError):
        log.sights({"all": View("all", None, "vetted")}).sight(who(), "all")


def test_a_label_that_cannot_be_read_is_passed_by_nobody() -> None:
    assert Log(Pair("a &", "noaa"), Pair("*", "noaa")).sights().sight(who(a=("true",))).allowed == {2}


def test_the_moment_is_passed_on() -> None:
    sights = Log(Pair("*", "noaa")).sights()
    assert (sights.sight(who()).moment, sights.sight(who(), None, 7).moment) == (NOW, 7)


def test_few_holdings_are_remembered_and_forgetting_changes_no_answer() -> None:
    log = Log(*observed(*LABELS))
    sights = log.sights(most=2)
    for number in range(10):
        assert sights.sight(who(unit=(str(number),))).allowed == {1}
        assert sights.sight(who(clearance=("top",))).allowed == {1, 3, 4, 5}
    assert len(sights._memories) == 2


def test_holdings_in_another_order_are_the_same() -> None:
    assert who(a=("1", "2"), b=("x",)) == Clearance.of("ana", "test", {"b": ("x", "x"), "a": ("2", "1")})


attributes = st.dictionaries(
    st.sampled_from(["clearance", "nationality", "vetted"]),
    st.lists(st.sampled_from(["open", "secret", "top", "GBR", "true"]), min_size=1, max_size=3).map(tuple),
    max_size=3,
)
labels = st.sampled_from(
    [*LABELS, "clearance!=top", "clearance=secret&nationality=GBR", "vetted|clearance=top"]
)
distributions = st.sampled_from(["noaa", "partner", *(distribution_of(name) for name in VIEWS)])
pairs = st.lists(st.builds(Pair, labels, distributions), max_size=8)


@given(
    held=attributes,
    first=pairs,
    more=pairs,
    gone=st.sets(distributions, max_size=2),
    without=st.sets(st.sampled_from(["noaa", "partner"])),
)
def test_it_is_the_plain_evaluation_however_the_pairs_came(
    held: dict[str, tuple[str, ...]], first: list[Pair], more: list[Pair], gone: set[str], without: set[str]
) -> None:
    log = Log(*first)
    sights, reader = log.sights(), Clearance.of("ana", "test", held)
    sights.sight(reader)
    log.add(*more)
    log.gone = frozenset(gone)
    log.began = {"secret": frozenset(without)}
    for name, view in VIEWS.items():
        told = {
            number: pair
            for number, pair in log.pairs.items()
            if pair.distribution in {"noaa", "partner"} and view.sees(pair.label, ORDER)
        }
        from_gone = gone - without if name == "secret" else gone
        shut = any(pair.distribution in from_gone for pair in told.values())
        seen = {number for number, pair in told.items() if shut or pair.distribution not in gone}
        if (
            covers(held, view, ORDER)
            and seen <= cleared(log.pairs, held, name, set() if shut else gone).allowed
        ):
            assert sights.sight(reader, name) == cleared(log.pairs, held, name, gone, shut=shut)
        else:
            with pytest.raises(ViewRefusedError):
                sights.sight(reader, name)


@given(held=attributes, first=pairs)
def test_nothing_that_a_label_denies_is_ever_allowed(
    held: dict[str, tuple[str, ...]], first: list[Pair]
) -> None:
    log = Log(*first)
    for number in log.sights().sight(Clearance.of("ana", "test", held)).allowed:
        assert evaluate(parse(log.pairs[number].label), held, ORDER)
