"""Uploads by the API: found as in the console."""

import pytest

from tests.admin.api.v1.conftest import Program


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name=JANSEN-1", ["jansen-1.pdf"]),
        ("account=jansen&state=spooled", ["jansen-arriving.pdf"]),
        ("day=2026-11-21&account=other&name=held", ["other-held.pdf"]),
        ("day=2026-11-20", []),
        ("sha256=ffffff00", []),
    ],
)
def test_uploads_are_found_by_name_hash_and_day(operator: Program, query: str, names: list[str]) -> None:
    page = operator.get(f"/uploads?{query}")

    assert [one["path"].rpartition("/")[2] for one in page["items"]] == names
    assert (page["next"], page["looked_to"]) == (None, None)


def test_an_upload_is_found_by_the_hash_that_it_shows(operator: Program) -> None:
    [upload] = operator.get("/uploads?name=jansen-1")["items"]

    found = operator.get(f"/uploads?sha256={upload['sha256'][:12].upper()}&name=jansen-1")["items"]

    assert [one["id"] for one in found] == [upload["id"]]


def test_pages_follow_each_other_to_the_end(operator: Program) -> None:
    seen: list[int] = []
    after = ""
    while True:
        page = operator.get(f"/uploads?limit=3{after}")
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"

    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 8


@pytest.mark.parametrize("query", ["sha256=abc", "day=yesterday", "day=0001-01-01", "name=", "name=a%00b"])
def test_what_cannot_be_looked_for_is_refused(operator: Program, query: str) -> None:
    assert operator.ask("GET", f"/uploads?{query}").status_code == 422
