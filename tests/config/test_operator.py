"""Whoever works at the command line is known by the operating system's name."""

import os
import pwd

import pytest

from bridge.config import operator_name


@pytest.fixture(autouse=True)
def _no_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)


def test_it_is_the_user_of_the_process() -> None:
    assert operator_name() == pwd.getpwuid(os.geteuid()).pw_name


def test_behind_sudo_it_is_the_person_who_called_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "anna")

    assert operator_name() == "anna"


def test_a_name_that_would_steer_a_terminal_is_made_inert(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "\x1b[31m" + "a" * 100)

    assert "\x1b" not in operator_name()
    assert len(operator_name()) <= 64


def test_a_user_without_a_name_is_known_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 54321)

    assert operator_name() == "uid 54321"
