"""The pattern of a route: a glob, or behind ``re:`` a regular expression for the whole path.

Letter case does not count.  Paths come from strangers, so neither kind can take long (see `expressions`).
"""

import re
from functools import lru_cache

from bridge.domain.errors import Invalid
from bridge.domain.expressions import ADMINISTRATION, LONGEST_PATH, check_expression

_EXPRESSION = "re:"


def check_pattern(pattern: str) -> str:
    """Return the route *pattern*; raise `Invalid` if it is empty, could never fit or could take too long."""
    if pattern.startswith(_EXPRESSION):
        check_expression(pattern.removeprefix(_EXPRESSION))
        return pattern
    if not pattern or "\0" in pattern or pattern.endswith("/"):
        raise Invalid(
            f"route pattern {pattern!r}: expected a glob such as /export/*.csv or *.xml, "
            "or re: and a regular expression for the whole path"
        )
    return pattern


def names_administration(pattern: str) -> bool:
    """Whether *pattern* reads the administration's code out of the path."""
    return ADMINISTRATION in _compiled(pattern).groupindex


def is_too_long(pattern: str, path: str) -> bool:
    """Whether *path* is longer than what *pattern*, a regular expression, is tried on."""
    return pattern.startswith(_EXPRESSION) and len(path) > LONGEST_PATH


def fits(pattern: str, path: str) -> bool:
    """Whether *path* fits *pattern*.

    In a glob ``*`` and ``?`` stay within one folder, ``**`` crosses folders; without a leading slash it is
    tried on the last part of the path in any folder.
    """
    return match(pattern, path) is not None


def match(pattern: str, path: str) -> re.Match[str] | None:
    """Return how *path* fits *pattern*, or None."""
    if is_too_long(pattern, path):
        return None
    is_whole = pattern.startswith((_EXPRESSION, "/"))
    return _compiled(pattern).fullmatch(path if is_whole else path.rpartition("/")[2])


def code_in(found: re.Match[str]) -> str | None:
    """Return the code that the pattern read: empty if that part took no part, None if it reads none."""
    if ADMINISTRATION not in found.re.groupindex:
        return None
    return found[ADMINISTRATION] or ""


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    is_glob = not pattern.startswith(_EXPRESSION)
    expression = _of_glob(pattern) if is_glob else pattern.removeprefix(_EXPRESSION)
    return re.compile(expression, re.IGNORECASE | re.DOTALL)


def _of_glob(pattern: str) -> str:
    """Return the regular expression of a glob: each star takes the first place that fits, for good.

    A later place never helps: what follows could begin at the first one just as well.  So nothing multiplies
    (``(?>…)`` is never gone back into); only the last star has to look for the end.
    """
    *runs, last = ([_fixed(chunk) for chunk in run.split("*")] for run in pattern.split("**"))
    parts = [_run(run) for run in runs]
    end = _run(last[:-1]) + "[^/]*" + last[-1] if len(last) > 1 else last[0]
    if not parts:
        return end
    return parts[0] + "".join(f"(?>.*?{part})" for part in parts[1:]) + ".*" + end


def _run(chunks: list[str]) -> str:
    return chunks[0] + "".join(f"(?>[^/]*?{chunk})" for chunk in chunks[1:])


def _fixed(chunk: str) -> str:
    return "[^/]".join(re.escape(part) for part in chunk.split("?"))
