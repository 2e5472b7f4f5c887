"""One run of all samples: a real bridge, a strict destination, OpenSSH's sftp as the client.

Two rounds: first all samples that stand alone and what comes before the others, then those others.  Each ends
when everything has been tried once.
"""

import hashlib
import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.admin.operations import accounts, administrations, routes
from bridge.admin.operations.desk import Desk, open_desk
from bridge.config import load
from bridge.ledger import accounts as ledger
from tests.corpus.sample import LOGINS, PLAIN, Earlier, Login, Sample
from tests.flow.processes import Bridge, Destination, Sftp, make_key, until

OPTIONS: dict[str, dict[str, Any]] = {
    "intake": {"settle_seconds": 0},
    "destination": {"gzip_above_bytes": 1 << 30},  # so that bytes can be compared
}
_UNTRIED = (
    "SELECT (SELECT count(*) FROM uploads WHERE state = 'spooled') + (SELECT count(*) FROM deliveries"
    " WHERE state = 'leased' OR (state = 'pending' AND attempts = 0))"
)
_DOCUMENTS = (
    "SELECT d.upload_id, d.name, d.kind, v.state, v.reason, v.detail, d.remarks"
    " FROM documents d JOIN deliveries v ON v.document_id = d.id ORDER BY d.id"
)


Round = list[tuple[Sample, Sample | Earlier]]  # a sample, and what is uploaded for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A document in the ledger, with its delivery."""

    name: str
    kind: str | None
    state: str
    reason: str | None
    detail: str | None
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an upload."""

    state: str
    reason: str | None
    detail: str | None
    remarks: tuple[str, ...]
    documents: tuple[Found, ...]


@dataclass(kw_only=True)
class Run:
    """What a run left behind."""

    said: dict[str, str] = field(default_factory=dict)  # by sample: what its client complained about
    outcomes: dict[tuple[str, str], list[Outcome]]  # by account and path, the first upload first
    taken: list[dict[str, Any]]  # by the destination, in order of arrival
    requests: list[dict[str, Any]]  # all that it was sent
    errors: list[str]  # that the bridge logged

    def outcome(self, sample: Sample) -> Outcome:
        """Return what became of *sample*, which was the last at its path."""
        return self.outcomes[sample.account, sample.path][-1]

    def arrived(self, names: Iterable[str]) -> Iterator[tuple[str, str, str | None, str]]:
        """Yield kind, name, code and hash of what arrived under one of *names*."""
        wanted = set(names)
        for one in self.taken:
            if one["name"] in wanted:
                yield one["kind"], one["name"], one["code"], one["sha256"]


@contextmanager
def running(folder: Path) -> Iterator[tuple[Bridge, Destination, Path]]:
    """Start a bridge with every login of the corpus, and a destination."""
    destination = Destination(folder / "destination").start()
    bridge = Bridge(folder / "bridge", destination.url, OPTIONS)
    key = folder / "id"
    try:
        _add_people(bridge, make_key(key))
        bridge.start()
        yield bridge, destination, key
    finally:
        bridge.close()
        destination.stop()


def _add_people(bridge: Bridge, public_key: Path) -> None:
    """Make the logins as commands do, without a process for each."""
    with open_desk(load(bridge.config)) as desk:
        for code in [code for login in LOGINS.values() for code in login.codes]:
            administrations.add(desk, code=code)
        for login in LOGINS.values():
            _add(desk, login, public_key.read_text())


def _add(desk: Desk, login: Login, public_key: str) -> None:
    added = accounts.add(
        desk,
        name=login.name,
        administration_codes=login.codes or LOGINS[PLAIN].codes,
        key_texts={"key": public_key},
        encoding=login.encoding,
        at_close=login.at_close,
    )
    if not login.codes:  # no command leaves an account like that
        id_ = added.account.id
        desk.database.write_now(ledger.set_administrations, account_id=id_, administration_ids=[])
    for wish in login.routes:
        routes.save(desk, routes.draft_add(desk, account=login.name, wish=wish))


def run(samples: Sequence[Sample], bridge: Bridge, destination: Destination, key: Path) -> Run:
    """Upload *samples* and return what became of them."""
    folder = bridge.folder / "samples"
    folder.mkdir()
    said: dict[str, str] = {}
    first: Round = [(sample, sample.earlier or sample) for sample in samples]
    second: Round = [(sample, sample) for sample in samples if sample.earlier]
    for number, files in enumerate((first, second)):
        said |= _upload(files, folder, Sftp(key, bridge.port), prefix=str(number))
        with suppress(AssertionError):  # what is stuck fails its own sample, by name
            until(lambda: bridge.sql(_UNTRIED) == [(0,)], seconds=30)
    return Run(
        said=said,
        outcomes=_outcomes(bridge),
        taken=destination.taken(),
        requests=destination.requests(),
        errors=[line for line in bridge.stderr.splitlines() if _level(line) in {"error", "critical"}],
    )


def _upload(files: Round, folder: Path, sftp: Sftp, *, prefix: str) -> dict[str, str]:
    """Upload *files* with a connection for each account; return what clients complained about."""
    by_account: dict[str, Round] = defaultdict(list)
    for sample, file in files:
        by_account[sample.account].append((sample, file))
    said: dict[str, str] = {}
    for account, group in by_account.items():
        folders = {file.path.rpartition("/")[0] for _, file in group}
        lines = [f'-mkdir "{parent}"' for parent in sorted(_parents(folders))]
        for number, (_, file) in enumerate(group):
            local = folder / f"{prefix}-{account}-{number}"
            local.write_bytes(file.content)
            if file.made_at is not None:
                os.utime(local, (file.made_at, file.made_at))
            preserving = "" if file.made_at is None else "-p "
            lines.append(f'-put {preserving}"{local}" "{file.path}"')
        client = Sftp(sftp.key, sftp.port, account=account)
        heard = _heard(client, lines)[-len(group) :]
        said |= {sample.name: words for (sample, _), words in zip(group, heard, strict=True)}
    return said


def _parents(folders: Iterable[str]) -> set[str]:
    parts = [folder.split("/")[1:] for folder in folders if folder]
    return {"/" + "/".join(each[:depth]) for each in parts for depth in range(1, len(each) + 1)}


def _heard(client: Sftp, lines: Sequence[str]) -> list[str]:
    """Return what the client complained about for each of *lines*; empty: nothing."""
    done = subprocess.run(
        client.command(),
        input="\n".join(lines) + "\n",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    parts = done.stdout.split("sftp> ")[1:]
    assert len(parts) >= len(lines), done.stdout[-2000:]
    return [
        "\n".join(line for line in part.splitlines()[1:] if not line.startswith("Uploading "))
        for part in parts[: len(lines)]
    ]


def _outcomes(bridge: Bridge) -> dict[tuple[str, str], list[Outcome]]:
    documents: dict[int, list[Found]] = defaultdict(list)
    for upload_id, name, kind, state, reason, detail, remarks in bridge.sql(_DOCUMENTS):
        documents[upload_id].append(
            Found(name=name, kind=kind, state=state, reason=reason, detail=detail, remarks=_codes(remarks))
        )
    outcomes: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for upload_id, account, folder, name, state, reason, detail, remarks in bridge.sql(
        "SELECT u.id, a.name, u.folder, u.name, u.state, u.reason, u.detail, u.remarks"
        " FROM uploads u JOIN accounts a ON a.id = u.account_id ORDER BY u.id"
    ):
        outcome = Outcome(
            state=state,
            reason=reason,
            detail=detail,
            remarks=_codes(remarks),
            documents=tuple(documents[upload_id]),
        )
        outcomes[account, f"{folder.rstrip('/')}/{name}"].append(outcome)
    return outcomes


def _codes(remarks: str | None) -> tuple[str, ...]:
    return tuple(code for code, _ in json.loads(remarks or "[]"))


def _level(line: str) -> str:
    try:
        return str(json.loads(line).get("level"))
    except ValueError:  # no line of the log: a traceback
        return "error"


def sha256(content: bytes) -> str:
    """Return the hash in hex."""
    return hashlib.sha256(content).hexdigest()
