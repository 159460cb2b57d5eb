"""Long documents made of short ones: a few passages on topic among others, as reports and debates are.

The corpus is written in short documents. A maximum over the sentences of a long one is higher by
chance alone, so the fusion of scores, the gate and the thresholds are learned on these too. Parts of
one document come from one fold, so that no weights have seen any of them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from mtag.document import Segment, SentenceTable
from mtag.training.corpus import Example
from mtag.training.features import Prepared

COMPOSITE = "composite"
"""The genre of a composite."""

_PARTS = (2, 3, 4, 6, 8, 10)
"""Documents in a composite, each as often."""

_ON_TOPIC = (0, 1, 1, 1, 2, 3)
"""Documents on topic among them, each as often."""

_SEED = 7


def compose(documents: Sequence[Prepared], gate: frozenset[str]) -> list[Prepared]:
    """Make as many composites as there are documents, always the same of the same documents.

    Args:
        documents: documents of one language and one fold.
        gate: the concepts that put a document on topic.
    """
    dice = random.Random(_SEED)  # noqa: S311  (a draw, not a secret)
    inside = [document for document in documents if document.labels & gate]
    outside = [document for document in documents if not (document.labels | document.optional)]
    composites = []
    for _ in documents:
        size, wanted = dice.choice(_PARTS), dice.choice(_ON_TOPIC)
        parts = dice.sample(inside, min(wanted, size, len(inside)))
        parts += dice.sample(outside, min(size - len(parts), len(outside)))
        dice.shuffle(parts)
        if len(parts) > 1:
            composites.append(join(parts))
    return composites


def join(parts: Sequence[Prepared]) -> Prepared:
    """One document of several: their sentences in order, the labels of all."""
    labels = frozenset[str]().union(*[part.labels for part in parts])
    optional = frozenset[str]().union(*[part.optional for part in parts]) - labels
    first = parts[0].example
    example = Example(
        id="+".join(part.example.id for part in parts),
        language=first.language,
        genre=COMPOSITE,
        title="",
        text="",
        labels=frozenset[str]().union(*[part.example.labels for part in parts]),
        optional=frozenset[str]().union(*[part.example.optional for part in parts]),
        family=first.family,
        evidence={},
        near_miss=False,
    )
    sentences = SentenceTable.end_to_end([part.segment.sentences for part in parts])
    return Prepared(
        example=example,
        segment=Segment(0, 1, None, None, sentences),
        rows=np.concatenate([part.rows for part in parts]),
        evidence=tuple(evidence for part in parts for evidence in part.evidence),
        proofs=tuple(proofs for part in parts for proofs in part.proofs),
        labels=labels,
        optional=optional,
    )
