"""New files of a spool, written whole, bare or sealed."""

from pathlib import Path

from bridge.spool import files


def write(path: Path, content: bytes) -> None:
    """Write the new file *path* of a spool, synced."""
    file = files.create(path)
    file.write([content], 0)
    file.sync()
    file.close()
