"""One-byte character sets: what an account or a route may name, and an XML may declare."""

import codecs

from bridge.domain.errors import Invalid

# a backslash only where it would make an A, in a character set that knows escapes
_SAMPLE = bytes(range(0x80)).replace(b"\\", b"") + b"\\u0041"


def check_encoding(name: str) -> str:
    """Return the Python name of the one-byte character set *name*; raise `Invalid` if it is none."""
    found = one_byte(name)
    if found is None:
        raise Invalid(
            f"encoding {name!r}: expected a one-byte character set such as windows-1252, cp850 or iso8859-15"
        )
    return found


def one_byte(name: str) -> str | None:
    """Return Python's name of *name* if it is ASCII and one byte for each further character, else None."""
    try:
        info = codecs.lookup(name)
        beyond = bytes(range(0x80, 0x100)).decode(info.name, "replace")
        is_ascii = _SAMPLE.decode(info.name) == _SAMPLE.decode("ascii")
    except (LookupError, UnicodeError, ValueError):  # ValueError: a NUL in the name
        return None
    # UTF-8 and ASCII have none of these bytes by themselves, the Asian sets take them in pairs
    return info.name if is_ascii and len(beyond) == 0x80 and set(beyond) != {"\ufffd"} else None
