"""How a client spells names: in UTF-8, or in the encoding of its account."""

from bridge.domain.errors import Invalid
from bridge.domain.names import decode_path, resolve
from bridge.sftp.view import Path


class Spelling:
    """Understands both, and answers in the way that the client has used."""

    def __init__(self, encoding: str | None) -> None:
        self._encoding = encoding
        self._is_legacy = False  # the client has sent a name in the account's encoding

    def parts(self, raw: bytes) -> Path:
        """Return the parts of a path that the client sent; raise `Invalid` if it cannot be one."""
        text = decode_path(raw, self._encoding)
        self._is_legacy |= text.encode() != raw
        return resolve(text)

    def spell(self, text: str) -> bytes:
        """Return *text* for the client, in bytes that mean the same when it sends them back."""
        if self._is_legacy and self._encoding is not None:
            try:
                raw = text.encode(self._encoding)
                if decode_path(raw, self._encoding) == text:  # "Ã©" in 1252 would come back as "é"
                    return raw
            except (UnicodeEncodeError, Invalid):
                pass
        return text.encode()
