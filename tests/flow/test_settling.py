"""Temporary names wait; what changes within the settle time counts once, as it then is."""

from pathlib import Path

from tests.flow import samples
from tests.flow.conftest import StartBridge
from tests.flow.processes import Destination, Sftp
from tests.flow.samples import sha256

OLD, NEW = samples.pdf(1), samples.pdf(2)


def test_only_final_bytes_under_final_names_are_sent(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    (tmp_path / "old").write_bytes(OLD)
    (tmp_path / "new").write_bytes(NEW)
    old, new = f"put {tmp_path / 'old'}", f"put {tmp_path / 'new'}"
    bridge = make_bridge(intake={"settle_seconds": 3}).start()
    sftp = Sftp(key, bridge.port)

    sftp.run(
        *(f"{new} /waits.pdf.filepart", f"{new} /.hidden.pdf", f"{new} /~tilde.pdf"),
        *(f"{new} /renamed.pdf.part", "rename /renamed.pdf.part /renamed.pdf"),
        *(f"{old} /deleted.pdf", f"{new} /deleted.pdf.tmp", "rm /deleted.pdf"),
        "rename /deleted.pdf.tmp /deleted.pdf",
        *(f"{old} /over.pdf", f"{new} /over.pdf.partial", "rename /over.pdf.partial /over.pdf"),
        *(f"{old} /plain.pdf", f"{new} /plain.pdf.tmp", "rename -l /plain.pdf.tmp /plain.pdf"),
        *(f"{old} /rewritten.pdf", f"{new} /rewritten.pdf"),
        *(f"{new} /draft.pdf", "rename /draft.pdf /final.pdf"),
        *(f"{old} /gone.pdf", "rm /gone.pdf"),
        f"put -p {tmp_path / 'new'} /times.pdf",
    )
    bridge.wait_until_idle()
    destination.wait_for(7)

    sent = {"renamed.pdf", "deleted.pdf", "over.pdf", "plain.pdf", "rewritten.pdf", "final.pdf", "times.pdf"}
    assert sorted(one["name"] for one in destination.requests()) == sorted(sent)
    assert {one["sha256"] for one in destination.taken()} == {sha256(NEW)}
    sftp.run("rename /waits.pdf.filepart /waits.pdf")
    assert destination.wait_for(8)[-1]["name"] == "waits.pdf"
    assert bridge.stop() == 0
    bridge.check_books()
