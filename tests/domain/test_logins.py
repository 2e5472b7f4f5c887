"""Who breaks if an algorithm is switched off: by the clients' own offers, not by guesses."""

from dataclasses import replace
from datetime import datetime

from bridge.domain.accounts import AccountId
from bridge.domain.logins import Agreed, Part, Profile, needs
from tests.support.clock import DAY, NOON

OLD = Agreed(
    account_id=AccountId(1),
    client="SSH-2.0-JSCH-0.1.54",
    door="compat",
    key_exchange="diffie-hellman-group14-sha1",
    host_key="ssh-rsa",
    cipher="aes128-ctr",
    mac="hmac-sha1",
    proof="ssh-rsa",
    instead={Part.CIPHER: "aes256-ctr"},
)


def used(agreed: Agreed, *, account: str = "old", at: datetime = NOON, logins: int = 1) -> Profile:
    return Profile(agreed=agreed, account=account, first_at=at, last_at=at, logins=logins)


def test_what_a_client_has_no_other_for_breaks_it() -> None:
    [need] = needs([used(OLD)], "diffie-hellman-group14-sha1")

    assert (need.breaks, need.part, need.account, need.client) == (
        True,
        Part.KEY_EXCHANGE,
        "old",
        "SSH-2.0-JSCH-0.1.54",
    )


def test_what_a_client_offers_another_for_does_not() -> None:
    [need] = needs([used(OLD)], "aes128-ctr")

    assert (need.breaks, need.instead) == (False, "aes256-ctr")


def test_an_algorithm_counts_wherever_it_is_used() -> None:
    assert {need.part for need in needs([used(OLD)], "ssh-rsa")} == {Part.HOST_KEY, Part.PROOF}
    assert needs([used(OLD)], "hmac-md5") == []


def test_a_client_that_also_came_in_by_another_proof_can_do_so_again() -> None:
    profiles = [used(OLD), used(replace(OLD, proof="password"), at=NOON - DAY)]

    [proof] = [need for need in needs(profiles, "ssh-rsa") if need.part is Part.PROOF]

    assert (proof.breaks, proof.instead) == (False, "password")


def test_a_cipher_that_needs_no_mac_is_told_once() -> None:
    modern = replace(OLD, cipher="aes128-gcm@openssh.com", mac="aes128-gcm@openssh.com")

    assert [need.part for need in needs([used(modern)], "aes128-gcm@openssh.com")] == [Part.CIPHER]


def test_ways_that_differ_elsewhere_are_one_client_and_the_latest_offer_counts() -> None:
    later = replace(OLD, proof="password", instead={Part.KEY_EXCHANGE: "curve25519-sha256"})

    [need] = needs([used(OLD, logins=3), used(later, at=NOON + DAY, logins=4)], "diffie-hellman-group14-sha1")

    assert (need.logins, need.last_at, need.instead) == (7, NOON + DAY, "curve25519-sha256")


def test_those_who_break_are_first_the_latest_before_the_others() -> None:
    fine = replace(OLD, account_id=AccountId(2), instead={Part.KEY_EXCHANGE: "curve25519-sha256"})
    found = needs(
        [
            used(fine, account="fine", at=NOON + DAY),
            used(OLD, account="early"),
            used(replace(OLD, account_id=AccountId(3)), account="late", at=NOON + DAY),
        ],
        "diffie-hellman-group14-sha1",
    )

    assert [need.account for need in found] == ["late", "early", "fine"]
