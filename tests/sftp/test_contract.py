"""What the door leans on in asyncssh, private names too: another version must fail here, loudly."""

import inspect
from importlib.metadata import version
from typing import Any

import asyncssh
import pytest
from asyncssh import channel as ssh_channel
from asyncssh import mac as ssh_mac
from asyncssh import sftp as ssh_sftp
from asyncssh import stream as ssh_stream
from asyncssh.connection import SSHServerConnection
from asyncssh.rsa import RSAKey

from bridge.sftp import umac
from bridge.sftp.channel import BoundedChannel, SftpSession, channels_of, limit_packets, unread_bytes
from bridge.sftp.handler import Handler
from bridge.sftp.inbox import Inbox
from bridge.sftp.login import Login
from bridge.sftp.refusing import RefusingServer
from tests.sftp.house import Door


def parameters(function: Any) -> list[str]:
    return list(inspect.signature(function).parameters)


def public_methods(owner: type) -> set[str]:
    return {name for name, value in vars(owner).items() if callable(value) and not name.startswith("_")}


def test_the_version_is_the_one_that_was_examined() -> None:
    assert version("asyncssh") == asyncssh.__version__ == "2.24.1"


def test_every_method_of_the_server_is_overridden_on_purpose() -> None:
    """One forgotten works on this machine's real disk (threats A7)."""
    ours = public_methods(Inbox) | public_methods(RefusingServer)

    # format_longname only puts together what format_user and format_group say.
    assert public_methods(ssh_sftp.SFTPServer) - ours == {"format_longname"}
    assert len(public_methods(ssh_sftp.SFTPServer)) == 33


def test_what_only_refuses_refuses() -> None:
    refusing = {name for name, value in vars(RefusingServer).items() if value is RefusingServer._refuse}

    assert refusing - {"_refuse"} == {
        "open56",
        "readlink",
        "symlink",
        "link",
        "lock",
        "unlock",
        "statvfs",
        "fstatvfs",
        "convert_attrs",
    }


def test_the_table_of_requests_is_ours_and_calls_ours() -> None:
    theirs: dict[Any, Any] = dict(ssh_sftp.SFTPServerHandler._packet_handlers)
    ours: dict[Any, Any] = dict(Handler._packet_handlers)

    assert set(ours) < set(theirs)
    dropped = {kind for kind in theirs if isinstance(kind, bytes)} - set(ours)
    assert dropped == {
        b"statvfs@openssh.com",
        b"fstatvfs@openssh.com",
        b"hardlink@openssh.com",
        b"lsetstat@openssh.com",
        b"copy-data",
        b"ranges@asyncssh.com",
    }
    assert ours[4] is Handler._process_close
    assert ours[6] is Handler._process_write
    for kind, function in ours.items():
        assert function.__name__ == theirs[kind].__name__
        assert parameters(function) == ["self", "packet"]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (
            ssh_channel.SSHServerChannel.__init__,
            """self conn loop allow_pty line_editor line_echo line_history max_line_length
            encoding errors window max_pktsize""",
        ),
        (ssh_channel.SSHChannel._deliver_data, "self data datatype"),
        (ssh_channel.SSHChannel._accept_data, "self data datatype"),
        (ssh_channel.SSHServerChannel._process_env_request, "self packet"),
        (ssh_channel.SSHServerChannel.exit, "self status"),
        (ssh_channel.SSHChannel.send_packet, "self pkttype args"),
        (ssh_sftp.SFTPServerHandler.__init__, "self server reader writer sftp_version"),
        (ssh_sftp.SFTPServerHandler._cleanup, "self exc"),
        (ssh_sftp.SFTPServerHandler._get_next_handle, "self"),
        (ssh_sftp.SFTPServerHandler._process_packet, "self pkttype pktid packet"),
        (ssh_sftp.SFTPHandler.recv_packet, "self"),
        (ssh_sftp.SFTPHandler.recv_packets, "self"),
        (ssh_sftp.SFTPHandler.send_packet, "self pkttype pktid args"),
        (
            ssh_stream.SSHServerStreamSession.__init__,
            "self session_factory sftp_factory sftp_version allow_scp",
        ),
        (ssh_stream.SSHServerStreamSession.exception_received, "self exc"),
        (ssh_stream.SSHServerStreamSession.break_received, "self msec"),
        (ssh_stream.SSHReader.__init__, "self session chan datatype"),
        (ssh_stream.SSHWriter.__init__, "self session chan datatype"),
        (SSHServerConnection.create_task, "self coro task_logger"),
    ],
)
def test_the_signatures_are_the_ones_that_were_examined(function: Any, expected: str) -> None:
    assert parameters(function) == expected.split()


def test_the_limits_told_to_clients_are_in_this_order() -> None:
    expected = ["max_packet_len", "max_read_len", "max_write_len", "max_open_handles"]

    assert list(ssh_sftp.SFTPLimits.__annotations__) == expected


def test_data_still_reaches_the_session_by_the_ways_that_were_examined() -> None:
    """Back-pressure holds because nothing but `_deliver_data` grants window and hands on data."""
    source = inspect.getsource(ssh_channel)

    assert source.count("MSG_CHANNEL_WINDOW_ADJUST, ") == 1
    assert source.count(".data_received(") == 1
    assert "_init_recv_window" in inspect.getsource(ssh_channel.SSHChannel._deliver_data)
    assert "self._recv_window -= len(data)" in inspect.getsource(ssh_channel.SSHChannel._accept_data)


def test_a_broken_connection_still_reaches_the_files_by_cleanup_only() -> None:
    assert "self._server.close(file_obj)" in inspect.getsource(ssh_sftp.SFTPServerHandler._cleanup)
    assert "self._server.close(" not in inspect.getsource(ssh_sftp.SFTPServerHandler.recv_packets)


def test_overridden_private_methods_exist_in_asyncssh() -> None:
    for ours, theirs in (
        (Handler, ssh_sftp.SFTPServerHandler),
        (BoundedChannel, ssh_channel.SSHServerChannel),
        (SftpSession, ssh_stream.SSHServerStreamSession),
        (Login, asyncssh.SSHServer),
    ):
        own = {"_greet", "_until_heard", "_compare", "_refused", "_count_attempt"}  # new here
        own |= {"_note_end", "_note_login", "_note_refusal"}
        private = {n for n, v in vars(ours).items() if n.startswith("_process") or callable(v)}
        overridden = {n for n in private if n.startswith("_") and not n.startswith("__")} - own
        assert all(hasattr(theirs, name) for name in overridden), overridden


def test_the_signatures_of_rsa_are_still_asked_of_the_key() -> None:
    """Policies tell the key what it may verify; asyncssh's signature_algs is not enforced (threats A12)."""
    assert b"ssh-rsa" in RSAKey.all_sig_algorithms
    assert "sig_algorithm not in self.all_sig_algorithms" in inspect.getsource(asyncssh.SSHKey.verify)
    assert "key.verify(" in inspect.getsource(SSHServerConnection.validate_public_key)


async def test_the_private_names_of_a_live_session_are_there(door: Door) -> None:
    async with door.raw() as client:
        await client.open("/a.csv")
        [handler] = door.service._handlers
        [login] = door.service._logins
        connection = login.connection
        assert connection is not None

        assert channels_of(connection) == 1
        assert unread_bytes(connection) == 0
        assert connection._max_recv_pktlen == 256 * 1024
        limit_packets(connection, 12345)
        assert connection._max_recv_pktlen == 12345
        assert len(handler._file_handles) == handler.open_uploads == 1
        assert handler._dir_handles == {}
        assert handler._writer is not None
        channel = handler._writer.channel
        assert isinstance(channel, BoundedChannel)
        assert channel._init_recv_window == 2 * 1024 * 1024
        assert isinstance(channel._session, SftpSession)
        assert handler._writer.get_extra_info("connection") is connection


@pytest.mark.parametrize("name", umac.NAMES)
def test_the_prepared_umac_signs_as_asyncssh_does(name: bytes) -> None:
    _handler, size, arguments = ssh_mac._mac_handler[name]
    theirs = ssh_mac._UMAC(b"k" * 16, size, *arguments)
    ours = ssh_mac.get_mac(name, b"k" * 16)
    assert isinstance(ours, umac.PreparedUmac)

    for number, packet in [(0, b"x"), (1, b"y" * 5000), (7, b""), (7, b"z" * 1024), (2**32 - 1, b"z")]:
        assert ours.sign(number, packet) == theirs.sign(number, packet)
        assert ours.verify(number, packet, theirs.sign(number, packet))
        assert not ours.verify(number, packet + b"!", theirs.sign(number, packet))
