"""Uploads against sshd: one big file, many small ones, eight connections at once.

The client asks for an fsync of each file (``put -f``): the bridge does one in any case.  The lane is paused,
so that no delivery runs while the other side is timed.
"""

from collections.abc import Sequence
from pathlib import Path

from tests.bench.measure import Figure, Side, pairs, ratio
from tests.bench.servers import Bench, wait_for_intake
from tests.flow.processes import Sftp

GCM = "aes128-gcm@openssh.com"
CONNECTIONS = 8


def bulk(bench: Bench) -> list[Figure]:
    """One big file, acknowledged durable: at least as fast as sshd."""
    return _bulk(bench, "default cipher") + _bulk(bench, "aes128-gcm", "-c", GCM)


def _bulk(bench: Bench, label: str, *options: str) -> list[Figure]:
    source = bench.random_file("bulk.pdf", bench.bulk_mib << 20)
    # Removed again within the settle time: intake and delivery have no part in this figure.
    with bench.sshd() as sshd, bench.bridge(is_paused=True, intake={"settle_seconds": 60}) as (bridge, _):
        ours, theirs = bench.client(bridge, *options), sshd.client(*options)

        def side(client: Sftp, pid: int, folder: Path | str) -> Side:
            return Side(
                pid,
                lambda run: _put(client, [f"put -f {source} {folder}/bulk-{run}.pdf"]),
                lambda run: _put(client, [f"rm {folder}/bulk-{run}.pdf"]),
            )

        samples = pairs(side(ours, bridge.pid, ""), side(theirs, sshd.pid, sshd.inbox), runs=bench.runs)
    name = f"bulk {bench.bulk_mib} MiB, {label}"
    return ratio(name, *samples, amount=source.stat().st_size / 1e6, unit="MB", target=1.0)


def small(bench: Bench) -> list[Figure]:
    """Many small files in one connection: at least half as fast as sshd."""
    return _small(bench, "small", connections=1, target=0.5)


def eight(bench: Bench) -> list[Figure]:
    """The same in eight connections at once: at least 0.6 times sshd."""
    return _small(bench, "eight", connections=CONNECTIONS, target=0.6)


def _small(bench: Bench, word: str, *, connections: int, target: float) -> list[Figure]:
    each = bench.files // connections
    sources = [bench.small_files(f"{word}{number}", each) for number in range(connections)]
    with bench.sshd() as sshd, bench.bridge(is_paused=True) as (bridge, _):
        ours, theirs = bench.client(bridge), sshd.client()

        def side(client: Sftp, pid: int, root: Path | str) -> Side:
            def upload(run: int) -> None:
                _at_once(client, [_commands(source, f"{root}/NL03", run) for source in sources])

            def afterwards(_run: int) -> None:
                wait_for_intake(bridge)

            return Side(pid, upload, afterwards)

        samples = pairs(side(ours, bridge.pid, ""), side(theirs, sshd.pid, sshd.inbox), runs=bench.runs)
    name = f"{word}: {each * connections} files of 20 kB, {connections} connection(s)"
    return ratio(name, *samples, amount=each * connections, unit="files", target=target)


def _commands(source: Path, root: str, run: int) -> list[str]:
    folder = f"{root}-{run}"
    # The leading "-": the second of eight connections finds the folder there.
    return [f"-mkdir {folder}", f"put -f {source}/* {folder}/"]


def _put(client: Sftp, lines: Sequence[str]) -> None:
    client.run(*lines, seconds=600)


def _at_once(client: Sftp, batches: Sequence[Sequence[str]]) -> None:
    running = [client.start(*lines) for lines in batches]
    for process in running:
        assert process.wait(600) == 0, "an sftp client failed"
