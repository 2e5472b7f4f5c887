"""The harness itself: what it computes, and that a short run of it works."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.bench.measure import Sample, cpu_seconds, ratio, resident_mb
from tests.flow.processes import environment, most_in_a_second
from tests.support.loaded import ROOT


def test_the_most_in_a_second_counts_a_sliding_window() -> None:
    assert most_in_a_second([]) == 0
    assert most_in_a_second([0.0, 0.9, 0.95, 1.0]) == 3
    assert most_in_a_second([0.9, 0.0, 0.95, 0.99]) == 4


def test_a_ratio_is_the_median_of_pairs() -> None:
    ours, theirs = Sample([1.0, 2.0, 4.0], [0.1] * 3), Sample([2.0, 4.0, 2.0], [0.2] * 3)

    [row, _] = ratio("x", ours, theirs, amount=100, unit="MB", target=1.5)

    assert row.value == "2.00 x sshd"
    assert row.is_met


def test_a_process_has_cpu_seconds_and_memory() -> None:
    assert cpu_seconds(os.getpid()) > 0
    assert 1 < resident_mb(os.getpid()) < 10_000


@pytest.mark.campaign
@pytest.mark.skipif(shutil.which("sshd", path="/usr/sbin") is None, reason="openssh-server is not installed")
def test_a_short_run_prints_every_figure() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--small", "4", "--runs", "1"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )

    for word in ("bulk", "small", "eight", "CLOSE answered", "memory", "delivery", "backlog"):
        assert f"\n{word}" in done.stdout
