"""The machine is lost: all that was promised before the backup arrives once, or waits with its reason."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.admin.operations import uploads
from bridge.admin.operations.desk import open_desk
from bridge.config import load
from tests.flow import samples
from tests.flow.conftest import StartBridge
from tests.flow.processes import Bridge, Destination, Sftp, until
from tests.flow.samples import sha256
from tests.flow.senders import Crowd
from tests.support.loaded import Loaded


@pytest.fixture
def elsewhere(destination: Destination, loaded: Loaded, tmp_path: Path) -> Iterator[Bridge]:
    """Another machine, with nothing on it."""
    bridge = Bridge(tmp_path / "elsewhere", destination.url, loaded=loaded)
    yield bridge
    bridge.close()


def lose(bridge: Bridge, *, and_keys: bool = True) -> None:
    """End the machine: its data and its keys are gone."""
    bridge.kill()
    shutil.rmtree(bridge.data_dir)
    if and_keys:
        shutil.rmtree(bridge.folder / "keys")


def test_a_backup_under_load_brings_back_all_that_was_promised_before_it(
    make_bridge: StartBridge, destination: Destination, elsewhere: Bridge, tmp_path: Path
) -> None:
    bridge = make_bridge(destination={"rate_limit": 3}).start()  # so that much waits
    crowd = Crowd(seed="lost")
    before: dict[str, bytes] = {}

    async def upload_and_back_up() -> None:
        sending = asyncio.create_task(crowd.send(bridge.port))
        await asyncio.to_thread(until, lambda: len(crowd.promised) > 20)
        before.update(crowd.promised)
        await asyncio.to_thread(bridge.run, "backup", str(tmp_path / "b.tar"), "--with-keys")
        await asyncio.sleep(1.0)
        bridge.kill()
        await asyncio.wait_for(sending, 20)

    asyncio.run(upload_and_back_up())
    bridge.start()
    lose(bridge)
    known_before_the_loss = {one["name"] for one in destination.taken()}
    done = elsewhere.ask("restore", str(tmp_path / "b.tar"))
    assert done["missing"] == []
    assert done["has_keys"]

    elsewhere.start()
    requests = len(destination.requests())
    elsewhere.run("lane", "resume")
    elsewhere.wait_until_idle()

    assert len(known_before_the_loss & set(before)) < len(before), "nothing waited"
    counts = Counter(one["name"] for one in destination.taken())
    held = {one["name"] for one in elsewhere.ask("delivery", "list", "--state", "held", "--limit", "10000")}
    waiting = elsewhere.ask("upload", "list", "--state", "held", "--limit", "10000")
    assert {one["reason"] for one in waiting} <= {"restored"}
    with open_desk(load(elsewhere.config)) as desk:  # a command each would take a second each
        for one in waiting:
            uploads.retry(desk, upload_id=one["id"])
    elsewhere.wait_until_idle()
    counts = Counter(one["name"] for one in destination.taken())
    # What intake looks at only now may be held or superseded: an older snapshot than one that waits or went.
    for state in ("held", "superseded"):
        held |= {
            one["name"] for one in elsewhere.ask("delivery", "list", "--state", state, "--limit", "10000")
        }
    assert set(before) - set(counts) - held == set(), "promised and lost"
    assert all(name.endswith(".csv") for name in held), held
    assert set(counts) & crowd.unclosed == set()
    again = {one["name"] for one in destination.requests()[requests:] if one["taken"]}
    assert {name for name, count in counts.items() if count > 1} <= again
    assert all(name.endswith(".pdf") for name in again & known_before_the_loss), "a repeat that hurts"
    for one in destination.taken():
        assert one["sha256"] == sha256(crowd.promised.get(one["name"]) or crowd.asked[one["name"]])
    assert elsewhere.stop() == 0
    elsewhere.check_books()


def test_nothing_that_hurts_twice_is_sent_twice_by_itself(
    make_bridge: StartBridge, destination: Destination, elsewhere: Bridge, key: Path, tmp_path: Path
) -> None:
    bridge = make_bridge().start()
    bridge.run("lane", "pause")
    files = {
        "/declaration_file/claim.txt": samples.declaration(7),
        "/invoice_attachment/extra.pdf": samples.pdf(8),
        "/NL01/csv/open.csv": samples.csv(9),
        "/invoice_pdf/141234.pdf": samples.pdf(10),
    }
    for number, (path, content) in enumerate(files.items()):
        (tmp_path / str(number)).write_bytes(content)
        Sftp(key, bridge.port).run(f'put "{tmp_path / str(number)}" "{path}"')
    until(lambda: len(bridge.ask("delivery", "list", "--state", "pending")) == 4)
    bridge.run("backup", str(tmp_path / "b.tar"))
    bridge.run("lane", "resume")  # after the backup all of them go
    destination.wait_for(4)
    bridge.wait_until_idle()
    shutil.copytree(bridge.folder / "keys", elsewhere.folder / "keys")
    lose(bridge)

    said = elsewhere.run("restore", str(tmp_path / "b.tar"))
    elsewhere.start()
    # Nothing goes before an operator says so; a request would come within a second.
    until(lambda: not elsewhere.sql("SELECT name FROM lanes WHERE owner IS NULL"))
    assert len(destination.taken()) == 4
    elsewhere.run("lane", "resume")
    elsewhere.wait_until_idle()

    counts = Counter(one["name"] for one in destination.taken())
    assert counts == {"claim.txt": 1, "extra.pdf": 1, "open.csv": 1, "141234.pdf": 2}
    held = elsewhere.ask("delivery", "list", "--state", "held")
    assert {one["name"]: one["reason"] for one in held} == dict.fromkeys(
        ("claim.txt", "extra.pdf", "open.csv"), "restored"
    )
    assert "3 deliveries, 0 uploads" in said
    assert "bridge lane resume destination" in said
    # The senders know the host key, and the stored token still opens.
    [snapshot] = [one for one in held if one["name"] == "open.csv"]
    elsewhere.run("delivery", "release", str(snapshot["id"]))
    destination.wait_for(6)
    assert destination.taken()[-1]["token"] is not None
    assert elsewhere.stop() == 0
    elsewhere.check_books()
