"""The walk in NumPy finds what the plain walk finds, and what it finds is judged alike."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import plain_phrase_tagging as plain
from found_phrases import find_matches
from mtag import Taxonomy, chunks, phrasewalk
from mtag.document import Sentence
from mtag.phrasebook import Phrasebook
from mtag.pipeline.phrase_tagging import tag_sentences

SEEDS = Path(__file__).parent.parent / "seeds" / "documents"
LEXICONS = Taxonomy.load().lexicons
SHARED = Phrasebook(LEXICONS)
# Words of phrases, and what may stand between them.
WORDS = {
    code: sorted(word for word in lexicon.forms if len(word) > 2)[::7] for code, lexicon in LEXICONS.items()
}
BETWEEN = (
    " ",
    " ",
    " ",
    ", ",
    " and ",
    " et ",
    " the ",
    " de la ",
    " of ",
    "-",
    "'",
    ". ",
    " (",
    "\n",
    "\u00a0",
)


def assert_alike(text, code):
    fast = find_matches(text, 0, len(text), LEXICONS[code])
    assert sorted(fast) == sorted(plain.find_matches(text, 0, len(text), LEXICONS[code]))
    return fast


@pytest.mark.parametrize("path", sorted(SEEDS.glob("??-[abcd].jsonl")), ids=lambda path: path.stem)
def test_on_documents_of_the_corpus(path):
    found = 0
    for line in path.read_text("utf-8").splitlines()[::6]:
        record = json.loads(line)
        for sentence in record["text"].split("\n"):
            found += len(assert_alike(sentence, record["lang"]))
    assert found > 50


@pytest.mark.parametrize("code", sorted(LEXICONS))
@given(data=st.data())
def test_on_words_of_phrases_in_any_order(code, data):
    pieces = st.tuples(st.sampled_from(WORDS[code]), st.sampled_from(BETWEEN))
    text = "".join(word + gap for word, gap in data.draw(st.lists(pieces, max_size=40)))
    assert_alike(text, code)


@given(st.text(max_size=200))
def test_on_any_text(text):
    assert_alike(text, "en")
    assert_alike(text, "fr")


# Words of phrases, and those that undo them: traps, negations, unrelated topics, cues.
JUDGED = {
    code: sorted(
        {
            word
            for entry in lexicon.entries
            if entry.kind not in ("strong", "weak")
            for word in entry.pattern.replace("|", " ").strip("=^*").split()
            if word.isalpha()
        }
    )
    for code, lexicon in LEXICONS.items()
}


@st.composite
def passages(draw):
    """A text and its sentences, each in a language."""
    text, sentences = "", []
    for number in range(draw(st.integers(0, 6))):
        code = draw(st.sampled_from([*LEXICONS, *LEXICONS, "de"]))
        known = code if code in LEXICONS else "en"
        word = st.sampled_from(WORDS[known]) | st.sampled_from(JUDGED[known])
        pieces = draw(st.lists(st.tuples(word, st.sampled_from(BETWEEN)), max_size=15))
        start = len(text)
        text += "".join(word + gap for word, gap in pieces) + "x"
        sentences.append(Sentence(start, len(text), number, code))
        text += "\n"
    return text, sentences


@given(passages())
def test_sentences_in_any_languages_are_judged_alike(passage):
    assert tag_sentences(*passage, SHARED) == plain.tag_sentences(*passage, LEXICONS)


@given(st.text(max_size=150))
def test_any_text_is_judged_alike(text):
    sentences = [Sentence(0, len(text), 0, "en"), Sentence(0, len(text), 1, "fr")]
    assert tag_sentences(text, sentences, SHARED) == plain.tag_sentences(text, sentences, LEXICONS)


def some_documents():
    for code in LEXICONS:
        for line in (SEEDS / f"{code}-a.jsonl").read_text("utf-8").splitlines()[:12]:
            text, sentences = json.loads(line)["text"], []
            for number, sentence in enumerate(text.split("\n")):
                start = sentences[-1].end + 1 if sentences else 0
                sentences.append(Sentence(start, start + len(sentence), number, code))
            yield text, sentences


def test_languages_may_be_met_one_after_the_other():
    book = Phrasebook(LEXICONS)
    for text, sentences in (*some_documents(), *some_documents()):
        assert tag_sentences(text, sentences, book) == plain.tag_sentences(text, sentences, LEXICONS)


def test_a_text_walked_in_pieces_is_judged_alike(monkeypatch):
    monkeypatch.setattr(phrasewalk, "_PORTION_WORDS", 30)
    for text, sentences in some_documents():
        assert tag_sentences(text, sentences, SHARED) == plain.tag_sentences(text, sentences, LEXICONS)


def test_words_may_be_forgotten(monkeypatch):
    monkeypatch.setattr(chunks, "_MAX_CHUNKS", 10)
    book = Phrasebook(LEXICONS)
    for text, sentences in (*some_documents(), *some_documents()):
        assert tag_sentences(text, sentences, book) == plain.tag_sentences(text, sentences, LEXICONS)
