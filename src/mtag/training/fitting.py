"""Fits the tagging model: classifiers of passages and sentences, their fusion, gate and thresholds.

For each concept two logistic regressions (scikit-learn, liblinear) are fitted, on the documents of all
languages together, whose words often begin alike: on whole documents, and on the sentences that prove
a label against those of documents without it. Five-fold cross-validation by family scores every
training document by weights that have not seen its family, and long documents composed of the
held-out ones. On these scores a small logistic regression (stacking, Wolpert 1992; Platt 1999) learns,
for each language, how to weigh the two and what phrases suggest, on documents on topic (the gate keeps
out the others), which gives calibrated probabilities; then the thresholds are set.
Everything is deterministic: the same corpus and taxonomy give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from mtag.fusion import Fusion
from mtag.linearmodel import Ints, Weights
from mtag.linearscores import score_document
from mtag.model import TrainedModel
from mtag.phraseweights import Worths
from mtag.pipeline.model_tagging import KIND
from mtag.stacking import Stacking
from mtag.synonyms import NO_SYNONYMS, Synonyms
from mtag.taxonomy import Taxonomy
from mtag.tokens import TOKENIZER
from mtag.training import corpus
from mtag.training.composites import compose
from mtag.training.corpus import Example
from mtag.training.features import (
    Flags,
    Floats,
    Prepared,
    learn_vocabulary,
    prepare,
    sentence_targets,
    targets,
)
from mtag.training.phrasescores import weigh
from mtag.training.stacking import Scored, stack
from mtag.training.thresholds import (
    Validated,
    gate_threshold,
    learn_thresholds,
    lone_threshold,
    precision_floors,
)
from mtag.training.worths import learn_worths

FOLDS = 5
MIN_POSITIVES = 8
"""Documents with a label from which its classifier is fitted; rarer concepts are left to phrases."""

_PASSAGE_C, _SENTENCE_C = 30.0, 10.0
"""Inverse strength of the penalty; chosen by cross-validation on the corpus."""

_NEVER = -20.0
"""Score of a concept that has no classifier."""


def train(
    taxonomy: str | Path | Taxonomy, seeds: str | Path, say: Callable[[str], object] = lambda _: None
) -> TrainedModel:
    """Train on a corpus folder; the test part of its families is left out.

    Args:
        taxonomy: a taxonomy, or its folder or compiled file.
        seeds: a folder of `*.jsonl` files and, if there are groups of synonyms, `synonyms.toml`.
        say: is told what is being done, a line at a time.

    Raises:
        TaxonomyError: the taxonomy is not valid.
        CorpusError: the corpus has faulty records or synonyms.
    """
    found = taxonomy if isinstance(taxonomy, Taxonomy) else Taxonomy.load(taxonomy)
    examples = corpus.read_corpus(seeds, found)
    inside = [e for e in examples if corpus.part_of(e.family) != "test"]
    return fit(inside, found, say, corpus.read_synonyms(seeds))


def fit(
    examples: Sequence[Example],
    taxonomy: Taxonomy,
    say: Callable[[str], object] = lambda _: None,
    synonyms: Synonyms = NO_SYNONYMS,
) -> TrainedModel:
    """Fit one model on labelled documents of all languages, and on it the rules of each language."""
    languages = [code for code in taxonomy.scheme.languages if any(e.language == code for e in examples)]
    documents = {
        code: [
            made for e in examples if e.language == code and (made := prepare(e, taxonomy, synonyms)).words
        ]
        for code in languages
    }
    for code, own in documents.items():
        say(f"{code}: {len(own)} documents")
    concepts = tuple(taxonomy.concepts)
    gate = np.array([taxonomy[c].facet == taxonomy.scheme.gate for c in concepts])
    order = list(dict.fromkeys(concept.facet for concept in taxonomy))
    facets = np.array([order.index(concept.facet) for concept in taxonomy], np.int64)
    scored = _cross_validate(documents, concepts, gate)
    everything = [document for own in documents.values() for document in own]
    worths = learn_worths(zip(everything, weigh(everything, taxonomy), strict=True))
    weights = fit_weights(everything, concepts, gate)
    arrays: dict[str, Any] = {
        **weights._asdict(),
        "facets": facets,
        "vocabulary": np.frombuffer("\n".join(weights.vocabulary).encode(), np.uint8),
        "synonyms": np.frombuffer(synonyms.to_bytes(), np.uint8),
    }
    wanted, known = targets(everything, concepts, gate)
    enough = (wanted & known)[:, :-1].sum(axis=0) >= MIN_POSITIVES
    fitted = [concept for concept, many in zip(concepts, enough, strict=True) if many]
    fusions: dict[str, Fusion] = {}
    validated: list[Validated] = []
    for code in languages:
        stacking, fusions[code], own_validated = _fit_language(
            scored[code], fitted, gate, facets, taxonomy, worths
        )
        arrays |= {f"{code}_{name}": array for name, array in stacking._asdict().items()}
        validated += own_validated
        say(f"{code}: {len(fitted)} of {len(taxonomy)} concepts by the model")
    metrics: dict[str, Any] = {"documents": {code: len(own) for code, own in documents.items()}}
    floors, reached = precision_floors(validated, fusions, taxonomy, worths)
    metrics["validation"] = reached
    settings = {
        "taxonomy": taxonomy.digest,
        "tokenizer": TOKENIZER,
        "corpus": corpus.digest(examples),
        "concepts": list(taxonomy.concepts),
        "languages": languages,
        "fusion": {code: rule._asdict() for code, rule in fusions.items()},
        "precision": floors,
        "worths": [[*key, worth] for key, worth in worths.items()],
    }
    source = {"name": "mtag labelled documents (seeds/documents)", "author": "the mtag authors"}
    return TrainedModel(KIND, arrays, settings, ({**source, "licence": "Apache-2.0"},), metrics)


def _fit_language(
    scored: Scored, fitted: Sequence[str], gate: Flags, facets: Ints, taxonomy: Taxonomy, worths: Worths
) -> tuple[Stacking, Fusion, list[Validated]]:
    """Learn fusion, gate and thresholds on the scored documents of one language."""
    concepts = tuple(taxonomy.concepts)
    phrases = weigh(scored.documents, taxonomy, worths)
    learned = stack(scored, phrases, concepts, gate, facets)
    said = zip(scored.documents, phrases, learned.odds, learned.gates, strict=True)
    validated = [
        Validated(document, phrase, dict(zip(concepts, row.tolist(), strict=True)), float(opened))
        for document, phrase, row, opened in said
    ]
    rule = Fusion(
        weak=learned.weak,
        strong=learned.strong,
        thresholds=dict.fromkeys(fitted, 0.5),
        gate=gate_threshold(validated, taxonomy),
        lone=lone_threshold(validated, taxonomy),
        rich=3,
        rich_threshold=0.5,
        doubts={},
    )
    phrases = weigh(scored.documents, taxonomy, worths, learned.gates < rule.lone)
    validated = [one._replace(phrases=own) for one, own in zip(validated, phrases, strict=True)]
    rule = learn_thresholds(validated, rule, taxonomy)
    return learned.stacking, rule, validated


def fit_weights(documents: Sequence[Prepared], concepts: Sequence[str], gate: Flags) -> Weights:
    """Fit the two classifiers of every concept and of the gate."""
    vocabulary = learn_vocabulary(documents)
    wanted, known = targets(documents, concepts, gate)
    whole = vocabulary.rows([d.words for d in documents], float(vocabulary.short[0]))
    passage, passage_bias = _fit(whole, wanted, known, _PASSAGE_C)
    words, proves, certain = sentence_targets(documents, concepts, gate)
    rows = vocabulary.rows([[one] for one in words], float(vocabulary.short[1]))
    sentence, sentence_bias = _fit(rows, proves, certain, _SENTENCE_C)
    return Weights(
        vocabulary={name: number for number, name in enumerate(vocabulary.names)},
        idf=vocabulary.idf,
        short=vocabulary.short,
        passage=passage,
        passage_bias=passage_bias,
        sentence=sentence,
        sentence_bias=sentence_bias,
    )


def fit_one(rows: csr_matrix, wanted: Flags, strength: float) -> LogisticRegression:
    """Fit one classifier; its weights are those that are stored, rounded to 32 bits."""
    classifier = LogisticRegression(
        C=strength, class_weight="balanced", solver="liblinear", random_state=0, max_iter=1000
    )
    classifier.fit(rows, wanted)
    classifier.coef_ = classifier.coef_.astype(np.float32).astype(np.float64)
    return classifier


def _fit(rows: csr_matrix, wanted: Flags, known: Flags, strength: float) -> tuple[Any, Floats]:
    weights = np.zeros((rows.shape[1], wanted.shape[1]), np.float32)
    bias = np.full(wanted.shape[1], _NEVER)
    for number in range(wanted.shape[1]):
        sure = np.flatnonzero(known[:, number])
        target = wanted[sure, number]
        if min(target.sum(), (~target).sum()) < MIN_POSITIVES * (FOLDS - 1) // FOLDS:
            continue
        classifier = fit_one(rows[sure], target, strength)
        weights[:, number] = classifier.coef_[0]
        bias[number] = classifier.intercept_[0]
    return weights, bias


def _cross_validate(
    documents: Mapping[str, Sequence[Prepared]], concepts: Sequence[str], gate: Flags
) -> dict[str, Scored]:
    """Score the documents of each language, and composites of them, by weights fitted on the other folds."""
    of_gate = frozenset(concept for concept, inside in zip(concepts, gate, strict=True) if inside)
    parts: dict[str, list[tuple[Prepared, Floats, Floats, int]]] = {code: [] for code in documents}
    for number in range(FOLDS):
        inside = [d for own in documents.values() for d in own if _fold(d.example.family) != number]
        if not inside:
            continue
        weights = fit_weights(inside, concepts, gate)
        for code, own in documents.items():
            outside = [document for document in own if _fold(document.example.family) == number]
            for document in (*outside, *compose(outside, of_gate)):
                best, alone = score_document(weights, document.words)
                parts[code].append((document, best, alone.max(axis=0), number))
    scored = {}
    for code, rows in parts.items():
        held, passage, sentence, folds = zip(*rows, strict=True)
        scored[code] = Scored(list(held), np.array(passage), np.array(sentence), np.array(folds))
    return scored


def _fold(family: str) -> int:
    # Another hash than that of the parts, so that folds cut across them.
    return (
        int.from_bytes(hashlib.blake2b(family.encode(), digest_size=8, salt=b"fold").digest(), "big") % FOLDS
    )


def splits_file(seeds: str | Path, taxonomy: Taxonomy) -> str:
    """The part of each family of a corpus as JSON, for `seeds/splits.json`."""
    examples = corpus.read_corpus(seeds, taxonomy)
    parts = {family: corpus.part_of(family) for family in sorted({e.family for e in examples})}
    return json.dumps(parts, indent=0, ensure_ascii=False) + "\n"
