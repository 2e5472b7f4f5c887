"""What cannot be placed is held or refused with its reason, and goes once the cause is mended."""

from pathlib import Path
from typing import Any

from tests.flow import samples
from tests.flow.processes import ACCOUNT, CODES, Bridge, Destination, Sftp
from tests.flow.samples import sha256


def uploads_by_path(bridge: Bridge) -> dict[str, dict[str, Any]]:
    return {one["path"]: one for one in bridge.ask("upload", "list")}


def test_what_cannot_be_placed_is_visible_with_its_reason_and_goes_once_mended(
    bridge: Bridge, destination: Destination, sftp: Sftp, tmp_path: Path
) -> None:
    files = {
        "broken.zip": samples.zipped({"a.pdf": samples.pdf(1, 50_000)})[:-100],
        "twice.zip": samples.zipped({"x/same.pdf": samples.pdf(2), "y/same.pdf": samples.pdf(3)}),
        "strange.bin": b"\x00\x01 nobody knows",
        "other.csv": samples.csv(4, code="NL99"),
        "empty.csv": b"",
        "good.pdf": samples.pdf(5),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    sftp.run(
        *(f"put {tmp_path / name} /{name}" for name in files if name != "other.csv"),
        *("mkdir /NL99", "mkdir /NL99/csv", f"put {tmp_path / 'other.csv'} /NL99/csv/other.csv"),
    )
    bridge.wait_until_idle()
    found = uploads_by_path(bridge)

    assert sorted(destination.names()) == ["good.pdf", "same.pdf"]
    assert (found["/broken.zip"]["state"], found["/broken.zip"]["reason"]) == ("refused", "broken_archive")
    assert found["/twice.zip"]["reason"] == "same_name_twice"
    assert (found["/strange.bin"]["state"], found["/strange.bin"]["reason"]) in [
        ("held", "unknown_kind"),
        ("accepted", "unknown_kind"),
    ]
    assert found["/NL99/csv/other.csv"]["reason"] == "unknown_administration"
    assert found["/empty.csv"]["reason"] == "empty_data_file"
    assert all(one["todo"] for one in found.values() if one["reason"]), "each says what to do"

    bridge.run("administration", "add", "NL99")
    codes = [part for code in (*CODES, "NL99") for part in ("--administration", code)]
    bridge.run("account", "change", ACCOUNT, *codes)
    bridge.run("upload", "retry", str(found["/NL99/csv/other.csv"]["id"]))
    bridge.run("upload", "retry", str(found["/strange.bin"]["id"]), "--kind", "invoice_attachment")
    bridge.run("upload", "retry", str(found["/twice.zip"]["id"]))
    destination.wait_for(5)
    bridge.wait_until_idle()

    arrived = {(one["kind"], one["name"], one["code"], one["sha256"]) for one in destination.requests()}
    assert arrived == {
        ("invoice_pdf", "good.pdf", "NL01", sha256(files["good.pdf"])),
        ("invoice_pdf", "same.pdf", "NL01", sha256(samples.pdf(2))),
        ("invoice_pdf", "same.pdf", "NL01", sha256(samples.pdf(3))),
        ("data", "other.csv", "NL99", sha256(files["other.csv"])),
        ("invoice_attachment", "strange.bin", "NL01", sha256(files["strange.bin"])),
    }
    assert len(destination.requests()) == 5
    assert bridge.stop() == 0
    bridge.check_books()
