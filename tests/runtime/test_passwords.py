"""Passwords are hashed in one place, with the parameters that were chosen."""

import bcrypt
import pytest
from argon2 import PasswordHasher, Type
from passlib.hash import sha512_crypt

from bridge.domain.password_hashes import check_hash, is_same_anew
from bridge.runtime.passwords import DUMMY_HASH, hash_anew, hash_password, is_ours, is_right


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


def test_a_password_that_is_hashed_anew_is_known_from_another(foreign: str) -> None:
    anew = hash_anew("hörse", former=foreign)

    assert is_right(anew, "hörse")
    assert is_ours(anew)
    assert is_same_anew(anew, foreign)
    assert not is_same_anew(hash_password("hörse"), foreign)
    assert not is_same_anew(anew, hash_password("hörse"))
    assert not is_same_anew(foreign, foreign)


@pytest.fixture(scope="module", params=["bcrypt", "bcrypt 2a", "bcrypt 2y", "sha512-crypt", "argon2i"])
def foreign(request: pytest.FixtureRequest) -> str:
    """A hash of "hörse" as another server made it."""
    return hash_of("hörse", request.param)


def hash_of(text: str, kind: str) -> str:
    if kind == "sha512-crypt":
        return str(sha512_crypt.using(rounds=1000).hash(text))
    if kind == "argon2i":
        return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1, type=Type.I).hash(text)
    made = bcrypt.hashpw(text.encode(), bcrypt.gensalt(4)).decode()
    return made.replace("$2b$", f"${kind.partition(' ')[2] or '2b'}$")


def test_a_hash_of_another_server_is_compared_as_that_server_did(foreign: str) -> None:
    assert is_right(foreign, "hörse")
    assert not is_right(foreign, "horse")
    assert not is_right(foreign, "")
    assert check_hash(foreign) == foreign


def test_what_another_server_made_is_known_from_ours(foreign: str) -> None:
    assert not is_ours(foreign)
    assert is_ours(hash_password("x"))


@pytest.mark.parametrize("text", ["x" * 1024, "a\0b", "\0"])
def test_no_password_makes_a_comparison_fail(foreign: str, text: str) -> None:
    assert not is_right(foreign, text)


def test_bcrypt_looks_at_72_bytes_as_it_always_did() -> None:
    assert is_right(hash_of("ab" * 36, "bcrypt"), "ab" * 36 + "whatever")


@pytest.mark.parametrize("broken", ["$2b$04$short", "$6$salt$short", "$6$rounds=x$a$b", "$2b$99$" + "a" * 53])
def test_a_broken_hash_of_another_server_fits_no_password(broken: str) -> None:
    assert not is_right(broken, "x")
