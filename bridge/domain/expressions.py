"""What a regular expression of a route may be: one whose cost on a stranger's path is bounded.

CPython's engine goes back wherever two parts of an expression could share the same text, and while it does
so nothing else runs.  So an expression is read here before it is kept, and refused where going back could
multiply.  What is read is a subset: groups, classes, repeats, alternatives, looking ahead and behind.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bridge.domain.errors import Invalid

ADMINISTRATION = "administration"  # the one named group there may be
LONGEST = 500  # characters
LONGEST_PATH = 1000  # characters of a path that expressions are tried on; bounds a repeat
# Ways to go through a path that are still tried: two free repeats and some alternatives, at 10 ns each.
_MOST_WAYS = 10 * LONGEST_PATH**2

_TOKEN = re.compile(
    r"(?P<open>\((?:\?(?:P<\w+>|:|=|!|<=|<!)|(?!\?)))"
    r"|(?P<close>\))"
    r"|(?P<bar>\|)"
    r"|(?P<repeat>(?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})[?+]?)"
    r"|(?P<atom>\\[dDwWsSbBAZ]|\\[^A-Za-z0-9]|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\()\[])",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    kind: str  # open, close, bar, repeat, atom
    text: str
    least: int = 1  # of a repeat
    most: int = 1  # of a repeat; LONGEST_PATH stands for no bound

    @property
    def literal(self) -> str | None:
        """The one character that it stands for, if it does."""
        if self.kind != "atom" or self.text in {".", "^", "$"} or self.text.startswith("["):
            return None
        if self.text.startswith("\\") and self.text[1].isalpha():
            return None
        return self.text[-1]


def check_expression(expression: str) -> re.Pattern[str]:
    """Return *expression* compiled.

    Raises:
        Invalid: it is no regular expression, could never fit a path, names another group than
            ``administration``, or could take too long.
    """
    if len(expression) > LONGEST:
        raise _wrong(expression, f"longer than {LONGEST} characters")
    try:
        compiled = re.compile(expression, re.IGNORECASE | re.DOTALL)
    except (re.error, OverflowError, RecursionError) as error:
        raise _wrong(expression, str(error)) from error
    if not expression or expression[0].isalnum():
        raise _wrong(expression, "it is for the whole path, which begins with a slash: /export/… or .*/…")
    strange = sorted(set(compiled.groupindex) - {ADMINISTRATION})
    if strange:
        raise _wrong(expression, f"group {strange[0]!r}: only {ADMINISTRATION!r} can be named")
    _check_cost(expression, _read(expression))
    return compiled


def _read(expression: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(expression):
        found = _TOKEN.match(expression, at)
        if found is None:
            raise _wrong(expression, f"{expression[at : at + 4]!r} at position {at} is not supported here")
        kind, text = found.lastgroup or "", found[0]
        least, most = _bounds(text) if kind == "repeat" else (1, 1)
        tokens.append(_Token(kind=kind, text=text, least=least, most=most))
        at = found.end()
    return tokens


def _bounds(repeat: str) -> tuple[int, int]:
    """Return how often at least and at most."""
    simple = {"*": (0, LONGEST_PATH), "+": (1, LONGEST_PATH), "?": (0, 1)}
    if repeat[0] in simple:
        return simple[repeat[0]]
    least, comma, most = repeat.rstrip("?+")[1:-1].partition(",")
    low = int(least or 0)
    if not comma:
        return low, low
    return low, min(int(most), LONGEST_PATH) if most else LONGEST_PATH


@dataclass(slots=True)
class _Group:
    """What was read of a group that is still open."""

    bars: int = 0
    is_variable: bool = False  # a repeat or an alternative is in it, at any depth


def _check_cost(expression: str, tokens: Sequence[_Token]) -> None:
    """Raise `Invalid` if repeats stand in repeats, or if there are too many that could share text."""
    ways = 1
    open_groups = [_Group()]
    closed: _Group | None = None  # the group that ended just before this token
    for number, token in enumerate(tokens):
        just_closed, closed = closed, None
        if token.kind == "open":
            open_groups.append(_Group())
        elif token.kind == "close":
            closed = open_groups.pop()
            ways *= closed.bars + 1
            open_groups[-1].is_variable |= closed.is_variable
        elif token.kind == "bar":
            open_groups[-1].bars += 1
            open_groups[-1].is_variable = True
        elif token.kind == "repeat":
            if just_closed is not None and just_closed.is_variable and token.most > 1:
                raise _wrong(expression, "a repeat of what itself repeats or has alternatives can take hours")
            open_groups[-1].is_variable |= token.least != token.most
            ways *= _ways(tokens, number, is_group=just_closed is not None)
    if ways * (open_groups[0].bars + 1) > _MOST_WAYS:
        raise _wrong(
            expression,
            "too many parts could share the same text; say what they stop at, such as [^/]+ or [^_]+ for .*",
        )


def _ways(tokens: Sequence[_Token], number: int, *, is_group: bool) -> int:
    """Return in how many ways the repeat at *number* can end: one, where what follows is none of its own."""
    repeat, repeated = tokens[number], tokens[number - 1].text
    after = number + 1
    while after < len(tokens) and tokens[after].kind == "close":
        after += 1
    if not is_group and after == len(tokens) and repeated == ".":
        return 1  # all the rest
    if not is_group and after < len(tokens) and not _may_be_absent(tokens, after):
        literal = tokens[after].literal
        if literal is not None and not re.fullmatch(repeated, literal, re.IGNORECASE | re.DOTALL):
            return 1
    return repeat.most - repeat.least + 1


def _may_be_absent(tokens: Sequence[_Token], number: int) -> bool:
    """Whether the token at *number* is a repeat, or has one behind it that lets it be left out."""
    if tokens[number].kind == "repeat":  # of the group that ended before it
        return True
    follows = tokens[number + 1] if number + 1 < len(tokens) else None
    return follows is not None and follows.kind == "repeat" and follows.least == 0


def _wrong(expression: str, why: str) -> Invalid:
    return Invalid(f"route pattern 're:{expression}': {why}")
