"""What accounts log in with: rotation keeps the old password a while; the audit trail has no secret."""

import json

import bcrypt
import pytest

from bridge.admin.operations import accounts, credentials, declaring, trail
from bridge.admin.operations.declared import declaration
from bridge.admin.operations.desk import Desk
from bridge.domain.audit import Actor, Way
from bridge.domain.errors import Conflict, Invalid, NotFound, Refused
from bridge.domain.roles import Role
from bridge.domain.terms import Terms
from bridge.runtime.passwords import is_right
from tests.admin.operations.test_keys import ED25519, FINGERPRINT
from tests.support.clock import DAY

FOREIGN = bcrypt.hashpw(b"brought", bcrypt.gensalt(4)).decode()


@pytest.fixture(autouse=True)
def _sender(desk: Desk) -> None:
    accounts.add(desk, name="sender", administration_codes=["A1"], password="old")


def test_the_old_password_can_be_kept_for_some_days(desk: Desk) -> None:
    changed = credentials.set_password(desk, name="sender", password="new", keep_old_days="7").account

    assert is_right(changed.password_hash or "", "new")
    assert is_right(changed.former_password_hash or "", "old")
    assert changed.former_password_until == desk.clock.now() + 7 * DAY


def test_the_next_new_password_ends_both(desk: Desk) -> None:
    credentials.set_password(desk, name="sender", password="new", keep_old_days="7")

    changed = credentials.set_password(desk, name="sender", password="newest").account

    assert (changed.former_password_hash, changed.former_password_until) == (None, None)


def test_a_new_password_expires_only_if_that_is_said(desk: Desk) -> None:
    accounts.change(desk, name="sender", terms=Terms(password_expires="1"))

    changed = credentials.set_password(desk, name="sender", password="new", expires="30").account
    assert changed.password_expires_at == desk.clock.now() + 30 * DAY
    assert credentials.set_password(desk, name="sender").account.password_expires_at is None


def test_there_must_be_an_old_one_to_keep(desk: Desk) -> None:
    credentials.add_keys(desk, name="sender", source="k.pub", text=ED25519)
    accounts.change(desk, name="sender", forget_password=True)

    with pytest.raises(Conflict, match="no old password"):
        credentials.set_password(desk, name="sender", keep_old_days="7")
    assert accounts.get(desk, name="sender").password_hash is None


def test_a_hash_of_another_server_is_kept_as_it_is(desk: Desk) -> None:
    changed = credentials.set_password(desk, name="sender", password_hash=FOREIGN)
    added = accounts.add(desk, name="other", administration_codes=["A1"], password_hash=FOREIGN)

    assert changed.account.password_hash == added.account.password_hash == FOREIGN
    assert (changed.generated_password, added.generated_password) == (None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"password_hash": "md5"},
        {"password_hash": FOREIGN.replace("$04$", "$31$")},
        {"password_hash": FOREIGN, "password": "x"},
        {"keep_old_days": "0"},
        {"expires": "soon"},
    ],
)
def test_what_cannot_be_right_changes_nothing(desk: Desk, wrong: dict[str, str]) -> None:
    before = accounts.get(desk, name="sender")
    with pytest.raises(Invalid):
        credentials.set_password(desk, name="sender", **wrong)

    assert accounts.get(desk, name="sender") == before


def test_a_key_may_expire_and_knows_when_it_came(desk: Desk) -> None:
    credentials.add_keys(desk, name="sender", source="k.pub", text=ED25519, expires="90")

    [key] = accounts.get(desk, name="sender").keys
    assert (key.added_at, key.expires_at) == (desk.clock.now(), desk.clock.now() + 90 * DAY)
    credentials.remove_key(desk, name="sender", fingerprint=FINGERPRINT)
    assert accounts.get(desk, name="sender").keys == ()


def test_the_trail_says_what_was_set_and_never_to_what(desk: Desk) -> None:
    credentials.set_password(desk, name="sender", password_hash=FOREIGN, keep_old_days="7", expires="30")

    acts = trail.listing(desk, subject="account:sender", limit=10)

    assert acts[0].detail["password"] == "hash (bcrypt)"
    assert set(acts[0].detail) == {"password", "old_until", "expires"}
    told = json.dumps([dict(act.detail) for act in acts])
    assert FOREIGN not in told
    assert "$argon2" not in told


def test_a_viewer_of_another_tenant_learns_nothing_and_changes_nothing(desk: Desk) -> None:
    other = accounts.add(desk, name="other", administration_codes=["A1"], password="x").account
    viewer = Desk(
        database=desk.database,
        clock=desk.clock,
        settings=desk.settings,
        actor=Actor(who="eve", way=Way.API, role=Role.VIEWER, account=other.id),
    )

    for name in ("sender", "nobody"):
        with pytest.raises(NotFound):
            credentials.set_password(viewer, name=name, password="x")
    with pytest.raises(Refused):
        credentials.set_password(viewer, name="other", password="x")


@pytest.mark.parametrize(
    "text",
    [
        FOREIGN.replace("$04$", "$31$"),
        "$6$rounds=999999999$saltsalt$" + "b" * 86,
        "$argon2id$v=19$m=4194304,t=3,p=4$c2FsdHNhbHRzYWx0$" + "c" * 43,
        "$argon2id$v=19$m=8,t=1000000,p=1$c2FsdHNhbHRzYWx0$" + "c" * 43,
    ],
    ids=["bcrypt", "sha512-crypt", "argon2 memory", "argon2 passes"],
)
def test_no_way_in_takes_a_hash_that_costs_too_much(desk: Desk, text: str) -> None:
    declared = declaration({"accounts": [{"name": "new", "administrations": ["A1"], "password_hash": text}]})
    before = accounts.get(desk, name="sender").password_hash

    with pytest.raises(Invalid, match="cannot be taken over"):
        credentials.set_password(desk, name="sender", password_hash=text)
    with pytest.raises(Invalid, match="cannot be taken over"):
        accounts.add(desk, name="new", administration_codes=["A1"], password_hash=text)
    with pytest.raises(Invalid, match="cannot be taken over"):
        declaring.apply(desk, declared)
    assert accounts.get(desk, name="sender").password_hash == before
