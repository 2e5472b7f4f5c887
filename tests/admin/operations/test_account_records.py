"""An account as plain values: what it may, until when, and never what it logs in with."""

import json
from dataclasses import replace

from bridge.admin.operations import accounts, records
from bridge.admin.operations.desk import Desk
from tests.admin.operations.test_keys import ED25519
from tests.support.clock import DAY, NOON


def test_moments_are_text_and_hashes_are_nowhere(desk: Desk) -> None:
    account = accounts.add(
        desk, name="sender", administration_codes=["A1"], password="x", key_texts={"k": ED25519}
    ).account
    account = replace(
        account,
        former_password_hash="$canary$",
        former_password_until=NOON + DAY,
        password_expires_at=NOON,
        keys=tuple(replace(key, expires_at=NOON) for key in account.keys),
    )

    record = records.account(account)

    assert record["former_password_until"] == "2026-11-22T12:00:00Z"
    assert record["password_expires_at"] == record["keys"][0]["expires_at"] == "2026-11-21T12:00:00Z"
    assert "$canary$" not in json.dumps(record)
    assert (account.password_hash or "?") not in json.dumps(record)
