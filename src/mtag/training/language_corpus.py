"""The training instances of the language model: texts, runs of words, single words and names, in variants.

What is drawn depends on the inputs alone: the same archives, sentences and seeds give the same
instances in the same order.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from mtag.errors import CorpusError
from mtag.training.corpus import check_fields, read_records
from mtag.training.language_sources import profile_texts, read_archives

TRAINING, MEASURING, CALIBRATING = "training", "measuring", "calibrating"

CLASSES = ("en", "fr", "iberian", "italic", "germanic", "eastern", "rest", "name")
_GROUPS = {
    "iberian": "es pt gl ca oc ast an",
    "italic": "it ro la eo rm co fur scn lij sc vec ia lld",
    "germanic": "de nl af lb fy nds da nb nn sv is fo",
    "eastern": "pl cs sk sl hr bs sr hu fi et lt lv sq tr az uz hsb dsb ltg szl",
}
WEIGHTS = {
    "en": 0.27,
    "fr": 0.27,
    "iberian": 0.12,
    "italic": 0.09,
    "germanic": 0.12,
    "eastern": 0.04,
    "rest": 0.06,
    "name": 0.045,
}
"""How much each class counts in training."""

KEY_LANGUAGES = frozenset("es it pt ca gl oc ro nl de lb da nb sv af ht la eo sw tl ms id".split())
HELD_OUT_TREEBANKS = ("UD_English-GENTLE", "UD_French-ParTUT")


def class_of(language: str) -> str:
    """The class a language is trained in."""
    if language in CLASSES:
        return language
    return next((group for group, codes in _GROUPS.items() if language in codes.split()), "rest")


def use_of(treebank: str, text: str) -> str:
    """What a sentence is for: two treebanks and a tenth of the others measure, a twentieth calibrates."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
    if treebank in HELD_OUT_TREEBANKS or number % 10 == 0:
        return MEASURING
    return CALIBRATING if number % 20 == 1 else TRAINING


def read_sentences(path: Path, use: str) -> list[tuple[str, str]]:
    """(language, text) of the treebank sentences for one use."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    return [(r["lang"], r["text"]) for r in records if use_of(r["treebank"], r["text"]) == use]


class Instance(NamedTuple):
    """A text to learn from; `language` may be `name`, `weight` is its share before classes are balanced."""

    language: str
    text: str
    weight: float = 1.0


# --- variants ------------------------------------------------------------------------------------

_DECOR = ("», ", "123 ", "2024 - ", "• ", "(", "- ", "3. ", "#", "« ", "> ", "12/05/2023 ", "| ")


def strip_accents(text: str) -> str:
    """The text without its accents."""
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize(
        "NFC", "".join(letter for letter in parts if not unicodedata.combining(letter))
    )


def vary(text: str, rng: random.Random) -> str:
    """The text as it may be met on a page: capitals, titles, lost accents, broken bytes, digits around."""
    chance = rng.random()
    if chance < 0.11:
        text = text.upper()
        text = strip_accents(text) if rng.random() < 0.4 else text
    elif chance < 0.19:
        text = text.title()
    elif chance < 0.26:
        text = text.lower()
    elif chance < 0.32:
        text = text[:1].upper() + text[1:]
    chance = rng.random()
    if chance < 0.17:
        text = strip_accents(text)
    elif chance < 0.20:
        text = re.sub(r"[^\x00-\x7f]", "\ufffd", text)
    if rng.random() < 0.05:
        text = rng.choice(_DECOR) + text
    if rng.random() < 0.05:
        text += rng.choice((" 12", " (3)", " :", "...", " »", " 2023", " !", " ?", ")"))
    return text


def spans(text: str, count: int, rng: random.Random) -> list[str]:
    """Runs of one to twelve words of a text, short ones more often."""
    words = text.split()
    found = []
    for _ in range(count):
        size = rng.choice((1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 9, 12))
        if len(words) <= size:
            continue
        start = rng.randrange(len(words) - size + 1)
        run = " ".join(words[start : start + size]).strip('.,;:!?()"«»“” ')
        if sum(letter.isalpha() for letter in run) >= 2:
            found.append(run)
    return found


# --- instances ------------------------------------------------------------------------------------

_LATIN = re.compile("[A-Za-zÀ-ɏḀ-ỿ]")
_NAME_RUN = re.compile(r"(?<=[a-zà-ÿ,] )(?:[A-ZÀ-Ý][a-zà-ÿ]+(?:[ -](?=[A-Z]))?){2,4}")


def instances(packages: Path, sentences: Path, seeds: Path | None, seed: int = 7) -> list[Instance]:
    """All training instances, in an order that depends on the inputs alone."""
    rng = random.Random(seed)  # noqa: S311  a seed for draws that repeat, no secret
    texts, words, stops, names = _gather(packages)
    prose = read_sentences(sentences, TRAINING) + read_seeds(seeds)
    found: list[Instance] = []
    for language, group in sorted(texts.items()):
        limit = len(group) if language in KEY_LANGUAGES | {"en", "fr"} else 1500
        for text in sorted(rng.sample(sorted(group), min(limit, len(group)))):
            found.append(Instance(language, vary(text, rng), 1.2))
            for run in spans(text, 1 + (len(text) > 60), rng):
                found.append(Instance(language, vary(run, rng), 0.7))
            if language in ("en", "fr") or rng.random() < 0.5:
                found.append(Instance(language, vary(text, rng), 0.6))
    for language, text in prose:
        own = 9 if language in ("en", "fr") else 6
        found.append(Instance(language, text, 0.5))
        found.append(Instance(language, vary(text, rng), 0.5))
        for run in spans(text, own, rng):
            found.append(Instance(language, vary(run, rng)))
    common = {word for language in ("en", "fr") for word in words[language]} | _frequent_words(prose)
    for language, counts in sorted(words.items()):
        found.extend(_word_instances(language, counts, words, names, rng))
    for language, stop in sorted(stops):
        found += [Instance(language, variant) for variant in (stop, stop, stop.title(), vary(stop, rng))]
    found += [Instance(language, vary(text, rng), 0.5) for language, text in profile_texts(2500, rng)]
    found.extend(_name_instances(names, prose, common, rng))
    rng.shuffle(found)
    return found


def read_seeds(folder: Path | None) -> list[tuple[str, str]]:
    """(language, sentence) of our own corpus, JSONL files of `lang`, `title` and `text`.

    Raises:
        CorpusError: a line is no such record.
    """
    problems: list[str] = []
    found = []
    for path in sorted(folder.glob("*.jsonl")) if folder else ():
        for pieces in read_records(path, _sentences, problems):
            found += pieces
    if problems:
        raise CorpusError(f"{folder}: {len(problems)} faults", tuple(problems))
    return found


def _sentences(record: Any) -> list[tuple[str, str]]:
    check_fields(record, {"lang": str, "text": str})
    text = f"{record.get('title', '')}\n{record['text']}"
    pieces = re.split(r"\n+|(?<=[.!?]) +(?=[A-ZÀ-Ý«“])", text)
    return [(record["lang"], piece.strip()) for piece in pieces if len(piece) > 12]


def _gather(
    packages: Path,
) -> tuple[dict[str, set[str]], dict[str, dict[str, float]], set[tuple[str, str]], list[str]]:
    texts: dict[str, set[str]] = defaultdict(set)
    words: dict[str, dict[str, float]] = defaultdict(dict)
    stops: set[tuple[str, str]] = set()
    names: set[str] = set()
    for sample in read_archives(packages):
        latin = len(_LATIN.findall(sample.text))
        if latin < 2 or latin < 0.5 * sum(letter.isalpha() for letter in sample.text):
            continue
        if sample.kind == "name":
            names.add(sample.text)
        elif sample.kind == "stop":
            stops.add((sample.language, sample.text))
        elif sample.kind == "word":
            words[sample.language][sample.text] = words[sample.language].get(sample.text, 0) + sample.weight
        elif sample.language != "en" or sample.source != "holidays":
            texts[sample.language].add(sample.text[:1500])
            if sample.source.startswith("cldr") and sample.language in ("en", "fr"):
                stops.add((sample.language, sample.text))  # a hundred other languages have the like
    # A string left untranslated is English; one that many languages share is a name of something.
    english = {text.lower() for text in texts["en"]}
    shared = Counter(text.lower() for group in texts.values() for text in group)
    for language, group in texts.items():
        if language == "en":
            texts[language] = {text for text in group if shared[text.lower()] <= 6}
        else:
            texts[language] = {
                text
                for text in group
                if shared[text.lower()] <= 5 and (text.lower() not in english or language == "fr")
            }
    return texts, words, stops, sorted(names)


def _frequent_words(prose: Sequence[tuple[str, str]]) -> set[str]:
    counts = Counter(word for _, text in prose for word in re.findall(r"\b[a-zà-ÿ]{3,}\b", text))
    return {word for word, count in counts.items() if count >= 2}


def _word_instances(
    language: str,
    counts: dict[str, float],
    words: dict[str, dict[str, float]],
    names: Sequence[str],
    rng: random.Random,
) -> list[Instance]:
    known = {name.lower() for name in names}
    totals = {code: sum(words[code].values()) or 1.0 for code in ("en", "fr", language)}
    chosen = []
    for word, count in sorted(counts.items()):
        share = count / totals[language]
        other = max(words[code].get(word, 0) / totals[code] for code in ("en", "fr") if code != language)
        foreign = other > (2 if language in ("en", "fr") else 0.5) * share
        if len(word) > 1 and not foreign and not (word in known and share < 2e-5):
            chosen.append((word, share))
    main = language in ("en", "fr")
    chosen.sort(key=lambda pair: (-pair[1], pair[0]))
    head, tail = chosen[: 25_000 if main else 6_000], chosen[25_000 if main else 6_000 :]
    tail = rng.sample(tail, min(len(tail), 35_000 if main else 6_000))
    found = [Instance(language, vary(word, rng), 0.6) for word, _ in head]
    found += [Instance(language, vary(word, rng), 0.3) for word, _ in tail]
    # Runs of frequent words, as rare or common as in use, the most common a little less so.
    shares = list(accumulate(share**0.6 for _, share in chosen))
    for _ in range(60_000 if main else 10_000 if len(chosen) > 15_000 else 0):
        run = rng.choices(chosen, cum_weights=shares, k=rng.choice((1, 1, 1, 2, 2, 3)))
        found.append(Instance(language, vary(" ".join(word for word, _ in run), rng), 0.6))
    return found


def _name_instances(
    names: Sequence[str], prose: Sequence[tuple[str, str]], common: set[str], rng: random.Random
) -> list[Instance]:
    single = [name for name in names if " " not in name and name.lower() not in common]
    found = [name for name in names if " " in name and not any(w.lower() in common for w in name.split())]
    found += single
    for _ in range(25_000):
        pair = f"{rng.choice(single)} {rng.choice(single)}"
        found.append(
            rng.choice(
                (pair, pair, pair.upper(), pair.replace(" ", ", "), pair.lower(), pair.replace(" ", "-"))
            )
        )
    for language, text in prose:
        if language not in ("de", "la"):
            found += [
                run for run in _NAME_RUN.findall(text) if not any(w.lower() in common for w in run.split())
            ]
    for _ in range(4_000):
        drawn = [rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(2, 12))]
        found.append(rng.choice(("".join(drawn), "".join(drawn[:4]).upper())))
    return [Instance("name", name) for name in found]
