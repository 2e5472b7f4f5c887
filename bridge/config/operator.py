"""Who works at this command line, as the operating system knows it: for the audit trail."""

import os
import pwd

from bridge.domain.names import printable

_LONGEST = 64  # characters


def operator_name() -> str:
    """Return the user's name; behind ``sudo`` that of the person who called it.

    It tells colleagues apart.  It is no proof: who may run these commands may also write the ledger's file.
    """
    behind_sudo = os.environ.get("SUDO_USER", "").strip()
    return printable(behind_sudo or _user_name(), _LONGEST)


def _user_name() -> str:
    number = os.geteuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # a container's user often has no name
        return f"uid {number}"
