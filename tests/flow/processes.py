"""Real processes for tests and benchmarks: the bridge, the destination, OpenSSH's sftp."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import psycopg

from tests.support.loaded import ROOT, Forked, Loaded

TOKEN = "0123456789abcdef0123456789abcdef01234567"
PASSWORD = "a password of the flow tests"
ACCOUNT = "sender"
CODES = ("NL01", "NL02", "NL03")  # the second has an id, the first a token


def environment() -> dict[str, str]:
    """Return the environment of a child: this checkout's bridge, and no settings of the caller."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")}
    return kept | {"PYTHONPATH": str(ROOT)}


def until(what: Callable[[], Any], *, seconds: float = 30.0, every: float = 0.05) -> Any:
    """Return the first true answer of *what*; fail after *seconds*."""
    deadline = time.monotonic() + seconds
    while True:
        answer = what()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not so within {seconds:g} s: {what.__qualname__}; last answer {answer!r}")
        time.sleep(every)


@dataclass
class Destination:
    """`tests.flow.payt` as a process."""

    folder: Path
    is_light: bool = False
    port: int = 0
    process: subprocess.Popen[str] | None = None

    @property
    def log(self) -> Path:
        return self.folder / "destination.jsonl"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Destination":
        """Start it; a second time on the same port."""
        self.folder.mkdir(parents=True, exist_ok=True)
        light = ["--light"] if self.is_light else []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.flow.payt", "--log", self.log, "--port", str(self.port), *light],
            env=environment(),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        return self

    def order(self, **order: Any) -> None:
        """Tell it how to answer from now on."""
        assert self.process is not None
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "ok\n"

    def requests(self) -> list[dict[str, Any]]:
        """Return every request so far, as it was judged."""
        if not self.log.exists():
            return []
        whole = self.log.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def taken(self) -> list[dict[str, Any]]:
        """Return what it took."""
        return [one for one in self.requests() if one["taken"]]

    def names(self) -> list[str]:
        """Return the names of what it took, in order of arrival."""
        return [one["name"] for one in self.taken()]

    def wait_for(self, count: int, *, seconds: float = 30.0) -> list[dict[str, Any]]:
        """Return what it took once that are *count* files."""

        def enough() -> list[dict[str, Any]]:
            taken = self.taken()
            return taken if len(taken) >= count else []

        if not count:
            return self.taken()
        try:
            found: list[dict[str, Any]] = until(enough, seconds=seconds)
        except AssertionError:
            raise AssertionError(f"{len(self.taken())} of {count} files arrived: {self.names()}") from None
        return found

    def most_in_a_second(self) -> int:
        """Return the most starts that it saw in any 1.000 s."""
        return most_in_a_second([one["at"] for one in self.requests()])

    def stop(self) -> None:
        """End it; nothing listens on its port then."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def most_in_a_second(moments: Sequence[float]) -> int:
    """Return the most *moments* in any window of 1.000 s; two exactly a second apart are not in one."""
    moments = sorted(moments)
    most, first = 0, 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


@dataclass
class Bridge:
    """`python -m bridge serve` as a process, with a folder of its own."""

    folder: Path
    destination_url: str
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    data: Path | None = None  # another place for data_dir
    loaded: Loaded | None = None  # forks for each command; without it they start in earnest
    process: subprocess.Popen[bytes] | Forked | None = None
    ready: dict[str, Any] = field(default_factory=dict)
    seconds_to_ready: float = 0.0
    notify_socket: Path | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.configure(self.options)

    @property
    def config(self) -> Path:
        return self.folder / "bridge.toml"

    @property
    def data_dir(self) -> Path:
        return self.data or self.folder / "data"

    @property
    def blobs(self) -> Path:
        return self.data_dir / "spool" / "blobs"

    @property
    def stderr(self) -> str:
        return (self.folder / "stderr").read_text()

    @property
    def port(self) -> int:
        return int(self.ready["sftp"][1])

    def configure(self, options: Mapping[str, Mapping[str, Any]]) -> None:
        """Write the configuration: what all tests want, and *options* over it."""
        sections: dict[str, dict[str, Any]] = {
            "sftp": {"host": "127.0.0.1", "port": 0},
            "admin": {"port": 0},
            "destination": {"base_url": self.destination_url, "rate_limit": 0},
            "intake": {"settle_seconds": 0.2},
            "log": {"format": "json"},
        }
        for section, values in options.items():
            sections.setdefault(section, {}).update(values)
        lines = [f'data_dir = "{self.data_dir}"', f'keys_dir = "{self.folder / "keys"}"']
        for section, values in sections.items():
            lines.append(f"[{section}]")
            lines += [f"{name} = {json.dumps(value)}" for name, value in values.items()]
        self.config.write_text("\n".join(lines) + "\n")

    def run(self, *arguments: str, stdin: str = "", status: int = 0) -> str:
        """Run a command of the bridge's and return what it printed."""
        with TemporaryFile("w+") as given, TemporaryFile("w+") as printed, TemporaryFile("w+") as complained:
            given.write(stdin)
            given.seek(0)
            code = self._begin(arguments, given, printed, complained).wait()
            printed.seek(0)
            complained.seek(0)
            assert code == status, f"bridge {arguments}: {code}: {complained.read()}"
            return printed.read()

    def _begin(
        self, arguments: Sequence[str], *streams: IO[Any], prefix: Sequence[str] = ()
    ) -> subprocess.Popen[bytes] | Forked:
        """Begin a command with its standard input, output and error."""
        arguments = [*arguments, "--config", str(self.config)]
        env = environment()
        if self.notify_socket is not None:
            env["NOTIFY_SOCKET"] = str(self.notify_socket)
        if self.loaded is not None and not prefix:
            return self.loaded.start(arguments, cwd=self.folder, env=env, streams=streams)
        stdin, stdout, stderr = streams
        command = [*prefix, sys.executable, "-m", "bridge", *arguments]
        return subprocess.Popen(command, env=env, cwd=self.folder, stdin=stdin, stdout=stdout, stderr=stderr)

    def ask(self, *arguments: str) -> Any:
        """Run a command with ``--json`` and return its document."""
        return json.loads(self.run(*arguments, "--json"))

    def add_people(self, public_key: Path | None = None) -> None:
        """Make three administrations and an account of all three."""
        self.run("administration", "add", CODES[0], "--token-file", "-", stdin=TOKEN + "\n")
        self.run("administration", "add", CODES[1], "--id", "4711")
        self.run("administration", "add", CODES[2])
        codes = [part for code in CODES for part in ("--administration", code)]
        keys = [] if public_key is None else ["--key-file", str(public_key)]
        # What intake says is what most tests are about, so that nothing fails at its CLOSE.
        late = ["--at-close", "hold"]
        self.run(
            "account", "add", ACCOUNT, *codes, "--password-file", "-", *keys, *late, stdin=PASSWORD + "\n"
        )

    def start(self, *, prefix: Sequence[str] = ()) -> "Bridge":
        """Start the server and wait until it says that it is ready."""
        ready_file = self.folder / "ready.json"
        ready_file.unlink(missing_ok=True)
        began = time.monotonic()
        with Path(os.devnull).open("r+b") as nothing, (self.folder / "stderr").open("ab") as stderr:
            arguments = ("serve", "--ready-file", str(ready_file))
            self.process = self._begin(arguments, nothing, nothing, stderr, prefix=prefix)
        while not ready_file.exists():
            assert self.process.poll() is None, f"the bridge ended: {self.stderr[-2000:]}"
            assert time.monotonic() < began + 60, "not ready within 60 s"
            time.sleep(0.005)
        self.seconds_to_ready = time.monotonic() - began
        self.ready = json.loads(ready_file.read_text())
        return self

    @property
    def pid(self) -> int:
        return int(self.ready["pid"])

    def kill(self) -> None:
        """End it as a power switch would end a process."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def stop(self, *, seconds: float = 35.0) -> int:
        """Ask it to end and return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(seconds)
        self.process = None
        return code

    def close(self) -> None:
        """End it, however it is."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the ledger itself; its file with another SQLite than the bridge's."""
        if url := self.options.get("ledger", {}).get("url"):
            with psycopg.connect(url.replace("+psycopg", "")) as opened:
                return opened.execute(statement.encode()).fetchall()
        with closing(sqlite3.connect(f"file:{self.data_dir / 'ledger.db'}?mode=ro", uri=True)) as connection:
            return connection.execute(statement).fetchall()

    def is_idle(self) -> bool:
        """Whether nothing is left to do."""
        [(uploads,)] = self.sql("SELECT count(*) FROM uploads WHERE state = 'spooled'")
        [(deliveries,)] = self.sql("SELECT count(*) FROM deliveries WHERE state IN ('pending', 'leased')")
        return not uploads and not deliveries

    def wait_until_idle(self, *, seconds: float = 60.0) -> None:
        """Return when nothing is left to do."""
        until(self.is_idle, seconds=seconds, every=0.1)

    def check_books(self) -> None:
        """Fail unless spool and ledger agree and the ledger is intact; while no server runs."""
        if "ledger" not in self.options:
            assert self.sql("PRAGMA integrity_check") == [("ok",)]
            assert self.sql("PRAGMA foreign_key_check") == []
        needed = {
            blob for (blob,) in self.sql("SELECT blob FROM uploads UNION SELECT blob FROM documents") if blob
        }
        there = {path.name for path in self.blobs.iterdir()}
        assert needed - there == set(), "rows without their bytes"
        assert there - needed == set(), "bytes without a row"
        assert list((self.data_dir / "spool" / "drafts").iterdir()) == []
        assert self.sql("SELECT id FROM deliveries WHERE state = 'leased'") == []
        assert self.sql("SELECT id FROM documents WHERE id NOT IN (SELECT document_id FROM deliveries)") == []


@dataclass
class Sftp:
    """OpenSSH's own client, with a key."""

    key: Path
    port: int
    options: Sequence[str] = ()
    account: str = ACCOUNT

    def command(self) -> list[str]:
        """Return the command that reads its batch from standard input."""
        path = shutil.which("sftp")
        assert path is not None
        return [
            path,
            "-q",
            *("-o", "StrictHostKeyChecking=no"),
            *("-o", "UserKnownHostsFile=/dev/null"),
            *("-o", "LogLevel=ERROR"),
            *("-o", "IdentitiesOnly=yes"),
            *("-F", "/dev/null"),
            *("-i", str(self.key)),
            *("-P", str(self.port)),
            *self.options,
            *("-b", "-"),
            f"{self.account}@127.0.0.1",
        ]

    def start(self, *lines: str) -> subprocess.Popen[str]:
        """Begin the commands *lines*; used as a context."""
        process = subprocess.Popen(
            self.command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdin is not None
        process.stdin.write("\n".join(lines) + "\n")
        process.stdin.close()
        return process

    def run(self, *lines: str, is_fine: bool = True, seconds: float = 120.0) -> str:
        """Run the commands *lines* and return what the client said."""
        done = subprocess.run(
            self.command(),
            input="\n".join(lines) + "\n",
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        said = done.stdout + done.stderr
        assert (done.returncode == 0) is is_fine, f"sftp ended with {done.returncode}: {said}"
        return said


def make_key(path: Path) -> Path:
    """Make an SSH key without a passphrase; return the file of its public half."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "flow", "-f", path], check=True)
    return path.with_name(path.name + ".pub")
