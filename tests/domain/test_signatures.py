"""A signature proves who sent what and when."""

import hashlib
import hmac

import pytest

from bridge.domain.signatures import TOLERANCE_SECONDS, is_right, sign

SECRET, BODY, AT = "a secret of some length", b'{"id": "1"}', 1_800_000_000


def test_it_is_what_the_readme_says() -> None:
    digest = hmac.new(SECRET.encode(), b"1800000000." + BODY, hashlib.sha256).hexdigest()

    assert sign(SECRET, BODY, at=AT) == f"t=1800000000,v1={digest}"


def test_what_was_signed_is_right_for_a_while() -> None:
    value = sign(SECRET, BODY, at=AT)

    assert is_right(SECRET, BODY, value, now=AT + TOLERANCE_SECONDS)
    assert not is_right(SECRET, BODY, value, now=AT + TOLERANCE_SECONDS + 1)
    assert not is_right(SECRET, BODY + b" ", value, now=AT)
    assert not is_right("another secret", BODY, value, now=AT)
    assert not is_right(SECRET, BODY, value.replace("t=1800000000", "t=1800000001"), now=AT)


@pytest.mark.parametrize("value", ["", "t=,v1=", "v1=abc", "t=1800000000", "t=-1,v1=x", "rubbish"])
def test_what_is_no_signature_is_not_right(value: str) -> None:
    assert not is_right(SECRET, BODY, value, now=AT)
