"""The demonstration, as a newcomer runs it."""

import re
import subprocess
import sys
from pathlib import Path


def test_every_sample_meets_its_end_and_nothing_is_left_behind(tmp_path: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "bridge", "demo", "--once"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )

    assert shown.returncode == 0, shown.stderr
    became = re.findall(r"^(/\S+) +(\w+)", shown.stdout, re.MULTILINE)
    assert dict(became) == {
        "/open-items.csv": "delivered",
        "/2026-0001.pdf": "delivered",
        "/2026-0001.xml": "delivered",
        "/november.zip": "delivered",
        "/invoice_attachment/terms.pdf": "delivered",
        "/OTHER/csv/open-items.csv.gz": "delivered",
        "/damaged.zip": "refused",
        "/yesterday.csv": "held",
    }
    assert "The stand-in took 8 files and refused 0." in shown.stdout
    assert list(tmp_path.iterdir()) == []
