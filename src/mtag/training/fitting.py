"""Fits the tagging model: its classifiers (`mtag.training.classifiers`), fusion, gate and thresholds.

Five-fold cross-validation by family scores every training document by weights that have not seen its
family, and long documents composed of the held-out ones. On these scores the fusion is learned for each
language (`mtag.training.stacking`), which gives calibrated probabilities; then the thresholds are set.
Everything is deterministic: the same corpus and taxonomy give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from itertools import compress
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from joblib import Parallel, cpu_count, delayed

from mtag.arrays import Flags, Ints
from mtag.errors import CorpusError
from mtag.fusion import Fusion
from mtag.linearmodel import Weights, arrays_of
from mtag.linearscores import Best
from mtag.model import TrainedModel
from mtag.phraseweights import Worths
from mtag.pipeline.model_tagging import KIND
from mtag.stacking import Stacking
from mtag.synonyms import NO_SYNONYMS, Synonyms
from mtag.taxonomy import Taxonomy
from mtag.tokens import TOKENIZER
from mtag.training import corpus
from mtag.training.classifiers import FOLDS, MIN_POSITIVES, fit_weights, score_documents
from mtag.training.composites import compose
from mtag.training.corpus import Example
from mtag.training.features import Counts, Prepared, prepare_corpus, targets
from mtag.training.phrasescores import weigh
from mtag.training.stacking import Scored, stack
from mtag.training.thresholds import (
    BELIEVED,
    Validated,
    gate_threshold,
    learn_thresholds,
    lone_threshold,
    precision_floors,
)
from mtag.training.worths import learn_worths

Documents: TypeAlias = Mapping[str, Sequence[Prepared]]
"""The documents of each language."""

_MANY = 500
"""Documents from which starting processes pays."""


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
        CorpusError: the corpus has faulty records or synonyms, or too few documents.
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
    """Fit one model on labelled documents of all languages, and on it the rules of each language.

    Raises:
        CorpusError: a language has too few documents.
    """
    languages = [code for code in taxonomy.scheme.languages if any(e.language == code for e in examples)]
    prepared, counts = prepare_corpus(examples, taxonomy, synonyms)
    documents = {code: [one for one in prepared if one.example.language == code] for code in languages}
    for code, own in documents.items():
        say(f"{code}: {len(own)} documents")
    concepts = tuple(taxonomy.concepts)
    gate = np.array([c in taxonomy.gate_concepts for c in concepts])
    _check_enough(documents, taxonomy.gate_concepts)
    order = list(dict.fromkeys(concept.facet for concept in taxonomy))
    facets = np.array([order.index(concept.facet) for concept in taxonomy], np.int64)
    everything = [document for own in documents.values() for document in own]
    weights, scored = _fit_and_score(everything, documents, counts, concepts, gate)
    worths = learn_worths(zip(everything, weigh(everything, taxonomy), strict=True))
    arrays: dict[str, Any] = {
        **arrays_of(weights),
        "facets": facets,
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


def _check_enough(documents: Documents, of_gate: frozenset[str]) -> None:
    """Check that whatever fold is held out, the others have documents on topic and off topic.

    Raises:
        CorpusError: they have not, or there is no document at all.
    """
    if not documents:
        raise CorpusError("the corpus has no document to train on, the test part left out")
    for code, own in documents.items():
        for kind, wanted in (("on topic", True), ("off topic", False)):
            folds = {_fold(one.example.family) for one in own if bool(one.labels & of_gate) == wanted}
            if len(folds) < 2:
                raise CorpusError(
                    f"too few documents in {code!r} that are {kind} to train on, the test part left out;"
                    " add some, of several families"
                )


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
        weak_doubt=BELIEVED,
    )
    phrases = weigh(scored.documents, taxonomy, worths, learned.gates < rule.lone)
    validated = [one._replace(phrases=own) for one, own in zip(validated, phrases, strict=True)]
    rule = learn_thresholds(validated, rule, taxonomy)
    return learned.stacking, rule, validated


def _fit_and_score(
    everything: Sequence[Prepared], documents: Documents, counts: Counts, concepts: Sequence[str], gate: Flags
) -> tuple[Weights, dict[str, Scored]]:
    """Fit the classifiers; score held-out documents, and composites of them, by those of the other folds.

    These fits know nothing of each other: where there are many documents, each core makes one at a time.
    """
    run = Parallel(n_jobs=min(cpu_count(), 1 + FOLDS) if len(everything) >= _MANY else 1)
    fits = [delayed(fit_weights)(everything, counts, concepts, gate)]
    fits += [delayed(_score_fold)(documents, counts, number, concepts, gate) for number in range(FOLDS)]
    weights, *folds = run(fits)
    scored = {}
    for code, own in documents.items():
        held = [_held_out(own, number, concepts, gate) for number in range(FOLDS)]
        numbers = np.repeat(np.arange(FOLDS), [*map(len, held)])
        best = Best(*map(np.vstack, zip(*(fold[code] for fold in folds if code in fold), strict=True)))
        scored[code] = Scored([one for fold in held for one in fold], best, numbers)
    return weights, scored


def _score_fold(
    documents: Documents, counts: Counts, number: int, concepts: Sequence[str], gate: Flags
) -> dict[str, Best]:
    """The scores of what one fold holds out of each language, by weights fitted on the others."""
    held = {code: _held_out(own, number, concepts, gate) for code, own in documents.items()}
    held = {code: own for code, own in held.items() if own}
    if not held:
        return {}
    inside = [d for own in documents.values() for d in own if _fold(d.example.family) != number]
    weights = fit_weights(inside, counts, concepts, gate)
    return {code: score_documents(weights, own, counts) for code, own in held.items()}


def _held_out(own: Sequence[Prepared], number: int, concepts: Sequence[str], gate: Flags) -> list[Prepared]:
    """The documents of a fold, and long ones composed of them."""
    outside = [document for document in own if _fold(document.example.family) == number]
    of_gate = frozenset(compress(concepts, gate))
    return [*outside, *compose(outside, of_gate)]


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
