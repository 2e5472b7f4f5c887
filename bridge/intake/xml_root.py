"""The root element of an XML file, from its first bytes; no DTD, no entity, no network.

Prolog and DOCTYPE are passed over here and never reach the parser, so there is nothing to expand
(threats C: billion laughs, XXE).  Whether the rest is well-formed is not looked at.
"""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

_FEED_CHARACTERS = 4096
_PASSED_OVER = (("<?", "?>"), ("<!--", "-->"))
_DOCTYPE = re.compile(r"""<!DOCTYPE(?:[^>\["']|"[^"]*"|'[^']*')*([>\[])""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """The name of a root element."""

    namespace: str  # empty: none
    name: str  # without prefix


class NoRoot(Exception):
    """There is no root element to be seen; the text says why."""


def text_of(head: bytes) -> str:
    """Return the text of *head*, good enough for names in ASCII: UTF-16, UTF-8, else one byte a character."""
    for mark, encoding in (
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return head[2:].decode(encoding, "replace")
    if head[:2] == b"<\0":
        return head.decode("utf-16-le", "replace")
    if head[:2] == b"\0<":
        return head.decode("utf-16-be", "replace")
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)  # a character cut at the end is dropped
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    return text.removeprefix("\ufeff")


def looks_like_xml(text: str) -> bool:
    """Whether *text* begins as XML does."""
    return text.lstrip()[:1] == "<"


def root_of(text: str) -> Root:
    """Return the root element of the XML that *text* is the beginning of.

    Raises:
        NoRoot: none in sight, or a DOCTYPE with definitions of its own comes before it.
    """
    start = _skip_prolog(text)
    first = _FirstTag()
    parser = etree.XMLParser(
        target=first,  # type: ignore[arg-type]  # the stub demands a class that lxml does not export
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    for at in range(start, len(text), _FEED_CHARACTERS):
        try:
            parser.feed(text[at : at + _FEED_CHARACTERS])
        except (etree.LxmlError, ValueError) as error:
            if first.tag is None:
                raise NoRoot(f"not XML: {error}") from error
        if first.tag is not None:
            return _named(first.tag)
    raise NoRoot("no root element within the first 64 KiB")


class _FirstTag:
    """Takes the parser's events and keeps the first."""

    def __init__(self) -> None:
        self.tag: str | None = None

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        if self.tag is None:
            self.tag = tag

    def close(self) -> None:
        pass


def _named(tag: str) -> Root:
    namespace, brace, name = tag.rpartition("}")
    return Root(namespace=namespace[1:] if brace else "", name=name)


def _skip_prolog(text: str) -> int:
    """Return where the root element must begin."""
    at = 0
    while True:
        at = _skip_blanks(text, at)
        for opening, closing in _PASSED_OVER:
            if text.startswith(opening, at):
                end = text.find(closing, at + len(opening))
                if end < 0:
                    raise NoRoot("no root element within the first 64 KiB")
                at = end + len(closing)
                break
        else:
            if not text.startswith("<!DOCTYPE", at):
                return at
            at = _skip_doctype(text, at)


def _skip_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _skip_doctype(text: str, at: int) -> int:
    found = _DOCTYPE.match(text, at)
    if found is None:
        raise NoRoot("its DOCTYPE does not end within the first 64 KiB")
    if found[1] == "[":
        raise NoRoot("its DOCTYPE has definitions of its own, which the bridge never reads")
    return found.end()
