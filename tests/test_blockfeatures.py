"""What is counted in blocks: alike word by word and by arrays, whatever the text."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import plain_block_counts as plain
from mtag import blockfeatures, charkinds, chunktallies
from mtag.blockfeatures import HEAD, TAIL, count_pages
from mtag.chunks import MIXED, Vocabulary, kinds_of_codes, read_chunks
from mtag.document import Block
from mtag.wordhash import hash_word, line_hashes

PIECES = st.one_of(
    st.sampled_from(["read more ", "the ", "Share on Facebook", "Voir aussi : ", "follow us on ", "l'été"]),
    st.sampled_from(
        list("aZé1'’`´.?!…:;,-–\"“«»)(•*|©@/\\$%_=~<>\n\u1fef\u0301\u00ad😀\u20d0東，\u1680\ufffe½\ud800")
    ),
    st.characters(exclude_categories=()),
)


@st.composite
def pages(draw):
    """A text and some blocks of it, in order and apart."""
    text = "".join(draw(st.lists(PIECES, min_size=1, max_size=60))) * draw(st.sampled_from([1, 1, 1, 90]))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)) | {0, len(text)})
    skipped = draw(st.sets(st.integers(0, 12)))
    spans = pairwise(cuts)
    return text, [Block(*span) for number, span in enumerate(spans) if number not in skipped]


@settings(max_examples=300, deadline=None)
@given(st.lists(pages(), min_size=1, max_size=3))
@example([("x" * 5000 + " the end", [Block(0, 5008)])])
@example([("- " * 900, [Block(0, 1799)])])
def test_blocks_are_counted_as_one_counts_by_hand(pages):
    blocks = [block for _, own in pages for block in own]
    lines = [plain.seen(text, block) for text, own in pages for block in own]
    chunks = read_chunks([text for text, _ in pages])
    counts = count_pages([(number, own) for number, (_, own) in enumerate(pages)], chunks)
    found = tallied(pages, chunks)
    for number, line in enumerate(lines):
        kinds = plain.kinds_in(line)
        assert found[: charkinds.COUNT, number].tolist() == [kinds[kind] for kind in range(charkinds.COUNT)]
        assert tuple(found[charkinds.COUNT :, number].tolist()) == plain.sorts_of(line)
        hashes = np.array([hash_word(plain.folded(word)) for word in plain.words_of(line)], np.uint64)
        whole, head = line_hashes(hashes, np.array([0, len(hashes)]))
        assert (counts.whole[number], counts.head[number]) == (whole[0], head[0])
        assert counts.chars[number] == blocks[number].end - blocks[number].start
        covered, opens = plain.cover(line)
        share = -4 * len(covered)
        assert (counts.features[number, -len(opens) :] == opens).all()
        wanted = np.array(covered, np.float32) / np.float32(max(len(hashes), 1))
        assert (counts.features[number, share : share + len(covered)] == wanted).all()
        assert counts.labelled[number] == (":" in line[: blockfeatures.LABEL])
        assert counts.quoted[number] == line.startswith(('"', "“", "«"))


def tallied(pages, chunks):
    """The counts of each block of each page."""
    spans, groups = [], []
    for (_, blocks), base in zip(pages, chunks.bases.tolist(), strict=True):
        for start, end, _ in blocks:
            groups.append(len(spans))
            long = end - start > HEAD + TAIL
            own = [(start, start + HEAD), (end - TAIL, end)] if long else [(start, end)]
            spans += [(base + low, base + high) for low, high in own]
    bounds = np.array(spans, np.int64).reshape(-1, 2)
    return chunktallies.tally(chunks, bounds, np.array(groups, np.int64)).counts


@given(pages())
def test_a_block_is_counted_alike_in_portions(page):
    text, blocks = page
    chunks = read_chunks([text])
    whole = count_pages([(0, blocks)], chunks)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blockfeatures, "_PORTION_BLOCKS", 2)
        patch.setattr(blockfeatures, "_PORTION_CHARS", 50)
        parts = count_pages([(0, blocks)], chunks)
    for one, other in zip(whole, parts, strict=True):
        assert one.tobytes() == other.tobytes()


def test_what_is_known_of_chunks_goes_with_their_vocabulary():
    memory = chunktallies._Memory()
    for words in ("one two", "three one four five", "five's"):
        vocabulary = Vocabulary()
        numbers = np.array([vocabulary.number(word) for word in words.split()])
        known = memory.recall(vocabulary, numbers)
        for number, word in zip(numbers, words.split(), strict=True):
            last, size = known.last[number], known.size[number]
            wanted = [hash_word(one) for one in plain.words_of(word)]
            assert known.hashes[last - size : last].tolist() == wanted


def test_what_stands_in_chunks_is_of_the_kinds_that_are_counted_there():
    every = "".join(map(chr, range(charkinds.TABLE)))
    chunks = read_chunks([every])
    inside = {
        charkinds.kind_of(char)
        for start, end in zip(chunks.starts, chunks.ends, strict=True)
        for char in every[start:end]
    }
    assert inside - {charkinds.SPACE} <= {*chunktallies._IN_CHUNKS}
    kinds = kinds_of_codes()[chunks.codes]
    wanted = [*map(charkinds.kind_of, every)]
    assert [one for one, other in zip(kinds, wanted, strict=True) if one not in (other, MIXED)] == []
    assert not (set(chunks.marks.tolist()) & set((kinds == MIXED).nonzero()[0].tolist()))
