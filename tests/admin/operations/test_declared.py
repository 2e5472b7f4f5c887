"""What cannot be a declaration is refused, and the message says where."""

import pytest

from bridge.admin.operations.declared import declaration
from bridge.domain.errors import Invalid


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (
            {"accounts": [{"name": "jansen", "administrations": ["A1"], "encodng": "cp850"}]},
            "account jansen: encodng: unknown field; did you mean encoding?",
        ),
        ({"accounts": [{"name": "jansen"}]}, "account jansen: administrations: Field required"),
        ({"accounts": [{"administrations": ["A1"]}]}, "account number 1: name: Field required"),
        ({"administrations": [{"code": "A1", "id": 0}]}, "administration A1: id: Input should be"),
        ({"acounts": []}, "acounts: unknown field; did you mean accounts?"),
        ({"accounts": [7]}, "account number 1: Input should be"),
    ],
)
def test_a_mistake_is_told_with_its_place(document: dict[str, object], told: str) -> None:
    with pytest.raises(Invalid) as caught:
        declaration(document)

    assert str(caught.value).startswith(told)


def test_a_secret_that_is_wrong_is_not_in_the_message() -> None:
    with pytest.raises(Invalid) as caught:
        declaration({"administrations": [{"code": "A1", "token": "canary with blanks"}]})

    assert "canary" not in str(caught.value)
