"""The reasons: every one is in the README, names real commands only, is used, and is reached by a test."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from bridge.cli.main import app
from bridge.domain.reasons import LANGUAGES, ReasonCode, reason
from tests.house.test_readme import README, commands

ROOT = Path(__file__).parents[2]
CATALOGUE = frozenset(
    {ROOT / "bridge/domain/reasons.py", *(ROOT / "bridge/domain/reason_texts").glob("*.py")}
)
NOT_REACHING = frozenset({ROOT / "tests/domain/test_reasons.py", *(ROOT / "tests/house").glob("*.py")})
EFFECTS = {"held", "refused", "warns", "skips", "withdrawn", "superseded"}


def rows() -> dict[str, list[str]]:
    """The README's table of reasons: code to cells."""
    section = re.search(r"^## Reasons\n(.*?)^## ", README, re.MULTILINE | re.DOTALL)
    assert section is not None
    found = re.findall(r"^\| `(\w+)` \| (.*) \|$", section[1], re.MULTILINE)
    return {code: [cell.strip() for cell in cells.split(" | ")] for code, cells in found}


@cache  # 3 MB read once, not for each reason
def sources(folder: str, *, without: frozenset[Path]) -> str:
    """All code below *folder*, but for some files."""
    return "\n".join(path.read_text() for path in (ROOT / folder).rglob("*.py") if path not in without)


def is_named(code: ReasonCode, source: str) -> bool:
    """Whether *source* names *code*, as a member or as its string."""
    return bool(re.search(rf"\bReasonCode\.{code.name}\b|[\"']{code.value}[\"']", source))


def test_the_readme_has_a_row_for_every_reason_and_no_other() -> None:
    assert list(rows()) == [str(code) for code in ReasonCode]


@pytest.mark.parametrize("code", list(ReasonCode))
def test_the_readme_says_what_the_sender_reads_and_what_comes_of_it(code: ReasonCode) -> None:
    sender, effects = rows()[code]

    assert sender == reason(code).sender
    assert set(re.findall(r"\w+", effects)) - {"or"} <= EFFECTS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_command_that_a_reason_advises_exists(code: ReasonCode, language: Any) -> None:
    known = dict(command_options())
    for words, rest in advised(reason(code, language).todo, known):
        assert words in known, f"bridge {' '.join(words)}"
        assert set(re.findall(r"--[a-z-]+", rest)) <= known[words], f"bridge {' '.join(words)} {rest}"


@cache  # to build the commands takes a second, and every reason asks for them
def command_options() -> list[tuple[tuple[str, ...], set[str]]]:
    """Every command with its options."""
    found = []
    for words in commands(typer.main.get_command(app)):
        command: Any = typer.main.get_command(app)
        for word in words:
            command = command.commands[word]
        found.append((words, {option for each in command.params for option in each.opts}))
    return found


def advised(todo: str, known: Iterable[tuple[str, ...]]) -> list[tuple[tuple[str, ...], str]]:
    """The commands in *todo*: the words that name each, and what follows up to the next one."""
    found = []
    for text in re.findall(r"\bbridge ([a-z]+ [a-z]+.*?)(?=\bbridge [a-z]+ [a-z]+|$)", todo):
        words = tuple(text.replace(".", " ").replace(")", " ").split())
        named = next((words[:n] for n in (3, 2) if words[:n] in set(known)), words[:2])
        found.append((named, text))
    return found


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_is_used_and_reached_by_a_test(code: ReasonCode) -> None:
    assert is_named(code, sources("bridge", without=CATALOGUE)), "nothing in bridge/ uses it"
    assert is_named(code, sources("tests", without=NOT_REACHING)), "no test reaches it"
