"""How the language model reads a block with the page around it: what stays, and how sure its scores are."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from mtag import letterweights
from mtag.arrays import Floats
from mtag.document import Block, DomHints
from mtag.pipeline import language as detector
from mtag.training.language_corpus import CALIBRATING, read_sentences, spans


def page_transitions(pages: int = 4000, seed: int = 5) -> Floats:
    """How often neighbouring blocks share a language, by `detector.relations`, on pages made up.

    A page has a menu, an article of title, paragraphs and subtitles, a comment form, related titles
    and a footer; on half of the pages the article is in another language than the rest. Only
    lengths, elements and languages are drawn: the counts need no text.
    """
    rng = random.Random(seed)  # noqa: S311  a seed for draws that repeat, no secret
    same, total = np.full(12, 20.0), np.full(12, 21.0)
    for _ in range(pages):
        chrome, content = (rng.choices(("en", "fr", "other"), (4, 4, 2))[0] for _ in range(2))
        content = chrome if rng.random() < 0.5 else content
        article = [(content, "h1", 50)]
        for _ in range(rng.randint(2, 14)):
            article.append(
                (content, "p", rng.randint(70, 700)) if rng.random() < 0.75 else (content, "h2", 30)
            )
        related = rng.choice((chrome, content))
        parts = [
            [(chrome, "nav", rng.randint(3, 30)) for _ in range(rng.randint(4, 25))],
            article,
            [(chrome, "form", rng.choice((8, 12, 30, 90))) for _ in range(rng.randint(3, 9))],
            [(related, "aside", rng.randint(20, 90)) for _ in range(rng.randint(0, 8))],
            [(chrome, "footer", rng.randint(5, 40)) for _ in range(rng.randint(2, 10))],
        ]
        html_page = rng.random() < 0.5
        languages, blocks, position = [], [], 0
        for language, tag, size in (row for part in parts for row in part):
            hints = DomHints(("body", tag), frozenset(), 0.0) if html_page else None
            blocks.append(Block(position, position + size, hints))
            languages.append(language)
            position += size + 1
        stayed = np.array([a == b for a, b in pairwise(languages)])
        kinds = detector.relations(blocks)[:-1]
        same += np.bincount(kinds[stayed], minlength=12)
        total += np.bincount(kinds, minlength=12)
    stays: Floats = same / total
    return stays


STAY_IN_BLOCK = 0.95
"""Chance that a sentence is in the language of the sentence before it, within one block."""


TRUST = 0.7
"""Exponent on a block's own evidence in context; chosen on mixed pages and on lines of real pages."""


def sharpness(path: Path) -> float:
    """The factor on the logits under which sentences and runs of words not trained on are likeliest."""
    rng = random.Random(3)  # noqa: S311  a seed for draws that repeat, no secret
    texts, labels = [], []
    for language, text in read_sentences(path, CALIBRATING):
        for piece in (text, *spans(text, 3, rng)):
            texts.append(piece)
            labels.append({"en": 0, "fr": 1}.get(language, 2))
    sums = letterweights.sums_of(texts)
    return min(
        (round(0.5 + 0.05 * step, 2) for step in range(41)),
        key=lambda factor: _log_loss(detector.probabilities(sums, factor), labels),
    )


def _log_loss(probabilities: Floats, labels: Sequence[int]) -> float:
    return float(-np.log(np.maximum(probabilities[labels, np.arange(len(labels))], 1e-9)).mean())


# --- the build ------------------------------------------------------------------------------------
