"""The labelled corpus keeps its promises: size, balance, originality, no echo of the phrases."""

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from found_phrases import find_matches
from mtag.taxonomy import Taxonomy
from mtag.training.corpus import near_duplicates, part_of, read_corpus

FOLDER = Path(__file__).parent.parent / "seeds" / "documents"
RARE = {
    "form.surrogacy",
    "form.organ_removal",
    "form.illegal_adoption",
    "victim.lgbti",
    "victim.persons_with_disabilities",
}

# A group is labelled only where the text names it, and a verdict or an arrest has few other names:
# their strong phrases are the plain words themselves.
NAMED = {
    "victim.boys",
    "victim.girls",
    "victim.lgbti",
    "victim.persons_with_disabilities",
    "pillar.criminal_proceedings",
    "pillar.investigation",
    "pillar.legislation",
}


@pytest.fixture(scope="module")
def taxonomy():
    return Taxonomy.load()


@pytest.fixture(scope="module")
def corpus(taxonomy):
    return read_corpus(FOLDER, taxonomy)


@pytest.fixture(scope="module")
def leaves(taxonomy):
    return [concept.id for concept in taxonomy if not taxonomy.narrower(concept.id)]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_language_has_a_thousand_documents_and_three_hundred_off_topic(corpus, language):
    own = [example for example in corpus if example.language == language]
    off_topic = [example for example in own if not example.labels]
    assert len(own) >= 1000
    assert len(off_topic) >= 300
    assert sum(example.near_miss for example in off_topic) >= 0.6 * len(off_topic)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_leaf_concept_has_its_positives(corpus, taxonomy, leaves, language):
    counts = Counter(
        concept
        for example in corpus
        if example.language == language
        for concept in taxonomy.close(example.labels)
    )
    short = {leaf: counts[leaf] for leaf in leaves if counts[leaf] < (30 if leaf in RARE else 50)}
    assert not short


def test_documents_have_sixty_to_nine_hundred_words(corpus):
    sizes = {example.id: len(example.full_text.split()) for example in corpus}
    assert not {name: size for name, size in sizes.items() if not 60 <= size <= 920}


def test_no_two_documents_of_different_families_are_alike(corpus):
    assert near_duplicates(corpus) == []


def test_the_splits_file_tells_the_part_of_every_family(corpus):
    told = json.loads((FOLDER.parent / "splits.json").read_text("utf-8"))
    assert told == {family: part_of(family) for family in {example.family for example in corpus}}


def test_evidence_is_the_text_at_its_span(corpus):
    for example in corpus:
        assert set(example.evidence) == example.labels
        assert all(0 <= start < end <= len(example.full_text) for start, end in example.evidence.values())


def test_parallel_documents_carry_the_same_labels(corpus):
    lines = [line for path in FOLDER.glob("pairs-*.jsonl") for line in path.read_text("utf-8").splitlines()]
    parallel = {json.loads(line)["id"] for line in lines}
    families = defaultdict(list)
    for example in corpus:
        if example.id in parallel:
            families[example.family].append(example)
    assert len(families) >= 280
    for pair in families.values():
        assert sorted(example.language for example in pair) == ["en", "fr"]
        assert pair[0].labels == pair[1].labels


def test_two_fifths_of_the_positives_of_a_leaf_have_none_of_its_strong_phrases(corpus, taxonomy, leaves):
    positives, silent = Counter(), Counter()
    for example in corpus:
        lexicon = taxonomy.lexicons[example.language]
        text = example.full_text
        found = {
            lexicon.entries[match.entry].owner
            for line_start, line in _lines(text)
            for match in find_matches(text, line_start, line_start + len(line), lexicon)
            if lexicon.entries[match.entry].kind == "strong"
        }
        for concept in taxonomy.close(example.labels):
            positives[concept] += 1
            silent[concept] += concept not in found
    echo = {leaf for leaf in leaves if silent[leaf] < 0.4 * positives[leaf]}
    assert echo <= NAMED


def _lines(text):
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1
