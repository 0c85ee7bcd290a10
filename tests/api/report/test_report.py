"""The report: the same data the same bytes, one self-contained page, every number from the data."""

import re
from html.parser import HTMLParser
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest
from httpx import Client
from neo4j import Driver

from api.report.build import build, default_period
from api.report.data import ReportData
from api.report.render import render
from graph.reader.reader import Reader
from graph.reader.within import Box, Interval

VOID = {"meta", "br", "link", "input", "hr", "img"}
SHAPES = {"path", "rect", "circle"}


class Page(HTMLParser):
    """Checks nesting, and gathers what the page says."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SHAPES
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def data(reader: Reader) -> ReportData:
    return build(reader, default_period(reader), area_name="Test Harbour")


@pytest.fixture(scope="module")
def page(data: ReportData) -> str:
    return render(data)


def test_the_same_graph_gives_the_same_bytes(reader: Reader, page: str) -> None:
    again = Reader(reader.driver, reader.database, reader.sight)
    assert render(build(again, default_period(again), area_name="Test Harbour")) == page


def test_it_is_well_formed(page: str) -> None:
    parsed = Page(page)
    assert parsed.open == []
    assert page.startswith("<!DOCTYPE html>")
    tags = [tag for tag, _ in parsed.tags]
    assert tags.count("h1") == 1
    assert "script" not in tags
    ids = [attributes["id"] for _, attributes in parsed.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_it_asks_nobody_for_anything(page: str) -> None:
    parsed = Page(page)
    for tag, attributes in parsed.tags:
        assert tag not in {"script", "link", "img", "iframe", "object", "base", "form"}
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in {"href", "src", "xlink:href", "data", "action"}:
                assert (value or "").startswith("#")
    assert not re.search(r"https?://|url\(|@import", page)


def test_pictures_have_titles_and_tables_have_headers(page: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", page, re.S)
    assert len(drawings) > 8
    for drawing in drawings:
        root = ET.fromstring(drawing)  # noqa: S314 - our own page
        assert root.get("aria-hidden") == "true" or (
            root.find("title") is not None and root.get("aria-label")
        )
    for table in re.findall(r"<table>.*?</table>", page, re.S):
        assert '<th scope="col"' in table


def test_links_lead_somewhere(page: str) -> None:
    parsed = Page(page)
    ids = {attributes.get("id") for _, attributes in parsed.tags}
    for tag, attributes in parsed.tags:
        if tag == "a":
            assert (attributes["href"] or "")[1:] in ids


def test_findings_come_in_order_with_evidence_and_alternatives(data: ReportData) -> None:
    assert [part.kind for part in data.findings] == [
        "unusual place",
        "unusual hour",
        "usual visit not observed",
    ]
    first, _, missed = data.findings
    assert first.subject == "TUG TWO"
    assert first.alternatives[0] == "The ship was moved for repair."
    assert first.evidence[0].local == "Fri 4 Dec 09:00 to 11:00"
    assert first.evidence[0].utc == "Fri 4 Dec 14:00 to 16:00"
    assert missed.coverage.startswith("Not observed is not absent")
    assert missed.compared.startswith("It had been there on 5 of 5 comparable days before.")
    assert missed.in_those_hours.startswith("13 positions came from it in those hours")
    assert first.in_those_hours.startswith("Nothing was received from it in those hours; 1 other subject was")


def test_the_heat_map_tells_there_from_elsewhere_from_not_received(data: ReportData) -> None:
    missed = data.findings[2].heat
    rows = {row.label: row.cells for row in missed.rows}
    assert rows["Mon 30 Nov"][6] == "there3"
    assert rows["Sat 5 Dec"][6] == "elsewhere"
    assert rows["Sat 5 Dec"][3] == "silent"
    assert [(box.column, box.columns) for box in missed.boxes] == [(6, 1)]


def test_the_bottom_line_says_how_many_and_what_stands_out(data: ReportData) -> None:
    assert data.bottom_line[0].startswith(
        "Of 4 subjects watched, 2 departed from their routine, 3 times in all"
    )
    assert "TUG TWO stayed at Port of Hoboken" in data.bottom_line[1]
    assert 3 <= len(data.bottom_line) <= 5


def test_every_number_of_the_bottom_line_stands_in_the_report_again(data: ReportData, page: str) -> None:
    rest = page[page.index('<dl class="figures">') :]
    said = {figure.value for figure in data.figures} | set(
        re.findall(r"\d[\d,.]*\d|\d", re.sub("<[^>]*>", " ", rest))
    )
    for sentence in data.bottom_line:
        for number in re.findall(r"\d[\d,.]*\d|\d", sentence):
            assert number in said, sentence


def test_no_score_is_called_a_probability(page: str) -> None:
    words = " ".join(Page(page).text).lower()
    for sentence in re.findall(r"[^.]*probab[^.]*\.", words):
        assert "no probability" in sentence or "not the probability" in sentence
    assert "likely" not in words.replace("unlike ", "")


def test_whatever_a_ship_calls_itself_is_only_text(reader: Reader, filled: Driver) -> None:
    rename = "MATCH (n:SubjectState {name: $before}) SET n.name = $after"
    evil = "<script>alert(1)</script>"
    filled.execute_query(rename, before="TUG TWO", after=evil)
    try:
        page = render(build(reader, default_period(reader), area_name=evil))
    finally:
        filled.execute_query(rename, before=evil, after="TUG TWO")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_an_empty_period_is_told_as_such(reader: Reader, harbour: ModuleType) -> None:
    data = build(reader, Interval(harbour.at(100, 0), harbour.at(101, 0)))
    assert data.findings == ()
    assert data.overview is None
    page = Page(render(data))
    assert page.open == []
    assert "Nobody departed from a routine" in " ".join(page.text)


def test_an_area_leaves_out_what_is_beyond_it(reader: Reader) -> None:
    north = build(reader, default_period(reader), area=Box(-74.1, 40.69, -73.9, 40.8))
    assert {place.name for place in north.places} <= {
        "Pier 11, 0.3 km E of New York",
        "Port of Hoboken, 0.4 km NE",
    }
    assert north.figures[0].value == "1"


def test_over_the_antimeridian_a_map_stays_small(reader: Reader) -> None:
    data = build(reader, default_period(reader), area=Box(179, -18, -179, -16))
    assert data.overview is not None
    assert "22 km wide" in data.overview.summary


def test_made_kept_listed_and_given_by_the_api(client: Client) -> None:
    made = client.post("/v1/reports", json={})
    assert made.status_code == 201
    about = made.json()
    again = client.post("/v1/reports", json={"end": about["end"]}).json()
    assert again["id"] == about["id"]
    assert [report["id"] for report in client.get("/v1/reports").json()["items"]] == [about["id"]]
    given = client.get(made.headers["Location"])
    assert given.headers["Content-Type"] == "text/html; charset=utf-8"
    assert len(given.content) == about["bytes"]
    assert about["findings"] == 3
    other = client.post("/v1/reports", json={"bbox": [-74.1, 40.69, -73.9, 40.8]}).json()
    assert other["id"] != about["id"]
    assert len(client.get("/v1/reports").json()["items"]) == 2
