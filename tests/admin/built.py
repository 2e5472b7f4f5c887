"""The HTTP application, built once for a process: its first request costs half a second."""

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from bridge.admin.api import create
from bridge.admin.api.v1.calling import Gate
from bridge.admin.web.console import Console
from bridge.admin.web.live import Live
from bridge.runtime import passwords

_built: list[FastAPI] = []
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def application_of(console: Console) -> FastAPI:
    """Return the application with *console*, as new; health and metrics may be of another test's ledger."""
    if not _built:
        _built.append(create(console))
    [application] = _built
    application.state.console = console
    application.state.live = Live()
    application.state.gate = Gate()
    return application


def hash_cheaply(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passwords cost next to nothing: each test here makes and compares several."""
    monkeypatch.setattr(passwords, "_hasher", lambda: _CHEAP)
