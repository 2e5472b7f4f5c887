"""Details of held files, taken apart."""

import pytest

from bridge.admin.web.previews import Reading, preview
from bridge.domain.guards import preview as consequence


@pytest.mark.parametrize("glue", ["; ", "\n"])
def test_lines_read_both_ways_are_told_apart_whatever_stands_in_them(glue: str) -> None:
    detail = glue.join(
        ["likely windows-1252", "line 3 as windows-1252: a; b: c", "line 3 as mac-roman: \u2026x"]
    )

    found = preview(detail)

    assert found.text == "likely windows-1252"
    assert found.likely == "windows-1252"
    assert found.readings == (
        Reading(line=3, encoding="windows-1252", text="a; b: c"),
        Reading(line=3, encoding="mac-roman", text="\u2026x"),
    )


def test_what_an_import_would_do_stands_by_itself() -> None:
    found = preview(f"16 rows, 230 in the last delivered file (-93 %); {consequence(214, 230)}")

    assert found.consequence == "214 of 230 open invoices would be marked paid"
    assert found.text == "16 rows, 230 in the last delivered file (-93 %)"


def test_any_other_detail_stays_as_it_is() -> None:
    assert preview("line 3: a quote is not closed").text == "line 3: a quote is not closed"
    assert preview(None).text == ""
