"""Which one-byte character set a text is probably in: advice for the admin, never acted upon.

Every candidate reads the bytes in its own way, and the readings are compared: letters that Dutch and its
neighbours use, inside words, speak for a candidate; capitals after small letters, symbols inside words,
box drawing speak against it; a byte for which it has no character rules it out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bridge.domain.names import printable
from bridge.intake.charset import Excerpt, Utf8Watch
from bridge.intake.conversion import familiar

CANDIDATES = ("cp1252", "cp850", "iso8859-15", "cp437", "iso8859-1", "mac-roman")  # the first of equals wins
_RARE = "mac-roman"  # the other possibility only where it makes words
EXAMPLES = 2
WINDOW_CHARACTERS = 60
_WINDOW_BEFORE = 30  # of them, before the byte that is shown

# How much a letter speaks for a reading: roughly how often it occurs in names in the Netherlands.
_LETTERS = {
    **dict.fromkeys("éë", 8),
    **dict.fromkeys("öüïè", 6),
    **dict.fromkeys("äáçêíñó", 4),
    **dict.fromkeys("àâîôúûß", 3),
    **dict.fromkeys("œšž", 1),
    **dict.fromkeys("ãåæìòõøùýÿ", -1),
}
_OTHER_LETTER = -3
_LATIN = "\u0250"  # ends before it; CP437 has Greek letters, which are symbols here
_LETTER_ALONE = -4  # no letter beside it
_CAPITAL_WITHIN_WORD = -6  # RenÈ, PÉtissier
_SMALL_AMONG_CAPITALS = -2  # RENéE, which some systems write
_SIGNS = frozenset("€£°§½¼¾²³®©™«»“”\u2018\u2019\u2013—…·\xa0")  # \xa0: Excel's blank
_SIGN = 3
_SIGN_WITHIN_WORD = -3
_BEFORE_NUMBERS = frozenset("€£§½¼¾")  # which follow no letter
_APOSTROPHE = "\u2019"  # in Dutch plurals
_OTHER_SYMBOL = -6
_NONE = -20


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One line, read in two ways."""

    line: int  # from 1
    likely: str  # around the first character that differs, printable
    runner_up: str  # the same bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What to set, as far as the bytes tell; the names are those that `check_encoding` takes."""

    likely: str | None  # None: nothing was seen that is not UTF-8
    runner_up: str | None = None  # the best that reads the bytes otherwise
    missing: int | None = None  # a byte for which *runner_up* has no character; None: it may be that too
    alike: tuple[str, ...] = ()  # candidates that read every byte as *likely* does
    examples: tuple[Example, ...] = ()
    warning: str | None = None  # why it may be no one-byte text at all

    def __str__(self) -> str:
        if self.likely is None:
            return "no encoding to suggest"
        if self.runner_up is None:
            return f"likely {self.likely}"
        if self.missing is not None:
            return f"likely {self.likely}; not {self.runner_up}, which has no character 0x{self.missing:02x}"
        return f"likely {self.likely}; {self.runner_up} is the other possibility"

    def detail(self) -> str:
        """Return all of it in a few printable lines."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield str(self)
        if self.warning is not None:
            yield self.warning
        if self.alike:
            yield f"{' and '.join(self.alike)} would give the same text as {self.likely}"
        for example in self.examples:
            yield f"line {example.line} as {self.likely}: {example.likely}"
            if self.runner_up is not None and example.runner_up != example.likely:
                yield f"line {example.line} as {self.runner_up}: {example.runner_up}"


def suggest(watch: Utf8Watch) -> Suggestion:
    """Return the likely encoding of what *watch* saw, the next best, and lines read both ways."""
    seen = bytes(sorted(watch.counts))
    if not seen:
        return Suggestion(likely=None)
    readings = {name: seen.decode(name, "replace") for name in CANDIDATES}
    scores = {name: _score(watch, name, seen) for name in CANDIDATES}
    missing = {name: _missing(seen, readings[name]) for name in CANDIDATES}
    # sorting is stable: equals stay in the order of CANDIDATES
    ranked = sorted(CANDIDATES, key=lambda name: (missing[name] is not None, -scores[name]))
    likely = ranked[0]
    others = [name for name in ranked if readings[name] != readings[likely]]
    others.sort(key=lambda name: name == _RARE and scores[name] <= 0)
    runner_up = others[0] if others else None
    return Suggestion(
        likely=familiar(likely),
        runner_up=None if runner_up is None else familiar(runner_up),
        missing=None if runner_up is None else missing[runner_up],
        alike=tuple(familiar(name) for name in ranked[1:] if name not in others),
        examples=_examples(watch.excerpts, likely, runner_up or likely),
        warning=_warning(watch),
    )


def _missing(seen: bytes, reading: str) -> int | None:
    """Return the first byte of *seen* that has no character; control characters are none."""
    return next((byte for byte, character in zip(seen, reading, strict=True) if _is_none(character)), None)


def _is_none(character: str) -> bool:
    return character == "\ufffd" or "\x80" <= character <= "\x9f"


def _score(watch: Utf8Watch, name: str, seen: bytes) -> int:
    """Return how well the bytes read as *name*: the excerpts in full, bytes seen elsewhere once."""
    score = 0
    for excerpt in watch.excerpts:
        text = excerpt.raw.decode(name, "replace")
        score += sum(_points(text, at) for at, byte in enumerate(excerpt.raw) if byte >= 0x80)
    elsewhere = set(seen).difference(*(excerpt.raw for excerpt in watch.excerpts))
    return score + sum(_plain_points(character) for character in bytes(elsewhere).decode(name, "replace"))


def _points(text: str, at: int) -> int:
    """Return what the character of *text* at *at* says between its neighbours."""
    character, left, right = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if character in _SIGNS:
        return _sign_points(character, left, right)
    if not character.isalpha():
        return _plain_points(character)
    if not left.isalpha() and not right.isalpha():
        return _LETTER_ALONE
    if character.isupper() and (left.islower() or (left.isupper() and right.islower())):
        return _CAPITAL_WITHIN_WORD
    if character.islower() and (left.isupper() and right.isupper()):
        return _SMALL_AMONG_CAPITALS
    return _plain_points(character)


def _sign_points(sign: str, left: str, right: str) -> int:
    in_word = left.isalpha() and right.isalpha() and sign != _APOSTROPHE
    return _SIGN_WITHIN_WORD if in_word or (left.isalpha() and sign in _BEFORE_NUMBERS) else _SIGN


def _plain_points(character: str) -> int:
    """Return what *character* says wherever it stands."""
    if character in _SIGNS:
        return _SIGN
    if character.isalpha() and character < _LATIN:
        return _LETTERS.get(character.lower(), _OTHER_LETTER)
    return _NONE if _is_none(character) else _OTHER_SYMBOL


def _warning(watch: Utf8Watch) -> str | None:
    if watch.is_cut:
        return "but it is UTF-8 up to its last character, which is cut in two: perhaps the upload broke off"
    if watch.began_as_utf8:
        return (
            f"but up to line {watch.excerpts[0].line} it is UTF-8: perhaps it is damaged, or two files in one"
        )
    return None


def _examples(excerpts: Iterable[Excerpt], likely: str, runner_up: str) -> tuple[Example, ...]:
    """Return lines that the two read differently; if none of the excerpts is such a line, any."""
    shown = [_example(excerpt, likely, runner_up) for excerpt in excerpts]
    differing = [example for example in shown if example.likely != example.runner_up]
    return tuple((differing or shown)[:EXAMPLES])


def _example(excerpt: Excerpt, likely: str, runner_up: str) -> Example:
    one, other = (excerpt.raw.decode(name, "replace") for name in (likely, runner_up))
    at = next((at for at, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]), excerpt.at)
    return Example(line=excerpt.line, likely=_window(one, at), runner_up=_window(other, at))


def _window(text: str, at: int) -> str:
    start = max(0, min(at - _WINDOW_BEFORE, len(text) - WINDOW_CHARACTERS))
    end = start + WINDOW_CHARACTERS
    left, right = "…" if start else "", "…" if end < len(text) else ""
    return f"{left}{printable(text[start:end], limit=6 * WINDOW_CHARACTERS)}{right}"
