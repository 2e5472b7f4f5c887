"""Our errors in SFTP's words, and in the log."""

import asyncssh
import pytest
import structlog

from bridge.domain.errors import (
    AlreadyThere,
    BridgeError,
    Conflict,
    Invalid,
    NoSpace,
    NotFound,
    Refused,
    Unavailable,
)
from bridge.sftp.replies import reply_to


@pytest.mark.parametrize(
    ("error", "reply"),
    [
        (NotFound("inside"), asyncssh.SFTPNoSuchFile),
        (Refused("inside"), asyncssh.SFTPPermissionDenied),
        (AlreadyThere("inside"), asyncssh.SFTPFileAlreadyExists),
        (Conflict("inside"), asyncssh.SFTPFailure),
        (Invalid("inside"), asyncssh.SFTPFailure),
        (NoSpace("inside"), asyncssh.SFTPNoSpaceOnFilesystem),
        (Unavailable("inside"), asyncssh.SFTPFailure),
    ],
)
def test_each_error_has_its_reply_and_only_its_public_text(
    error: BridgeError, reply: type[asyncssh.SFTPError]
) -> None:
    answer = reply_to(error)

    assert type(answer) is reply
    assert answer.reason == error.public


def test_what_was_not_planned_becomes_a_number() -> None:
    with structlog.testing.capture_logs() as entries:
        answer = reply_to(RuntimeError("inside"))

    [entry] = entries
    assert answer.reason == f"internal error, incident {entry['incident']}"
    assert entry["log_level"] == "error"


def test_an_sftp_error_passes_as_it_is() -> None:
    error = asyncssh.SFTPEOFError()

    assert reply_to(error) is error


@pytest.mark.parametrize(
    ("error", "levels"),
    [
        (Unavailable("x"), ["warning"]),
        (NoSpace("x"), ["warning"]),
        (Refused("x"), ["info"]),
        (Invalid("x"), ["info"]),
        (NotFound("x"), []),
        (AlreadyThere("x"), []),
    ],
)
def test_a_refusal_is_one_line_in_the_log(error: BridgeError, levels: list[str]) -> None:
    with structlog.testing.capture_logs() as entries:
        reply_to(error)

    assert [entry["log_level"] for entry in entries] == levels


def test_names_in_the_log_are_harmless() -> None:
    with structlog.testing.capture_logs() as entries:
        reply_to(Refused("a\x1b[31m\u202e"))

    assert entries[0]["why"] == "a\\u001b[31m\\u202e"
