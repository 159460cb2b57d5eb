"""How much each strong phrase says for its concept, learned from the corpus."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from mtag.fusion import ACCEPT
from mtag.phraseweights import Worths
from mtag.training.features import Prepared
from mtag.training.phrasescores import PhraseScores

USUAL = 0.7
"""What a strong phrase says before anything is known of it."""

MOST = 0.95
"""No phrase alone says more."""

_OF_CONCEPT, _OF_PHRASE = 10.0, 4.0
"""Documents that the usual worth counts for, and the worth of the concept's other phrases."""


def learn_worths(documents: Iterable[tuple[Prepared, PhraseScores]]) -> Worths:
    """The share of the documents with a strong phrase that are about its concept, drawn to the usual one.

    A document in which several sentences say the same counts for each by its part. No worth is under
    `ACCEPT`: what a strong phrase says is accepted, but it may be told apart by its probability.
    """
    right: dict[tuple[str, str], float] = defaultdict(float)
    total: dict[tuple[str, str], float] = defaultdict(float)
    for document, phrases in documents:
        if not phrases.is_open:
            continue
        for concept, proof in phrases.proof.items():
            strong = {candidate.phrase for candidate in proof if candidate.kind == "strong"}
            if not strong or (concept in document.optional):
                continue
            part = 1 / len({candidate.start for candidate in proof if candidate.kind == "strong"})
            for phrase in strong:
                total[concept, phrase] += part
                right[concept, phrase] += part * (concept in document.labels)
    of_concept: dict[str, list[float]] = defaultdict(lambda: [USUAL * _OF_CONCEPT, _OF_CONCEPT])
    for (concept, phrase), count in total.items():
        of_concept[concept][0] += right[concept, phrase]
        of_concept[concept][1] += count
    worths = {}
    for (concept, phrase), count in sorted(total.items()):
        known, seen = of_concept[concept]
        share = (right[concept, phrase] + _OF_PHRASE * known / seen) / (count + _OF_PHRASE)
        worths[concept, phrase] = round(min(MOST, max(ACCEPT, share)), 2)
    return worths
