"""Compiled phrases of one language: the words that they know, and the phrases as arrays.

`mtag.phrases` compiles them. Reading a lexicon makes few objects: words of one table are one string, and
numbers are arrays.
"""

from __future__ import annotations

import json
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain, groupby
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from mtag.arrays import Ints
from mtag.phrasetrie import PREPOSITION
from mtag.tokens import fold, strip_accents
from mtag.wordtable import Rows

Symbols: TypeAlias = tuple[int, ...]
"""The symbols of a word, in order: numbers that stand for sets of surface forms."""

TABLES = ("forms", "bare", "prefixes", "capital", "upper")

SCHEME = "*"
"""Owner of the phrases that belong to the scheme, not to one concept: its traps are for every one."""


class Entry(NamedTuple):
    """What a match means: the owner (a concept id, or a list of the scheme), the kind, the pattern."""

    owner: str
    kind: str
    pattern: str


class Lexicon:
    """The words of one language that phrases know, and the phrases.

    The tables map words to a row of `sets`, their symbols: `forms` holds folded surface forms, `bare` the
    same forms without accents, `prefixes` the beginnings of words; `capital` and `upper` hold forms that
    count only with a capital letter, or in capitals. `entries` are what phrases mean, and `rank` is the
    place of each if they were sorted. `steps` are the phrases, rows of symbols and gaps (negative), and
    `entry` is the number of each phrase's entry.
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        """Take what `Lexicon.of` and `to_bytes` arrange."""
        self._content = content
        self.sets = _rows(content["sets"])
        self.steps = _rows(content["steps"])
        self.entry = _numbers(content["entry"])
        self.rank = _numbers(content["rank"])
        self.forms, self.bare, self.prefixes, self.capital, self.upper = (
            dict(zip(words.split(" ") if words else (), _numbers(numbers).tolist(), strict=True))
            for words, numbers in map(content["tables"].__getitem__, TABLES)
        )

    @classmethod
    def of(
        cls,
        tables: Mapping[str, Mapping[str, Symbols]],
        entries: Sequence[Entry],
        phrases: Sequence[tuple[int, Symbols]],
    ) -> Lexicon:
        """Arrange a lexicon.

        Args:
            tables: for each of `TABLES` the words and their symbols.
            entries: what phrases mean.
            phrases: the number of the entry of each phrase, and its symbols and gaps.
        """
        sets = sorted(
            set(chain.from_iterable(table.values() for table in tables.values())),
            key=lambda symbols: (len(symbols), symbols),
        )
        numbers = {symbols: number for number, symbols in enumerate(sets)}
        rank = np.empty(len(entries), np.int64)
        rank[sorted(range(len(entries)), key=entries.__getitem__)] = np.arange(len(entries))
        groups = groupby(entries, key=lambda entry: entry[:2])
        words = {name: sorted(tables[name].items()) for name in TABLES}
        return cls(
            {
                "tables": {
                    name: [
                        " ".join(word for word, _ in table),
                        _text(numbers[symbols] for _, symbols in table),
                    ]
                    for name, table in words.items()
                },
                "sets": _row_texts(sets),
                "entries": [[*group, [entry.pattern for entry in alike]] for group, alike in groups],
                "rank": _text(rank.tolist()),
                "entry": _text(entry for entry, _ in phrases),
                "steps": _row_texts([steps for _, steps in phrases]),
            }
        )

    @classmethod
    def from_bytes(cls, line: bytes | memoryview) -> Lexicon:
        """Read what `to_bytes` gave."""
        return cls(decode_line(line))

    def to_bytes(self) -> bytes:
        """The lexicon as a line of JSON: the same lexicon always gives the same bytes."""
        return encode_line(self._content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lexicon) and self._content == other._content

    __hash__ = None  # type: ignore[assignment]  # its content can be changed

    def __repr__(self) -> str:
        return f"Lexicon({self._content!r})"

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """What phrases mean."""
        return tuple(
            Entry(owner, kind, pattern) for owner, kind, patterns in self.groups for pattern in patterns
        )

    @property
    def groups(self) -> Sequence[tuple[str, str, Sequence[str]]]:
        """The entries in order: owner, kind and patterns of those of one owner and kind in a row."""
        found: Sequence[tuple[str, str, Sequence[str]]] = self._content["entries"]
        return found

    @property
    def width(self) -> int:
        """How many symbols there are."""
        return int(self.steps.values.max(initial=PREPOSITION)) + 1

    @property
    def knows_prepositions(self) -> bool:
        """Whether the language has words after which alone a coordination may close."""
        return bool((self.sets.values == PREPOSITION).any())

    @property
    def kin(self) -> Ints:
        """A number for each symbol: that of the largest set of symbols that a word has with it.

        Of a word with many symbols most have the same number.
        """
        found = np.zeros(self.width, np.int64)
        found[self.sets.values] = np.arange(len(self.sets.size)).repeat(self.sets.size)  # the last one stays
        return found

    @cached_property
    def _bare_prefixes(self) -> dict[str, Symbols]:
        return without_accents({prefix: self._symbols(number) for prefix, number in self.prefixes.items()})

    @cached_property
    def _prefix_lengths(self) -> dict[str, tuple[int, ...]]:
        """The lengths of the prefixes that begin with a letter."""
        lengths: dict[str, set[int]] = {}
        for prefix in (*self.prefixes, *self._bare_prefixes):
            lengths.setdefault(prefix[0], set()).add(len(prefix))
        return {letter: tuple(sorted(found)) for letter, found in lengths.items()}

    def symbols(self, surface: str) -> Symbols:
        """Return the symbols of a word as it stands in the text."""
        key = fold(surface)
        beginnings = [key[:length] for length in self._prefix_lengths.get(key[:1], ())]
        rows = {self.forms.get(key), *map(self.prefixes.get, beginnings)}
        found: set[int] = set()
        if key.isascii():
            rows.add(self.bare.get(key))
            for beginning in beginnings:
                found.update(self._bare_prefixes.get(beginning, ()))
        if surface[0].isupper():
            rows.add(self.capital.get(key))
            if surface.isupper() and len(surface) > 1:
                rows.add(self.upper.get(key))
        found.update(*(self._symbols(row) for row in rows if row is not None))
        return tuple(sorted(found))

    def _symbols(self, row: int) -> Symbols:
        first = self.sets.first[row]
        return tuple(self.sets.values[first : first + self.sets.size[row]].tolist())


def encode_line(content: object) -> bytes:
    """A value as a line of JSON, without its end: the same value always gives the same bytes."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def decode_line(line: bytes | memoryview) -> Any:
    """Read what `encode_line` gave."""
    return json.loads(str(line, "utf-8"))


def without_accents(forms: Mapping[str, Symbols]) -> dict[str, Symbols]:
    """The forms that have accents, without these."""
    bare: dict[str, set[int]] = {}
    for form, symbols in forms.items():
        if not form.isascii():
            bare.setdefault(strip_accents(form), set()).update(symbols)
    return {form: tuple(sorted(symbols)) for form, symbols in sorted(bare.items())}


def _text(numbers: Any) -> str:
    """Numbers as text: 32 bits each, the lowest first, in base 64."""
    return b2a_base64(np.array([*numbers], "<i4").tobytes(), newline=False).decode()


def _numbers(text: str) -> Ints:
    return np.frombuffer(a2b_base64(text), "<i4").astype(np.int64)


def _row_texts(rows: Sequence[Sequence[int]]) -> list[str]:
    """Rows as text: the size of each, and the values."""
    return [_text(map(len, rows)), _text(chain.from_iterable(rows))]


def _rows(texts: Sequence[str]) -> Rows:
    size, values = map(_numbers, texts)
    return Rows(size.cumsum() - size, size, values)
