"""Each kind of alarm says what happened and what to do, in both languages."""

import re

import pytest

from bridge.domain.alarms import (
    FOR_SENDERS,
    Alarm,
    AlarmId,
    AlarmKind,
    account_subject,
    alarm_text,
    batch_of,
    batch_subject,
    todo,
)
from bridge.domain.reasons import LANGUAGES, Language
from bridge.domain.uploads import UploadId
from tests.house.test_reasons import advised, command_options
from tests.support.clock import NOON


def alarm(kind: AlarmKind, subject: str) -> Alarm:
    return Alarm(id=AlarmId(1), kind=kind, subject=subject, detail="what exactly", raised_at=NOON)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(AlarmKind))
def test_every_text_is_made_of_whole_sentences(kind: AlarmKind, language: Language) -> None:
    text = alarm_text(kind, language)

    assert text.label
    for sentence in filter(None, (text.raised, text.recovered, text.todo, text.sender)):
        assert sentence[0].isupper()
        assert sentence.endswith((".", "?"))
        assert not re.search(r"[{}<>…]|TODO|  ", sentence)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(AlarmKind))
def test_every_command_that_an_alarm_advises_exists(kind: AlarmKind, language: Language) -> None:
    known = dict(command_options())

    text = alarm_text(kind, language).todo
    found = advised(text, known)

    assert found or text.endswith("bridge check.")  # the one command of a single word
    assert all(words in known for words, _ in found)


def test_what_to_do_can_be_typed_as_it_stands() -> None:
    batch = alarm(AlarmKind.BATCH_INCOMPLETE, batch_subject(UploadId(42)))
    account = alarm(AlarmKind.UPLOAD_MISSING, account_subject("sender"))

    assert todo(batch) == "Look what is missing and why: bridge batch show 42."
    assert todo(account).endswith("bridge account expect off sender.")
    assert todo(account, "nl").endswith("bridge account expect off sender.")


def test_a_subject_leads_back_to_its_batch() -> None:
    assert batch_of(batch_subject(UploadId(42))) == 42


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(AlarmKind))
def test_senders_are_told_of_their_own_and_without_commands(kind: AlarmKind, language: Language) -> None:
    text = alarm_text(kind, language)

    assert (text.sender is not None) == (text.sender_recovered is not None) == (kind in FOR_SENDERS)
    assert "bridge" not in f"{text.sender}{text.sender_recovered}"
