"""The one tokenizer: words with offsets, folding, stems and the surface forms of a word.

Tagging uses `tokenize`, `fold` and `strip_accents` alone. `stem` and `surface_forms` serve the
compilation of a taxonomy: they import NLTK's Snowball stemmers, which need no data files.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from mtag.patterns import late

LANGUAGES = ("en", "fr")
STEMMER = "nltk-snowball/1"
TOKENIZER = "mtag-words/1"

# Letters and digits; combining marks, soft hyphens and joiners stay inside the word they stand in.
INSIDE_A_WORD = "".join(map(chr, (*range(0x300, 0x370), 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)))
WORD = late(rf"[^\W_](?:[^\W_]|[{INSIDE_A_WORD}])*")
_INVISIBLE = late("[\u00ad\u200b-\u200d\u2060\ufeff]")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


Token = tuple[str, int, int]
"""A word as it stands in the text, its start and its end."""


def tokenize(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Yield each word of `text[start:end]` as (surface, start, end), in order.

    Hyphens and apostrophes part words, so *l'égalité* is two words and *co-operation* too.
    """
    for match in WORD.finditer(text, start, len(text) if end is None else end):
        yield match.group(), match.start(), match.end()


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """Lower case, composed (NFKC), invisible characters out, œ as oe; accents stay."""
    if word.isascii():
        return word.lower()
    word = unicodedata.normalize("NFKC", _INVISIBLE.sub("", word)).lower()
    return word.translate(_LIGATURES)


def strip_accents(word: str) -> str:
    """Leave out the accents of a folded word."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=65536)
def bare(word: str) -> str:
    """A word as it stands in the text, folded and without its accents."""
    return strip_accents(fold(word))


@lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    """Return the Snowball stem of a folded word."""
    return str(_stemmer(language).stem(word))


@lru_cache(maxsize=2)
def _stemmer(language: str) -> Any:  # NLTK has no types
    from nltk.stem.snowball import SnowballStemmer

    return SnowballStemmer({"en": "english", "fr": "french"}[language])


# Inflection only: -ation, -er or -ment would make another word of it (organ, organisation).
# Each line is a paradigm: the endings that show a word belongs to it, then all its endings.
_PARADIGMS: dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    "en": (
        (("",), ("", "s", "ed", "ing")),
        (("s", "x", "z", "sh", "ch"), ("s", "x", "z", "sh", "ch", "ses", "xes", "zes", "shes", "ches")),
        (("es", "ed", "ing"), ("", "s", "e", "es", "ed", "ing")),
        (("s",), ("", "s")),
        (("e",), ("e", "es", "ed", "ing")),
        (("y", "ies", "ied"), ("y", "ies", "ied", "ying")),
    ),
    "fr": (
        (("", "s", "x", "e", "es"), ("", "s", "x", "e", "es")),
        (
            ("er", "é", "ée", "és", "ées", "ent", "ant", "ait", "èrent"),
            (
                *("er", "é", "ée", "és", "ées", "e", "es", "ent", "ons", "ez", "ant", "ait"),
                *("aient", "a", "era", "eront", "èrent"),
            ),
        ),
        (
            ("ir", "i", "ie", "is", "ies", "it", "issent"),
            ("ir", "i", "ie", "is", "ies", "it", "issent", "issait", "issant", "irent"),
        ),
        (("u", "ue", "us", "ues"), ("u", "ue", "us", "ues")),
        (("al", "ale", "ales", "aux"), ("al", "ale", "ales", "aux")),
        (("eux", "euse", "euses"), ("eux", "euse", "euses")),
        (("if", "ive", "ifs", "ives"), ("if", "ive", "ifs", "ives")),
        (("el", "elle", "els", "elles"), ("el", "elle", "els", "elles")),
        (("en", "enne", "ens", "ennes"), ("en", "enne", "ens", "ennes")),
        (("ier", "ière", "iers", "ières"), ("ier", "ière", "iers", "ières")),
    ),
}

# Families that no suffix rule finds; each line is one word in its forms.
_IRREGULAR = {
    "en": (
        "child children",
        "woman women",
        "man men",
        "person persons people",
        "sell sells selling sold",
        "buy buys buying bought",
        "hold holds holding held",
        "keep keeps keeping kept",
        "take takes taking took taken",
        "bring brings bringing brought",
        "find finds finding found",
        "send sends sending sent",
        "steal steals stealing stole stolen",
        "lead leads leading led",
        "pay pays paying paid",
        "give gives giving gave given",
        "make makes making made",
        "catch catches catching caught",
        "break breaks breaking broke broken",
        "speak speaks speaking spoke spoken",
        "teach teaches teaching taught",
        "flee flees fleeing fled",
        "beat beats beating beaten",
        "drive drives driving drove driven",
        "tell tells telling told",
        "seek seeks seeking sought",
        "withhold withholds withholding withheld",
        "begin begins beginning began begun",
        "wife wives",
    ),
    "fr": (
        "travail travaux",
        "vendre vend vends vendent vendant vendait vendaient vendu vendue vendus vendues",
        "contraindre contraint contrainte contraints contraintes contraignait contraignant",
        "recevoir reçoit reçoivent recevait reçu reçue reçus reçues",
        "prévenir prévient préviennent prévenant prévenu prévenue prévenus",
        "tenir tient tiennent tenait tenaient tenu tenue tenus tenues",
        "retenir retient retiennent retenait retenu retenue retenus retenues",
        "détenir détient détiennent détenait détenu détenue détenus détenues",
        "battre bat battent battait battu battue battus battues",
        "soumettre soumet soumettent soumis soumise soumises",
        "commettre commet commettent commis commise commises",
        "réduire réduit réduite réduits réduites réduisent",
        "poursuivre poursuit poursuivent poursuivi poursuivie poursuivis poursuivies",
        "secourir secouru secourue secourus secourues",
        "promettre promet promettent promis promise promises",
        "enfreindre enfreint enfreinte",
        "connaître connaît connaissent connu connue connus",
        "convaincre convaincu convaincue convaincus convaincues",
        "séduire séduit séduite séduites",
        "conduire conduit conduite conduits conduites",
        "introduire introduit introduite introduits",
        "produire produit produite produits produites",
        "ouvrir ouvre ouvrent ouvert ouverte ouverts ouvertes",
        "offrir offre offrent offert offerte",
        "rendre rend rendent rendu rendue rendus rendues",
        "mettre met mettent mis mise mises",
        "œil yeux",
    ),
}

# A grave accent needs an e behind the consonant: mère has no form *mèr, which without accents is mer.
_NOT_FRENCH = late(r"è[^aeiouy\W]s?$")

_DOUBLED = late(r"([bdfgklmnprtvz])\1$")
_SHORT = late(r"[^aeiou]*[aeiou][bdfgklmnprtvz]$")

# British spellings first; each pair also serves as the middle of a word.
_SPELLINGS = (
    ("labour", "labor"),
    ("programme", "program"),
    ("centre", "center"),
    ("defence", "defense"),
    ("offence", "offense"),
    ("licence", "license"),
    ("traveller", "traveler"),
    ("counsell", "counsel"),
    ("fulfil", "fulfill"),
    ("cheque", "check"),
    ("neighbour", "neighbor"),
    ("behaviour", "behavior"),
    ("harbour", "harbor"),
    ("enrol", "enroll"),
    ("judgement", "judgment"),
    ("paedo", "pedo"),
    ("isation", "ization"),
    ("ise", "ize"),
    ("ising", "izing"),
    ("yse", "yze"),
)


def spellings(word: str, language: str) -> tuple[str, ...]:
    """Return a folded word and, in English, its American spelling where it has one."""
    if language != "en":
        return (word,)
    found = [word]
    for british, american in _SPELLINGS:
        ending = british.startswith(("is", "ys"))
        if ending and re.search(rf"\w{{3}}{british}[sd]?$", word):
            found.append(re.sub(rf"{british}([sd]?)$", rf"{american}\1", word))
        elif not ending and british in word:
            found.append(word.replace(british, american))
    return tuple(found)


@lru_cache(maxsize=16384)
def surface_forms(word: str, language: str) -> frozenset[str]:
    """Return the inflections of a folded word, itself included: plurals, genders, verb endings.

    Candidates are made from the suffixes of the language and kept where Snowball gives them the
    stem of the word, so *exploit* yields *exploited* but *mine* never *mineur*.
    """
    forms: set[str] = set()
    for spelling in spellings(word, language):
        forms.add(spelling)
        forms.update(_inflections(spelling, language))
        for family in _IRREGULAR[language]:
            if spelling in (members := {fold(member) for member in family.split()}):
                forms.update(members)
    for form in tuple(forms):
        forms.update(spellings(form, language))
        if language == "fr" and form.endswith(("eur", "eurs")):
            base = form.removesuffix("s").removesuffix("eur")
            forms.update((base + "euse", base + "euses"))
            if base.endswith("t"):
                forms.update((base + "rice", base + "rices"))
    return frozenset(forms)


def _inflections(word: str, language: str) -> Iterator[str]:
    if len(word) < 3 or not word.isalpha():
        return
    wanted = stem(word, language)
    for endings, paradigm in _PARADIGMS[language]:
        for ending in endings:
            if not word.endswith(ending):
                continue
            base = word.removesuffix(ending)
            bases = {base}
            if language == "en":  # beg, begged
                bases.add(_DOUBLED.sub(r"\1", base))
                bases.update([base + base[-1]] if _SHORT.match(base) else [])
            for candidate in (b + suffix for b in bases for suffix in paradigm):
                if len(candidate) < 3 or _NOT_FRENCH.search(candidate):
                    continue
                plural_verb = candidate.endswith(("ent", "ons")) and "èrent" in endings
                if stem(base + "er" if plural_verb else candidate, language) == wanted:
                    yield candidate
