"""Files to look at in the console: of jansen one of each fate, of another tenant one."""

from dataclasses import dataclass

from bridge.admin.operations import accounts
from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.domain.deliveries import Delivery
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import Upload, UploadState
from bridge.ledger import uploads
from tests.support import builders

HOSTILE = "<img src=x onerror=alert(1)>\u202egpj.pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What was made."""

    account: Account
    waiting: Delivery  # of jansen, /F1.pdf
    held: Upload  # of jansen as a whole, /export/weekly.dat: nobody knows what it is
    member: Delivery  # of jansen, held, of an archive
    hostile: Upload  # of jansen, held, with a name that means harm
    others: Delivery  # of the other tenant


def fill(desk: Desk) -> Filled:
    """Make them; each upload is acknowledged, two are decided by hand as intake would."""
    account = accounts.get(desk, name="jansen")
    other = accounts.get(desk, name="other")
    write = desk.database.write_now
    place = account.administrations[0]
    waiting = write(builders.an_accepted_upload, account, "/F1.pdf")
    archive = write(builders.an_upload, account, "/all.zip")
    plan = builders.a_plan(archive, None, None, member="in/notes.dat", reason=ReasonCode.UNKNOWN_KIND)
    [member] = write(builders.accept, archive, plan)
    assert place.code == "A1"
    return Filled(
        account=account,
        waiting=waiting,
        held=held(desk, account, "/export/weekly.dat"),
        member=member,
        hostile=held(desk, account, f"/{HOSTILE}", ReasonCode.BROKEN_PDF),
        others=write(builders.an_accepted_upload, other, "/secret.pdf"),
    )


def held(
    desk: Desk,
    account: Account,
    path: str,
    reason: ReasonCode = ReasonCode.UNKNOWN_KIND,
    detail: str = "it has the extension .dat",
) -> Upload:
    """Receive an upload and hold it as a whole."""
    upload = desk.database.write_now(builders.an_upload, account, path)
    desk.database.write_now(
        uploads.stop,
        upload=upload,
        to=UploadState.HELD,
        reason=reason,
        detail=detail,
        now=desk.clock.now(),
    )
    return upload
