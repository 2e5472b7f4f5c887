"""Deliveries by the API: found as in the console."""

import pytest

from tests.admin.api.v1.conftest import Program


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("administration=B2&state=held", ["other-held.pdf"]),
        ("kind=data", []),
        ("reason=by_operator&account=jansen", ["jansen-held.pdf"]),
        ("lane=elsewhere", []),
        ("lane=destination&state=held&state=delivered&account=jansen", ["jansen-held.pdf", "jansen-0.pdf"]),
    ],
)
def test_deliveries_are_found_by_whom_they_are_for_kind_lane_and_reason(
    operator: Program, query: str, names: list[str]
) -> None:
    page = operator.get(f"/deliveries?{query}")

    assert [one["name"] for one in page["items"]] == names


def test_those_of_an_upload_are_found(operator: Program) -> None:
    [one] = operator.get("/deliveries?reason=by_operator&account=other")["items"]

    found = operator.get(f"/deliveries?upload={one['upload_id']}")["items"]

    assert [each["id"] for each in found] == [one["id"]]


def test_a_viewer_does_not_learn_of_another_s_administration(viewer: Program) -> None:
    assert viewer.ask("GET", "/deliveries?administration=B2").status_code == 404
