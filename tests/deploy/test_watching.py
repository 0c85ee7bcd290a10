"""Dashboard, alerts and documentation ask for metrics that the code defines, by labels that they have."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from prometheus_client import REGISTRY

from api.supervised import TARGETS_FILE
from runtime import metrics

ROOT: Final = Path(__file__).parents[2]
DASHBOARD: Final[dict[str, Any]] = json.loads((ROOT / "deploy" / "grafana" / "diurnal.json").read_text())
PANELS: Final[list[dict[str, Any]]] = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
ALERTS: Final = ROOT / "deploy" / "prometheus" / "diurnal-alerts.yml"
RULES: Final[list[dict[str, Any]]] = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
CONFIG: Final[dict[str, Any]] = yaml.safe_load(
    (ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text()
)
PAGE: Final = (ROOT / "docs" / "operation.md").read_text()

TARGET: Final = {"job", "instance", "worker"}
"""What Prometheus puts beside every series of a target."""
WORDS: Final = {
    *("sum", "min", "max", "by", "rate", "increase", "deriv", "time", "histogram_quantile", "label_values"),
    *("m", "h", "s"),
}
SERIES: Final = {series: each for each in metrics.CATALOGUE for series in each.series}
PROCESS: Final = {
    f"{family.name}{'_total' if family.type == 'counter' else ''}"
    for family in REGISTRY.collect()
    if family.name.startswith(("process_", "python_"))
}


def expressions() -> Iterator[Any]:
    for panel in PANELS:
        for target in panel["targets"]:
            yield pytest.param(target["expr"], id=panel["title"])
    for rule in RULES:
        yield pytest.param(rule["expr"], id=rule["alert"])


def bare(expression: str) -> str:
    """An expression without texts, durations and variables."""
    without = re.sub(r'"[^"]*"|\$__rate_interval|\$\w+', "", expression)
    return re.sub(r"\[[^\]]*\]", "", without)


def asked(expression: str) -> set[str]:
    """The names of the series that an expression asks for."""
    outside = re.sub(r"\{[^}]*\}|\bby \([^)]*\)", "", bare(expression))
    return set(re.findall(r"[a-zA-Z_:][a-zA-Z0-9_:]*", outside)) - WORDS


def labels_of(expression: str) -> set[str]:
    """The labels that an expression selects or groups by."""
    grouped = re.findall(r"\bby \(([^)]*)\)", expression)
    selected = re.findall(r"[{,]\s*(\w+)\s*(?:=~|!~|!=|=)", expression)
    return {label.strip() for group in grouped for label in group.split(",")} | set(selected)


@pytest.mark.parametrize("expression", [*expressions()])
def test_a_query_asks_for_what_is_defined(expression: str) -> None:
    names = asked(expression)
    assert names
    assert names <= SERIES.keys() | PROCESS | {"up"}
    known = {label for name in names if name in SERIES for label in SERIES[name].labels}
    assert labels_of(expression) <= known | TARGET | {"le"}
    assert expression.count("(") == expression.count(")")
    assert expression.count("{") == expression.count("}")
    for name in names & SERIES.keys():  # a counter means something as a rate only, a histogram by its buckets
        if SERIES[name].kind == "counter":
            assert re.search(rf"(rate|increase)\({name}\b", expression)
        if name.endswith("_bucket"):
            assert "histogram_quantile(" in expression
            assert re.search(r"by \([^)]*\ble\b", expression)


def test_every_metric_of_ours_is_on_the_dashboard() -> None:
    shown = {name for panel in PANELS for target in panel["targets"] for name in asked(target["expr"])}
    for metric in metrics.CATALOGUE:
        assert shown & set(metric.series), metric.name


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_says_what_it_shows_in_which_unit(panel: dict[str, Any]) -> None:
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    assert {target["datasource"]["uid"] for target in panel["targets"]} == {"${datasource}"}
    assert all(target["legendFormat"] for target in panel["targets"])
    labels = {label for target in panel["targets"] for label in labels_of(target["expr"])} | TARGET
    legends = [name for t in panel["targets"] for name in re.findall(r"\{\{(\w+)\}\}", t["legendFormat"])]
    assert set(legends) <= labels


def test_the_dashboard_can_be_provisioned() -> None:
    assert (DASHBOARD["uid"], DASHBOARD["title"]) == ("diurnal", "Diurnal")
    variables = {each["name"]: each for each in DASHBOARD["templating"]["list"]}
    assert variables["datasource"]["type"] == "datasource"
    assert asked(variables["job"]["definition"].replace(", job", "")) <= SERIES.keys()
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert place["x"] + place["w"] <= 24
        taken |= cells


def anchors(page: str) -> set[str]:
    """The anchors of a page's headings, as they are made on a forge."""
    heads = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_is_the_matter_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["description"].endswith(".")
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    assert page == "docs/operation.md"
    assert anchor in anchors(PAGE)
    used = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
    assert used <= labels_of(rule["expr"]) | TARGET


def test_prometheus_reads_the_rules_and_what_up_lists() -> None:
    assert CONFIG["rule_files"] == [ALERTS.name]
    listed, containers = CONFIG["scrape_configs"]
    [files] = listed["file_sd_configs"]
    assert Path(files["files"][0]).name == TARGETS_FILE
    [names] = containers["dns_sd_configs"]
    assert set(names["names"]) == {"ingest", "graph", "analytics", "api"}
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    for name in names["names"]:
        environment = services[name]["environment"]
        assert environment["DIURNAL_METRICS_PORT"] == str(names["port"])
        assert environment["DIURNAL_METRICS_HOST"] == "0.0.0.0"  # noqa: S104 - in a container's own network


def test_the_page_lists_every_metric_and_no_other() -> None:
    rows = re.findall(r"^\| `(diurnal_\w+)` \| (\w+) \| ([^|]*) \| ([^|]*) \|$", PAGE, re.MULTILINE)
    listed = {name: (kind, labels.strip(), meaning.strip()) for name, kind, labels, meaning in rows}
    wanted = {
        each.name: (
            each.kind,
            ", ".join(f"`{label}`" for label in each.labels) or "-",
            each.meaning.removesuffix("."),
        )
        for each in metrics.CATALOGUE
    }
    assert listed == wanted
    assert set(re.findall(r"diurnal_[a-z_]+", PAGE)) <= wanted.keys() | SERIES.keys()
