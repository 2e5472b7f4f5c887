"""An administration: whom a file is for at the API."""

import re
from collections.abc import Mapping
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
_TOKEN = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """Whom a file is for at the API."""

    id: AdministrationId
    code: str  # its name here, and what is sent when payt_id is None
    payt_id: int | None  # sent as administration_id instead of the code
    sealed_token: str | None  # the import token, encrypted with the key in keys/
    import_time: time  # local time at which Payt's import runs; the cut-off
    timezone: str  # IANA name
    paused_until: datetime | None = None  # nothing is sent for it before; the destination locked it out
    paused_reason: str | None = None
    guards: Mapping[ReasonCode, Rule] = field(default_factory=dict, hash=False)  # before the settings'


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


def check_timezone(name: str) -> str:
    """Return the IANA zone *name*; raise `Invalid` if there is none such."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Invalid(f"timezone {name!r} is not an IANA name such as Europe/Amsterdam") from None
    return name
