"""Files in UTF-16, as spreadsheets write them, read as UTF-8."""

from __future__ import annotations

import codecs
import io
from typing import Any, BinaryIO

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BYTES = 1 << 16


def as_utf8(file: Any) -> BinaryIO:
    """The same bytes, or those in UTF-8 where a byte order mark says that the file is in UTF-16.

    Args:
        file: opened for reading bytes, with `peek`; read further only as its reader asks.
    """
    if file.peek(2)[:2] not in _MARKS:
        return file  # type: ignore[no-any-return]  # what `open` and `gzip.open` give
    return io.BufferedReader(_Recoded(file))


class _Recoded(io.RawIOBase):
    """UTF-16 made UTF-8; what is no character becomes U+FFFD."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        done = False
        while not (self._ready or done):
            found = self._file.read(_BYTES)
            done = not found
            self._ready = self._decoder.decode(found, done).encode("utf-8", "replace")
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size
