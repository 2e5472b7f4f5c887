"""Running commands: in this process where speed matters, else as a process of its own."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.admin.operations import accounts as accounts_desk
from bridge.admin.operations import administrations
from bridge.admin.operations.desk import Desk, open_desk
from bridge.cli.main import main
from bridge.config import Settings, load
from bridge.domain.accounts import Account
from bridge.domain.audit import Actor, Way
from bridge.ledger import accounts
from bridge.ledger.database import Database
from bridge.runtime.clock import SystemClock
from tests.support.databases import SqliteTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    error: str

    @property
    def json(self) -> Any:
        """Return standard output, which must be one JSON document."""
        return json.loads(self.out)


Command = Callable[..., Answer]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_template: SqliteTemplate) -> Path:
    """An empty folder to work in, with a ready ledger in ``data``; local time is Amsterdam's."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("BRIDGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BRIDGE_SECRETS_DIR", str(tmp_path))
    (tmp_path / "data").mkdir()
    sqlite_template.copy(tmp_path / "data")
    return tmp_path


@pytest.fixture
def bridge(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command in this process."""

    def run(*words: str, stdin: bytes = b"") -> Answer:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["bridge", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            main()
        said = capsys.readouterr()
        return Answer(code=int(caught.value.code or 0), out=said.out, error=said.err)

    return run


@pytest.fixture
def real_bridge(folder: Path) -> Command:
    """Run a command as a process of its own."""

    def run(*words: str, stdin: bytes = b"", **environment: str) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "bridge", *words],
            cwd=folder,
            input=stdin,
            capture_output=True,
            check=False,
            env=dict(os.environ) | environment,
            timeout=60,
        )
        return Answer(code=done.returncode, out=done.stdout.decode(), error=done.stderr.decode())

    return run


@pytest.fixture(scope="session")
def peopled(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """A ledger with administrations A1 and B2, and the account sender of both."""
    folder = tmp_path_factory.mktemp("peopled")

    def fill(database: Database) -> None:
        settings = Settings(data_dir=folder, keys_dir=folder / "keys")
        actor = Actor(who="tester", way=Way.CLI)
        desk = Desk(database=database, clock=SystemClock(), settings=settings, actor=actor)
        for code in ("A1", "B2"):
            administrations.add(desk, code=code)
        accounts_desk.add(desk, name="sender", administration_codes=["A1", "B2"])

    return sqlite_template.filled(folder, fill)


@pytest.fixture
def desk(folder: Path, peopled: SqliteTemplate) -> Iterator[Desk]:
    """The ledger that the commands use, with an account."""
    peopled.copy(folder / "data")
    with open_desk(load()) as desk:
        yield desk


@pytest.fixture
def account(desk: Desk) -> Account:
    """That account."""
    return desk.database.read_now(accounts.get, name="sender")
