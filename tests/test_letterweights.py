"""Sums of weights of letters: those of the features themselves, whatever is known of chunks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtag import letterweights
from mtag.chunks import read_chunks
from mtag.letters import BITS, FOREIGN, encode, features, sample
from mtag.letterweights import read_sums, sums_of

ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from("abcdeABEÉéàœ'’-.,&;@:/ w\u0301\u00ad\u200b_9\n東\U00020000😀Ж،Ã©\ufffd\u1fef"),
        st.characters(exclude_categories=()),
    ),
    max_size=120,
)


@pytest.fixture(scope="module")
def weights():
    """The weights of each row of the table."""
    arrays = letterweights.model().arrays
    table = np.zeros((1 << BITS, 7), np.int64)
    table[np.cumsum(arrays["gaps"], dtype=np.int64)] = arrays["weights"]
    table[0] = 0
    return table


def plain_sums(text, weights):
    """Each feature of a text looked up in the table: the sum of the rows, and letters of other scripts."""
    symbols, upper, starts = encode([text])
    rows = np.concatenate([rows for _, rows in features(symbols, upper, starts)])
    return [*weights[rows].sum(axis=0).tolist(), int((rows > 0).sum()), int((symbols == FOREIGN).sum())]


@given(st.lists(ANY_TEXT, min_size=1, max_size=4))
@settings(max_examples=300)
def test_sums_are_those_of_the_features(weights, texts):
    assert sums_of(texts).T.tolist() == [plain_sums(text, weights) for text in texts]


@pytest.mark.parametrize("text", ["the of and ", "a ", "ement ", "qu'il était ", "tion", "ж"])
def test_there_is_room_for_the_sums_of_the_longest_texts(weights, text):
    texts = [(text * 1260)[:1260], (text[:-1] * 40)[:39] + " " + (text * 1260)[:1220]]
    assert sums_of(texts).T.tolist() == [plain_sums(one, weights) for one in texts]


@given(ANY_TEXT, st.lists(st.integers(0, 120), min_size=2, max_size=8))
@settings(max_examples=300)
def test_a_part_of_a_text_is_read_as_if_it_stood_alone(weights, text, places):
    edges = np.array(sorted(min(place, len(text)) for place in places))
    starts, ends = edges[:-1], edges[1:]
    wanted = [
        plain_sums(sample(text, start, end), weights)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    assert read_sums(read_chunks([text]), starts, ends).T.tolist() == wanted


def test_addresses_and_entities_are_cleaned_away_first(weights):
    texts = (
        "See www.example.org/a or http://example.org now",
        "Write to a.b@example.org today",
        "l&#39;&eacute;galit&eacute; des sexes",
        "Ã©galitÃ© et dÃ©veloppement â€™",
        "word " * 200,
        "e\u0301galite\u0301",
        "the example.org site",
        "a site.ınfo and a page.İNT",
        "a site.ınfo and so on.and on",
    )
    for text in texts:
        chunks = read_chunks([text])
        found = read_sums(chunks, np.array([0]), np.array([len(text)]))
        assert found.T.tolist() == [plain_sums(sample(text, 0, len(text)), weights)]


def test_only_dots_before_plain_letters_make_addresses():
    assert sample("see page.ınfo now", 0, 17) == "see page.ınfo now"
    assert sample("see page.info now", 0, 17) == "see   now"
