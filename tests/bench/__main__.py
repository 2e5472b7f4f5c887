"""``python -m tests.bench [NAME …]``: measure, and print each figure with its target."""

import argparse
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bench import (
    archives,
    choosing,
    deliveries,
    inspection,
    memory,
    pacing,
    starting,
    uploads,
)
from tests.bench.measure import Figure, say, show
from tests.bench.servers import Bench

FIGURES: Mapping[str, Callable[[Bench], list[Figure]]] = {
    "ready": starting.ready,
    "bulk": uploads.bulk,
    "small": uploads.small,
    "eight": uploads.eight,
    "latency": deliveries.latency,
    "memory": memory.memory,
    "unlimited": deliveries.unlimited,
    "backlog": deliveries.backlog,
    "inspection": inspection.inspection,
    "archives": archives.archives,
    "choosing": choosing.choosing,
    "pacing": pacing.pacing,
    "pacing-fast": pacing.fast,
}


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FIGURES)}; none: all")
    parser.add_argument("--runs", type=int, default=5, help="of each pair (5)")
    parser.add_argument("--small", type=int, metavar="MIB", help="a short try: a bulk file of so many MiB")
    parser.add_argument(
        "--folder", type=Path, help="where to work: the disk counts (default: a temporary one)"
    )
    options = parser.parse_args()
    if unknown := set(options.names) - set(FIGURES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    folder = Path(tempfile.mkdtemp(prefix="bridge-bench-", dir=options.folder))
    bench = Bench(
        folder,
        runs=options.runs,
        bulk_mib=options.small or 512,
        files=1000 if options.small is None else 100,
    )
    figures: list[Figure] = []
    try:
        for name in options.names or FIGURES:
            say(f"… {name}")
            figures += FIGURES[name](bench)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        show(figures)


if __name__ == "__main__":
    main()
