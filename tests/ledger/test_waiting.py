"""What waits for one thing is taken up again all together."""

from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadId, UploadState
from bridge.ledger import uploads, waiting
from tests.support.builders import an_account, an_administration, an_upload
from tests.support.clock import MINUTE, NOON

LATER = NOON + MINUTE


def hold(connection: Connection, account: Account, path: str, reason: ReasonCode) -> UploadId:
    upload = an_upload(connection, account, path)
    uploads.stop(connection, upload=upload, to=UploadState.HELD, reason=reason, detail="0x82", now=NOON)
    return upload.id


def test_what_is_held_for_these_reasons_is_spooled_again_at_once(connection: Connection) -> None:
    place = an_administration(connection)
    account, other = (an_account(connection, place, name=name) for name in ("sender", "other"))
    waits = hold(connection, account, "/a.csv", ReasonCode.UNKNOWN_ENCODING)
    others = [
        hold(connection, account, "/b.csv", ReasonCode.UNKNOWN_KIND),
        hold(connection, other, "/a.csv", ReasonCode.UNKNOWN_ENCODING),
    ]

    count = waiting.retry_all(
        connection, account_id=account.id, reasons=[ReasonCode.UNKNOWN_ENCODING], now=LATER
    )

    assert count == 1
    upload = uploads.get(connection, upload_id=waits)
    assert (upload.state, upload.ready_at, upload.reason, upload.detail) == (
        UploadState.SPOOLED,
        LATER,
        None,
        None,
    )
    assert {uploads.get(connection, upload_id=one).state for one in others} == {UploadState.HELD}


def test_what_an_operator_decided_stays(connection: Connection) -> None:
    account = an_account(connection)
    upload_id = hold(connection, account, "/a.txt", ReasonCode.UNKNOWN_KIND)
    upload = uploads.retry(connection, upload_id=upload_id, kind=Kind.DATA, administration="A1", now=NOON)
    uploads.stop(
        connection,
        upload=upload,
        to=UploadState.HELD,
        reason=ReasonCode.WRONG_ENCODING,
        detail="0x82",
        now=NOON,
    )

    waiting.retry_all(connection, account_id=account.id, reasons=[ReasonCode.WRONG_ENCODING], now=LATER)

    again = uploads.get(connection, upload_id=upload_id)
    assert (again.kind_wanted, again.administration_wanted) == (Kind.DATA, "A1")
