"""Export and erasure of a tenant by the API: as by command."""

import io
import zipfile

from bridge.admin.operations import accounts, trail
from bridge.admin.operations.desk import Desk
from tests.admin.api.v1.conftest import Program


def test_what_is_kept_is_exported_and_who_did_it_stands_in_the_audit_trail(
    operator: Program, desk: Desk
) -> None:
    answer = operator.ask("POST", "/accounts/jansen/export", **{"bridge-why": "T-9"})

    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert b'"jansen"' in archive.read("account.jsonl")
        assert "canary" not in "".join(archive.read(name).decode() for name in archive.namelist())
    newest = trail.listing(desk, limit=1)[0]
    assert (newest.act, newest.subject, newest.why) == ("account export", "account:jansen", "T-9")


def test_an_account_that_may_log_in_is_not_erased_and_a_disabled_one_is_once(
    operator: Program, desk: Desk
) -> None:
    refused = operator.ask("POST", "/accounts/jansen/erase", {})
    accounts.set_disabled(desk, name="jansen", is_disabled=True)

    done = operator.ask("POST", "/accounts/jansen/erase", {"cancel_waiting": True})
    again = operator.ask("POST", "/accounts/jansen/erase", {})

    assert refused.status_code == 409
    assert done.status_code == 200
    assert done.json()["name"].startswith("erased-")
    assert again.status_code == 404


def test_nobody_else_exports_or_erases(support: Program, viewer: Program) -> None:
    assert support.ask("POST", "/accounts/jansen/export").status_code == 403
    assert support.ask("POST", "/accounts/jansen/erase", {}).status_code == 403
    assert viewer.ask("POST", "/accounts/jansen/export").status_code == 404
