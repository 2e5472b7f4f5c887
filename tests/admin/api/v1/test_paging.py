"""Pages go on where the last one ended, whatever is added meanwhile."""

import pytest

from bridge.admin.operations.desk import Desk
from bridge.ledger import accounts
from tests.admin.api.v1.conftest import Program
from tests.support import builders


def walked(program: Program, path: str, limit: int = 2) -> list[object]:
    """Return what all pages of a listing have together."""
    found: list[object] = []
    mark = "&" if "?" in path else "?"
    page = program.get(f"{path}{mark}limit={limit}")
    while True:
        assert len(page["items"]) <= limit
        found += page["items"]
        if page["next"] is None:
            return found
        page = program.get(f"{path}{mark}limit={limit}&after={page['next']}")


def test_all_pages_together_are_the_listing(operator: Program) -> None:
    for path in ("/uploads", "/deliveries", "/batches", "/audit", "/accounts", "/administrations"):
        whole = operator.get(f"{path}?limit=1000")
        assert whole["next"] is None
        assert len(whole["items"]) >= 2
        assert walked(operator, path, limit=1) == whole["items"]


def test_what_comes_meanwhile_shifts_nothing(operator: Program, desk: Desk) -> None:
    first = operator.get("/uploads?limit=2")
    expected = operator.get("/uploads?limit=4")["items"][2:]
    jansen = desk.database.read_now(accounts.get, name="jansen")
    for number in range(3):
        desk.database.write_now(builders.an_upload, jansen, f"/late-{number}.pdf")

    second = operator.get(f"/uploads?limit=2&after={first['next']}")

    assert second["items"] == expected


@pytest.mark.parametrize(
    "after",
    ["x", "WyJkZWxpdmVyaWVzIiwxXQ", "bnVsbA", "WyJ1cGxvYWRzIiwiYSJd", "WyJ1cGxvYWRzIiwtMV0", "W1tbW1tb"],
)
def test_what_is_no_cursor_of_this_listing_is_refused(operator: Program, after: str) -> None:
    answer = operator.ask("GET", f"/uploads?after={after}")

    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"


def test_a_page_is_bounded(operator: Program) -> None:
    assert operator.ask("GET", "/uploads?limit=1001").status_code == 422
    assert operator.ask("GET", "/uploads?limit=0").status_code == 422
