"""Every act of an operator is in the audit trail, with what it changed."""

from collections.abc import Callable

import pytest

from bridge.admin.operations import accounts, administrations, deliveries, lanes, routes, trail, uploads
from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import AtClose
from bridge.domain.errors import Invalid
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from bridge.ledger import uploads as ledger
from tests.admin.operations.test_keys import ED25519, FINGERPRINT
from tests.support import builders
from tests.support.clock import NOON, SECOND


def last(desk: Desk) -> dict[str, object]:
    """The newest entry, without what is the same in all of them."""
    record = trail.record(trail.listing(desk, limit=1)[0])
    return {name: record[name] for name in ("act", "subject", "detail")}


def test_accounts_are_told_with_what_was_and_what_is(desk: Desk) -> None:
    accounts.add(desk, name="sender", administration_codes=["A1", "B2"])
    assert last(desk) == {
        "act": "account add",
        "subject": "account:sender",
        "detail": {
            "administrations": ["A1", "B2"],
            "password": "generated",
            "keys": [],
            "encoding": None,
            "at_close": "refuse",
        },
    }

    accounts.change(desk, name="sender", administration_codes=["B2"], at_close=AtClose.HOLD)
    assert last(desk)["detail"] == {
        "administrations": {"from": ["A1", "B2"], "to": ["B2"]},
        "at_close": {"from": "refuse", "to": "hold"},
    }


def test_keys_are_told_by_their_fingerprints(desk: Desk) -> None:
    accounts.add(desk, name="sender", administration_codes=["A1"])

    accounts.add_keys(desk, name="sender", source="k.pub", text=ED25519)

    assert last(desk) == {
        "act": "account key add",
        "subject": "account:sender",
        "detail": {"keys": [FINGERPRINT]},
    }
    accounts.remove_key(desk, name="sender", fingerprint=FINGERPRINT)
    assert last(desk)["act"] == "account key remove"


def test_a_rule_is_told_as_it_was_and_as_it_is(desk: Desk) -> None:
    accounts.add(desk, name="sender", administration_codes=["A1"])
    route = routes.add(desk, account="sender", pattern="*.csv", kind=Kind.DATA)
    blank: dict[str, object] = {"administration": None, "encoding": None, "guards": {}}
    was = {"id": route.id, "pattern": "*.csv", "kind": "data"} | blank
    assert last(desk) == {
        "act": "account route add",
        "subject": "account:sender",
        "detail": {"is": was, "position": 0},
    }

    wish = routes.Wish(pattern="*.txt")
    routes.save(desk, routes.draft_change(desk, account="sender", route_id=route.id, wish=wish))
    assert last(desk)["detail"] == {"was": was, "is": was | {"pattern": "*.txt"}, "position": 0}

    routes.remove(desk, account="sender", route_id=route.id)
    assert last(desk)["act"] == "account route remove"
    assert last(desk)["detail"] == {"was": was | {"pattern": "*.txt"}}


def test_a_delivery_is_told_with_the_reason_for_which_it_was_held(desk: Desk) -> None:
    account = accounts.add(desk, name="sender", administration_codes=["A1"]).account
    number = desk.database.write_now(builders.an_accepted_upload, account).id
    deliveries.hold(desk, delivery_id=number)
    assert last(desk) == {
        "act": "delivery hold",
        "subject": f"delivery:{number}",
        "detail": {"from": "pending", "to": "held"},
    }

    deliveries.release(desk, delivery_id=number, kind=Kind.INVOICE_ATTACHMENT)

    assert last(desk)["detail"] == {
        "from": "held",
        "to": "pending",
        "reason": "by_operator",
        "kind": "invoice_attachment",
    }


def test_an_upload_is_told_with_what_was_decided_of_it(desk: Desk) -> None:
    account = accounts.add(desk, name="sender", administration_codes=["A1"]).account
    upload = desk.database.write_now(builders.an_upload, account, "/what.bin")
    desk.database.write_now(
        ledger.stop, upload=upload, to=UploadState.HELD, reason=ReasonCode.UNKNOWN_KIND, detail="", now=NOON
    )

    uploads.retry(desk, upload_id=upload.id, kind=Kind.DATA)

    assert last(desk) == {
        "act": "upload retry",
        "subject": f"upload:{upload.id}",
        "detail": {"from": "held", "reason": "unknown_kind", "kind": "data"},
    }


def test_a_decision_about_an_upload_is_told_of_it_and_of_each_delivery(desk: Desk) -> None:
    account = accounts.add(desk, name="sender", administration_codes=["A1"]).account
    upload = desk.database.write_now(builders.an_upload, account, "/both.zip")
    held = desk.database.write_now(
        builders.accept,
        upload,
        *(
            builders.a_plan(upload, account.administrations[0], member=name, reason=ReasonCode.BROKEN_PDF)
            for name in ("a.pdf", "b.pdf")
        ),
    )

    uploads.reject(desk, upload_id=upload.id)

    assert [one.act for one in trail.listing(desk, subject=f"upload:{upload.id}")] == ["upload reject"]
    for delivery in held:
        [told] = trail.listing(desk, subject=f"delivery:{delivery.id}")
        assert told.act == "upload reject"
        assert told.detail == {
            "from": "held",
            "to": "cancelled",
            "reason": "broken_pdf",
            "by": f"upload:{upload.id}",
        }


Act = Callable[[Desk], object]


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (lambda desk: lanes.pause(desk, name="destination"), ("lane pause", "lane:destination")),
        (lambda desk: lanes.resume(desk, name="destination"), ("lane resume", "lane:destination")),
        (
            lambda desk: administrations.remove(desk, code="B2"),
            ("administration remove", "administration:B2"),
        ),
        (
            lambda desk: administrations.set_stopped(desk, code="A1", is_stopped=False),
            ("administration resume", "administration:A1"),
        ),
        (
            lambda desk: accounts.set_stopped(desk, name="sender", is_stopped=True),
            ("account stop", "account:sender"),
        ),
        (
            lambda desk: accounts.set_disabled(desk, name="sender", is_disabled=True),
            ("account disable", "account:sender"),
        ),
        (lambda desk: accounts.set_password(desk, name="sender"), ("account password", "account:sender")),
        (lambda desk: accounts.remove(desk, name="sender"), ("account remove", "account:sender")),
    ],
)
def test_every_other_act_is_told_by_its_command(desk: Desk, act: Act, expected: tuple[str, str]) -> None:
    accounts.add(desk, name="sender", administration_codes=["A1"])

    act(desk)

    assert (last(desk)["act"], last(desk)["subject"]) == expected


def test_an_administration_is_told_with_what_differs(desk: Desk) -> None:
    administrations.change(desk, code="A1", payt_id=7, guards={"outdated": "off"})

    assert last(desk)["detail"] == {
        "id": {"from": None, "to": 7},
        "guards": {"from": {}, "to": {"outdated": "off"}},
    }


def test_the_trail_is_asked_by_subject_person_and_moment(desk: Desk) -> None:
    lanes.pause(desk, name="destination")

    assert [one.act for one in trail.listing(desk, subject="lane:destination")] == ["lane pause"]
    assert trail.listing(desk, who="nobody") == []
    assert trail.listing(desk, since=NOON + SECOND) == []
    with pytest.raises(Invalid, match="delivery:42"):
        trail.listing(desk, subject="42")
