"""A sealed spool from outside: all arrives, nothing bare lies on the disk, what was changed is not sent."""

import secrets
from pathlib import Path

from tests.flow import samples
from tests.flow.conftest import StartBridge
from tests.flow.processes import Bridge, Destination, Sftp, until
from tests.flow.test_kill import rounds_of_kills
from tests.flow.test_main_path import check_main_path

SEALED = {"encrypt": True}


def bare_places(bridge: Bridge, word: bytes) -> list[Path]:
    """Return the files of the bridge in which *word* is."""
    return [path for path in bridge.data_dir.rglob("*") if path.is_file() and word in path.read_bytes()]


def test_the_main_path_with_a_sealed_spool(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    bridge = make_bridge(spool=SEALED).start()

    check_main_path(bridge, destination, Sftp(key, bridge.port), tmp_path)


def test_kill_9_loses_nothing_of_a_sealed_spool(make_bridge: StartBridge, destination: Destination) -> None:
    rounds_of_kills(make_bridge(spool=SEALED), destination, rounds=2, seed=31)


def test_no_content_lies_bare_on_the_disk(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    word = secrets.token_hex(12).encode()
    bridge = make_bridge(spool=SEALED).start()
    bridge.run("lane", "pause")
    bridge.run("account", "change", "sender", "--encoding", "cp850")
    pdf = samples.pdf(1) + word * 100_000 + b"\n%%EOF\n"
    text = samples.CSV_HEADER + b"".join(b'"NL01";"%s-%d\x82";1.00\r\n' % (word, n) for n in range(2000))
    files = {
        "/large.pdf": pdf,
        "/csv/converted.csv": text,
        "/three.zip": samples.zipped({f"{n}.pdf": samples.pdf(n) + word + b"\n%%EOF\n" for n in range(3)}),
        "/half.pdf.filepart": pdf,
        "/gone.csv": b"",
    }
    for number, (path, content) in enumerate(files.items()):
        (tmp_path / str(number)).write_bytes(content)
        Sftp(key, bridge.port).run(f'put "{tmp_path / str(number)}" "{path}"')
    slow = Sftp(key, bridge.port, options=("-l", "20000"))
    with slow.start(f'put "{tmp_path / "0"}" "/partial.pdf"') as client:
        until(lambda: [one for one in (bridge.data_dir / "spool" / "drafts").iterdir() if one.stat().st_size])
        assert bare_places(bridge, word) == []
        client.kill()
    until(lambda: bridge.sql("SELECT id FROM uploads WHERE state = 'partial'"))
    until(lambda: len(bridge.sql("SELECT id FROM deliveries WHERE state = 'pending'")) == 5)

    assert bare_places(bridge, word) == []
    bridge.run("lane", "resume")
    taken = {one["name"]: one for one in destination.wait_for(5)}
    assert taken["large.pdf"]["sha256"] == samples.sha256(pdf)
    utf8 = text.decode("cp850").encode()
    assert taken["converted.csv.gz"]["inner_sha256"] == samples.sha256(utf8)
    bridge.wait_until_idle()
    assert bare_places(bridge, word) == []
    assert bridge.stop() == 0


def test_what_was_changed_on_the_disk_is_held_and_never_sent(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    bridge = make_bridge(spool=SEALED).start()
    bridge.run("lane", "pause")
    for number in range(3):
        (tmp_path / str(number)).write_bytes(samples.pdf(number, 200_000))
        Sftp(key, bridge.port).run(f'put "{tmp_path / str(number)}" "/{number}.pdf"')
    until(lambda: len(bridge.sql("SELECT id FROM deliveries WHERE state = 'pending'")) == 3)
    blobs = [bridge.blobs / blob for (blob,) in bridge.sql("SELECT blob FROM uploads ORDER BY id")]
    whole = bytearray(blobs[0].read_bytes())
    whole[len(whole) // 2] ^= 1
    blobs[0].write_bytes(whole)
    second, third = (one.read_bytes() for one in blobs[1:])
    blobs[1].write_bytes(third)
    blobs[2].write_bytes(second)

    bridge.run("lane", "resume")
    until(lambda: len(bridge.sql("SELECT id FROM deliveries WHERE state = 'held'")) == 3)

    reasons = {one["reason"] for one in bridge.ask("delivery", "list", "--state", "held")}
    assert reasons == {"damaged_spool"}
    assert destination.taken() == []
    assert "blob" in bridge.ask("delivery", "show", "1")["detail"]


def test_keys_are_rotated_and_what_is_stored_stays_readable(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    bridge = make_bridge(spool=SEALED).start()
    bridge.run("lane", "pause")
    (tmp_path / "x").write_bytes(samples.pdf(1))
    Sftp(key, bridge.port).run(f'put "{tmp_path / "x"}" "/before.pdf"')
    until(lambda: bridge.sql("SELECT id FROM deliveries WHERE state = 'pending'"))
    bridge.run("spool", "rotate")
    assert bridge.stop() == 0
    bridge.start()
    Sftp(key, bridge.port).run(f'put "{tmp_path / "x"}" "/after.pdf"')
    bridge.run("lane", "resume")

    assert {one["name"] for one in destination.wait_for(2)} == {"before.pdf", "after.pdf"}
    assert [(one["seals"], one["files"]) for one in bridge.ask("spool", "keys")] == [(True, 1), (False, 1)]
    assert bridge.stop() == 0
