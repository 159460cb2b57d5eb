"""The decision written plainly, an item and a concept at a time: what `mtag.pipeline.decision` must give."""

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from mtag.document import Candidate, Segment, SentenceMatches
from mtag.fusion import Fusion
from mtag.pipeline.decision import Decision


class ModelScores(NamedTuple):
    """What the model says of one item in one language."""

    language: str
    scores: Mapping[str, float]
    gate: float
    evidence: Mapping[str, tuple[Candidate, ...]]


ACCEPT = 0.5
"""Probability from which a tag is accepted."""

REVIEW = 0.35
"""Probability from which a tag is shown for review."""

_REVIEW_MODEL = 0.45
"""The same where the trained model alone speaks: its thresholds are higher."""

_REVIEW_ODDS = math.log(REVIEW / (1 - REVIEW))

# How much one sentence says for a concept; sentences add up as independent witnesses (noisy-or).
_STRONG = 0.7
_WEAK = 0.4
_WEAK_TITLE = 0.55
_TITLE_DOUBT = 0.5
"""How much of the doubt in a proof is left where it stands in a title."""

_CEILING = 0.99

_REACH = 5
"""Sentences on each side of one that is on topic which still belong to its passage."""

_NEAR = 1
"""Sentences on each side in which a weak phrase looks for something that is on topic; a weak phrase
of the gate facet must find it in its own sentence."""

_SHORT_ITEM = 12
"""An item of at most so many sentences is one passage as soon as one of them is on topic."""

_PASSING = 6
"""Sentences of an item from which a lone proof may be a mention in passing."""

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


Worths = Mapping[tuple[str, str], float]
"""How much a sentence with a strong phrase says for a concept, where that was learned."""


class PhraseScores(NamedTuple):
    """What phrases say of an item: whether they open the gate, and by concept their score and proof.

    `suggested` are the scores there would be if the whole item were known to be on topic; `is_lone` tells
    that a single sentence of several, and no title, proves that it is.
    """

    is_open: bool
    is_lone: bool
    scores: Mapping[str, float]
    suggested: Mapping[str, float]
    proof: Mapping[str, Sequence[Candidate]]


class Suggestion(NamedTuple):
    """A concept the model speaks for: its probability, whether it is accepted, the phrases that say the same.

    `needs_words`: no phrase proves it, so that the words of the model must be shown.
    """

    concept: str
    probability: float
    accepted: bool
    words: tuple[Candidate, ...]
    needs_words: bool


class Plan(NamedTuple):
    """What there is to decide on an item, before the words of the model are known.

    `proved` is what phrases make of each concept; `suggestions` what the model does, in each of its
    languages (`None` where there is no model); `forms` are the concepts of the gate facet, and `floor`
    the probability below which no tag is accepted.
    """

    proved: dict[str, Decision]
    suggestions: tuple[tuple[ModelScores, tuple[Suggestion, ...]], ...] | None
    forms: frozenset[str]
    floor: float


def plan(
    segment: Segment,
    evidence: Sequence[SentenceMatches],
    facet_of: Mapping[str, str],
    gate: str,
    models: Sequence[ModelScores] = (),
    fusions: Mapping[str, Fusion] | None = None,
    floor: float = 0.0,
    worths: Worths | None = None,
    wide: Collection[str] = (),
) -> Plan:
    """Weigh what there is for the tags of one item.

    Args:
        segment: the item.
        evidence: what each of its sentences holds, in order.
        facet_of: the facet of each concept.
        gate: the facet without which nothing is tagged.
        models: what the trained model says of the item, in each of its languages.
        fusions: the learned rule for each language of the model.
        floor: probability below which no tag is accepted, for a wanted precision.
        worths: what was learned of strong phrases.
        wide: the concepts that have narrower ones.
    """
    fused = [(scores, rule) for scores in models if (rule := (fusions or {}).get(scores.language))]
    doubted = bool(fused) and all(scores.gate < rule.lone for scores, rule in fused)
    phrases = weigh_phrases(segment, evidence, facet_of, gate, worths, doubted=doubted)
    found: dict[str, Decision] = {}
    if phrases.is_open:
        for concept, score in phrases.scores.items():
            strong = any(one.kind == "strong" for one in phrases.proof[concept])
            bounds = facet_of[concept], strong or concept in wide
            accepted = score >= max(ACCEPT, floor) and not _is_doubted(concept, *bounds, fused)
            found[concept] = Decision(
                concept, min(_CEILING, score), False, tuple(phrases.proof[concept]), accepted
            )
    proved = sum(one.accepted for one in found.values())
    suggestions = []
    for scores, fusion in fused:
        if phrases.is_open or scores.gate >= fusion.gate:
            made = _suggest(scores, fusion, phrases, proved, floor, facet_of, gate)
            suggestions.append((scores, tuple(made)))
    forms = frozenset(concept for concept, facet in facet_of.items() if facet == gate)
    return Plan(found, tuple(suggestions) if models else None, forms, floor)


def decide(planned: Plan, ancestors: Callable[[str], Sequence[str]]) -> tuple[Decision, ...]:
    """Decide the tags of one item; `ancestors` gives the broader concepts of a concept.

    Returns:
        Decisions with a probability of at least `REVIEW`, in no particular order; none where the
        gate stays shut.
    """
    found = dict(planned.proved)
    for scores, suggestions in planned.suggestions or ():
        for one in suggestions:
            words = one.words
            if one.needs_words:
                words += scores.evidence.get(one.concept, ())
            if words:
                made = Decision(one.concept, one.probability, False, words, one.accepted, True)
                found[one.concept] = _merge(found.get(one.concept), made)
    forms = [one for one in found.values() if one.concept in planned.forms]
    if forms and not planned.floor and not any(one.accepted for one in forms):
        _accept_widest(found, forms, ancestors)
    decisions = _with_broader(found, ancestors)
    no_form = not any(one.accepted and one.concept in planned.forms for one in decisions)
    if no_form and planned.suggestions is not None:
        return tuple(one._replace(accepted=False) for one in decisions)
    return decisions


def _is_doubted(concept: str, facet: str, is_sure: bool, fused: Sequence[tuple[ModelScores, Fusion]]) -> bool:
    """Whether the model is so sure of the contrary that a proof by phrases is seldom right."""
    return bool(fused) and all(
        scores.scores[concept] < rule.doubts.get(facet, -math.inf)
        or (not is_sure and scores.scores[concept] < rule.weak_doubt)
        for scores, rule in fused
    )


def fused_odds(score: float, suggested: float, fusion: Fusion) -> float:
    """The log-odds of a concept, from those of the model and what phrases suggest."""
    if suggested >= ACCEPT:
        return score + fusion.strong
    return score + fusion.weak if suggested >= REVIEW else score


def _suggest(
    scores: ModelScores,
    fusion: Fusion,
    phrases: PhraseScores,
    proved: int,
    floor: float,
    facet_of: Mapping[str, str],
    gate: str,
) -> Iterator[Suggestion]:
    """Yield what the model speaks for, sure enough to be shown."""
    rich_threshold = fusion.rich_threshold if proved >= fusion.rich else 0.0
    for concept, threshold in fusion.thresholds.items():
        odds = fused_odds(scores.scores[concept], phrases.suggested.get(concept, 0.0), fusion)
        if odds < _REVIEW_ODDS:
            continue
        probability = 1 / (1 + math.exp(-odds))
        words = tuple(phrases.proof.get(concept, ()))
        if not words and probability < _REVIEW_MODEL and facet_of[concept] != gate:
            continue  # it would not be shown
        accepted = probability >= max(threshold, floor, rich_threshold)
        needs_words = not any(one.kind == "strong" for one in words)
        yield Suggestion(concept, probability, accepted, words, needs_words)


def _accept_widest(
    found: dict[str, Decision], forms: Sequence[Decision], ancestors: Callable[[str], Sequence[str]]
) -> None:
    """Accept the widest concept above the likeliest form: the item is on topic, but no form of it is sure."""
    best = max(forms, key=lambda one: (one.probability, one.concept))
    widest = [best.concept, *ancestors(best.concept)][-1]
    known = found.get(widest, best._replace(concept=widest, implied=True))
    found[widest] = known._replace(accepted=True, probability=max(known.probability, best.probability))


def _merge(known: Decision | None, made: Decision) -> Decision:
    """One decision of two on the same concept: the better probability, all the evidence."""
    made = made._replace(probability=min(_CEILING, made.probability))
    if known is None:
        return made
    words = tuple(dict.fromkeys((*known.evidence, *made.evidence)))
    return Decision(
        made.concept,
        max(known.probability, made.probability),
        False,
        words,
        known.accepted or made.accepted,
        True,
    )


def weigh_phrases(
    segment: Segment,
    evidence: Sequence[SentenceMatches],
    facet_of: Mapping[str, str],
    gate: str,
    worths: Worths | None = None,
    *,
    doubted: bool = False,
) -> PhraseScores:
    """Add up what phrases say, in the passages that are on topic and in the item as a whole.

    Where it is `doubted` that the item is on topic at all, a lone proof does not open the gate.
    """
    weights = [_gate_weight(sentence, facet_of, gate) for sentence in evidence]
    proofs = [number for number, weight in enumerate(weights) if weight >= _GATE_STRONG]
    lone = len(proofs) == 1 and not segment.sentences[proofs[0]].is_title
    is_lone = lone and len(weights) >= _PASSING
    is_open = _gate_open(segment, weights) and not (doubted and is_lone)
    on_topic = _on_topic(segment, weights) if is_open else [False] * len(weights)
    scores: dict[str, float] = {}
    suggested: dict[str, float] = {}
    proof: dict[str, list[Candidate]] = {}
    for number, sentence in enumerate(evidence):
        if not sentence.candidates:
            continue
        near = any(weights[max(0, number - _NEAR) : number + _NEAR + 1])
        here = sentence.cues > 0 or weights[number] >= _GATE_STRONG
        title = segment.sentences[number].is_title
        best: dict[str, float] = {}
        loose: dict[str, float] = {}
        for candidate in sentence.candidates:
            concept, of_gate = candidate.concept, facet_of[candidate.concept] == gate
            if sentence.enumeration and of_gate:
                continue
            loosely = _worth(candidate, title, here or not of_gate, worths or {})
            loose[concept] = max(loose.get(concept, 0.0), loosely)
            worth = 0.0
            if on_topic[number]:
                worth = _worth(candidate, title, here if of_gate else near, worths or {})
            if worth > 0 or (loosely > 0 and not is_open):
                proof.setdefault(concept, []).append(candidate)
            if worth > 0:
                best[concept] = max(best.get(concept, 0.0), worth)
        for total, found in ((scores, best), (suggested, loose)):
            for concept, worth in found.items():
                total[concept] = 1 - (1 - total.get(concept, 0.0)) * (1 - worth)
    return PhraseScores(is_open, is_lone, scores, suggested, proof)


def _gate_weight(sentence: SentenceMatches, facet_of: Mapping[str, str], gate: str) -> float:
    """What a sentence says for the gate: an enumeration of unrelated topics says nothing."""
    if sentence.enumeration or not (sentence.candidates or sentence.cues):
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


def _worth(candidate: Candidate, title: bool, near: bool, worths: Worths) -> float:
    if candidate.kind == "strong":
        worth = worths.get((candidate.concept, candidate.phrase), _STRONG)
        return 1 - (1 - worth) * _TITLE_DOUBT if title else worth
    if not near:
        return 0.0
    return _WEAK_TITLE if title else _WEAK


def _with_broader(
    found: Mapping[str, Decision], ancestors: Callable[[str], Sequence[str]]
) -> tuple[Decision, ...]:
    """Add the broader concepts, each at least as probable as what implies it."""
    result = dict(found)
    for concept, made in sorted(found.items(), key=lambda pair: (-pair[1].probability, pair[0])):
        for broader in ancestors(concept):
            known = result.get(broader)
            if known is None:
                result[broader] = made._replace(concept=broader, implied=True)
                continue
            if made.accepted and not known.implied and all(one.kind == "model" for one in known.evidence):
                probability = max(known.probability, made.probability)
                result[broader] = made._replace(concept=broader, implied=True, probability=probability)
                continue
            result[broader] = known._replace(
                probability=max(known.probability, made.probability), accepted=known.accepted or made.accepted
            )
    return tuple(one for one in result.values() if one.accepted or one.probability >= _least_shown(one))


def _least_shown(made: Decision) -> float:
    of_phrases = any(one.kind != "model" for one in made.evidence)
    return REVIEW if of_phrases else _REVIEW_MODEL
