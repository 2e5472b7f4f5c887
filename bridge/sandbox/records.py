"""What the sandbox remembers of every request."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request, whatever was answered."""

    number: int  # 1 for the first
    received_at: datetime  # when its headers were there
    monotonic_seconds: float  # the same by a clock that nobody sets
    method: str
    path: str
    endpoint: str | None  # None: none of the five
    status: int  # answered; 0: the connection was cut instead
    text: str  # why, for a person
    headers: dict[str, str]  # names in lower case; without Authorization's value
    filename: str | None = None
    administration_code: str | None = None
    administration_id: int | None = None
    has_token: bool = False
    size: int = 0  # bytes of the decoded file
    sha256: str | None = None  # of the decoded file
    inner_sha256: str | None = None  # of the file without gzip
    stored: str | None = None  # its name in the record folder

    @property
    def is_accepted(self) -> bool:
        """Whether a file was taken."""
        return 200 <= self.status < 300


class RecordFolder:
    """Keeps accepted files under names of its own, and a JSON line of every request."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def store(self, number: int, filename: str, content: bytes) -> str:
        """Write *content*; return the name of the file."""
        suffix = re.sub(r"[^A-Za-z0-9.]+", "_", filename)[-40:].lstrip(".")
        name = f"{number:06d}-{suffix or 'file'}"
        (self._folder / name).write_bytes(content)
        return name

    def add_line(self, received: Received) -> None:
        """Append *received* to requests.jsonl."""
        line = json.dumps({**asdict(received), "received_at": received.received_at.isoformat()})
        with (self._folder / "requests.jsonl").open("a", encoding="ascii") as file:
            file.write(line + "\n")
