"""Decision: candidates become tags.

The gate first: without evidence for a concept of the gate facet nothing is tagged. Then, for each
concept, the evidence inside passages that are on topic is added up, sentence by sentence; broader
concepts are implied; what lies in a band under the threshold is kept for review.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from mtag.document import Candidate, Segment

ACCEPT = 0.5
"""Probability from which a tag is accepted."""

REVIEW = 0.35
"""Probability from which a tag is shown for review."""

# How much one sentence says for a concept; sentences add up as independent witnesses (noisy-or).
_STRONG = 0.7
_STRONG_TITLE = 0.85
_WEAK = 0.4
_WEAK_TITLE = 0.55
_CEILING = 0.99

_REACH = 5
"""Sentences on each side of one that is on topic which still belong to its passage."""

_NEAR = 1
"""Sentences on each side in which a weak phrase looks for something that is on topic; a weak phrase
of the gate facet must find it in its own sentence."""

_SHORT_ITEM = 12
"""An item of at most so many sentences is one passage as soon as one of them is on topic."""

_DENSE = 0.25
"""Share of sentences on topic from which the whole item is."""

# What a sentence adds to the gate: a proof, words that may be one, a mere cue.
_GATE_STRONG = 1.0
_GATE_WEAK = 0.4
_GATE_CUE = 0.25

_GATE_WINDOW = 10
"""Sentences in a row that may open the gate together: about a paragraph."""

_GATE_SHORT = 1.0
_GATE_LONG = 1.6
"""Sum over the best window that opens the gate, in a short item and in a long one."""


class Decision(NamedTuple):
    """A tag in the making: its concept, probability, whether a narrower concept implied it, its evidence."""

    concept: str
    probability: float
    implied: bool
    evidence: tuple[Candidate, ...]


class Evidence(NamedTuple):
    """What one sentence holds, from all taggers."""

    candidates: Sequence[Candidate]
    cues: int
    enumeration: bool


def decide(
    segment: Segment,
    evidence: Sequence[Evidence],
    facet_of: Mapping[str, str],
    ancestors: Callable[[str], Sequence[str]],
    gate: str,
) -> tuple[Decision, ...]:
    """Decide the tags of one item.

    Args:
        segment: the item.
        evidence: what each of its sentences holds, in order.
        facet_of: the facet of each concept.
        ancestors: gives the broader concepts of a concept.
        gate: the facet without which nothing is tagged.

    Returns:
        Decisions with a probability of at least `REVIEW`, in no particular order; none where the
        gate stays shut.
    """
    weights = [_gate_weight(sentence, facet_of, gate) for sentence in evidence]
    if not _gate_open(segment, weights):
        return ()
    on_topic = _on_topic(segment, weights)
    scores: dict[str, float] = {}
    proof: dict[str, list[Candidate]] = {}
    for number, sentence in enumerate(evidence):
        if not on_topic[number]:
            continue
        near = any(weights[max(0, number - _NEAR) : number + _NEAR + 1])
        here = sentence.cues > 0 or weights[number] >= _GATE_STRONG
        title = segment.sentences[number].is_title
        best: dict[str, float] = {}
        for candidate in sentence.candidates:
            of_gate = facet_of[candidate.concept] == gate
            listed = sentence.enumeration and of_gate
            worth = 0.0 if listed else _worth(candidate, title, here if of_gate else near)
            if worth <= 0:
                continue
            best[candidate.concept] = max(best.get(candidate.concept, 0.0), worth)
            proof.setdefault(candidate.concept, []).append(candidate)
        for concept, worth in best.items():
            scores[concept] = 1 - (1 - scores.get(concept, 0.0)) * (1 - worth)
    return _with_broader(scores, proof, ancestors)


def _gate_weight(sentence: Evidence, facet_of: Mapping[str, str], gate: str) -> float:
    """What a sentence says for the gate: an enumeration of unrelated topics says nothing."""
    if sentence.enumeration:
        return 0.0
    kinds = {c.kind for c in sentence.candidates if facet_of[c.concept] == gate}
    proof = _GATE_STRONG if "strong" in kinds else _GATE_WEAK if kinds else 0.0
    return max(proof, _GATE_CUE if sentence.cues else 0.0)


def _gate_open(segment: Segment, weights: Sequence[float]) -> bool:
    """Whether the item, or a whole paragraph of it, is about a concept of the gate facet.

    A proof in the title or in a short item is enough; in a long one a lone mention must be
    surrounded by more that is on topic.
    """
    if not any(weight >= _GATE_STRONG for weight in weights):
        return False
    if any(w >= _GATE_STRONG and s.is_title for w, s in zip(weights, segment.sentences, strict=True)):
        return True
    needed = _GATE_SHORT if len(weights) <= _SHORT_ITEM else _GATE_LONG
    sums = [0.0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    return any(
        sums[min(len(weights), n + _GATE_WINDOW)] - sums[n] >= needed - 1e-9 for n in range(len(weights))
    )


def _on_topic(segment: Segment, weights: Sequence[float]) -> list[bool]:
    """Which sentences belong to a passage that is on topic."""
    total = len(weights)
    title = any(w >= _GATE_STRONG and s.is_title for w, s in zip(weights, segment.sentences, strict=True))
    if title or total <= _SHORT_ITEM or sum(weight > 0 for weight in weights) >= _DENSE * total:
        return [True] * total
    result = [False] * total
    for number, weight in enumerate(weights):
        if weight > 0:
            for place in range(max(0, number - _REACH), min(total, number + _REACH + 1)):
                result[place] = True
    return result


def _worth(candidate: Candidate, title: bool, near: bool) -> float:
    if candidate.kind == "strong":
        return _STRONG_TITLE if title else _STRONG
    if not near:
        return 0.0
    return _WEAK_TITLE if title else _WEAK


def _with_broader(
    scores: Mapping[str, float],
    proof: Mapping[str, Sequence[Candidate]],
    ancestors: Callable[[str], Sequence[str]],
) -> tuple[Decision, ...]:
    """Add the broader concepts, each at least as probable as what implies it."""
    result: dict[str, Decision] = {}
    for concept, score in scores.items():
        result[concept] = Decision(concept, min(_CEILING, score), False, tuple(proof[concept]))
    for concept, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])):
        for broader in ancestors(concept):
            known = result.get(broader)
            if known is None:
                result[broader] = Decision(broader, min(_CEILING, score), True, tuple(proof[concept]))
            elif score > known.probability:
                result[broader] = known._replace(probability=min(_CEILING, score))
    return tuple(decision for decision in result.values() if decision.probability >= REVIEW)
