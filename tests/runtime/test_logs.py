"""Logs: what is written of an error."""

import io
from typing import Literal

import pytest
import structlog

from bridge.runtime import logs

SECRET = "a token that nobody may read"


def fail(token: str) -> None:
    """Raise, with a secret among the variables."""
    raise RuntimeError(f"something of {len(token)} letters")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_shows_no_values_of_variables(form: Literal["text", "json"]) -> None:
    # Seen in review: where `rich` is installed, structlog's text form shows them by itself.
    stream = io.StringIO()
    logs.configure(form, "info", stream=stream)
    try:
        try:
            fail(SECRET)
        except RuntimeError:
            structlog.get_logger().exception("attempt failed unexpectedly")
    finally:
        structlog.reset_defaults()

    assert "something of 28 letters" in stream.getvalue()
    assert "Traceback" in stream.getvalue()
    assert SECRET not in stream.getvalue()
