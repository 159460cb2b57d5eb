"""Words of one meaning, in groups: what a trained model learns of one of them it knows of the others.

A group holds words of each language, so that what is learned from English documents serves French
ones too. A word counts without capitals and accents; `recruit*` stands for every word that begins so.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from mtag.errors import CorpusError
from mtag.tokens import LANGUAGES, plain, tokenize

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SHORTEST = 3
"""Letters before a `*`: fewer would take in half the language."""

Groups = Mapping[str, Mapping[str, Sequence[str]]]
Table = dict[str, list[str]]


class Synonyms:
    """Groups of words by name and language; `of` gives the groups of a word."""

    def __init__(self, groups: Groups) -> None:
        """Check the groups.

        Raises:
            ValueError: a name or an entry is not one word, or a language is unknown.
        """
        for name, languages in groups.items():
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name for a group: small letters, digits and _ only")
            for language, words in languages.items():
                if language not in LANGUAGES:
                    raise ValueError(f"{name}: unknown language {language!r}")
                for word in words:
                    _check(name, word)
        lines = {
            (name, code): " ".join(dict.fromkeys(map(plain, found[code])))
            for name, found in groups.items()
            for code in found
        }
        self._text = "".join(f"{name}\t{code}\t{lines[name, code]}\n" for name, code in sorted(lines))
        self._tables: dict[str, tuple[Table, Table]] = {}

    @classmethod
    def read(cls, path: Path) -> Synonyms:
        """Read a TOML file: under each name, for each language, words parted by spaces.

        Raises:
            CorpusError: the file cannot be read, or holds what is no group.
        """
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
            return cls({name: {code: one[code].split() for code in one} for name, one in content.items()})
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise CorpusError(f"{path}: {error}") from error

    @classmethod
    def from_bytes(cls, data: bytes) -> Synonyms:
        """Take what `to_bytes` gave, whose words were checked; `ValueError` where it is something else."""
        found = cls({})
        found._text = data.decode()
        if any(line.count("\t") != 2 for line in found._text.splitlines()):
            raise ValueError("the groups of synonyms are not three columns a line")
        return found

    def to_bytes(self) -> bytes:
        """A line for each group and language, in order: the same groups always give the same bytes."""
        return self._text.encode()

    def of(self, word: str, language: str) -> tuple[str, ...]:
        """The names of the groups of a plain word (see `mtag.tokens.plain`), sorted."""
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
        for line in self._text.splitlines():
            name, code, words = line.split("\t")
            for word in words.split(" ") if code == language else ():
                if word.endswith("*"):
                    beginnings.setdefault(word[:-1], []).append(name)
                else:
                    whole.setdefault(word, []).append(name)
        return whole, beginnings


def _check(name: str, word: str) -> None:
    text = word.removesuffix("*")
    if [surface for surface, _, _ in tokenize(text)] != [text]:
        raise ValueError(f"{name}: {word!r} is not one word")
    if word.endswith("*") and len(plain(text)) < _SHORTEST:
        raise ValueError(f"{name}: {word!r} begins too many words; {_SHORTEST} letters at least")


NO_SYNONYMS = Synonyms({})
"""No groups: each word stands for itself."""
