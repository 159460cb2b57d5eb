"""Chunks: found once, by number; a vocabulary never takes one for another."""

from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtag import chunks as module
from mtag.charkinds import IN_WORDS, kind_of
from mtag.chunks import Vocabulary, codes_of, read_chunks
from mtag.letters import is_symbol
from mtag.tokens import INSIDE_A_WORD

ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from("abcABé\u0301\u00ad\u200b_9,;. '’œ\n東\U00020000😀Ж\u1fef"),
        st.characters(exclude_categories=()),
    ),
    max_size=80,
)


def is_inside(character):
    in_words = kind_of(character) in IN_WORDS
    return character.isalnum() or character in INSIDE_A_WORD or is_symbol(character) or in_words


def plainly(texts):
    """The chunks of texts that stand one behind the other, character by character."""
    joined = "\n".join(texts)
    found = []
    for inside, group in groupby(range(len(joined)), lambda place: is_inside(joined[place])):
        places = list(group)
        if inside:
            found.append((places[0], places[-1] + 1, joined[places[0] : places[-1] + 1]))
    return found


def listed(chunks):
    texts = [chunks.vocabulary.texts[number] for number in chunks.numbers]
    return list(zip(chunks.starts.tolist(), chunks.ends.tolist(), texts, strict=True))


@given(st.lists(ANY_TEXT, min_size=1, max_size=4))
def test_chunks_are_runs_of_what_stands_inside_words(texts):
    assert listed(read_chunks(texts)) == plainly(texts)


@given(st.lists(st.text("ab'é", min_size=1, max_size=40), max_size=40))
def test_a_chunk_has_one_number_however_it_is_met(words):
    vocabulary = Vocabulary()
    alone = [vocabulary.number(word) for word in words[::2]]
    assert [vocabulary.texts[number] for number in alone] == words[::2]
    numbers = read_chunks(words).numbers.tolist()
    assert numbers == read_chunks(words).numbers.tolist()
    assert len(set(numbers)) == len(set(words))


def test_thousands_of_chunks_are_all_found_again():
    words = [f"{letter}{number}" for number in range(5000) for letter in ("a", "bcdefgh", "ijklmnopqrst")]
    first = read_chunks([" ".join(words)])
    assert len(set(first.numbers.tolist())) == len(words)
    assert (read_chunks([" ".join(words)]).numbers == first.numbers).all()


def test_a_long_text_is_read_in_portions(monkeypatch):
    text = "One line, l'égalité.\n" * 40 + "x" * 300 + "\n" + "the end " * 50
    whole = read_chunks([text, "More."])
    monkeypatch.setattr(module, "_PORTION", 64)
    parts = read_chunks([text, "More."])
    for name in ("codes", "starts", "ends", "numbers", "marks", "kinds"):
        assert (getattr(whole, name) == getattr(parts, name)).all()


def test_the_places_of_marks_are_known_with_what_stands_behind():
    chunks = read_chunks(["a. b.c, d"])
    wanted = np.zeros((256, 256), np.bool_)
    wanted[codes_of("."), codes_of(" ")] = True
    assert chunks.places(wanted).tolist() == [1]
    wanted[codes_of(".,")] = True
    assert chunks.places(wanted).tolist() == [1, 4, 6]


def test_a_full_vocabulary_is_left_for_a_new_one(monkeypatch):
    monkeypatch.setattr(module, "_current", Vocabulary())
    monkeypatch.setattr(module, "_MAX_CHUNKS", 3)
    old = read_chunks(["one two three four"])
    new = read_chunks(["four five"])
    assert new.vocabulary is not old.vocabulary
    assert [old.vocabulary.texts[number] for number in old.numbers] == ["one", "two", "three", "four"]
    assert [new.vocabulary.texts[number] for number in new.numbers] == ["four", "five"]


def test_threads_share_a_vocabulary():
    texts = [" ".join(f"word{number * step % 997}" for number in range(400)) for step in range(1, 40)]
    with ThreadPoolExecutor(8) as threads:
        for chunks, text in zip(threads.map(lambda text: read_chunks([text]), texts), texts, strict=True):
            assert [chunks.vocabulary.texts[number] for number in chunks.numbers] == text.split()


@pytest.mark.parametrize("texts", [[], [""], ["", ""], [" \n."]])
def test_texts_without_chunks(texts):
    assert not len(read_chunks(texts).numbers)


def test_a_character_has_its_code_before_any_text_holds_it():
    rare = "\U00010a7d\ua9de\u0f12"
    assert codes_of(rare).all()
    assert read_chunks([rare]).codes[: len(rare)].tolist() == codes_of(rare).tolist()
