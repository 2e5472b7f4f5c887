"""Passwords are hashed in one place, with the parameters that were chosen."""

from bridge.runtime.passwords import DUMMY_HASH, hash_password, is_right


def test_a_password_is_right_for_its_own_hash_only() -> None:
    hashed = hash_password("correct hörse")

    assert is_right(hashed, "correct hörse")
    assert not is_right(hashed, "correct horse")
    assert "hörse" not in hashed


def test_the_hash_carries_the_chosen_parameters_and_so_does_the_dummy() -> None:
    chosen = "$argon2id$v=19$m=19456,t=2,p=1$"

    assert hash_password("x").startswith(chosen)
    assert DUMMY_HASH.startswith(chosen)
    assert not is_right(DUMMY_HASH, "")


def test_what_is_no_hash_fits_no_password() -> None:
    assert not is_right("", "")
    assert not is_right("$argon2id$broken", "x")
