"""The evidence of tags against proof sentences."""

from mtag.training.corpus import Example
from mtag.training.evidence import evidence_scores


def _example(proof):
    title, text = "News", "Farmers met on Monday. A flood came at night."
    start = f"{title}\n\n{text}".index(proof)
    span = {"hazard.river": (start, start + len(proof))}
    return Example("1", "en", "", title, text, frozenset(span), frozenset(), "f", span, False)


def test_evidence_in_the_proof_sentence_is_right(flood_tagger):
    scores = evidence_scores(flood_tagger, [_example("A flood came at night.")])
    assert (scores.tags, scores.precision, scores.first, scores.any) == (1, 1, 1, 1)
    assert scores.recall == 0.2  # one of five words


def test_evidence_elsewhere_is_wrong(flood_tagger):
    scores = evidence_scores(flood_tagger, [_example("Farmers met on Monday.")])
    assert (scores.tags, scores.f1, scores.first, scores.any) == (1, 0, 0, 0)


def test_only_tags_of_a_source_are_counted_where_one_is_named(flood_tagger):
    assert evidence_scores(flood_tagger, [_example("A flood came at night.")], "model").tags == 0
