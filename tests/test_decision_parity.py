"""Decisions on many items in tables are those made plainly, an item and a concept at a time."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import plain_decision as plain
from mtag.document import Candidate, ModelScores, Proofs, Segment, Sentence, SentenceMatches, SentenceTable
from mtag.fusion import Fusion
from mtag.phraseweights import Sentences
from mtag.pipeline.decision import Decider

CONCEPTS = ("hazard.water", "hazard.river", "hazard.coast", "group.farmers", "response.evacuation")
KINDS = st.sampled_from(("strong", "weak"))
WORTHS = {("hazard.river", "a"): 0.5, ("group.farmers", "a"): 0.83, ("group.farmers", "b"): 0.95}

proofs = st.lists(st.tuples(st.sampled_from(CONCEPTS), KINDS, st.sampled_from("ab")), max_size=3)
silence = st.just(([], 0, False))
sentences = silence | silence | st.tuples(proofs, st.integers(0, 2), st.booleans())
items = st.lists(sentences, max_size=16) | st.lists(sentences | silence, min_size=12, max_size=40)
bounds = st.floats(0.05, 0.95)
fusions = st.builds(
    Fusion,
    weak=st.floats(-1, 2),
    strong=st.floats(-1, 4),
    thresholds=st.dictionaries(st.sampled_from(CONCEPTS), bounds),
    gate=st.floats(-2, 2),
    lone=st.floats(-2, 2),
    rich=st.integers(1, 3),
    rich_threshold=bounds,
    doubts=st.dictionaries(st.sampled_from(("hazard", "group")), st.floats(-3, 1)),
    weak_doubt=st.floats(-4, 1),
)


def matches(item, first):
    """The sentences of an item; candidates stand apart in the text."""
    found = []
    for number, (said, cues, enumeration) in enumerate(item, start=first):
        spans = enumerate(sorted(set(said)), start=10 * number)
        candidates = tuple(Candidate(c, start, start + 1, kind, phrase) for start, (c, kind, phrase) in spans)
        found.append(SentenceMatches(candidates, cues, enumeration))
    return found


def words(concept, language, carried):
    """What the model shows for a concept: nothing where nothing carried it."""
    return (Candidate(concept, -len(language + concept), 0, "model", language),) * carried


@given(data=st.data())
def test_decisions_of_a_batch_are_those_made_plainly(floods, data):
    concepts, size = tuple(floods.concepts), len(floods)
    batch = data.draw(st.lists(items, max_size=4))
    edges = np.cumsum([0, *map(len, batch)])
    found = [matches(item, first) for item, first in zip(batch, edges.tolist(), strict=False)]
    titles = [[data.draw(st.booleans()) and not n for n in range(len(item))] for item in batch]
    rules = {code: data.draw(fusions) for code in ("en", "fr")}
    floor = data.draw(st.sampled_from((0.0, 0.0, 0.64, 0.9)))
    rows = [(code, n) for code in rules for n in range(len(batch)) if data.draw(st.booleans())]
    odds = np.array([[data.draw(st.floats(-6, 4)) for _ in concepts] for _ in rows]).reshape(-1, size)
    gates = np.array([data.draw(st.floats(-3, 3)) for _ in rows])
    carried = [[data.draw(st.booleans()) for _ in concepts] for _ in rows]
    plainly = [[] for _ in batch]
    for (code, number), own, gate, carries in zip(rows, odds.tolist(), gates.tolist(), carried, strict=True):
        shown = {c: words(c, code, carries[n]) for n, c in enumerate(concepts) if own[n] >= -4}
        plainly[number].append(plain.ModelScores(code, dict(zip(concepts, own, strict=True)), gate, shown))

    def find(asked, of):
        return [words(concepts[c], rows[r][0], carried[r][c]) for r, c in zip(asked, of, strict=True)]

    said = ModelScores([code for code, _ in rows], np.array([n for _, n in rows], int), odds, gates, find)
    decider = Decider(floods, rules, WORTHS, floor)
    flags = np.array([flag for own in titles for flag in own], np.bool_)
    everything = Proofs.of([one for own in found for one in own])
    assert everything.by_sentence() == tuple(one for own in found for one in own)
    decided = decider.decide(everything, Sentences(edges, flags), said)
    facets = {concept.id: concept.facet for concept in floods}
    wide = {broader for concept in floods for broader in concept.broader}
    for own, is_title, models, made in zip(found, titles, plainly, decided, strict=True):
        spans = tuple(Sentence(0, 1, number, "en", flag) for number, flag in enumerate(is_title))
        segment = Segment(0, len(own), None, None, SentenceTable.of(spans))
        planned = plain.plan(segment, own, facets, floods.scheme.gate, models, rules, floor, WORTHS, wide)
        expected = [
            one._replace(evidence=tuple(words[1:5] for words in one.evidence))
            for one in plain.decide(planned, floods.ancestors)
        ]
        assert sorted(made, key=lambda one: one.concept) == sorted(expected, key=lambda one: one.concept)
