"""The dashboard and the alert rules ask only for metrics, labels and commands that there are."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from bridge.ledger.database import Database
from tests.admin.test_service import fetch, serving
from tests.house.test_readme import README
from tests.house.test_reasons import command_options
from tests.support.clock import FakeClock

DEPLOY = Path(__file__).parents[2] / "deploy"
BOARD: dict[str, Any] = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
RULES: list[dict[str, Any]] = yaml.safe_load((DEPLOY / "alert-rules.yml").read_text())["groups"][0]["rules"]
EXPRESSIONS = [
    *(target["expr"] for panel in BOARD["panels"] for target in panel["targets"]),
    *(rule["expr"] for rule in RULES),
]
SUFFIXES = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"], "gauge": [""]}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a server answers on /metrics."""
    from tests.support.databases import SqliteTemplate

    async def ask(database: Database) -> str:
        async with serving(database, FakeClock()) as url:
            return (await fetch(f"{url}/metrics"))[2]

    template = SqliteTemplate(tmp_path_factory.mktemp("template"))
    with template.database(tmp_path_factory.mktemp("ledger")) as database:
        return asyncio.run(ask(database))


def names(page: str) -> Iterator[str]:
    for name, kind in re.findall(r"^# TYPE (\w+) (\w+)$", page, re.MULTILINE):
        if kind == "counter":
            yield name
        else:
            yield from (name + suffix for suffix in SUFFIXES[kind])


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_metric_that_is_asked_for_exists(page: str, expression: str) -> None:
    asked = set(re.findall(r"\bbridge_\w+", expression))

    assert asked
    assert asked <= set(names(page))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_state_that_is_asked_for_exists(page: str, expression: str) -> None:
    for name, label, values in re.findall(r'(bridge_\w+)\{(\w+)[!=~]+"([^"]+)"\}', expression):
        for value in values.split("|"):
            assert re.search(rf'^{name}\{{{label}="{value}"\}}', page, re.MULTILINE), expression


def test_every_metric_is_on_the_dashboard_and_in_the_readme(page: str) -> None:
    for name in re.findall(r"^# TYPE (bridge_\w+) ", page, re.MULTILINE):
        assert any(name in expression for expression in EXPRESSIONS), f"no panel shows {name}"
        assert name in README, f"README does not name {name}"


def test_the_commands_that_the_rules_advise_exist() -> None:
    known = {" ".join(words) for words, _ in command_options()}
    advised = [
        re.findall(r"bridge ([a-z]+ [a-z]+)", rule["annotations"]["summary"].partition("see: ")[2])
        for rule in RULES
    ]

    assert sum(map(len, advised)) >= 5
    assert {each for found in advised for each in found} <= known


def test_panels_do_not_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in BOARD["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
