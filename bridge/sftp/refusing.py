"""A server that refuses: what an inbox does not offer must not fall through to the real file system.

Every public method of asyncssh's server is overridden, here or in `bridge.sftp.inbox`; one forgotten would
work on this machine's disk (threats A7).  tests/sftp/test_contract.py compares the lists.
"""

from typing import Any

import asyncssh
from asyncssh.sftp import SFTPServer


class RefusingServer(SFTPServer):
    """Refuses links, locks, file-system figures and everything of SFTP versions above 3."""

    async def _refuse(self, *_arguments: object) -> Any:
        raise asyncssh.SFTPOpUnsupported("not offered by this server")

    open56: Any = _refuse
    readlink: Any = _refuse
    symlink: Any = _refuse
    link: Any = _refuse
    lock: Any = _refuse
    unlock: Any = _refuse
    statvfs: Any = _refuse
    fstatvfs: Any = _refuse
    convert_attrs: Any = _refuse

    def map_path(self, path: bytes) -> bytes:
        """Refuse: no path of a client means anything on this disk."""
        raise asyncssh.SFTPFailure("not offered by this server")

    def reverse_map_path(self, path: bytes) -> bytes:
        """Refuse, likewise."""
        raise asyncssh.SFTPFailure("not offered by this server")

    def format_user(self, uid: int | None) -> str:
        """Return the owner shown in listings; no account of this machine."""
        return "inbox"

    def format_group(self, gid: int | None) -> str:
        """Return the group shown in listings."""
        return "bridge"

    def exit(self) -> None:
        """Nothing to do: the handler has abandoned what was open."""
