"""Both languages say the same things."""

import re
from dataclasses import fields

import pytest

from bridge.domain.deliveries import DeliveryState
from bridge.domain.reasons import LANGUAGES, Language
from bridge.domain.reports import SKIPPED, UNKNOWN
from bridge.domain.status import Fate
from bridge.domain.status_texts import EN, NL, Advice, words
from bridge.domain.uploads import UploadState

NAMES = [field.name for field in fields(EN)]


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_fill_in_the_same(name: str) -> None:
    def braces(value: object) -> list[str]:
        return sorted(re.findall(r"{\w*}", str(value) if isinstance(value, str) else ""))

    assert braces(getattr(EN, name)) == braces(getattr(NL, name))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_out(language: Language) -> None:
    one = words(language)

    assert set(one.fates) == set(Fate)
    assert set(one.parts) == {*DeliveryState, SKIPPED, UNKNOWN}
    assert set(one.states) == set(UploadState) - {UploadState.ACCEPTED, UploadState.WITHDRAWN}
    assert set(one.advice) == set(Advice)
    assert (len(one.weekdays), len(one.months)) == (7, 12)
    assert set(one.labels) == set(EN.labels)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_outcomes_have_the_same_words(language: Language) -> None:
    parts = list(words(language).parts.values())

    assert len(set(parts)) == len(parts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_ever_called_imported(language: Language) -> None:
    assert not re.search(r"\bimported\b|geïmporteerd", repr(words(language)))
