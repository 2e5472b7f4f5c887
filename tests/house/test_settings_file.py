"""deploy/bridge.toml shows every setting at its default, and says why."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from bridge.config import Settings, load

FILE = Path(__file__).parents[2] / "deploy" / "bridge.toml"
SETTING = re.compile(r"^#([a-z_0-9]+ = .*)$", re.MULTILINE)


def defaults(model: type[BaseModel]) -> dict[str, Any]:
    """Every setting with its default, sections as tables."""
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        value = field.get_default(call_default_factory=True)
        found[name] = defaults(type(value)) if isinstance(value, BaseModel) else to_jsonable_python(value)
    return found


def shown() -> dict[str, Any]:
    """What the file would set if nothing in it were commented out; None for what it says is not set."""
    text = SETTING.sub(
        lambda match: (
            match[1] if not match[1].endswith("# not set") else f'{match[1].split(" =")[0]} = "not set"'
        ),
        FILE.read_text(),
    )

    def without_marks(table: dict[str, Any]) -> dict[str, Any]:
        return {
            key: without_marks(value) if isinstance(value, dict) else None if value == "not set" else value
            for key, value in table.items()
        }

    return without_marks(tomllib.loads(text))


def test_the_file_shows_every_setting_at_its_default() -> None:
    assert shown() == defaults(Settings)


def test_the_file_as_it_is_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("BRIDGE_")]:
        monkeypatch.delenv(name)

    assert load(FILE).model_dump() == Settings().model_dump()


def test_every_setting_is_explained() -> None:
    # A line that explains stands above each setting, or above the settings that it stands with.
    lines = FILE.read_text().splitlines()
    for number, line in enumerate(lines):
        if SETTING.match(line):
            above = next(text for text in reversed(lines[:number]) if not SETTING.match(text))
            assert above.startswith("# "), f"nothing explains {line}"


def test_no_line_is_too_wide_to_read() -> None:
    assert [line for line in FILE.read_text().splitlines() if len(line) > 120] == []
