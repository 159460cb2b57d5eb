"""Measures tags against labelled documents.

Broader concepts are added on both sides (unless said otherwise) and optional ones are neither
rewarded nor punished. The gate is right where it is open exactly for documents on topic; documents
on topic by optional labels alone do not count for it.
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mtag.errors import CorpusError
from mtag.tagger import Tagger
from mtag.taxonomy import Taxonomy
from mtag.training import corpus
from mtag.training.corpus import Example
from mtag.training.evidence import evidence_scores
from mtag.training.ranking import floor_for

RESAMPLES = 1000
"""Resamples of documents for an interval (percentile bootstrap, Efron 1979)."""

BINS = 10
"""Bins of the reliability curve."""


class Gold(NamedTuple):
    """What a document should get; `text` is what is tagged."""

    id: str
    language: str
    text: str
    labels: frozenset[str]
    optional: frozenset[str]
    family: str
    near_miss: bool


class Outcome(NamedTuple):
    """A document and what a system said: `found` is accepted, `probabilities` has all that it showed."""

    gold: Gold
    found: frozenset[str]
    probabilities: Mapping[str, float]


System = Callable[[Gold], tuple[Iterable[str], Mapping[str, float]]]
"""Gives the accepted concepts of a document, and probabilities."""


class Scores(NamedTuple):
    """Precision, recall and F1 from counts of right, extra and missed."""

    right: int
    extra: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of the tags that are right, 0 without tags."""
        return self.right / (self.right + self.extra) if self.right + self.extra else 0.0

    @property
    def recall(self) -> float:
        """Share of the labels that are found, 0 without labels."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 where there is nothing."""
        total = 2 * self.right + self.extra + self.missed
        return 2 * self.right / total if total else 0.0

    def as_dict(self) -> dict[str, float]:
        """The figures, rounded, and the counts."""
        figures = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {**{name: round(value, 4) for name, value in figures.items()}, **self._asdict()}


def evaluate(tagger: Tagger, documents: str | Path) -> dict[str, Any]:
    """Measure a tagger on a JSONL file, or on the test part of a corpus folder, its evidence too.

    Raises:
        CorpusError: there is nothing to measure on, or records are faulty.
    """
    if not Path(documents).is_dir():
        gold = read_documents(documents, tagger.taxonomy)
        return report(run(of_tagger(tagger), gold, tagger.taxonomy), tagger.taxonomy)
    examples = corpus.read_corpus(documents, tagger.taxonomy)
    test = [example for example in examples if corpus.part_of(example.family) == "test"]
    if not test:
        raise CorpusError(f"{documents}: no document is of the test part; give a JSONL file to use all of it")
    figures = report(run(of_tagger(tagger), from_examples(test), tagger.taxonomy), tagger.taxonomy)
    return {**figures, "evidence": evidence_scores(tagger, test)._asdict()}


def of_tagger(tagger: Tagger) -> System:
    """A tagger as a system: what it accepts, and the probability of all that it shows."""

    def system(gold: Gold) -> tuple[Iterable[str], Mapping[str, float]]:
        result = tagger.tag(gold.text, format="text")
        return result.concept_ids, {tag.id: tag.probability for tag in result.tags}

    return system


def as_json(figures: Mapping[str, Any]) -> str:
    """The figures as JSON."""
    return json.dumps(figures, indent=1, ensure_ascii=False) + "\n"


def from_examples(examples: Iterable[Example]) -> list[Gold]:
    """Labelled documents of the corpus, as they are evaluated."""
    return [
        Gold(e.id, e.language, e.full_text, e.labels, e.optional, e.family, e.near_miss) for e in examples
    ]


def read_documents(path: str | Path, taxonomy: Taxonomy) -> list[Gold]:
    """Labelled documents of a JSONL file with `id`, `lang`, `text`, `labels` and, if any, `opt`.

    Raises:
        CorpusError: there is no record, or records are faulty; `problems` lists each with its line.
    """
    problems: list[str] = []
    gold = corpus.read_records(path, lambda record: _gold(record, taxonomy), problems)
    if problems:
        raise CorpusError(f"{path}: {len(problems)} faults", tuple(problems))
    if not gold:
        raise CorpusError(f"{path}: no labelled document; each is a line of JSON")
    return gold


def _gold(record: Any, taxonomy: Taxonomy) -> Gold:
    corpus.check_fields(record, {"id": object, "lang": str, "text": str})
    labels, optional = corpus.labels_of(record, taxonomy)
    family = record.get("family", record["id"])
    miss = bool(record.get("near_miss", False))
    return Gold(str(record["id"]), record["lang"], record["text"], labels, optional, str(family), miss)


def run(system: System, gold: Iterable[Gold], taxonomy: Taxonomy, *, closure: bool = True) -> list[Outcome]:
    """Let a system tag documents; with `closure`, broader concepts are added on both sides."""
    outcomes = []
    for one in gold:
        found, probabilities = system(one)
        labels, accepted = frozenset(one.labels), frozenset(found)
        if closure:
            labels, accepted = taxonomy.close(labels), taxonomy.close(accepted)
            one = one._replace(labels=labels, optional=taxonomy.close(one.optional) - labels)
        else:
            accepted -= {broader for concept in accepted for broader in taxonomy.ancestors(concept)}
        outcomes.append(Outcome(one, accepted, probabilities))
    return outcomes


def count(outcomes: Iterable[Outcome], concepts: frozenset[str]) -> Scores:
    """Count right, extra and missed tags among some concepts."""
    right = extra = missed = 0
    for one in outcomes:
        found, labels = one.found & concepts, one.gold.labels & concepts
        right += len(found & labels)
        extra += len(found - labels - one.gold.optional)
        missed += len(labels - found)
    return Scores(right, extra, missed)


def gate(outcomes: Iterable[Outcome], taxonomy: Taxonomy) -> tuple[Scores, int]:
    """Count documents let in rightly, wrongly, and kept out wrongly; and those kept out rightly."""
    facet = taxonomy.gate_concepts
    counts: Counter[tuple[bool, bool]] = Counter()
    for one in outcomes:
        should = bool(one.gold.labels & facet)
        if should or not one.gold.optional & facet:
            counts[bool(one.found & facet), should] += 1
    scores = Scores(counts[True, True], counts[True, False], counts[False, True])
    return scores, counts[False, False]


def macro(outcomes: Sequence[Outcome], taxonomy: Taxonomy, least: int = 5) -> float:
    """Mean F1 over the concepts with at least `least` positives."""
    each = [count(outcomes, frozenset({concept.id})) for concept in taxonomy]
    figures = [scores.f1 for scores in each if scores.right + scores.missed >= least]
    return sum(figures) / len(figures) if figures else 0.0


def interval(outcomes: Sequence[Outcome], concepts: frozenset[str]) -> tuple[float, float]:
    """The 95 % interval of micro-F1 over resampled documents."""
    each = [count([one], concepts) for one in outcomes]
    dice = random.Random(5)  # noqa: S311  (a resample, not a secret)
    drawn = []
    for _ in range(RESAMPLES):
        picked = dice.choices(each, k=len(each))
        drawn.append(Scores(*(sum(column) for column in zip(*picked, strict=True))).f1)
    drawn.sort()
    return drawn[int(0.025 * RESAMPLES)], drawn[int(0.975 * RESAMPLES) - 1]


def reliability(outcomes: Iterable[Outcome]) -> tuple[float, list[dict[str, float]]]:
    """Expected calibration error of the tags shown (Naeini et al. 2015), and the curve bin by bin."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for one in outcomes:
        for concept, probability in one.probabilities.items():
            if concept not in one.gold.optional:
                place = min(BINS - 1, int(probability * BINS))
                bins[place].append((probability, concept in one.gold.labels))
    curve, error, total = [], 0.0, sum(map(len, bins))
    for members in filter(None, bins):
        mean = math.fsum(probability for probability, _ in members) / len(members)
        share = sum(right for _, right in members) / len(members)
        error += abs(mean - share) * len(members) / total
        curve.append({"probability": round(mean, 4), "right": round(share, 4), "tags": len(members)})
    return error, curve


def coverage(outcomes: Sequence[Outcome], precision: float) -> float:
    """The largest recall at which the tags from some probability on have this precision."""
    tags = [
        (probability, concept in one.gold.labels)
        for one in outcomes
        for concept, probability in one.probabilities.items()
        if concept not in one.gold.optional
    ]
    total = sum(len(one.gold.labels) for one in outcomes)
    found = floor_for(tags, precision)
    return found[1] / total if found else 0.0


def parity(outcomes: Iterable[Outcome]) -> float | None:
    """Share of tags on which the two languages of a family agree (Jaccard over all); `None` without pairs."""
    families: dict[str, list[Outcome]] = {}
    for one in outcomes:
        families.setdefault(one.gold.family, []).append(one)
    common = either = 0
    for members in families.values():
        if len(members) == 2 and members[0].gold.language != members[1].gold.language:
            first, second = members
            if first.gold.labels == second.gold.labels:
                common += len(first.found & second.found)
                either += len(first.found | second.found)
    return common / either if either else None


def report(outcomes: Sequence[Outcome], taxonomy: Taxonomy) -> dict[str, Any]:
    """Every figure of a run, ready for JSON."""
    everything = frozenset(taxonomy.concepts)
    opened, shut = gate(outcomes, taxonomy)
    misses = [one for one in outcomes if one.gold.near_miss]
    low, high = interval(outcomes, everything)
    error, curve = reliability(outcomes)
    languages = sorted({one.gold.language for one in outcomes})
    of_facet = {
        facet.id: frozenset(c.id for c in taxonomy if c.facet == facet.id) for facet in taxonomy.scheme.facets
    }
    return {
        "documents": len(outcomes),
        "all": {**count(outcomes, everything).as_dict(), "low": round(low, 4), "high": round(high, 4)},
        "macro_f1": round(macro(outcomes, taxonomy), 4),
        "languages": {
            code: count([o for o in outcomes if o.gold.language == code], everything).as_dict()
            for code in languages
        },
        "facets": {name: count(outcomes, concepts).as_dict() for name, concepts in of_facet.items()},
        "concepts": {c: count(outcomes, frozenset({c})).as_dict() for c in taxonomy.concepts},
        "gate": {**opened.as_dict(), "kept_out": shut},
        "near_misses": {"documents": len(misses), "kept_out": sum(not one.found for one in misses)},
        "calibration_error": round(error, 4),
        "reliability": curve,
        "coverage": {str(p): round(coverage(outcomes, p), 4) for p in (0.9, 0.95)},
        "parity": parity(outcomes),
    }


def table(figures: Mapping[str, Any], *, concepts: bool = False) -> str:
    """The figures for people, a line each."""
    rows = [("all concepts (micro)", figures["all"])]
    rows += [(f"language {name}", found) for name, found in figures["languages"].items()]
    rows += [(f"facet {name}", found) for name, found in figures["facets"].items()]
    rows += [(name, found) for name, found in figures["concepts"].items() if concepts]
    rows.append(("gate", figures["gate"]))
    lines = [f"{'':32} precision  recall     f1"]
    lines += [f"{name:32} {r['precision']:9.3f} {r['recall']:7.3f} {r['f1']:6.3f}" for name, r in rows]
    lines.append(
        f"micro-F1, 95 % interval          {figures['all']['low']:.3f} to {figures['all']['high']:.3f}"
    )
    lines.append(f"macro-F1 (5 positives or more)   {figures['macro_f1']:.3f}")
    lines.append(f"calibration error                {figures['calibration_error']:.3f}")
    lines += [f"recall at precision {p:13}{share:.3f}" for p, share in figures["coverage"].items()]
    misses = figures["near_misses"]
    if misses["documents"]:
        lines.append(f"near misses kept out             {misses['kept_out']} of {misses['documents']}")
    if figures["parity"] is not None:
        lines.append(f"parallel pairs agree             {figures['parity']:.3f}")
    if evidence := figures.get("evidence"):
        lines.append(f"words of evidence (token F1)     {evidence['f1']:.3f}")
        lines.append(f"some evidence in the proof       {evidence['any']:.3f}")
    return "\n".join(lines) + "\n"
