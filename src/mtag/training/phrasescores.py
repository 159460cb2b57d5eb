"""What phrases say of each labelled document, as tagging weighs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from mtag.arrays import Flags, Floats
from mtag.document import Candidate, Proofs
from mtag.phraseweights import PhraseScale, Sentences, Worths
from mtag.taxonomy import Taxonomy
from mtag.training.features import Prepared


class PhraseScores(NamedTuple):
    """What phrases say of a document: whether they open the gate, and by concept their score and proof.

    See `mtag.phraseweights.Weighed`.
    """

    is_open: bool
    is_lone: bool
    scores: Mapping[str, float]
    suggested: Mapping[str, float]
    proof: Mapping[str, Sequence[Candidate]]


def found_in(documents: Sequence[Prepared]) -> tuple[Proofs, Sentences]:
    """What phrases prove in documents, an item each, and the sentences of these."""
    proofs = Proofs.of([found for document in documents for found in document.evidence])
    bounds = accumulate((len(document.evidence) for document in documents), initial=0)
    titles = [one.is_title for document in documents for one in document.segment.sentences]
    return proofs, Sentences(np.array([*bounds]), np.array(titles, np.bool_))


def weigh(
    documents: Sequence[Prepared],
    taxonomy: Taxonomy,
    worths: Worths | None = None,
    doubted: Flags | None = None,
) -> list[PhraseScores]:
    """Weigh the phrases of documents, by what was learned of strong ones; see `PhraseScale.weigh`."""
    proofs, sentences = found_in(documents)
    weighed = PhraseScale(taxonomy, worths).weigh(proofs, sentences, doubted)
    concepts = tuple(taxonomy.concepts)
    proof: list[dict[str, list[Candidate]]] = [{} for _ in documents]
    items = (weighed.cells // max(1, len(concepts))).tolist()
    for item, candidate in zip(items, proofs.candidates(weighed.proof), strict=True):
        proof[item].setdefault(candidate.concept, []).append(candidate)
    tables = (_by_name(weighed.scores, concepts), _by_name(weighed.suggested, concepts))
    gates = weighed.is_open.tolist(), weighed.is_lone.tolist()
    return [PhraseScores(*one) for one in zip(*gates, *tables, proof, strict=True)]


def _by_name(table: Floats, concepts: Sequence[str]) -> list[dict[str, float]]:
    return [
        {concept: score for concept, score in zip(concepts, row, strict=True) if score > 0}
        for row in table.tolist()
    ]
