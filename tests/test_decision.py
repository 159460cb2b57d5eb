"""From candidates to tags: the gate, weak phrases, broader concepts, the review band. The topic is floods."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtag.document import Candidate, ModelScores, Proofs, SentenceMatches
from mtag.fusion import ACCEPT, REVIEW, Fusion
from mtag.phraseweights import Sentences
from mtag.pipeline.decision import Decider

FILLER = (
    "The council met in the old town hall.",
    "It spoke of roads and of schools.",
    "A new bridge was opened in spring.",
    "The budget was voted after a long debate.",
    "Several members asked for more time.",
)


def filler(count: int) -> list[str]:
    return [FILLER[number % len(FILLER)] for number in range(count)]


# -- the gate ----------------------------------------------------------------------------------------


def test_without_evidence_nothing_is_tagged(judge):
    assert judge(*FILLER).decisions == {}


def test_without_a_concept_of_the_gate_nothing_is_tagged(judge):
    assert judge("Farmers were evacuated to a shelter.").decisions == {}


def test_a_concept_of_the_gate_lets_the_others_in(judge):
    assert judge("Farmers were evacuated after the flood.").accepted == {
        "hazard.water",
        "hazard.river",
        "group.farmers",
        "response.evacuation",
    }


def test_a_weak_phrase_of_the_gate_does_not_open_it_alone(judge):
    assert judge("Farmers fled the rising water.").accepted == set()


def test_a_cue_alone_does_not_open_the_gate(judge):
    assert judge("Farmers spoke of inundation.").accepted == set()


def test_the_gate_may_open_in_another_sentence_of_the_item(judge):
    assert "group.farmers" in judge("A flood came at night.", "In the morning the farmers left.").accepted


def test_a_passing_mention_in_a_long_document_is_off_topic(judge):
    judged = judge(*filler(20), "The flood of 1953 was mentioned once.", *filler(20), "Farmers applauded.")
    assert judged.decisions == {}


def test_the_same_mention_in_a_short_document_is_on_topic(judge):
    assert "hazard.river" in judge(*filler(2), "The flood of 1953 was mentioned once.").accepted


def test_a_paragraph_on_topic_in_a_long_document_counts(judge):
    judged = judge(
        *filler(20),
        "The river flood came at night.",
        "The flood drove farmers away.",
        "Floods rose.",
        *filler(20),
    )
    assert {"hazard.river", "group.farmers"} <= judged.accepted


def test_a_long_document_is_not_on_topic_where_its_passage_is_not(judge):
    passage = ("The river flood came at night.", "The flood rose fast.", "Floods did great harm.")
    judged = judge(*passage, *filler(40), "Farmers applauded.")
    assert "hazard.river" in judged.accepted
    assert "group.farmers" not in judged.accepted


def test_a_title_on_topic_puts_the_whole_document_on_topic(judge):
    judged = judge(
        "Flood in the valley", *filler(20), "The flood went on.", *filler(5), "Farmers applauded.", title=True
    )
    assert {"hazard.river", "group.farmers"} <= judged.accepted


# -- what does not open it ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "They spoke of earthquakes, wildfires and floods.",
        "Farmers fear locusts, floods, drought and wildfires.",
        "Farmers wept a flood of tears.",
        "The Flood Forecasting Centre invited farmers.",
        "The Ministry for Floods invited farmers.",
        "There was no sign of a flood, farmers said.",
        "Rather than floods, farmers fear frost.",
    ],
)
def test_enumerations_traps_names_and_negations_do_not_open_the_gate(judge, line):
    assert judge(line).decisions == {}


def test_an_enumeration_beside_a_proof_takes_nothing_away(judge):
    judged = judge("A river flood hit the town.", "They spoke of earthquakes, wildfires and storm surges.")
    assert "hazard.river" in judged.accepted
    assert "hazard.coast" not in judged.accepted


# -- weak phrases ------------------------------------------------------------------------------------


def test_a_weak_phrase_counts_next_to_a_cue(judge):
    assert "group.farmers" in judge("After the flood herders left.").decisions


def test_a_weak_phrase_far_from_any_cue_does_not_count(judge):
    assert "group.farmers" not in judge("A flood came.", *filler(6), "Herders left.").decisions


def test_one_weak_phrase_is_for_review_two_are_enough(judge):
    one = judge("After the flood herders left.").decisions["group.farmers"]
    assert REVIEW <= one.probability < ACCEPT
    two = judge("After the flood herders left.", "Herders came back after the flood.").decisions[
        "group.farmers"
    ]
    assert two.probability >= ACCEPT


def test_a_weak_phrase_twice_in_a_sentence_counts_once(judge):
    once = judge("After the flood herders left.").decisions["group.farmers"]
    twice = judge("After the flood herders left, other herders stayed.").decisions["group.farmers"]
    assert twice.probability == once.probability
    assert len(twice.evidence) == 2


def test_a_strong_phrase_says_more_than_a_weak_one(judge):
    weak = judge("After the flood herders left.").decisions["group.farmers"].probability
    strong = judge("After the flood farmers left.").decisions["group.farmers"].probability
    assert weak < ACCEPT <= strong


def test_a_phrase_in_the_title_says_more_than_one_in_the_text(judge):
    text = judge("Farmers flee flood.", "They left.").decisions["group.farmers"].probability
    title = judge("Farmers flee flood.", "They left.", title=True).decisions["group.farmers"].probability
    assert title > text


# -- broader concepts --------------------------------------------------------------------------------


def test_a_broader_concept_is_implied_with_the_evidence_of_the_narrower(judge):
    made = judge("A river flood hit the town.").decisions
    assert made["hazard.water"].implied
    assert not made["hazard.river"].implied
    assert made["hazard.water"].probability == made["hazard.river"].probability
    assert made["hazard.water"].evidence == made["hazard.river"].evidence


def test_a_broader_concept_with_evidence_of_its_own_is_not_implied(judge):
    made = judge("The water disaster was a river flood.").decisions
    assert not made["hazard.water"].implied


def test_a_narrower_concept_is_never_implied(judge):
    assert set(judge("It was a water disaster.").decisions) == {"hazard.water"}


def test_a_broader_concept_is_at_least_as_probable_as_a_narrower_one(judge):
    made = judge("A river flood hit the town.", "The flood rose.", "The water disaster went on.").decisions
    assert made["hazard.water"].probability >= made["hazard.river"].probability


def test_a_broader_concept_by_the_model_alone_shows_the_evidence_of_the_narrower(floods):
    decisions = decisions_by_model(floods, [PROOF], {"hazard.water": 3.0, "hazard.river": 2.0})
    water, river = decisions["hazard.water"], decisions["hazard.river"]
    assert water.implied
    assert water.evidence == river.evidence
    assert water.probability >= river.probability


# -- a model that is sure of the topic, not of its form -----------------------------------------------


@pytest.mark.parametrize(("title", "expected"), [(False, 0.9), (True, 0.95)], ids=["text", "title"])
def test_what_was_learned_of_a_phrase_is_its_probability(floods, title, expected):
    proof = SentenceMatches((Candidate("hazard.river", 0, 5, "strong", "flood"),), 0, False)
    decider = Decider(floods, worths={("hazard.river", "flood"): 0.9})
    [decisions] = decider.decide(Proofs.of([proof]), item(1, title=title))
    [river] = [one for one in decisions if one.concept == "hazard.river"]
    assert river.probability == pytest.approx(expected)


def item(size, *, title):
    """One item of so many sentences."""
    return Sentences(np.array([0, size]), np.arange(size) < title)


def judged_by_model(*args, **options):
    """The accepted concepts of an item; arguments are those of `decisions_by_model`."""
    return {name for name, one in decisions_by_model(*args, **options).items() if one.accepted}


def decisions_by_model(taxonomy, matches, scores, *, gate=2.0, title=False, floor=0.0, doubts=(), weak=-99.0):
    """The decisions on an item, a sentence each of `matches`, of which a model says `scores`."""
    names = list(taxonomy.concepts)
    odds = np.array([[scores.get(concept, -9.0) for concept in names]])

    def words(_, concepts):
        return [(Candidate(names[number], 0, 9, "model", ""),) for number in concepts]

    fusion = Fusion(0.0, 0.0, dict.fromkeys(taxonomy.concepts, 0.6), 1.0, -1.0, 9, 0.9, dict(doubts), weak)
    said = ModelScores(["en"], np.array([0]), odds, np.array([gate]), words)
    decider = Decider(taxonomy, {"en": fusion}, floor=floor)
    [decisions] = decider.decide(Proofs.of(matches), item(len(matches), title=title), said)
    return {one.concept: one for one in decisions}


SILENCE = SentenceMatches((), 0, False)
PROOF = SentenceMatches((Candidate("hazard.river", 0, 5, "strong", "flood"),), 0, False)


@pytest.fixture
def unsure(floods):
    """Decisions on an item on which a model alone speaks: on topic, no form over its threshold."""
    return lambda scores, floor=0.0: judged_by_model(floods, [SILENCE], scores, floor=floor)


def test_the_widest_concept_is_accepted_where_no_form_is_sure(unsure):
    assert unsure({"hazard.river": 0.0, "group.farmers": 2.0}) == {"hazard.water", "group.farmers"}


def test_a_form_that_is_sure_needs_no_help(unsure):
    assert unsure({"hazard.river": 1.0}) == {"hazard.water", "hazard.river"}


def test_a_wanted_precision_accepts_no_form_that_is_unsure(unsure):
    assert unsure({"hazard.river": 0.0, "group.farmers": 2.0}, floor=0.5) == set()


def test_what_a_model_suggests_in_no_words_says_nothing_more_of_a_concept(floods):
    names = list(floods.concepts)
    odds = np.full((2, len(names)), -9.0)
    odds[:, names.index("group.farmers")] = odds[:, names.index("hazard.water")] = 1.0, 3.0

    def words(rows, _):
        return [(Candidate("", 0, 9, "model", ""),) if row == 0 else () for row in rows]

    said = ModelScores(["en", "fr"], np.array([0, 0]), odds, np.array([2.0, 2.0]), words)
    fusion = Fusion(0.0, 0.0, dict.fromkeys(names, 0.6), 1.0, -1.0, 9, 0.9, {}, -99.0)
    decider = Decider(floods, {"en": fusion, "fr": fusion})
    [decisions] = decider.decide(Proofs.of([SILENCE]), item(1, title=False), said)
    [farmers] = [one for one in decisions if one.concept == "group.farmers"]
    assert farmers.probability == pytest.approx(1 / (1 + np.exp(-1.0)))


# -- whatever the item -------------------------------------------------------------------------------

_LINES = [
    *FILLER,
    "A river flood hit the town.",
    "Floods and storm surges came.",
    "Farmers and herders left after the flood.",
    "They spoke of earthquakes, wildfires and floods.",
    "There was no sign of a flood.",
    "The rising water drove them to a shelter.",
    "Herders waited.",
    "The water disaster went on.",
    "The Flood Forecasting Centre saw high water.",
]


@given(st.lists(st.sampled_from(_LINES), min_size=1, max_size=40), st.booleans())
def test_decisions_of_any_item_are_well_formed(judge, floods, lines, title):
    judged = judge(*lines, title=title)
    for concept, made in judged.decisions.items():
        assert REVIEW <= made.probability < 1
        assert made.evidence
        for broader in floods.ancestors(concept):
            assert judged.decisions[broader].probability >= made.probability
        if not made.implied:
            proofs = {one[1:5] for found in judged.matches for one in found.candidates if one[0] == concept}
            assert proofs.issuperset(made.evidence)
    if judged.decisions:
        assert any(concept.startswith("hazard.") for concept in judged.decisions)


@given(st.lists(st.sampled_from(_LINES), min_size=1, max_size=11))
def test_more_evidence_for_a_concept_never_takes_it_away(judge, lines):
    before, after = judge(*lines), judge(*lines, "A river flood hit the town.")
    for concept in before.decisions:
        assert after.decisions[concept].probability >= before.decisions[concept].probability


# -- a lone proof, and a model that is sure the item is off topic --------------------------------------


@pytest.mark.parametrize(
    ("matches", "gate", "title", "believed"),
    [
        ([PROOF, *[SILENCE] * 5], -2.0, False, False),
        ([PROOF, *[SILENCE] * 5], 0.0, False, True),
        ([PROOF, PROOF, *[SILENCE] * 4], -2.0, False, True),
        ([PROOF, *[SILENCE] * 5], -2.0, True, True),
        ([PROOF, *[SILENCE] * 4], -2.0, False, True),
    ],
    ids=["doubted", "not-doubted", "twice", "in-the-title", "in-a-short-item"],
)
def test_a_lone_proof_is_not_believed_where_the_model_is_sure_of_the_contrary(
    floods, matches, gate, title, believed
):
    found = judged_by_model(floods, matches, {}, gate=gate, title=title)
    assert found == ({"hazard.river", "hazard.water"} if believed else set())


# -- a proof that the model doubts ---------------------------------------------------------------------

HELP = SentenceMatches((Candidate("group.farmers", 0, 5, "strong", "farmer"),), 0, False)


@pytest.mark.parametrize(
    ("odds", "doubts", "accepted"),
    [(-4.1, {"group": -4.0}, False), (-3.9, {"group": -4.0}, True), (-4.1, {"hazard": -4.0}, True)],
    ids=["doubted", "not-doubted", "another-facet"],
)
def test_what_phrases_prove_is_for_review_where_the_model_doubts_it(floods, odds, doubts, accepted):
    scores = {"group.farmers": odds, "hazard.river": 0.0}
    found = judged_by_model(floods, [PROOF, HELP], scores, doubts=doubts)
    assert "hazard.river" in found
    assert ("group.farmers" in found) is accepted


@pytest.mark.parametrize(
    ("odds", "kind", "accepted"), [(-2.1, "weak", False), (-1.9, "weak", True), (-2.1, "strong", True)]
)
def test_what_weak_phrases_alone_prove_is_doubted_earlier(floods, odds, kind, accepted):
    help = SentenceMatches((Candidate("group.farmers", 0, 5, kind, "farmer"),), 1, False)
    scores = {"group.farmers": odds, "hazard.river": 0.0}
    found = judged_by_model(floods, [PROOF, help, help], scores, weak=-2.0)
    assert ("group.farmers" in found) is accepted


def test_a_concept_with_narrower_ones_is_what_weak_words_say(floods):
    water = SentenceMatches((Candidate("hazard.water", 0, 5, "weak", "water"),), 1, False)
    scores = {"hazard.water": -8.0, "hazard.river": -8.0}
    assert judged_by_model(floods, [PROOF, water, water], scores, weak=-2.0) >= {"hazard.water"}
