"""The pattern language of the taxonomy's phrases, compiled to a lexicon.

`taxonomy/README.md` describes the language for authors. Compilation turns each word of a phrase
into a *symbol*: a number that stands for a set of surface forms. Tagging looks a word of the text
up in the lexicon, gets its symbols, and walks the trie; it needs no stemmer.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

from mtag.lexicon import Entry, Lexicon, Symbols, without_accents
from mtag.patterns import late
from mtag.phrasetrie import CONJUNCTION, DETERMINER, PREPOSITION
from mtag.tokens import fold, surface_forms, tokenize

_MAX_VARIANTS = 64

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

_GAP = late(r"~([1-9])")
_ALTERNATIVE = late(r"([=^]?)([^=^*|~]+?)(\*?)")


class PhraseSyntaxError(ValueError):
    """A phrase is not in the pattern language; the message says what is wrong with it."""


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


def compile_lexicon(phrases: Iterable[Entry], language: str) -> Lexicon:
    """Compile the phrases of one language; the result depends on their order alone.

    Raises:
        PhraseSyntaxError: a pattern is malformed.
    """
    entries: list[Entry] = []
    sequences: list[tuple[int, Symbols]] = []
    numbers: dict[frozenset[Word], int] = {}
    tables: dict[str, dict[str, set[int]]] = {name: {} for name in ("forms", "prefixes", "capital", "upper")}
    reserved = ((DETERMINER, _DETERMINERS), (CONJUNCTION, _CONJUNCTIONS), (PREPOSITION, _PREPOSITIONS))
    for symbol, listed in reserved:
        for surface in listed.get(language, "").split():
            tables["forms"].setdefault(surface, set()).add(symbol)
    for entry in phrases:
        number = len(entries)
        entries.append(entry)
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
            sequences.append((number, tuple(sequence)))
    found = {name: {key: tuple(sorted(ids)) for key, ids in table.items()} for name, table in tables.items()}
    return Lexicon.of({**found, "bare": without_accents(found["forms"])}, entries, sequences)


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
