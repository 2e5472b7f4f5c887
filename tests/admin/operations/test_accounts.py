"""Accounts: passwords are hashed, one is made where nothing else is given, and names are checked."""

import pytest
from sqlalchemy.engine import Connection

from bridge.admin.operations import accounts, routes, trail
from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account, AtClose
from bridge.domain.errors import AlreadyThere, Conflict, Invalid, NotFound
from bridge.domain.reasons import ReasonCode
from bridge.domain.terms import Terms
from bridge.domain.uploads import UploadId, UploadState
from bridge.ledger import uploads
from bridge.runtime.passwords import is_right
from tests.admin.operations.test_keys import ED25519, FINGERPRINT
from tests.support import builders
from tests.support.clock import NOON


def hold(connection: Connection, account: Account, reason: ReasonCode) -> UploadId:
    upload = builders.an_upload(connection, account, f"/{reason}.csv")
    uploads.stop(connection, upload=upload, to=UploadState.HELD, reason=reason, detail="0x82", now=NOON)
    return upload.id


def test_without_password_and_key_a_password_is_made_that_can_be_read_out(desk: Desk) -> None:
    added = accounts.add(desk, name="sender", administration_codes=["A1"])

    assert added.generated_password is not None
    assert len(added.generated_password) == 20
    assert not set(added.generated_password) & set("0Oo1Il")
    assert is_right(added.account.password_hash or "", added.generated_password)


def test_a_given_password_is_hashed_and_not_told_back(desk: Desk) -> None:
    added = accounts.add(desk, name="sender", administration_codes=["A1"], password="pässword")

    assert added.generated_password is None
    assert is_right(added.account.password_hash or "", "pässword")


def test_with_a_key_alone_there_is_no_password(desk: Desk) -> None:
    added = accounts.add(desk, name="sender", administration_codes=["A1"], key_texts={"k.pub": ED25519})

    assert added.account.password_hash is None
    assert added.generated_password is None
    assert [key.fingerprint for key in added.account.keys] == [FINGERPRINT]


def test_the_first_administration_is_the_default_and_twice_is_once(desk: Desk) -> None:
    added = accounts.add(desk, name="sender", administration_codes=["B2", "A1", "B2"], password="x")

    assert [place.code for place in added.account.administrations] == ["B2", "A1"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Sender"},
        {"administration_codes": []},
        {"password": ""},
        {"password": "two\nlines"},
        {"password": "x" * 2000},
        {"encoding": "utf-16"},
        {"encoding": "klingon"},
        {"key_texts": {"k.pub": "nonsense"}},
    ],
)
def test_what_cannot_be_right_is_refused_and_nothing_is_kept(desk: Desk, wrong: dict[str, object]) -> None:
    given: dict[str, object] = {"name": "sender", "administration_codes": ["A1"]}

    with pytest.raises(Invalid):
        accounts.add(desk, **(given | wrong))  # type: ignore[arg-type]
    assert accounts.listing(desk) == []


def test_a_mistake_in_a_key_names_its_file(desk: Desk) -> None:
    with pytest.raises(Invalid, match=r"^second\.pub: "):
        accounts.add(
            desk,
            name="sender",
            administration_codes=["A1"],
            key_texts={"first.pub": ED25519, "second.pub": "nonsense"},
        )


def test_an_unknown_administration_and_a_taken_name_are_refused(desk: Desk) -> None:
    with pytest.raises(NotFound, match="Z9"):
        accounts.add(desk, name="sender", administration_codes=["A1", "Z9"])

    accounts.add(desk, name="sender", administration_codes=["A1"])
    with pytest.raises(AlreadyThere, match="sender"):
        accounts.add(desk, name="sender", administration_codes=["A1"])


def test_only_what_is_given_changes(desk: Desk) -> None:
    accounts.add(desk, name="sender", administration_codes=["A1"], password="x", encoding="cp850")

    changed = accounts.change(desk, name="sender", administration_codes=["B2"])

    assert [place.code for place in changed.account.administrations] == ["B2"]
    assert changed.account.encoding == "cp850"
    assert accounts.change(desk, name="sender", encoding="none").account.encoding is None


def test_files_are_refused_at_close_unless_the_account_says_otherwise(desk: Desk) -> None:
    refusing = accounts.add(desk, name="sender", administration_codes=["A1"], password="x").account
    holding = accounts.add(
        desk, name="other", administration_codes=["A1"], password="x", at_close=AtClose.HOLD
    ).account

    assert (refusing.at_close, holding.at_close) == (AtClose.REFUSE, AtClose.HOLD)
    assert accounts.change(desk, name="sender", at_close=AtClose.HOLD).account.at_close is AtClose.HOLD
    assert accounts.change(desk, name="sender", encoding="cp850").account.at_close is AtClose.HOLD


def test_with_an_encoding_goes_what_waited_for_one_and_nothing_else(desk: Desk) -> None:
    account = accounts.add(desk, name="sender", administration_codes=["A1"], password="x").account
    held = {
        reason: desk.database.write_now(hold, account, reason)
        for reason in (ReasonCode.UNKNOWN_ENCODING, ReasonCode.WRONG_ENCODING, ReasonCode.UNKNOWN_KIND)
    }

    changed = accounts.change(desk, name="sender", encoding="cp850")

    assert changed.retried == 2
    states = {
        reason: desk.database.read_now(uploads.get, upload_id=upload_id).state
        for reason, upload_id in held.items()
    }
    assert states == {
        ReasonCode.UNKNOWN_ENCODING: UploadState.SPOOLED,
        ReasonCode.WRONG_ENCODING: UploadState.SPOOLED,
        ReasonCode.UNKNOWN_KIND: UploadState.HELD,
    }
    assert accounts.change(desk, name="sender", encoding="none").retried == 0


def test_an_administration_that_a_route_names_stays(desk: Desk) -> None:
    accounts.add(desk, name="sender", administration_codes=["A1", "B2"], password="x")
    routes.add(desk, account="sender", pattern="*.csv", administration="B2")

    with pytest.raises(Conflict, match="route"):
        accounts.change(desk, name="sender", administration_codes=["A1"])
    assert len(accounts.get(desk, name="sender").administrations) == 2


def test_the_password_goes_only_where_a_key_is_left(desk: Desk) -> None:
    accounts.add(desk, name="sender", administration_codes=["A1"], password="x")
    with pytest.raises(Conflict, match="no key"):
        accounts.change(desk, name="sender", forget_password=True)

    accounts.add_keys(desk, name="sender", source="k.pub", text=ED25519)

    assert accounts.change(desk, name="sender", forget_password=True).account.password_hash is None


def test_a_new_password_ends_the_old_one(desk: Desk) -> None:
    accounts.add(desk, name="sender", administration_codes=["A1"], password="old")

    changed = accounts.set_password(desk, name="sender")

    assert not is_right(changed.account.password_hash or "", "old")
    assert is_right(changed.account.password_hash or "", changed.generated_password or "")
    with pytest.raises(Invalid):
        accounts.set_password(desk, name="sender", password="")


def test_an_account_can_be_disabled_enabled_and_removed(desk: Desk) -> None:
    accounts.add(desk, name="sender", administration_codes=["A1"], password="x")

    assert accounts.set_disabled(desk, name="sender", is_disabled=True).is_disabled
    assert not accounts.set_disabled(desk, name="sender", is_disabled=False).is_disabled
    accounts.remove(desk, name="sender")
    with pytest.raises(NotFound):
        accounts.get(desk, name="sender")


def test_keys_come_and_go_by_fingerprint(desk: Desk) -> None:
    accounts.add(desk, name="sender", administration_codes=["A1"], password="x")
    accounts.add_keys(desk, name="sender", source="k.pub", text=ED25519)

    with pytest.raises(AlreadyThere):
        accounts.add_keys(desk, name="sender", source="k.pub", text=ED25519)
    accounts.remove_key(desk, name="sender", fingerprint=FINGERPRINT)
    with pytest.raises(NotFound):
        accounts.remove_key(desk, name="sender", fingerprint=FINGERPRINT)


def test_terms_are_set_with_the_account_and_changed_one_by_one(desk: Desk) -> None:
    accounts.add(
        desk,
        name="sender",
        administration_codes=["A1"],
        password="x",
        terms=Terms(quota="20GB", language="nl"),
    )

    changed = accounts.change(desk, name="sender", terms=Terms(allow_from=("192.0.2.0/24",))).account

    assert (changed.quota_bytes, changed.language) == (20_000_000_000, "nl")
    assert changed.allowed_networks == ("192.0.2.0/24",)
    [act, *_] = trail.listing(desk, subject="account:sender", limit=10)
    assert act.detail == {"allowed_networks": {"from": [], "to": ["192.0.2.0/24"]}}


def test_without_a_password_nothing_of_the_old_one_is_kept(desk: Desk) -> None:
    accounts.add(desk, name="sender", administration_codes=["A1"], password="x", key_texts={"k": ED25519})
    accounts.set_password(desk, name="sender", keep_old_days="7", expires="30")

    account = accounts.change(desk, name="sender", forget_password=True).account

    assert (account.former_password_hash, account.former_password_until) == (None, None)
    assert account.password_expires_at is None
