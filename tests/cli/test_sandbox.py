"""``bridge sandbox`` runs the strict stand-in alone."""

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest


def test_it_says_where_it_is_tells_each_request_and_ends_on_a_signal(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bridge", "sandbox", "--port", "0", "--record", str(folder / "kept")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert found is not None
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{found[0]}/import/files/csv")  # noqa: S310  loopback
        line = process.stdout.readline()
        os.kill(process.pid, signal.SIGTERM)
        _, error = process.communicate(timeout=10)
    finally:
        process.kill()

    assert "405" in line
    assert process.returncode == 0
    assert error == ""
    assert (folder / "kept" / "requests.jsonl").exists()
