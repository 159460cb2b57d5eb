"""Measures the evidence of tags against the sentences that prove the labels of a corpus."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mtag.tagger import Tagger
from mtag.tokens import tokenize
from mtag.training.corpus import Example


class EvidenceScores(NamedTuple):
    """Words of evidence against words of proof sentences, over the tags that are right.

    `precision`, `recall` and `f1` count words of all these tags together; `first` is the share of tags
    whose first evidence lies in the proof sentence, `any` of those of which some does.
    """

    tags: int
    precision: float
    recall: float
    f1: float
    first: float
    any: float


def evidence_scores(tagger: Tagger, examples: Iterable[Example], source: str | None = None) -> EvidenceScores:
    """Tag documents and compare the evidence of each right tag with the span that proves its label.

    Args:
        tagger: what is measured.
        examples: documents with proof spans.
        source: count only tags of this source (`phrase`, `model`, `both`).
    """
    tags = common = shown = wanted = first = some = 0
    for example in examples:
        for tag in tagger.tag(example.full_text, format="text").tags:
            proof = example.evidence.get(tag.id)
            if proof is None or tag.status != "accepted" or source not in (None, tag.source):
                continue
            words = _words(example.full_text, [proof])
            evidence = _words(example.full_text, [(one.start, one.end) for one in tag.evidence])
            tags += 1
            common += len(words & evidence)
            shown += len(evidence)
            wanted += len(words)
            inside = [one.start < proof[1] and proof[0] < one.end for one in tag.evidence]
            first += inside[0]
            some += any(inside)
    precision, recall = common / max(1, shown), common / max(1, wanted)
    f1 = 2 * common / max(1, shown + wanted)
    figures = (precision, recall, f1, first / max(1, tags), some / max(1, tags))
    return EvidenceScores(tags, *(round(figure, 4) for figure in figures))


def _words(text: str, spans: Iterable[tuple[int, int]]) -> frozenset[int]:
    """Where the words of some spans begin."""
    return frozenset(start for span in spans for _, start, _ in tokenize(text, *span))
