"""Every reason has its sentences, in both languages; they are whole, and free of what is left of writing."""

import re

import pytest

from bridge.domain.reasons import LANGUAGES, Language, Reason, ReasonCode, catalogue, reason

LONGEST_FOR_A_LOG = 120
PLACEHOLDERS = ("ID", "NAME", "KIND", "CODE", "ENCODING")  # what a person or a record fills in
ENTRIES = [
    pytest.param(code, language, id=f"{code}-{language}") for language in LANGUAGES for code in ReasonCode
]


def texts(entry: Reason) -> list[str]:
    """Every sentence of *entry*."""
    return [text for text in (entry.sender, entry.admin, entry.todo) if text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_every_code_and_no_other(language: Language) -> None:
    assert set(catalogue(language)) == set(ReasonCode)


@pytest.mark.parametrize(("code", "language"), ENTRIES)
def test_sender_and_administrator_are_told_what_happened(code: ReasonCode, language: Language) -> None:
    entry = reason(code, language)

    assert entry.sender
    assert entry.admin
    assert len(entry.sender) <= LONGEST_FOR_A_LOG, len(entry.sender)


@pytest.mark.parametrize(("code", "language"), ENTRIES)
def test_every_text_is_made_of_whole_sentences(code: ReasonCode, language: Language) -> None:
    for text in texts(reason(code, language)):
        assert text[0].isupper(), text
        assert text.endswith("."), text
        assert "  " not in text, text
        assert text.count("(") == text.count(")"), text


@pytest.mark.parametrize(("code", "language"), ENTRIES)
def test_nothing_is_left_of_writing_it(code: ReasonCode, language: Language) -> None:
    for text in texts(reason(code, language)):
        assert not re.search(r"[{}<>…]|TODO|XXX|\?\?", text), text


@pytest.mark.parametrize(("code", "language"), ENTRIES)
def test_a_sender_reads_nothing_of_the_inside(code: ReasonCode, language: Language) -> None:
    # Commands, settings, ids and the words of the code mean nothing to who sends.
    inside = r"\b(bridge|ledger|spool|intake|delivery|retention|lane|ID|NAME|CODE)\b|\w+_\w+"

    assert not re.search(inside, reason(code, language).sender)


@pytest.mark.parametrize("code", list(ReasonCode))
def test_the_languages_differ_in_words_and_not_in_commands(code: ReasonCode) -> None:
    english, dutch = reason(code), reason(code, "nl")
    command = re.compile(
        r"bridge (?:(?:account|upload|delivery|administration) )(?:[a-z]+ ?)+|--[a-z]+ [A-Za-z]+"
    )

    assert english.sender != dutch.sender
    assert english.admin != dutch.admin
    assert command.findall(english.todo) == command.findall(dutch.todo)


@pytest.mark.parametrize(("code", "language"), ENTRIES)
def test_only_known_placeholders_wait_to_be_filled_in(code: ReasonCode, language: Language) -> None:
    shouted = re.findall(r"(?:--\w+|bridge (?:[a-z]+ )+)\s*([A-Z]{2,})\b", reason(code, language).todo)

    assert set(shouted) <= set(PLACEHOLDERS)


def test_nothing_is_to_be_done_only_where_the_sender_or_the_bridge_did_it_already() -> None:
    idle = {code for code in ReasonCode if not reason(code).todo}

    assert idle == {
        ReasonCode.SENT_BEFORE,
        ReasonCode.REMOVED_BY_CLIENT,
        ReasonCode.OVERWRITTEN_BY_CLIENT,
        ReasonCode.UNKNOWN_REPLACED,
        ReasonCode.GAVE_WAY,
    }


GUARDS = [
    ReasonCode.EMPTY_DATA_FILE,
    ReasonCode.ROWS_FALLEN,
    ReasonCode.OPEN_INVOICES_FALLEN,
    ReasonCode.OPEN_AMOUNT_CHANGED,
    ReasonCode.SAME_AS_LAST,
    ReasonCode.FOREIGN_ADMINISTRATION,
    ReasonCode.INVOICE_TWICE,
    ReasonCode.COLUMNS_MISSING,
    ReasonCode.DUE_BEFORE_INVOICE,
    ReasonCode.FIELD_TOO_LONG,
    ReasonCode.OUTDATED,
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", GUARDS)
def test_a_guarded_data_file_can_be_let_go_and_dropped(code: ReasonCode, language: Language) -> None:
    todo = reason(code, language).todo

    assert re.search(r"bridge upload (retry ID --kind data|release ID)", todo)
    assert "bridge delivery release ID" in todo
    assert "bridge delivery cancel ID" in todo


def test_an_unknown_character_set_is_said_for_the_account() -> None:
    assert "bridge account change NAME --encoding ENCODING" in reason(ReasonCode.UNKNOWN_ENCODING).todo
