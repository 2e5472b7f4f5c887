"""Lanes of their own (destination.lane_scope): what is wrong in one is not the affair of the others."""

from pathlib import Path

from tests.flow import samples
from tests.flow.conftest import StartBridge
from tests.flow.processes import Destination, Sftp, most_in_a_second, until

SICK, WELL = "NL01", "NL03"


def test_an_outage_of_one_administration_opens_its_circuit_only(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    for number in range(9):
        (tmp_path / f"well-{number}.pdf").write_bytes(samples.pdf(number))
    for number in range(4):
        (tmp_path / f"sick-{number}.pdf").write_bytes(samples.pdf(number))
        (tmp_path / f"beside-{number}.pdf").write_bytes(samples.pdf(100 + number))
    bridge = make_bridge(destination={"rate_limit": 3, "lane_scope": "administration"}).start()
    destination.order(status=503, only=SICK)

    Sftp(key, bridge.port).run(
        f"put {tmp_path}/sick-*.pdf /{SICK}/",
        f"put {tmp_path}/beside-*.pdf /{SICK}/invoice_attachment/",
        f"put {tmp_path}/well-*.pdf /{WELL}/",
    )
    destination.wait_for(9)
    until(lambda: failing(bridge.ask("lane", "list")) == {f"administration:{SICK}"})
    destination.order(status=200)
    destination.wait_for(17, seconds=90)
    bridge.wait_until_idle()

    assert sorted(destination.names()[:9]) == [f"well-{number}.pdf" for number in range(9)]
    assert failing(bridge.ask("lane", "list")) == set()
    for code in (SICK, WELL):
        moments = [one["at"] for one in destination.requests() if one["code"] == code]
        assert most_in_a_second(moments) <= 3


def failing(lanes: list[dict[str, str | None]]) -> set[str | None]:
    """Return the lanes whose destination does not answer."""
    return {one["name"] for one in lanes if one["failing_since"] is not None}


def test_each_endpoint_has_the_whole_rate_with_the_scope_endpoint(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    for number in range(12):
        (tmp_path / f"{number}.pdf").write_bytes(samples.pdf(number))
        (tmp_path / f"{number}-beside.pdf").write_bytes(samples.pdf(100 + number))
    bridge = make_bridge(destination={"rate_limit": 3, "lane_scope": "endpoint"}).start()
    sftp = Sftp(key, bridge.port)
    sftp.run(f"put {tmp_path}/*-beside.pdf /{WELL}/invoice_attachment/")
    sftp.run(*(f"put {tmp_path}/{number}.pdf /{WELL}/" for number in range(12)))
    destination.wait_for(24)
    requests = destination.requests()

    kinds = {
        kind: [one["at"] for one in requests if one["kind"] == kind]
        for kind in ("invoice_pdf", "invoice_attachment")
    }
    assert {kind: len(moments) for kind, moments in kinds.items()} == {
        "invoice_pdf": 12,
        "invoice_attachment": 12,
    }
    assert all(most_in_a_second(moments) <= 3 for moments in kinds.values())
    assert most_in_a_second([one["at"] for one in requests]) > 3
    assert {one["name"] for one in bridge.ask("lane", "list")} >= {
        "endpoint:invoice_pdf",
        "endpoint:invoice_attachment",
    }
