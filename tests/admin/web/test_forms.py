"""A form keeps what was typed, and each mistake at its field."""

import pytest

from bridge.admin.web.forms import Form, size_typed
from bridge.domain.errors import Invalid, NotFound, Refused
from bridge.domain.sizes import parse_size


def refuse(error: Exception) -> None:
    raise error


def test_the_first_mistake_of_a_field_stays_and_the_form_is_wrong() -> None:
    form = Form({"name": "x", "count": None})

    assert form.is_right
    form.check("name", lambda: refuse(Invalid("first")))
    form.check("name", lambda: refuse(Invalid("second")))

    assert form.mistakes == {"name": "first"}
    assert not form.is_right
    assert (form["name"], form["count"], form["other"]) == ("x", "", "")


def test_the_hint_at_a_command_is_left_out() -> None:
    form = Form()

    form.check("code", lambda: refuse(NotFound("no administration X; see: bridge administration list")))

    assert form.mistakes == {"code": "no administration X"}


def test_an_answer_is_given_back() -> None:
    assert Form().check("name", lambda: 7) == 7


def test_what_is_not_allowed_is_no_mistake_of_a_field() -> None:
    with pytest.raises(Refused):
        Form().check("name", lambda: refuse(Refused("no")))


def test_lines_and_boxes() -> None:
    form = Form({"codes": " a \n\n b"}, ["day=monday", "ok=on"])

    assert form.lines("codes") == ["a", "b"]
    assert (form.is_ticked("day", "monday"), form.is_ticked("day", "friday")) == (True, False)
    assert form.is_ticked("ok")


@pytest.mark.parametrize("count", [1, 999, 1000, 1024, 500_000_000, 20 * 1024**3, 3 * 1000**4, 1_500_001])
def test_a_size_is_typed_exactly(count: int) -> None:
    assert parse_size(size_typed(count)) == count
    assert size_typed(None) == ""
