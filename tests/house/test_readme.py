"""README.md names every setting and every command: what it does not name, nobody finds."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel

from bridge.cli.main import app
from bridge.config import Settings

README = (Path(__file__).parents[2] / "README.md").read_text()


def settings(model: type[BaseModel], before: str = "") -> Iterator[str]:
    """Every key, as it is said in messages: section.name."""
    for name, field in model.model_fields.items():
        value = field.get_default(call_default_factory=True)
        if isinstance(value, BaseModel):
            yield from settings(type(value), f"{before}{name}.")
        else:
            yield f"{before}{name}"


def commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that does something, as the words that call it."""
    below = getattr(command, "commands", {})
    if not below:
        yield words
    for name, each in below.items():
        if not each.hidden:
            yield from commands(each, (*words, name))


@pytest.mark.parametrize("key", list(settings(Settings)))
def test_the_readme_names_every_setting(key: str) -> None:
    section, _, name = key.rpartition(".")

    assert re.search(rf"`(?:{re.escape(section)}\.)?{re.escape(name)}`" if section else rf"`{name}`", README)


@pytest.mark.parametrize("words", list(commands(typer.main.get_command(app))), ids=" ".join)
def test_the_readme_names_every_command(words: tuple[str, ...]) -> None:
    # `upload list|show ID` names both; so may a table with the group in one column and its verbs in the next.
    *group, verb = words
    lines = [line for line in README.splitlines() if all(re.search(rf"\b{word}\b", line) for word in group)]

    assert any(re.search(rf"\b{re.escape(verb)}\b", line) for line in lines), f"bridge {' '.join(words)}"
