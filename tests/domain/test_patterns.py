"""What fits the pattern of a route, and which patterns are refused."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.errors import Invalid
from bridge.domain.patterns import check_pattern, fits, is_too_long, match, names_administration


@pytest.mark.parametrize(
    ("pattern", "path", "is_fitting"),
    [
        ("*.xml", "/a.xml", True),
        ("*.xml", "/deep/er/A.XML", True),
        ("*.xml", "/a.xml.gz", False),
        ("/*.xml", "/a.xml", True),
        ("/*.xml", "/deep/a.xml", False),
        ("/export/*.csv", "/export/a.csv", True),
        ("/export/*.csv", "/export/b/a.csv", False),
        ("/export/**", "/export/b/a.csv", True),
        ("/**/a.csv", "/x/y/a.csv", True),
        ("invoice_?.pdf", "/invoice_1.pdf", True),
        ("invoice_?.pdf", "/invoice_12.pdf", False),
        ("a+b(c)[d].csv", "/a+b(c)[d].csv", True),
        ("[ab].csv", "/a.csv", False),
        ("*.csv", "/two\nlines.csv", True),
    ],
)
def test_a_pattern_fits_within_one_folder_unless_it_says_more(
    pattern: str, path: str, is_fitting: bool
) -> None:
    assert fits(pattern, path) is is_fitting


@pytest.mark.parametrize("pattern", ["", "a\0b", "/folder/"])
def test_a_pattern_that_can_never_fit_is_refused(pattern: str) -> None:
    with pytest.raises(Invalid):
        check_pattern(pattern)


@given(
    pattern=st.lists(st.sampled_from(["a", "b", "/", "*", "**", "?"]), min_size=1, max_size=9).map("".join),
    text=st.text("ab/", max_size=10),
)
def test_a_glob_that_never_goes_back_fits_what_one_that_does_would_fit(pattern: str, text: str) -> None:
    wild = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    plain = "".join(wild.get(piece, re.escape(piece)) for piece in re.split(r"(\*\*|\*|\?)", pattern))
    path = f"/{text}"
    subject = path if pattern.startswith("/") else path.rpartition("/")[2]

    assert fits(pattern, path) is (re.fullmatch(plain, subject) is not None)


@pytest.mark.parametrize("pattern", ["*a*a*a*a*a*a*b", "/**a**a*a**a*a**b"])
def test_no_name_keeps_a_glob_busy(pattern: str) -> None:
    check_pattern(pattern)
    begun = time.perf_counter()

    fits(pattern, "/" + "a" * 4000)

    assert time.perf_counter() - begun < 1


def test_an_expression_is_for_the_whole_path_letter_case_aside() -> None:
    pattern = r"re:/export/.*\.csv"

    assert fits(pattern, "/EXPORT/x/y.CSV")
    assert not fits(pattern, "/export/x.csv.gz")
    assert not fits(pattern, "/a/export/x.csv")


def test_an_expression_is_tried_on_paths_of_some_length_only() -> None:
    assert is_too_long("re:/.*", "/" * 1001)
    assert not fits("re:/.*", "/" * 1001)
    assert not is_too_long("/**", "/" * 1001)


def test_a_pattern_may_read_an_administration() -> None:
    assert names_administration("re:/(?P<administration>[^/]+)/.*")
    assert not names_administration("re:/([^/]+)/.*")
    assert match("/x", "/y") is None
