"""Hashes that are brought along: three kinds, whole, and none that costs too much to compare."""

import pytest

from bridge.domain.errors import Invalid
from bridge.domain.password_hashes import Scheme, check_hash, scheme

BCRYPT = "$2b$12$" + "a" * 53
SHA512 = "$6$saltsalt$" + "b" * 86
ARGON2 = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0$" + "c" * 43


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (BCRYPT, Scheme.BCRYPT),
        (BCRYPT.replace("2b", "2a"), Scheme.BCRYPT),
        (BCRYPT.replace("2b", "2y").replace("12", "14"), Scheme.BCRYPT),
        (SHA512, Scheme.SHA512_CRYPT),
        ("$6$rounds=200000$saltsalt$" + "b" * 86, Scheme.SHA512_CRYPT),
        (ARGON2, Scheme.ARGON2),
        (ARGON2.replace("argon2id", "argon2i"), Scheme.ARGON2),
        (ARGON2.replace("m=65536,t=3", "m=262144,t=4"), Scheme.ARGON2),
    ],
)
def test_what_other_servers_keep_is_taken_over_as_it_is(text: str, kind: Scheme) -> None:
    assert check_hash(text) == text
    assert scheme(text) is kind


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (BCRYPT.replace("$12$", "$15$"), "cost 15"),
        (BCRYPT.replace("$12$", "$31$"), "cost 31"),  # twelve days of a core for each guess
        ("$6$rounds=999999999$saltsalt$" + "b" * 86, "999999999 rounds"),
        ("$6$rounds=9999999999$saltsalt$" + "b" * 86, "damaged"),
        (ARGON2.replace("m=65536", "m=4194304"), "4194304 KiB"),  # 4 GiB
        (ARGON2.replace("m=65536,t=3", "m=8,t=1000000"), "1000000 passes"),
        (ARGON2.replace("t=3", "t=999999999"), "999999999 passes"),
        (ARGON2.replace("t=3", "t=0"), "0 passes"),
        (BCRYPT.replace("$12$", "$03$"), "cost 3"),
        ("$6$rounds=200001$saltsalt$" + "b" * 86, "200001 rounds"),
        ("$6$rounds=10$saltsalt$" + "b" * 86, "10 rounds"),
        (ARGON2.replace("m=65536", "m=262145"), "262145 KiB"),
        (ARGON2.replace("m=65536,t=3", "m=262144,t=5"), "5 passes"),
        (ARGON2.replace("p=4", "p=64"), "64 lanes"),
    ],
)
def test_a_hash_that_would_make_each_guess_costly_for_us_is_refused(text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        check_hash(text)


@pytest.mark.parametrize(
    "text",
    ["", "secret", "$1$abc$def", "$5$abc$" + "a" * 43, BCRYPT[:-1], BCRYPT + "\n", SHA512 + "x", ARGON2[:50]],
)
def test_what_is_no_whole_hash_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_hash(text)

    assert not text.strip() or text.strip() not in str(refused.value)
