"""An administration: whom a file is for at the API."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import NewType
from zoneinfo import ZoneInfo

from bridge.domain.errors import Invalid
from bridge.domain.kinds import KIND_FOLDERS, STATUS_FOLDER
from bridge.domain.reasons import ReasonCode
from bridge.domain.rules import Rule

AdministrationId = NewType("AdministrationId", int)

_CODE = re.compile(r"[^\s/\\\x00-\x1f\x7f](?:[^/\\\x00-\x1f\x7f]{0,62}[^\s/\\\x00-\x1f\x7f])?")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MOST_IMPORT_TIMES = 24  # of one administration; one an hour is more than Payt's imports offer
_TOKEN = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """Whom a file is for at the API."""

    id: AdministrationId
    code: str  # its name here, and what is sent when payt_id is None
    payt_id: int | None  # sent as administration_id instead of the code
    sealed_token: str | None  # the import token, encrypted with the key in keys/
    import_times: tuple[
        time, ...
    ]  # local times at which Payt's imports run, the cut-offs; one or more, in order
    timezone: str  # IANA name, of import_times
    paused_until: datetime | None = None  # nothing is sent for it before; the destination locked it out
    paused_reason: str | None = None
    is_stopped: bool = False  # by an operator, until resumed: nothing of it is sent
    guards: Mapping[ReasonCode, Rule] = field(default_factory=dict, hash=False)  # before the settings'

    def __post_init__(self) -> None:
        if not self.import_times or list(self.import_times) != sorted(set(self.import_times)):
            raise ValueError(
                f"administration {self.code}: import times are at least one, in order, each once"
            )

    @property
    def import_time(self) -> time:
        """The first import of a day, local."""
        return self.import_times[0]


def check_code(code: str) -> str:
    """Return *code* if it can name an administration, which is also a folder over SFTP.

    Raises:
        Invalid: it is empty, too long, has a slash or control character, or is a name the tree needs.
    """
    if not _CODE.fullmatch(code) or code in {".", ".."}:
        raise Invalid(
            f"administration code {code!r}: use 1 to 64 characters without slashes or control characters"
        )
    if code.casefold() in {*KIND_FOLDERS, STATUS_FOLDER}:
        raise Invalid(f"administration code {code!r} is the name of a folder that the bridge itself provides")
    return code


def check_token(token: str) -> str:
    """Return the import *token*; raise `Invalid` unless it is one printable word (threats C: CRLF)."""
    if not _TOKEN.fullmatch(token):
        raise Invalid("import token: expected one line of 1 to 200 printable characters without spaces")
    return token


def check_import_times(texts: Sequence[str]) -> tuple[time, ...]:
    """Return local times of day, in order and each once; raise `Invalid` unless each is HH:MM."""
    for text in texts:
        if not _TIME.fullmatch(text):
            raise Invalid(f"import time {text!r}: expected HH:MM, local time, such as 01:00 or 13:30")
    times = tuple(sorted({time.fromisoformat(text) for text in texts}))
    if not 1 <= len(times) <= MOST_IMPORT_TIMES:
        raise Invalid(f"{len(times)} import times: expected 1 to {MOST_IMPORT_TIMES}")
    return times


def check_timezone(name: str) -> str:
    """Return the IANA zone *name*; raise `Invalid` if there is none such."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Invalid(f"timezone {name!r} is not an IANA name such as Europe/Amsterdam") from None
    return name
