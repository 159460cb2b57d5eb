"""Words of one meaning, in groups: what a trained model learns of one of them it knows of the others.

A group holds words of each language, so that what is learned from English documents serves French
ones too. A word counts without capitals and accents; `recruit*` stands for every word that begins so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mtag.patterns import late
from mtag.tokens import LANGUAGES, bare, tokenize

_NAME = late(r"[a-z][a-z0-9_]*")
_SHORTEST = 3
"""Letters before a `*`: fewer would take in half the language."""

Table = dict[str, list[str]]


class Synonyms:
    """Groups of words by name and language; `of` gives the groups of a word."""

    def __init__(self, stored: bytes = b"") -> None:
        """Take what `to_bytes` gave: a line for each group and language, its words checked.

        Raises:
            ValueError: it is something else.
        """
        self._lines = [tuple(line.split("\t")) for line in stored.decode().splitlines()]
        if any(len(line) != 3 for line in self._lines):
            raise ValueError("the groups of synonyms are not three columns a line")
        self._tables: dict[str, tuple[Table, Table]] = {}

    @classmethod
    def from_groups(cls, groups: Mapping[str, Mapping[str, Sequence[str]]]) -> Synonyms:
        """Check groups: under each name, for each language, its words.

        Raises:
            ValueError: a name or an entry is not one word, or a language is unknown.
        """
        lines = []
        for name, languages in sorted(groups.items()):
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name for a group: small letters, digits and _ only")
            for language, words in sorted(languages.items()):
                if language not in LANGUAGES:
                    raise ValueError(f"{name}: unknown language {language!r}")
                for word in words:
                    _check(name, word)
                lines.append(f"{name}\t{language}\t{' '.join(dict.fromkeys(map(bare, words)))}\n")
        return cls("".join(lines).encode())

    def to_bytes(self) -> bytes:
        """The groups in order: the same groups always give the same bytes."""
        return "".join("\t".join(line) + "\n" for line in self._lines).encode()

    def of(self, word: str, language: str) -> tuple[str, ...]:
        """The names of the groups of a bare word (see `mtag.tokens.bare`), sorted."""
        if language not in self._tables:
            self._tables[language] = self._table(language)
        whole, beginnings = self._tables[language]
        found = set(whole.get(word, ()))
        for size in range(_SHORTEST, len(word) + 1):
            found.update(beginnings.get(word[:size], ()))
        return tuple(sorted(found))

    def _table(self, language: str) -> tuple[Table, Table]:
        """The groups of whole words, and of beginnings of words."""
        whole: Table = {}
        beginnings: Table = {}
        for name, code, words in self._lines:
            for word in words.split() if code == language else ():
                table = beginnings if word.endswith("*") else whole
                table.setdefault(word.removesuffix("*"), []).append(name)
        return whole, beginnings


def _check(name: str, word: str) -> None:
    text = word.removesuffix("*")
    if [surface for surface, _, _ in tokenize(text)] != [text]:
        raise ValueError(f"{name}: {word!r} is not one word")
    if word.endswith("*") and len(bare(text)) < _SHORTEST:
        raise ValueError(f"{name}: {word!r} begins too many words; {_SHORTEST} letters at least")


NO_SYNONYMS = Synonyms()
"""No groups: each word stands for itself."""
