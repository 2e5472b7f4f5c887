"""What to do about what is held, in the console's words: its buttons stand where commands would."""

import re

from bridge.admin.operations import records
from bridge.domain.reasons import ReasonCode, reason
from bridge.domain.roles import Role

REJECT = "Reject below"  # where a page has that button
_SAYS_SOMETHING = 20  # characters; a shorter first sentence says too little by itself
# Commands of the catalogue, the longer first, and what they are called here.
_WORDS = (
    (r"bridge upload retry ID --kind declaration", "choose the kind declaration, then Try again below"),
    (r"bridge upload retry ID --kind KIND", "choose its kind, then Try again below"),
    (r"bridge (?:upload|delivery) retry ID", "Try again below"),
    (r"bridge (?:upload|delivery) release ID", "Release below"),
    (r"bridge (?:upload reject|delivery cancel) ID", "{reject}"),
    (r"bridge delivery show ID", "on the page of the delivery"),
    (r"bridge account route add", "on the page of the account"),
    (r"bridge account change NAME --\w+ [A-Z]+", "on the page of the account"),
    (r"bridge audit list", "see Audit"),
)


def todo(
    code: ReasonCode | None, role: Role, *, reject: str = REJECT, has_buttons: bool = True
) -> str | None:
    """Return what a visitor can do about what is held for this reason; None: nothing.

    Args:
        code: the reason; None: there is none.
        role: viewers, who decide nothing, read what is said to senders.
        reject: what to do so that a file is not sent.
        has_buttons: whether the page is one on which it is decided.
    """
    if code is None:
        return None
    if role is Role.VIEWER:
        return reason(code).sender
    text = records.todo(code, upload_id=None, delivery_id=None, account="NAME")
    if text is None:
        return None
    for command, words in _WORDS:
        text = re.sub(command, words.format(reject=reject), text)
    return text if has_buttons else text.replace(" below", "")


def in_short(code: ReasonCode, role: Role) -> str | None:
    """Return the first sentence of that, if it says something by itself."""
    text = todo(code, role) or ""
    first = text.split(". ")[0].rstrip(".")
    return f"{first}." if len(first) > _SAYS_SOMETHING and " below" not in first else None
