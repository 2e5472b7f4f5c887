"""Measuring: seconds, CPU seconds and memory of a process, medians, and a row of the table."""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

TICKS = os.sysconf("SC_CLK_TCK")


def say(text: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row of the table."""

    name: str
    value: str
    beside: str = ""  # what it is compared with, or more of the same
    target: str = ""  # empty: no target, for information
    is_met: bool | None = None  # None: no target


@dataclass(slots=True)
class Sample:
    """What one server needed for one kind of work."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def median_cpu(self) -> float:
        return statistics.median(self.cpu)

    @property
    def all(self) -> str:
        """Every run, for whoever wonders about the noise."""
        return " ".join(f"{one:.2f}" for one in self.seconds)


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of *pid* and of its children that have ended (proc(5), fields 14 to 17)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(one) for one in fields[11:15]) / TICKS


def resident_mb(pid: int) -> float:
    """Return the resident memory of *pid* in MB of 1,000,000 bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise ProcessLookupError(pid)


@dataclass(slots=True)
class Peak:
    """The highest resident memory while somebody looked."""

    mb: float = 0.0


@contextmanager
def watched(pid: int, every: float = 0.02) -> Iterator[Peak]:
    """Watch the memory of *pid* from a thread."""
    peak, is_over = Peak(resident_mb(pid)), Event()

    def watch() -> None:
        while not is_over.wait(every):
            peak.mb = max(peak.mb, resident_mb(pid))

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        is_over.set()
        thread.join()


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a pair: what to time, what to do after it, and whose CPU counts."""

    pid: int
    work: Callable[[int], None]  # given the number of the run
    afterwards: Callable[[int], None]


def pairs(first: Side, second: Side, *, runs: int) -> tuple[Sample, Sample]:
    """Time both sides in turn, *runs* times, after a run each that does not count."""
    samples = Sample(), Sample()
    for run in range(runs + 1):
        for side, sample in zip((first, second), samples, strict=True):
            cpu, began = cpu_seconds(side.pid), time.monotonic()
            side.work(run)
            seconds = time.monotonic() - began
            time.sleep(0.3)  # sshd's children end and are counted
            if run:
                sample.seconds.append(seconds)
                sample.cpu.append(cpu_seconds(side.pid) - cpu)
            side.afterwards(run)
    return samples


def ratio(
    name: str, ours: Sample, theirs: Sample, *, amount: float, unit: str, target: float
) -> list[Figure]:
    """Return the rows of a comparison with sshd: rates, and CPU seconds without a target."""
    paired = statistics.median(b / a for a, b in zip(ours.seconds, theirs.seconds, strict=True))
    return [
        Figure(
            name=name,
            value=f"{paired:.2f} x sshd",
            beside=f"{amount / ours.median:.0f} against {amount / theirs.median:.0f} {unit}/s",
            target=f">= {target:.1f} x",
            is_met=paired >= target,
        ),
        Figure(
            name=f"{name}: CPU seconds",
            value=f"{ours.median_cpu:.2f}",
            beside=f"sshd {theirs.median_cpu:.2f}; seconds: {ours.all} | {theirs.all}",
        ),
    ]


def show(figures: Sequence[Figure]) -> None:
    """Print the table."""
    rows = [("figure", "measured", "target", "met", "")] + [
        (one.name, one.value, one.target, {None: "", True: "yes", False: "NO"}[one.is_met], one.beside)
        for one in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)).rstrip())
