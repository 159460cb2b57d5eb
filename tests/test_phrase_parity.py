"""The walk in NumPy finds what the plain walk finds."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import plain_phrase_tagging as plain
from mtag import Taxonomy
from mtag.pipeline.phrase_tagging import find_matches

SEEDS = Path(__file__).parent.parent / "seeds" / "documents"
LEXICONS = Taxonomy.load().lexicons
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
