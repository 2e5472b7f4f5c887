"""Keys of the spool: which are there, how many files each still opens, and a new one."""

from collections import Counter
from dataclasses import dataclass

from bridge.admin.operations.desk import Desk
from bridge.domain.audit import Deed
from bridge.ledger.database import Transaction
from bridge.spool import keys
from bridge.spool.keys import SUFFIX, SpoolKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """A key, and what it still opens."""

    mark: str  # by which it is known; nothing of the key itself
    is_first: bool  # seals what comes
    is_here: bool  # False: files need it, and it is not in the key file
    files: int


def listing(desk: Desk) -> list[KeyUse]:
    """Return the keys, the first first, and those that files need and that are missing."""
    desk.check_sees_all("keys of the spool")
    found = SpoolKeys.from_folder(desk.settings.keys_dir, makes=False)
    uses = _uses(desk)
    marks = [*found.marks, *sorted(set(uses) - set(found.marks))]
    return [
        KeyUse(mark=mark.hex(), is_first=mark == found.first, is_here=mark in found.marks, files=uses[mark])
        for mark in marks
    ]


def rotate(desk: Desk) -> str:
    """Put a new key before the others; a server that runs takes it up at once.  Return its mark."""
    deed = Deed(act="spool rotate", subject="spool:key")

    def write(_ledger: Transaction) -> str:
        return keys.rotate(desk.settings.keys_dir).hex()

    return desk.change(deed, write)


def _uses(desk: Desk) -> Counter[bytes]:
    from bridge.spool.sealed import key_mark  # loads cryptography

    uses: Counter[bytes] = Counter()
    for part in ("blobs", "drafts"):
        for path in (desk.settings.spool_folder / part).glob(f"*{SUFFIX}"):
            try:
                mark = key_mark(path)
            except FileNotFoundError:  # its time was over
                continue
            if mark is not None:
                uses[mark] += 1
    return uses
