"""What a sentence holds: candidates, cues, and whether it only lists topics. The topic here is floods."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtag.document import Sentence, Span
from mtag.pipeline.phrase_tagging import tag_sentences


def only(judged):
    [found] = judged.matches
    return found


def kinds(judged) -> set[tuple[str, str]]:
    return {(c.concept, c.kind) for found in judged.matches for c in found.candidates}


def test_a_phrase_is_a_candidate_with_its_words_and_its_pattern(judge):
    judged = judge("The storm surge came at night.")
    [candidate] = only(judged).candidates
    assert judged.text[candidate.start : candidate.end] == "storm surge"
    assert (candidate.concept, candidate.kind, candidate.phrase) == ("hazard.coast", "strong", "storm surge")


def test_strong_and_weak_phrases_are_told_apart(judge):
    assert kinds(judge("Farmers and herders fled rising water.")) == {
        ("group.farmers", "strong"),
        ("group.farmers", "weak"),
        ("hazard.river", "weak"),
    }


def test_each_sentence_has_its_own_candidates(judge):
    judged = judge("A flood came.", "Nothing else.", "Farmers fled.")
    assert [[c.concept for c in found.candidates] for found in judged.matches] == [
        ["hazard.river"],
        [],
        ["group.farmers"],
    ]


def test_no_phrase_crosses_the_end_of_a_sentence(judge):
    assert judge("There was a storm", "Surge barriers held.").concepts == set()


def test_each_language_has_its_own_phrases(judge):
    assert judge("Les agriculteurs ont fui les inondations.", language="fr").concepts == {
        "group.farmers",
        "hazard.river",
    }
    assert judge("Les agriculteurs ont fui les inondations.", language="en").concepts == set()


@pytest.mark.parametrize("language", ["other", "und", "de"])
def test_another_language_yields_nothing(judge, language):
    assert only(judge("A flood came.", language=language)) == ((), 0, False)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "River and coastal floods hit the town."),
        ("fr", "Des inondations fluviales et côtières ont touché la ville."),
    ],
)
def test_coordinated_phrases_give_both_concepts(judge, language, line):
    assert judge(line, language=language).concepts == {"hazard.river", "hazard.coast"}


# -- traps -------------------------------------------------------------------------------------------


def test_a_trap_cancels_what_it_covers(judge):
    assert judge("There was a flood of tears.").concepts == set()


def test_a_trap_cancels_nothing_beside_it(judge):
    judged = judge("A flood of tears followed the flood.")
    assert judged.quotes == ["flood"]
    assert judged.text.index("flood.") == only(judged).candidates[0].start


def test_a_trap_that_covers_a_part_of_a_match_cancels_nothing(judge):
    assert "river flood" in judge("The river flood lights went out.").quotes


def test_a_trap_of_a_concept_cancels_that_concept_alone(judge):
    assert judge("A flood of complaints by a farmer.").concepts == {"group.farmers"}


def test_a_trap_of_the_scheme_cancels_every_concept(judge):
    assert judge("The Ministry for Rivers, Farmers came.").concepts == set()
    assert judge("The Flood Forecasting Centre opened.").concepts == set()
    assert judge("L'Office des inondations a ouvert.", language="fr").concepts == set()


def test_a_name_of_the_scheme_is_no_cue(judge):
    assert only(judge("The Flood Forecasting Centre opened.")).cues == 0
    assert only(judge("The Flood Forecasting Centre saw high water.")).cues == 1


# -- negation ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "There is no risk of a flood."),
        ("en", "There was no sign of flooding."),
        ("en", "Unlike floods, it can be foreseen."),
        ("fr", "Il n'y a aucun risque d'inondation."),
        ("fr", "C'est sans rapport avec les inondations."),
    ],
)
def test_a_denied_match_does_not_count(judge, language, line):
    found = only(judge(line, language=language))
    assert (found.candidates, found.cues) == ((), 0)


def test_a_negation_reaches_a_few_words_only(judge):
    assert judge("There was no sign of the old bridge of the town after the flood.").concepts == {
        "hazard.river"
    }


def test_a_negation_does_not_reach_backwards(judge):
    assert judge("A flood, unlike a fire, is slow.").concepts == {"hazard.river"}


def test_a_negation_does_not_reach_the_next_sentence(judge):
    assert judge("There was no sign of it.", "Floods came.").concepts == {"hazard.river"}


# -- cues and enumerations ---------------------------------------------------------------------------


def test_cues_are_counted_once_for_each_word(judge):
    assert only(judge("Floods and inundations brought high water.")).cues == 3
    assert only(judge("Nothing happened.")).cues == 0


def test_two_unrelated_topics_make_a_sentence_an_enumeration(judge):
    assert only(judge("They spoke of earthquakes, wildfires and floods.")).enumeration
    assert only(judge("On parla de séismes, d'incendies et d'inondations.", language="fr")).enumeration


def test_one_unrelated_topic_makes_none(judge):
    assert not only(judge("They spoke of earthquakes and floods.")).enumeration


def test_what_somebody_is_charged_with_may_be_several_things(judge):
    assert not only(judge("He was blamed for earthquakes, wildfires, locusts and floods.")).enumeration
    assert not only(
        judge("Assuré contre les séismes, les incendies et les inondations.", language="fr")
    ).enumeration


def test_a_long_list_is_an_enumeration_whatever_it_tells(judge):
    assert only(judge("Blamed for earthquakes, wildfires, locusts, droughts and floods.")).enumeration


# -- spans -------------------------------------------------------------------------------------------


def test_an_artefact_is_passed_over(floods):
    text = "A storm 12 surge came; 13 floods did not."
    sentences = [Sentence(0, len(text), 0, "en")]
    [found] = tag_sentences(text, sentences, floods.phrasebook, (Span(8, 10), Span(26, 32)))
    assert [text[c.start : c.end] for c in found.candidates] == ["storm 12 surge"]


def test_the_brackets_of_a_note_mark_part_nothing(floods):
    text = "A storm[12] surge came."
    [found] = tag_sentences(text, [Sentence(0, len(text), 0, "en")], floods.phrasebook, (Span(7, 11),))
    assert [text[c.start : c.end] for c in found.candidates] == ["storm[12] surge"]


def test_a_full_stop_before_an_artefact_still_parts(floods):
    text = "A storm. 12 surge came."
    [found] = tag_sentences(text, [Sentence(0, len(text), 0, "en")], floods.phrasebook, (Span(9, 11),))
    assert found.candidates == ()


_WORDS = [
    "flood",
    "floods",
    "river",
    "and",
    "the",
    "of",
    "tears",
    "farmers",
    "no",
    "sign",
    ",",
    ".",
    "Flood",
    "high",
]
_WORDS += ["water", "coastal", "storm", "surge", "locusts", "earthquake", "Ministry", "–", "é", "\n"]


@given(st.lists(st.sampled_from(_WORDS), max_size=40).map(" ".join))
def test_candidates_of_any_sentence_are_ordered_spans_inside_it(floods, text):
    [found] = tag_sentences(f"xx {text} yy", [Sentence(3, 3 + len(text), 0, "en")], floods.phrasebook)
    assert all(3 <= c.start < c.end <= 3 + len(text) for c in found.candidates)
    assert list(found.candidates) == sorted(found.candidates, key=lambda c: c.start)
    assert len(set(found.candidates)) == len(found.candidates)


@given(st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join), st.sampled_from(_WORDS))
def test_a_new_sentence_changes_nothing_in_another(judge, text, other):
    assert judge(text or "x").matches[0] == judge(text or "x", other).matches[0]
