"""The words of many texts in one pass: those of the one tokenizer, with what stands between them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mtag.arrays import begins
from mtag.chunks import Vocabulary
from mtag.document import Sentence, Span
from mtag.tokens import tokenize
from mtag.wordtable import Rows, WordMemory, read_passages

ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from("aé\u0301\u00ad\u200b\ufeff_9,;. '’\n東\U00020000😀"), st.characters(codec="utf-8")
    ),
    max_size=60,
)


def whole(text):
    return text, [Sentence(0, len(text), 0, "en")], ()


def listed(words):
    """Each word, where it stands, and in which sentence."""
    columns = words.starts, words.ends, words.sentence
    return list(zip(words.surfaces, *(column.tolist() for column in columns), strict=True))


@given(st.lists(ANY_TEXT, max_size=6))
def test_the_words_are_those_of_the_tokenizer(pieces):
    words = read_passages([whole(piece) for piece in pieces])
    assert listed(words) == [
        (*word, number) for number, piece in enumerate(pieces) for word in tokenize(piece)
    ]


@given(
    st.lists(st.text(st.sampled_from("ab.@/:\n "), max_size=12).map(lambda text: text + "org"), max_size=4)
)
@example(["ends in a bank", ".com begins"])
@example(["somebody", "@example.org"])
@example(["name.org", "/path"])
def test_a_text_has_the_same_words_in_any_company(texts):
    together = listed(read_passages([whole(text) for text in texts]))
    alone = [listed(read_passages([whole(text)])) for text in texts]
    assert together == [(*word[:3], number) for number, words in enumerate(alone) for word in words]


@given(ANY_TEXT, st.lists(st.integers(0, 60), max_size=8))
def test_a_sentence_that_begins_or_ends_inside_a_word_has_the_part_of_it(text, places):
    edges = sorted(min(place, len(text)) for place in places)
    sentences = [Sentence(start, end, 0, "en") for start, end in pairwise(edges)]
    wanted = [
        (*word, number) for number, one in enumerate(sentences) for word in tokenize(text, one.start, one.end)
    ]
    assert listed(read_passages([(text, sentences, ())])) == wanted


@given(ANY_TEXT)
def test_a_comma_or_mark_before_a_word_is_known(text):
    words = read_passages([whole(text)])
    between = [text[end:start] for end, start in zip(words.ends, words.starts[1:], strict=False)]
    for found, marks in ((words.comma, ",،"), (words.hard, ".;:!?…()[]{}|•·—–<>")):
        wanted = [False, *(any(mark in gap for mark in marks) for gap in between)]
        assert found.tolist() == wanted[: len(words.numbers)]


def test_offsets_are_those_of_the_document():
    text = "No. The river rose."
    words = read_passages([(text, [Sentence(4, 19, 0, "en")], ())])
    assert [text[a:b] for a, b in zip(words.starts, words.ends, strict=True)] == ["The", "river", "rose"]


def test_each_passage_has_its_own_offsets():
    passages = [(text, [Sentence(0, len(text), 0, "en")], ()) for text in ("One two.", "Three")]
    words = read_passages(passages)
    assert list(zip(words.surfaces, words.starts.tolist(), words.sentence.tolist(), strict=True)) == [
        ("One", 0, 0),
        ("two", 4, 0),
        ("Three", 0, 1),
    ]


def test_words_in_artefacts_are_passed_over():
    text = "The page 7 river rose."
    words = read_passages(
        [("x", [Sentence(0, 1, 0, "en")], ()), (text, [Sentence(0, 22, 0, "en")], [Span(4, 10)])]
    )
    assert words.surfaces == ["x", "The", "river", "rose"]


def test_commas_and_marks_between_words_are_known():
    words = read_passages([whole("one, two (three) four"), whole("five")])
    assert words.comma.tolist() == [False, True, False, False, False]
    assert words.hard.tolist() == [False, False, True, True, False]


@pytest.mark.parametrize(
    ("gap", "parts"), [("    ", True), (" \t    ", True), ("   ", False), ("\n    ", False)]
)
def test_no_phrase_crosses_the_space_between_columns(gap, parts):
    text = f"one two{gap}three four"
    found = read_passages([(text, [Sentence(0, len(text), 0, "en")], [])])
    assert found.hard.tolist() == [False, False, parts, False]


@given(st.lists(st.lists(st.integers(0, 9), max_size=4)), st.data())
def test_rows_of_numbers_are_taken_as_they_were_laid_out(rows, data):
    numbers = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=8)) if rows else []
    owner, values = Rows.of(rows).take(np.array(numbers, int))
    wanted = [(place, value) for place, number in enumerate(numbers) for value in rows[number]]
    assert list(zip(owner.tolist(), values.tolist(), strict=True)) == wanted


@given(st.lists(st.lists(st.text("abc", min_size=1, max_size=3), max_size=9), max_size=5))
def test_a_memory_looks_each_word_up_once(texts):
    asked = []

    def look_up(word):
        asked.append(word)
        return [len(word)] * word.count("a")

    memory, vocabulary = WordMemory(look_up), Vocabulary()
    for words in texts:
        numbers = np.array([*map(vocabulary.number, words)], np.int64)
        owner, values = memory.recall(vocabulary, numbers).take(numbers)
        wanted = [(place, len(word)) for place, word in enumerate(words) for _ in range(word.count("a"))]
        assert list(zip(owner.tolist(), values.tolist(), strict=True)) == wanted
    assert len(asked) == len(set(asked))


def test_a_memory_begins_anew_with_another_vocabulary():
    memory = WordMemory(lambda word: [len(word)])
    for word in ("one", "three"):
        vocabulary = Vocabulary()
        number = np.array([vocabulary.number(word)])
        assert memory.recall(vocabulary, number).take(number)[1].tolist() == [len(word)]


@given(st.lists(st.integers(0, 3)))
def test_a_run_begins_where_a_value_differs_from_the_one_before(values):
    found = begins(np.array(values, np.int64)).tolist()
    assert found == [n == 0 or values[n] != values[n - 1] for n in range(len(values))]
