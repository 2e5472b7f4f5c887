"""What the sender of an account reads in the folder status: to have the same page in front of one."""

from bridge.admin.operations import accounts
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.records import Record, moment
from bridge.domain.errors import NotFound
from bridge.domain.status_folder import Answer
from bridge.ledger import status


def listing(desk: Desk, *, name: str) -> list[Answer]:
    """Return all files of the folder, ``today.txt`` first; raise `NotFound` for an unknown account."""
    account = accounts.get(desk, name=name)
    return list(
        desk.database.read_now(
            status.answers,
            account_id=account.id,
            language=desk.settings.language,
            now=desk.clock.now(),
        )
    )


def get(desk: Desk, *, name: str, file: str) -> Answer:
    """Return one file of the folder; raise `NotFound` for an unknown account or file."""
    for answer in listing(desk, name=name):
        if answer.name == file:
            return answer
    raise NotFound(f"no file {file} in the folder status of account {name}")


def record(answer: Answer) -> Record:
    """Return a file as plain values for JSON; its names are a contract."""
    return {
        "name": answer.name,
        "size": len(answer.content),
        "modified_at": moment(answer.modified_at),
        "text": answer.content.decode(),
    }
