"""Expressions that a stranger's path could keep busy are refused before they are kept."""

import time

import pytest

from bridge.domain.errors import Invalid
from bridge.domain.expressions import LONGEST_PATH, check_expression

SOUND = [
    r"/export/(?P<administration>[^/]+)/.*\.csv",
    r".*/(?P<administration>\d+)_.*\.pdf",
    r".*_(?P<administration>[A-Z]{2}\d{2})_.*",
    r".*/x_(?P<administration>\w+)_.*",
    r"/(?:csv|txt)/.*\.(?:csv|txt|xml)(?:\.gz)?",
    r"/[^/]+/[^/]+/[^/]+/[^/]+\.csv",
    r"/inkoop/\d{4}-\d{2}-\d{2}/(?!concept).*",
    r"/[]a]+/x{2,3}",
    r"/(?:\d\d){3}.*?\.pdf",
]


@pytest.mark.parametrize("expression", SOUND)
def test_what_people_write_is_taken(expression: str) -> None:
    assert check_expression(expression).pattern == expression


@pytest.mark.parametrize("expression", SOUND)
@pytest.mark.parametrize("piece", ["/", "a", "_", "1", "/1_", "_NL01", "/x_a_", ".csv", "x/x_x"])
def test_what_is_taken_ends_soon_on_any_path(expression: str, piece: str) -> None:
    compiled = check_expression(expression)
    begun = time.perf_counter()

    compiled.fullmatch(("/" + piece * LONGEST_PATH)[: LONGEST_PATH - 1] + "\n")

    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        (r"/(a+)+", "a repeat of what itself repeats"),
        (r"/(?:a|b)*x", "a repeat of what itself repeats or has alternatives"),
        (r"/(?:a*){20}", "a repeat of what itself repeats"),
        (r"/((?:a*)b?){1,3}", "a repeat of what itself repeats"),
        (r"/.*a.*b.*c", "too many parts"),
        (r"/[^/]*a?[^/]*a?[^/]*b", "too many parts"),
        ("/" + "a?" * 40 + "b", "too many parts"),
        ("/" + "(a|a)" * 30 + "b", "too many parts"),
        ("/a{0,400}a{0,400}a{0,400}a{,400}a", "too many parts"),
        (r"export/.*", "begins with a slash"),
        ("", "begins with a slash"),
        (r"/(?P<administratie>x)", "only 'administration' can be named"),
        (r"/(", "unterminated"),
        (r"/(.)\1", "not supported"),
        (r"/\x41*", "not supported"),
        (r"(?s)/.*", "not supported"),
        (r"/(?>a*)", "not supported"),
        ("/" + "x" * 500, "longer than 500"),
        ("/x{99999999999999999999}", ""),
    ],
)
def test_what_could_take_long_or_never_fit_is_refused_with_the_reason(expression: str, why: str) -> None:
    with pytest.raises(Invalid, match="route pattern") as caught:
        check_expression(expression)

    assert why in str(caught.value)
