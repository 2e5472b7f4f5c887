"""The servers of a run: the bridge, its destination, and OpenSSH's sshd with internal-sftp beside them."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.flow.processes import Bridge, Destination, Sftp, make_key, until

_PDF_BEGINS, _PDF_ENDS = b"%PDF-1.7\n", b"\n%%EOF\n"  # a file that is none would be held


@dataclass
class Sshd:
    """OpenSSH's server on a free loopback port, for the user who runs this."""

    folder: Path
    key: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def client(self, *options: str) -> Sftp:
        """Return OpenSSH's client for it."""
        return Sftp(self.key, self.port, options, account=getpass.getuser())

    def start(self) -> "Sshd":
        """Start it and wait until it listens."""
        self.inbox.mkdir(parents=True)
        make_key(self.folder / "host")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        (self.folder / "config").write_text(
            f"ListenAddress 127.0.0.1\nPort {self.port}\nHostKey {self.folder / 'host'}\n"
            f"AuthorizedKeysFile {self.key}.pub\nPidFile none\nStrictModes no\nUsePAM no\n"
            "PermitRootLogin prohibit-password\nPasswordAuthentication no\nMaxStartups 100\n"
            "Subsystem sftp internal-sftp\n"
        )
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # where it separates privileges
        path = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        assert path is not None, "openssh-server is not installed"
        self.process = subprocess.Popen(
            [path, "-D", "-e", "-f", self.folder / "config"],
            stderr=(self.folder / "stderr").open("wb"),
        )
        until(self._answers, seconds=10)
        return self

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                return connection.recv(4) == b"SSH-"
        except OSError:
            return False

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()


@dataclass
class Bench:
    """What the figures are measured with."""

    folder: Path
    runs: int  # of each pair
    bulk_mib: int
    files: int  # of 20 kB
    count: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def key(self) -> Path:
        return self.folder / "id"

    def __post_init__(self) -> None:
        make_key(self.key)

    def _new_folder(self, name: str) -> Path:
        self.count += 1
        return self.folder / f"{name}-{self.count}"

    def random_file(self, name: str, size: int) -> Path:
        """Return a PDF of *size* random bytes; made once."""
        path = self.folder / name
        if not path.exists():
            with path.open("wb") as file:
                file.write(_PDF_BEGINS)
                for at in range(0, size, 1 << 20):
                    file.write(os.urandom(min(1 << 20, size - at)))
                file.write(_PDF_ENDS)
        return path

    def small_files(self, name: str, count: int, size: int = 20_000) -> Path:
        """Return a folder of *count* files."""
        folder = self.folder / name
        folder.mkdir()
        for number in range(count):
            (folder / f"{name}-{number}.pdf").write_bytes(_PDF_BEGINS + os.urandom(size) + _PDF_ENDS)
        return folder

    @contextmanager
    def sshd(self) -> Iterator[Sshd]:
        """Run OpenSSH's server."""
        server = Sshd(self._new_folder("sshd"), self.key).start()
        try:
            yield server
        finally:
            server.stop()
            shutil.rmtree(server.folder)

    @contextmanager
    def bridge(
        self, *, is_paused: bool = False, delay: float = 0.0, **options: Mapping[str, Any]
    ) -> Iterator[tuple[Bridge, Destination]]:
        """Run the bridge and a destination that only counts."""
        destination = Destination(self._new_folder("destination"), is_light=True).start()
        destination.order(delay=delay)
        # The same rows again and again make a large file quickly; that is not what is measured.
        guards = {"guards": {"invoice_twice": "off", "foreign_administration": "off"}}
        bridge = Bridge(self._new_folder("bridge"), destination.url, {**guards, **options})
        bridge.add_people(self.key.with_name("id.pub"))
        if is_paused:
            bridge.run("lane", "pause")
        bridge.start()
        try:
            yield bridge, destination
        finally:
            bridge.stop()
            destination.stop()
            shutil.rmtree(bridge.folder)

    def client(self, bridge: Bridge, *options: str) -> Sftp:
        """Return OpenSSH's client for the bridge."""
        return Sftp(self.key, bridge.port, options)


def wait_for_intake(bridge: Bridge) -> None:
    """Return when everything uploaded is in the queue."""
    until(lambda: bridge.sql("SELECT count(*) FROM uploads WHERE state = 'spooled'") == [(0,)], seconds=300)
    time.sleep(0.2)
