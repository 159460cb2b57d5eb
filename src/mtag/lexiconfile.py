"""Compiled phrases as bytes, a line of JSON a language, read when the language is first met."""

from __future__ import annotations

import gc
import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from mtag.lexicon import Lexicon


class StoredLexicons(Mapping[str, Lexicon]):
    """Lexicons by language, each read from its verified line at its first use."""

    def __init__(self, lines: Mapping[str, memoryview]) -> None:
        """Take the lines of the languages."""
        self._lines = dict(lines)
        self._read: dict[str, Lexicon] = {}
        self._lock = threading.Lock()

    def __getitem__(self, language: str) -> Lexicon:
        line = self._lines[language]
        with self._lock:
            if language not in self._read:
                with _without_collection():
                    self._read[language] = Lexicon.from_bytes(line)
            return self._read[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and dict(self) == dict(other)

    __hash__ = None  # type: ignore[assignment]  # a mapping that grows

    def line(self, language: str) -> memoryview:
        """The line of a language, as it was compiled."""
        return self._lines[language]


def lines_of(data: bytes) -> list[memoryview]:
    """The lines of a file, which are not copied."""
    whole, lines, start = memoryview(data), [], 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        lines.append(whole[start:end])
        start = end + 1
    return lines


def verify(lines: Mapping[str, memoryview], digests: Mapping[str, str]) -> None:
    """Hold lines against their SHA-256.

    Raises:
        ValueError: a line is not the one that was compiled.
    """
    for name, line in lines.items():
        if hashlib.sha256(line).hexdigest() != digests[name]:
            raise ValueError(f"the line of {name!r} is not the one that was compiled")


@contextmanager
def _without_collection() -> Iterator[None]:
    """Do not look for garbage: thousands of values are made and none is dropped.

    They would count towards a search of all that the process holds, which takes as long as reading them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def lexicon_line(lexicons: Mapping[str, Lexicon], language: str) -> bytes | memoryview:
    """One language's lexicon as it is compiled."""
    if isinstance(lexicons, StoredLexicons):
        return lexicons.line(language)
    return lexicons[language].to_bytes()
