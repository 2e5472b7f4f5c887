"""A process that has loaded the bridge, and forks for each command: what starts need not import for a second.

What runs is the command as ``python -m bridge`` would run it, in a process of its own that can be killed;
only its modules were read before.  `tests.bench` and a few tests start it in earnest.
"""

import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]
_MOST_BYTES = 1 << 20  # of an order
_STREAMS = 3
_NOT_BEFORE = ("__main__", ".env")  # begin something when they are imported


@dataclass
class Forked:
    """A command that runs: as much of `subprocess.Popen` as tests need."""

    pid: int
    _answers: socket.socket  # one line comes, when it has ended
    returncode: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit status once it has ended; as Popen gives it.

        Raises:
            subprocess.TimeoutExpired: it still runs.
        """
        if self.returncode is None:
            self._answers.settimeout(timeout)
            try:
                line = self._answers.recv(64)
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0) from None
            self._answers.close()
            self.returncode = os.waitstatus_to_exitcode(int(line))
        return self.returncode

    def poll(self) -> int | None:
        """Return its exit status, if it has ended."""
        with suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it as a power switch would."""
        self.send_signal(signal.SIGKILL)


class Loaded:
    """The process that forks; it ends with the process that made it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._address = str(Path(self._folder.name) / "socket")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.loaded", self._address],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def start(
        self, arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], streams: Sequence[IO[Any]]
    ) -> Forked:
        """Start ``bridge`` with *arguments*; *streams* are its standard input, output and error."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.connect(self._address)
        order = {"arguments": list(arguments), "cwd": str(cwd), "env": dict(env)}
        fds = [stream.fileno() for stream in streams]
        socket.send_fds(connection, [json.dumps(order).encode()], fds)
        return Forked(int(connection.recv(64)), connection)

    def stop(self) -> None:
        """End it."""
        self._process.communicate()  # closes its standard input
        self._folder.cleanup()


def _load() -> None:
    import bridge

    for module in pkgutil.walk_packages(bridge.__path__, "bridge."):
        if not module.name.endswith(_NOT_BEFORE):
            importlib.import_module(module.name)
    gc.freeze()  # the children share it


def _serve(address: str) -> dict[str, Any]:
    """Fork for each order until standard input ends; return the order, in the child."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(address)
    listener.listen()
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    selector.register(sys.stdin, selectors.EVENT_READ)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        for key, _ in selector.select():
            if key.fileobj is sys.stdin:
                os._exit(0)
            if key.data is not None:  # a child has ended
                pid, connection = key.data
                selector.unregister(key.fd)
                os.close(key.fd)
                with suppress(OSError):
                    connection.send(str(os.waitpid(pid, 0)[1]).encode())
                connection.close()
                continue
            connection, _ = listener.accept()
            message, fds, _, _ = socket.recv_fds(connection, _MOST_BYTES, _STREAMS)
            pid = os.fork()
            if not pid:
                for number, fd in enumerate(fds):
                    os.dup2(fd, number)
                os.closerange(_STREAMS, 1024)
                order: dict[str, Any] = json.loads(message)
                return order
            for fd in fds:
                os.close(fd)
            connection.send(str(pid).encode())
            selector.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, connection))


def _become(order: dict[str, Any]) -> None:
    """Be the command."""
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    sys.argv[:] = ["bridge", *order["arguments"]]
    sys.path[0] = ""
    runpy.run_module("bridge", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _load()
    _become(_serve(sys.argv[1]))
