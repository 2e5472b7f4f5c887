"""What is said of an account is one true sentence."""

from dataclasses import replace
from datetime import timedelta

from bridge.admin.operations import account_list, accounts
from bridge.admin.operations.desk import Desk
from bridge.admin.web.account_words import answer, hands, proofs, taken_up, waits
from bridge.domain.accounts import AccountKey
from bridge.domain.terms import Terms
from tests.support.clock import NOON

DAY = timedelta(days=1)
KEY = AccountKey(fingerprint="SHA256:abcdefghijklmnop", public_key="ssh-ed25519 x", comment="laptop")


def test_what_opens_it_is_counted_without_what_has_ended(desk: Desk) -> None:
    account = replace(accounts.get(desk, name="jansen"), keys=(KEY, replace(KEY, expires_at=NOON)))
    two = replace(account, former_password_hash="y", former_password_until=NOON + DAY)
    none = replace(account, password_expires_at=NOON, keys=())

    assert proofs(account, now=NOON) == "a password and 1 key"
    assert proofs(two, now=NOON) == "two passwords and 1 key"
    assert proofs(none, now=NOON) == "nothing"


def test_nobody_can_log_in_is_said_first(desk: Desk) -> None:
    accounts.change(desk, name="jansen", terms=Terms(password_expires="1"))
    account = accounts.get(desk, name="jansen")
    listed = replace(account_list.standing(desk, name="jansen"), standing=account_list.Standing.LOCKED)
    disabled = replace(account, is_disabled=True)

    assert answer(account, listed, now=NOON + 2 * DAY).startswith("Nobody can log in as jansen: all that")
    assert answer(disabled, listed, now=NOON).startswith("jansen is disabled: nobody can log in as it")


def test_hands_lead_to_where_it_is_mended(desk: Desk) -> None:
    place = replace(
        accounts.get(desk, name="jansen").administrations[0],
        paused_until=NOON + DAY,
        paused_reason="locked out",
    )
    account = replace(
        accounts.get(desk, name="jansen"),
        keys=(replace(KEY, expires_at=NOON + DAY),),
        is_stopped=True,
        administrations=(place,),
    )
    listed = replace(account_list.standing(desk, name="jansen"), held=2, waiting=3)

    found = [(one.word, one.path) for one in hands(account, listed, now=NOON)]

    assert found == [
        ("ends soon", "/accounts/jansen/keys"),
        ("stopped", "/accounts/jansen#acts"),
        ("held", "/held?account=jansen"),
        ("paused", "/administrations/A1"),
    ]


def test_ends_of_sentences() -> None:
    assert (waits(0), waits(1)) == ("", "; 1 file waits")
    assert taken_up(0) == ""
    assert taken_up(2) == " 2 uploads that waited for it are looked at again."
