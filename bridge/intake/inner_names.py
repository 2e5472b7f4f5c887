"""The name under which a file goes: as it came; a .gz must say what is in it (payt-imports §1)."""

from bridge.domain.names import extension, printable
from bridge.domain.reasons import ReasonCode
from bridge.intake.judge import is_gzip
from bridge.intake.plan import Wait


def sent_name(name: str, inner_extension: str) -> str:
    """Return *name*, or for a .gz that does not say what it holds the name that does.

    Payt goes by the inner extension: ``20220728.csv.gz`` is processed as ``20220728.csv``.  A missing one is
    put in; one that says something else is not touched, for then one of the two is wrong.

    Raises:
        Wait: the inner extension is another one.
    """
    if not is_gzip(name):
        return name
    inner = name[: -len(".gz")]
    suffix = extension(inner)
    if suffix == inner_extension:
        return name
    if not suffix:
        return f"{inner}{inner_extension}{name[-len('.gz') :]}"
    detail = f"{printable(name)}: it holds a file of the kind {inner_extension}"
    raise Wait(ReasonCode.GZIP_INNER_NAME, detail)
