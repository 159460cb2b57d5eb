"""Sums of weights of letters: those of the features themselves, whatever is known of chunks."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mtag import letterweights
from mtag.chunks import read_chunks
from mtag.letters import FOREIGN, encode, features, sample
from mtag.letterweights import read_sums, sums_of

ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from("abcdeABEÉéàœ'’-.,&;@:/ w\u0301\u00ad\u200b_9\n東\U00020000😀Ж،Ã©\ufffd\u1fef"),
        st.characters(exclude_categories=()),
    ),
    max_size=120,
)


def plain_sums(text):
    """Each feature of a text looked up in the table: the sum of the rows, and letters of other scripts."""
    symbols, upper, starts = encode([text])
    rows = np.concatenate([rows for _, rows in features(symbols, upper, starts)])
    weights = letterweights._weights()[rows, :7].sum(axis=0, dtype=np.int64)
    return [*weights.tolist(), int((rows > 0).sum()), int((symbols == FOREIGN).sum())]


@given(st.lists(ANY_TEXT, min_size=1, max_size=4))
@settings(max_examples=300)
def test_sums_are_those_of_the_features(texts):
    assert sums_of(texts).tolist() == [plain_sums(text) for text in texts]


@given(ANY_TEXT, st.lists(st.integers(0, 120), min_size=2, max_size=8))
@settings(max_examples=300)
def test_a_part_of_a_text_is_read_as_if_it_stood_alone(text, places):
    edges = np.array(sorted(min(place, len(text)) for place in places))
    starts, ends = edges[:-1], edges[1:]
    wanted = [
        plain_sums(sample(text, start, end))
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    assert read_sums(read_chunks([text]), starts, ends).tolist() == wanted


def test_addresses_and_entities_are_cleaned_away_first():
    texts = (
        "See www.example.org/a or http://example.org now",
        "Write to a.b@example.org today",
        "l&#39;&eacute;galit&eacute; des sexes",
        "Ã©galitÃ© et dÃ©veloppement â€™",
        "word " * 200,
        "e\u0301galite\u0301",
        "the example.org site",
    )
    for text in texts:
        chunks = read_chunks([text])
        found = read_sums(chunks, np.array([0]), np.array([len(text)]))
        assert found.tolist() == [plain_sums(sample(text, 0, len(text)))]
