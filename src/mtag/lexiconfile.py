"""Compiled phrases as bytes, a line of JSON a language, read when the language is first met."""

from __future__ import annotations

import gc
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from mtag.phrases import Entry, Lexicon

_TABLES = ("forms", "bare", "prefixes", "capital", "upper")


class StoredLexicons(Mapping[str, Lexicon]):
    """Lexicons by language, each read from its verified line at its first use."""

    def __init__(self, lines: Mapping[str, bytes]) -> None:
        """Take the lines of the languages."""
        self._lines = dict(lines)
        self._read: dict[str, Lexicon] = {}
        self._lock = threading.Lock()

    def __getitem__(self, language: str) -> Lexicon:
        line = self._lines[language]
        with self._lock:
            if language not in self._read:
                with _without_collection():
                    self._read[language] = lexicon_from(line)
            return self._read[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and dict(self) == dict(other)

    __hash__ = None  # type: ignore[assignment]  # a mapping that grows

    def line(self, language: str) -> bytes:
        """The line of a language, as it was compiled."""
        return self._lines[language]


def verify(lines: Mapping[str, bytes], digests: Mapping[str, str]) -> None:
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


def lexicon_line(lexicons: Mapping[str, Lexicon], language: str) -> bytes:
    """One language's lexicon as a line of JSON: the same lexicon always gives the same bytes."""
    return lexicons.line(language) if isinstance(lexicons, StoredLexicons) else _line(lexicons[language])


def _line(lexicon: Lexicon) -> bytes:
    """The words with the same symbols stand in one string, for a short line that is read fast."""
    content: dict[str, Any] = {}
    for name in _TABLES:
        words: dict[tuple[int, ...], list[str]] = {}
        for word, symbols in sorted(getattr(lexicon, name).items()):
            words.setdefault(symbols, []).append(word)
        content[name] = [[" ".join(alike), symbols] for symbols, alike in sorted(words.items())]
    entries: dict[tuple[str, str], list[str]] = {}
    for owner, kind, pattern in lexicon.entries:
        entries.setdefault((owner, kind), []).append(pattern)
    content["entries"] = [[owner, kind, patterns] for (owner, kind), patterns in entries.items()]
    content["sequences"] = lexicon.sequences
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def lexicon_from(line: bytes) -> Lexicon:
    """Read a lexicon from its line."""
    content = json.loads(line)
    forms: dict[str, Any] = {
        name: {
            word: symbols
            for alike, listed in content[name]
            for symbols in [tuple(listed)]
            for word in alike.split(" ")
        }
        for name in _TABLES
    }
    return Lexicon(
        **forms,
        entries=[Entry(owner, kind, p) for owner, kind, patterns in content["entries"] for p in patterns],
        sequences=[(number, tuple(sequence)) for number, sequence in content["sequences"]],
    )
