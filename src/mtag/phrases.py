"""The pattern language of the taxonomy's phrases, compiled to a lexicon and a trie.

`taxonomy/README.md` describes the language for authors. Compilation turns each word of a phrase
into a *symbol*: a number that stands for a set of surface forms. Tagging looks a word of the text
up in the lexicon, gets its symbols, and walks the trie; it needs no stemmer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from mtag.tokens import fold, strip_accents, surface_forms, tokenize

DETERMINER = 0
CONJUNCTION = 1
PREPOSITION = 2
"""Reserved symbols, known to the matcher: words it may step over, join at, or join after."""

_MAX_VARIANTS = 64
_MAX_CACHED_WORDS = 200_000

_DETERMINERS = {
    "en": "the a an this that these those his her its their our your my such any some all both each",
    "fr": (
        "le la les l un une des du ce cet cette ces son sa ses leur leurs notre nos votre vos mon ma"
        " mes tout toute tous toutes certains certaines plusieurs chaque"
    ),
}
_ARTICLES = {"en": {"the", "a", "an"}, "fr": {"le", "la", "les", "l", "un", "une"}}
_CONJUNCTIONS = {"en": "and or nor", "fr": "et ou ni"}
# Listed where "A x and B" may stand for "A B" only after one of them: trafficking in drugs and persons.
_PREPOSITIONS = {"en": "in of for to against by from with on"}
_CONTRACTIONS = {"fr": {"de": ("de", "d", "des", "du"), "à": ("à", "a", "au", "aux")}}

_GAP = re.compile(r"~([1-9])")
_ALTERNATIVE = re.compile(r"([=^]?)([^=^*|~]+?)(\*?)")


class PhraseSyntaxError(ValueError):
    """A phrase is not in the pattern language; the message says what is wrong with it."""


class Entry(NamedTuple):
    """What a match means: the owner (a concept id, or a list of the scheme), the kind, the pattern."""

    owner: str
    kind: str
    pattern: str


class Word(NamedTuple):
    """One way to write one word of a pattern: `mode` is `` (inflected), `=`, `*`, `^` or `A` (capitals)."""

    text: str
    mode: str


Step = int | frozenset[Word]
"""A gap of so many words, or a word with its alternatives."""


def parse(pattern: str, language: str) -> tuple[tuple[Step, ...], ...]:
    """Return the variants of a phrase, each a sequence of gaps and words.

    More than one variant comes from words that can be written as one or as two (co-operation).

    Raises:
        PhraseSyntaxError: the pattern is empty, too long, or malformed.
    """
    choices: list[list[tuple[Step, ...]]] = []
    for part in pattern.split():
        if gap := _GAP.fullmatch(part):
            choices.append([(int(gap.group(1)),)])
        elif words := _parse_word(part, pattern, language):
            choices.append(words)
    if not choices or all(isinstance(steps[0], int) for [steps, *_] in choices):
        raise PhraseSyntaxError(f"{pattern!r} has no word in it")
    if isinstance(choices[0][0][0], int) or isinstance(choices[-1][0][0], int):
        raise PhraseSyntaxError(f"{pattern!r} begins or ends with a gap")
    variants = [tuple(step for steps in chosen for step in steps) for chosen in product(*choices)]
    if len(variants) > _MAX_VARIANTS or len(choices) > 24:
        raise PhraseSyntaxError(f"{pattern!r} is too long or has too many hyphenated words")
    return tuple(variants)


def _parse_word(part: str, pattern: str, language: str) -> list[tuple[Step, ...]]:
    single: set[Word] = set()
    longer: list[tuple[Step, ...]] = []
    for alternative in part.split("|"):
        match = _ALTERNATIVE.fullmatch(alternative)
        if match is None:
            raise PhraseSyntaxError(f"{pattern!r}: cannot read {alternative!r}")
        mark, text, star = match.groups()
        surfaces = [surface for surface, _, _ in tokenize(text)]
        if not surfaces or (mark and star):
            raise PhraseSyntaxError(f"{pattern!r}: cannot read {alternative!r}")
        mode = mark or star
        if not mode and text.isupper() and len(text) > 1:
            mode = "A"
        words = [Word(fold(surface), mode if mode != "*" else "") for surface in surfaces]
        if star:
            words[-1] = Word(words[-1].text, "*")
        if not mark:
            while len(words) > 1 and words[0].text in _ARTICLES.get(language, ()):
                words = words[1:]
        if len(words) == 1:
            single.add(words[0])
            continue
        longer.append(tuple(frozenset([word]) for word in words))
        if "-" in text:
            single.add(Word("".join(word.text for word in words), words[-1].mode))
    if not single or (len(single) == 1 and not longer and _is_article(next(iter(single)), language)):
        return longer
    return [(frozenset(single),), *longer]


def _is_article(word: Word, language: str) -> bool:
    return word.mode == "" and word.text in _ARTICLES.get(language, ())


@dataclass(slots=True)
class Lexicon:
    """The words of one language that phrases know, and the trie of the phrases.

    `forms` maps a folded surface form to its symbols, `bare` the same forms without accents,
    `prefixes` the beginnings of words; `capital` and `upper` hold forms that count only with a
    capital letter, or in capitals. `branches` gives for each node of the trie the gaps that may come
    next, each with the words behind it; `following` all those words together. `sequences` are the
    phrases as symbols (gaps negative) with the number of their entry.
    """

    forms: dict[str, tuple[int, ...]] = field(default_factory=dict)
    bare: dict[str, tuple[int, ...]] = field(default_factory=dict)
    prefixes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    capital: dict[str, tuple[int, ...]] = field(default_factory=dict)
    upper: dict[str, tuple[int, ...]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    sequences: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    # What follows is derived from the fields above.
    children: list[dict[int, int]] = field(default_factory=list, compare=False)
    outputs: list[tuple[int, ...]] = field(default_factory=list, compare=False)
    branches: list[list[tuple[int, dict[int, int]]]] = field(default_factory=list, compare=False)
    following: list[frozenset[int]] = field(default_factory=list, compare=False)
    has_prepositions: bool = field(default=False, compare=False)
    _lengths: tuple[int, ...] = field(default=(), compare=False)
    _bare_prefixes: dict[str, tuple[int, ...]] = field(default_factory=dict, compare=False)
    _cache: dict[str, tuple[int, ...]] = field(default_factory=dict, compare=False)

    def build_trie(self) -> Lexicon:
        """Build the trie from `sequences`; done once, when a language is first met."""
        if self.children:
            return self
        children: list[dict[int, int]] = [{}]
        outputs: list[tuple[int, ...]] = [()]
        for entry, sequence in self.sequences:
            node = 0
            for symbol in sequence:
                if symbol not in children[node]:
                    children[node][symbol] = len(children)
                    children.append({})
                    outputs.append(())
                node = children[node][symbol]
            outputs[node] = (*outputs[node], entry)
        self.outputs = outputs
        self.branches = [
            [
                *([(0, branch)] if any(symbol >= 0 for symbol in branch) else []),
                *((-symbol, children[child]) for symbol, child in branch.items() if symbol < 0),
            ]
            for branch in children
        ]
        self.following = [
            frozenset(symbol for _, branch in gaps for symbol in branch) for gaps in self.branches
        ]
        self._lengths = tuple(sorted({len(prefix) for prefix in self.prefixes}))
        self._bare_prefixes = _without_accents(self.prefixes)
        self.has_prepositions = any(PREPOSITION in symbols for symbols in self.forms.values())
        self.children = children  # last: what tells another thread that all is there
        return self

    def symbols(self, surface: str) -> tuple[int, ...]:
        """Return the symbols of a word as it stands in the text."""
        found = self._cache.get(surface)
        if found is None:
            if len(self._cache) >= _MAX_CACHED_WORDS:
                self._cache.clear()
            found = self._cache[surface] = self._look_up(surface)
        return found

    def _look_up(self, surface: str) -> tuple[int, ...]:
        key = fold(surface)
        found = set(self.forms.get(key, ()))
        if key.isascii():
            found.update(self.bare.get(key, ()))
        for length in self._lengths:
            if length > len(key):
                break
            found.update(self.prefixes.get(key[:length], ()))
            if key.isascii():
                found.update(self._bare_prefixes.get(key[:length], ()))
        if surface[0].isupper():
            found.update(self.capital.get(key, ()))
            if surface.isupper() and len(surface) > 1:
                found.update(self.upper.get(key, ()))
        return tuple(sorted(found))


def compile_lexicon(phrases: Iterable[Entry], language: str) -> Lexicon:
    """Compile the phrases of one language; the result depends on their order alone.

    Raises:
        PhraseSyntaxError: a pattern is malformed.
    """
    lexicon = Lexicon()
    numbers: dict[frozenset[Word], int] = {}
    tables: dict[str, dict[str, set[int]]] = {name: {} for name in ("forms", "prefixes", "capital", "upper")}
    reserved = ((DETERMINER, _DETERMINERS), (CONJUNCTION, _CONJUNCTIONS), (PREPOSITION, _PREPOSITIONS))
    for symbol, listed in reserved:
        for surface in listed.get(language, "").split():
            tables["forms"].setdefault(surface, set()).add(symbol)
    for entry in phrases:
        number = len(lexicon.entries)
        lexicon.entries.append(entry)
        for variant in parse(entry.pattern, language):
            sequence: list[int] = []
            for step in variant:
                if isinstance(step, int):
                    sequence.append(-step)
                    continue
                if step not in numbers:
                    numbers[step] = len(numbers) + len(reserved)
                    for word in sorted(step):
                        _add_forms(tables, word, numbers[step], language)
                sequence.append(numbers[step])
            lexicon.sequences.append((number, tuple(sequence)))
    for name, table in tables.items():
        setattr(lexicon, name, {key: tuple(sorted(ids)) for key, ids in sorted(table.items())})
    lexicon.bare = _without_accents(lexicon.forms)
    return lexicon.build_trie()


def _add_forms(tables: dict[str, dict[str, set[int]]], word: Word, symbol: int, language: str) -> None:
    contractions = _CONTRACTIONS.get(language, {})
    if word.mode == "*":
        tables["prefixes"].setdefault(word.text, set()).add(symbol)
        return
    forms: Iterable[str]
    if word.mode == "" and word.text in contractions:
        forms = contractions[word.text]
    elif word.mode in ("=", "A"):
        forms = (word.text,)
    else:
        forms = surface_forms(word.text, language)
    table = {"^": "capital", "A": "upper"}.get(word.mode, "forms")
    for form in forms:
        tables[table].setdefault(form, set()).add(symbol)


def _without_accents(forms: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    bare: dict[str, set[int]] = {}
    for form, symbols in forms.items():
        if not form.isascii():
            bare.setdefault(strip_accents(form), set()).update(symbols)
    return {form: tuple(sorted(symbols)) for form, symbols in sorted(bare.items())}
