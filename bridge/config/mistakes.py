"""What is wrong with a configuration, in words: a line for each mistake; no secret is shown."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bridge.config.settings import Settings

_SECRETS = ("destination.extra_headers", "ledger.url", "mail.password")
_LONGEST_VALUE = 80
_CREDENTIALS = re.compile(r"//[^/@\s]*@")  # of a URL


def explain(problems: Sequence[ErrorDetails], unknown: Sequence[str], *, source: Path | None) -> str:
    """Return a heading and a line for each mistake."""
    lines = [_line(problem) for problem in problems]
    lines += [f"{name}: no such setting{_suggestion(_key_of(name))}" for name in unknown]
    where = f"{source} and the environment" if source else "the environment"
    count = "1 mistake" if len(lines) == 1 else f"{len(lines)} mistakes"
    return "\n".join([f"{count} in the configuration ({where}):", *(f"  {line}" for line in lines)])


def unknown_variables(names: Iterable[str]) -> list[str]:
    """Return those *names* that look like a setting in a section that does not exist.

    A wrong key in a section that does exist is found on loading.  Names without ``__`` are left alone:
    Kubernetes sets some, such as BRIDGE_PORT, for a service named "bridge".
    """
    sections = {f"BRIDGE_{name.upper()}" for name in Settings.model_fields}
    return [
        name
        for name in names
        if name.upper().startswith("BRIDGE_") and "__" in name and name.upper().split("__")[0] not in sections
    ]


def _line(problem: ErrorDetails) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"{key}: no such setting{_suggestion(key)}"
    if problem["type"] == "model_type":
        return f"{key}: expected a table of settings: [{key}]"
    right = problem["msg"].removeprefix("Value error, ").removeprefix("Input should be ").split(", unable")[0]
    right = right if right.startswith(("expected", "no ")) else f"expected {right[0].lower()}{right[1:]}"
    if not key:  # about several settings together
        return problem["msg"].removeprefix("Value error, ")
    return f"{key} = {_shown(key, problem['input'])}: {right}"


def _shown(key: str, value: Any) -> str:
    if key.startswith(_SECRETS) or isinstance(value, dict):
        return "(not shown)"
    return _CREDENTIALS.sub("//***@", repr(value))[:_LONGEST_VALUE]


def _key_of(variable: str) -> str:
    return variable.upper().removeprefix("BRIDGE_").lower().replace("__", ".")


def _suggestion(key: str) -> str:
    near = get_close_matches(key, _known_keys(Settings), n=1)
    return f"; did you mean {near[0]}?" if near else "; see deploy/bridge.toml for all of them"


def _known_keys(model: type[BaseModel], prefix: str = "") -> list[str]:
    keys: list[str] = []
    for name, field in model.model_fields.items():
        keys.append(prefix + name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            keys += _known_keys(field.annotation, f"{prefix}{name}.")
    return keys
