"""The verdict at the client's CLOSE: what can never be delivered fails it, so that the tool itself sees it.

Only what is plain without reading the file: the folder, the name, the first bytes, an archive's directory.
Everything else is for intake, after the client has its OK.
"""

from dataclasses import dataclass
from pathlib import Path

from bridge.config.settings import IntakeSettings
from bridge.domain.accounts import Account, AtClose
from bridge.domain.kinds import Kind
from bridge.domain.names import printable
from bridge.domain.reasons import ReasonCode
from bridge.domain.routes import place
from bridge.domain.uploads import Refusal, UploadState
from bridge.intake.directory import stated_entries
from bridge.intake.judge import is_gzip, is_zip
from bridge.intake.layout import read_parts
from bridge.intake.member_names import member_name
from bridge.intake.plan import Halt
from bridge.intake.reading import HEAD_BYTES
from bridge.intake.recognise import recognise

_GZIP_MAGIC = b"\x1f\x8b\x08"
_ENTRIES_PER_MS = 10  # of a directory that are proved in a millisecond, cautiously (measured: 40)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseVerdict:
    """Looks at closed files; in a thread."""

    settings: IntakeSettings

    def __call__(self, account: Account, path: str, file: Path, size: int) -> Refusal | None:
        """Return why the file at *path* of *account* can never be delivered; None: not plain, or it can.

        Args:
            account: whose it is.
            path: as the client sees it.
            file: where its bytes are.
            size: of it, in bytes.
        """
        if account.at_close is not AtClose.REFUSE or not self.settings.close_check_ms:
            return None
        placed = place(account, path)
        if placed.hold is ReasonCode.UNKNOWN_ADMINISTRATION:
            return Refusal(reason=placed.hold, detail=printable(path))
        name = path.rpartition("/")[2]
        if placed.hold is not None or placed.kind is Kind.DECLARATION:
            return None
        if is_zip(name):
            return self._of_zip(account, file, size)
        if is_gzip(name):
            return _of_gzip(file, size)
        return None if placed.kind is not None else _of_content(name, file)

    def _of_zip(self, account: Account, file: Path, size: int) -> Refusal | None:
        in_time = self.settings.close_check_ms * _ENTRIES_PER_MS
        try:
            with file.open("rb") as stream:
                entries = stated_entries(stream, size=size)
                if in_time < entries <= self.settings.max_members:
                    return None  # intake has the time to read such a directory
                for part in read_parts(stream, size=size, settings=self.settings):
                    member_name(part.entry, account.encoding)
        except Halt as halt:
            if halt.state is UploadState.REFUSED:
                return Refusal(reason=halt.reason, detail=halt.detail)
        return None


def _of_gzip(file: Path, size: int) -> Refusal | None:
    with file.open("rb") as stream:
        is_gzip_inside = stream.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    if is_gzip_inside:
        return None
    detail = "it is empty, which no .gz can be" if not size else "it does not begin as a .gz does"
    return Refusal(reason=ReasonCode.BROKEN_GZIP, detail=detail)


def _of_content(name: str, file: Path) -> Refusal | None:
    with file.open("rb") as stream:
        seen = recognise(name, stream.read(HEAD_BYTES))
    return Refusal(reason=seen.reason, detail=seen.detail) if seen.reason is ReasonCode.UNKNOWN_KIND else None
