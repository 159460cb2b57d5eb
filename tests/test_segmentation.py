"""Sentences by our own rules for English and French, and the items of a digest."""

from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtag import sentences as rules
from mtag.chunks import read_chunks
from mtag.document import Sentence, SentenceTable, Span
from mtag.pipeline.segmentation import segment
from mtag.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "One ends here.|Two begins.",
        "Who did it?|Nobody knows!|So be it.",
        "It ends…|Then it goes on.",
        "He left in 2013.|The police came.",
        "They met on 3 May.|2014 was worse.",
        "Elle a été libérée.|À Paris, on s’en réjouit.",
        "Que faire ?|Rien !|Attendre.",
        "« Assez ! »|Elle partit.",
        "« Nous avons agi. »|Le ministre sourit.",
        '"We acted."|The minister smiled.',
        "“We acted.”|The minister smiled.",
        "(It was late.)|The police came.",
        "He came home.|“Enough,” he said.",
        "Il est venu.|– Non, dit-elle.",
        "ILO.|Next.",
        "It closed at 5 p.m.|The guards left.",
        "He came to the U.S.|In May he was sold on.",
        "She worked for Smith Ltd.|“They kept my papers,” she said.",
        "They said no.|The owner shrugged.",
        "La porte était fermée à 21 h.|Le billet était déduit du salaire.",
        "Il vivait dans 9 m.|L’hiver fut froid.",
        "They were freed.[12]|The men fled.[1][2]|Next.",
        "They were freed.12|The Convention (Art. 4).5|States may.",
        "Ce sont des « esclaves ».3|La loi le dit.”4|Fin.",
    ],
)
def test_a_sentence_ends_at_its_mark(text):
    assert sentences(text.replace("|", " ")) == text.split("|")


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Smith met Mrs. Jones and Dr. Brown.",
        "M. Dupont et Mme. Durand ont été entendus.",
        "St. Mary and Gen. Smith signed.",
        "It cost approx. 300 euros, cf. Annex 3, art. 4 and p. 12.",
        "The U.S. Department of State said so.",
        "They used trucks, vans, etc. to move people.",
        "Organisations e.g. Caritas and i.e. Others help.",
        "J. R. R. Tolkien wrote it.",
        "The case of A. B. was heard.",
        "The firm Smith Ltd. Manchester was named.",
        "It is in vol. B and fig. C of the report.",
        "L’art. 225 du code pénal, al. 3, s’applique.",
        "Le 3 janv. 2024 et le 4 févr. 2024.",
        "It rose by 3.5 per cent, to 1.234.567 cases.",
        "It cost 3.5 Million, see vol.3 The end, Art.12 The text, No.5 Squadron.",
        "See www.example.org for more.",
        "The site example.com is down.",
        "He waited… and waited.",
        "Il attendit… puis partit.",
        "She said yes! and left.",
        "1. Standard procedures must be written.",
        "12. Les victimes doivent être aidées.",
    ],
)
def test_a_mark_inside_a_sentence_does_not_end_it(text):
    assert sentences(text) == [text]


def test_etc_ends_a_sentence_before_a_new_one():
    assert sentences("They used trucks, vans, etc. The police stopped them.") == [
        "They used trucks, vans, etc.",
        "The police stopped them.",
    ]


@pytest.mark.parametrize("piece", ["J. ", "Mr. ", "art. 5 al. ", "21 h. "])
def test_a_megabyte_of_abbreviations_comes_to_an_end(piece):
    assert sentences(piece * (1_000_000 // len(piece)))


def test_the_number_of_a_list_stays_with_its_text():
    assert sentences("1. Identify victims. 2. Help them.")[0] == "1. Identify victims."


def test_a_text_without_a_mark_is_one_sentence():
    assert sentences("no mark here") == ["no mark here"]


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u00a0"])
def test_white_space_holds_no_sentence(text):
    assert sentences(text) == []


def test_a_stretch_too_long_to_be_a_sentence_is_cut_at_a_space():
    pieces = sentences("word " * 3000)
    assert len(pieces) > 1
    assert all(len(piece) <= rules.MAX_SENTENCE_CHARS for piece in pieces)
    assert " ".join(pieces).split() == ["word"] * 3000


@pytest.mark.parametrize("mark", ["\n", "; ", ", "])
def test_a_long_list_is_cut_between_its_members(mark):
    members = [f"member {number} of this list without a full stop in it" for number in range(30)]
    pieces = sentences(mark.join(members))
    assert len(pieces) > 3
    assert all(piece.startswith("member") and len(piece) >= len(members[0]) for piece in pieces)


def test_no_sentence_cut_off_a_long_one_is_a_mere_rest():
    pieces = sentences("word " * (rules.MAX_SENTENCE_CHARS // 5 + 1))
    assert [len(piece) >= rules.MAX_SENTENCE_CHARS // 4 - 1 for piece in pieces] == [True, True]


_PIECES = [
    "Mr.",
    " ",
    "One",
    "two",
    ".",
    "!",
    "…",
    " »",
    "« ",
    "3.5",
    "1.",
    "etc.",
    "é",
    "\n",
    '"',
    ")",
    "A.",
    "?",
    "—",
]


@given(
    st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)
    | st.text(st.characters(exclude_categories=()))
)
def test_sentences_cover_all_but_white_space_in_order(text):
    position = 0
    for start, end in split_sentences(text):
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        position = end
    assert not text[position:].strip()


@given(st.integers(0, 30), st.integers(0, 30))
def test_sentences_stay_inside_the_range_asked_for(one, other):
    text = "One. Two three. Four! Five? Six"
    low, high = sorted((one, other))
    assert all(low <= start < end <= high for start, end in split_sentences(text, low, high))


# -- items -------------------------------------------------------------------------------------------

PROSE = "The police freed three people from a farm in the valley after a long inquiry. " * 3


def items(built, artefacts=()) -> list[list[str]]:
    segments = segment(built.document, built.roles, built.languages, artefacts)
    return [[built.document.text[s.start : s.end] for s in one.sentences] for one in segments]


def test_a_table_of_sentences_is_a_sequence_of_them():
    listed = [Sentence(0, 4, 0, "en", True), Sentence(5, 9, 1, "fr"), Sentence(10, 12, 1, "en")]
    table = SentenceTable.of(listed)
    assert [*table] == listed
    assert table[1] == listed[1]
    assert table[-1] == listed[-1]
    assert [*table[1:]] == listed[1:]
    for beyond in (3, -4):
        with pytest.raises(IndexError):
            table[beyond]
    assert [*SentenceTable.of(())] == []
    assert [*SentenceTable.end_to_end([table[:1], table[1:1], table[1:]])] == listed


def test_a_page_without_content_has_no_items(page):
    assert items(page(("menu", "Home"), ("footer", "Contact"))) == []
    assert items(page()) == []


def test_only_content_is_in_an_item(page):
    built = page(
        ("menu", "Home"), ("title", "Head"), ("share", "Tweet"), ("paragraph", "Text."), ("footer", "End")
    )
    [found] = items(built)
    assert found == ["Head", "Text."]


def test_a_page_with_headings_is_one_item(page):
    built = page(("title", "One"), ("paragraph", PROSE), ("title", "Two"), ("paragraph", PROSE))
    assert len(items(built)) == 1


def test_a_title_with_a_dateline_begins_a_new_item(page):
    built = page(
        ("title", "First news"),
        ("dateline", "Vienna, 3 May 2013"),
        ("paragraph", PROSE),
        ("title", "Second news"),
        ("dateline", "Paris, 4 May 2013"),
        ("paragraph", PROSE),
        ("title", "Third news"),
        ("dateline", "Rome, 5 May 2013"),
        ("paragraph", PROSE),
    )
    assert [found[0] for found in items(built)] == ["First news", "Second news", "Third news"]
    segments = segment(built.document, built.roles, built.languages, ())
    assert [(one.title, one.dateline) for one in segments] == [(0, 1), (3, 4), (6, 7)]


def test_a_title_and_dateline_without_text_are_no_item_of_their_own(page):
    built = page(
        ("title", "First"),
        ("dateline", "3 May 2013"),
        ("title", "Second"),
        ("dateline", "4 May 2013"),
        ("paragraph", PROSE),
    )
    assert len(items(built)) == 1


def test_the_articles_of_a_press_database_are_items(page):
    lines = []
    for number, head in enumerate(("First news", "Second news", "Third news"), start=1):
        lines += [
            ("menu", f"{number} of 3 DOCUMENTS"),
            ("title", "The Herald"),
            ("dateline", "March 8, 2024"),
        ]
        lines += [("title", head), ("paragraph", "They fled.")]
    built = page(*lines)
    segments = segment(built.document, built.roles, built.languages, ())
    assert [(one.first, one.title) for one in segments] == [(1, 3), (6, 8), (11, 13)]


DATED = [
    line
    for head in ("First news", "Second news")
    for line in (("title", head), ("dateline", "3 May 2013"), ("paragraph", PROSE))
]


def test_what_stands_above_the_first_dated_item_is_an_item_of_its_own(page):
    built = page(("title", "Our article"), ("paragraph", PROSE), ("paragraph", PROSE), *DATED)
    assert [found[0] for found in items(built)] == ["Our article", "First news", "Second news"]


@pytest.mark.parametrize("above", [["Our digest"], ["Our digest", PROSE], ["Our digest", "May", "Hello."]])
def test_a_few_lines_above_the_first_dated_item_join_it(page, above):
    built = page(*(("paragraph", line) for line in above), *DATED)
    assert [found[0] for found in items(built)] == ["Our digest", "Second news"]


def test_a_single_dateline_makes_no_digest(page):
    built = page(
        ("title", "Head"), ("dateline", "Vienna, 3 May 2013"), ("paragraph", PROSE), ("title", "More")
    )
    assert len(items(built)) == 1


def test_items_are_disjoint_and_in_order(page):
    lines = [
        ("title", "News"),
        ("dateline", "Vienna, 3 May 2013"),
        ("paragraph", PROSE),
        ("menu", "Home"),
    ] * 4
    built = page(*lines)
    segments = segment(built.document, built.roles, built.languages, ())
    assert len(segments) == 4
    assert all(one.last <= other.first for one, other in pairwise(segments))


def test_a_sentence_that_a_line_end_cuts_goes_on_in_the_next_line(page):
    built = page(
        ("title", "Head"),
        ("paragraph", "The police freed three"),
        ("paragraph", "people from a farm."),
        ("paragraph", "They rest."),
    )
    assert items(built) == [["Head", "The police freed three\npeople from a farm.", "They rest."]]


def test_a_sentence_does_not_go_on_over_words_that_are_no_content(page):
    built = page(
        ("paragraph", "The police freed three"),
        ("menu", "Home | Human trafficking"),
        ("paragraph", "people from a farm."),
    )
    assert items(built) == [["The police freed three", "people from a farm."]]


def test_a_sentence_goes_on_over_an_artefact(page):
    lines = "The police freed three Read more", "people from a farm."
    built = page(("title", "Head"), *(("paragraph", line) for line in lines))
    assert items(built, (Span(27, 37),)) == [["Head", "\n".join(lines)]]


@pytest.mark.parametrize("line", ["The police freed three.", "The police freed:", "« Assez »"])
def test_a_finished_line_does_not_go_on(page, line):
    built = page(("paragraph", line), ("paragraph", "people from a farm."), ("paragraph", "They rest."))
    assert items(built)[0][:2] == [line, "people from a farm."]


def test_a_line_does_not_go_on_in_one_that_begins_with_a_capital(page):
    built = page(("paragraph", "The police freed three"), ("paragraph", "They rest."))
    assert items(built) == [["The police freed three", "They rest."]]


def test_a_title_does_not_go_on(page):
    built = page(("title", "Police free three"), ("paragraph", "people from a farm."))
    assert items(built) == [["Police free three", "people from a farm."]]


def test_the_sentences_of_a_title_are_marked(page):
    built = page(("title", "Head"), ("paragraph", "Text one. Text two."))
    [one] = segment(built.document, built.roles, built.languages, ())
    assert [s.is_title for s in one.sentences] == [True, False, False]


def test_an_artefact_at_the_head_of_a_block_is_no_part_of_a_sentence(page):
    built = page(("paragraph", "12 The police came."), ("paragraph", "They left. Read more"))
    assert items(built, (Span(0, 3), Span(30, 40))) == [["The police came.", "They left."]]


def test_a_sentence_has_the_language_and_number_of_its_block(page):
    built = page(("paragraph", "Un. Deux."), ("paragraph", "Trois."), language="fr")
    [one] = segment(built.document, built.roles, built.languages, ())
    assert [(s.language, s.block) for s in one.sentences] == [("fr", 0), ("fr", 0), ("fr", 1)]


def plain_sentences(text):
    """Sentences mark by mark, without arrays, or a short way past plain words."""
    begin = 0
    for stop in rules._END.finditer(text):
        if stop[1] != "." or not rules._is_abbreviated(text, begin, stop.start(), stop.end(1), len(text)):
            yield text[begin : stop.end(2)].strip()
            begin = stop.end(2)
    if text[begin:].strip():
        yield text[begin:].strip()


ends = [
    "Mr.",
    "etc.",
    "e.g.",
    "U.S.",
    "A.",
    "12.",
    "went.",
    "l’école.",
    "etc. Then",
    "?!",
    "…",
    ".”",
    " »",
    "  ",
    "(Done.)            and",
    ".\u1680Then",
    "l’État.\nÀ",
    "freed.12 The",
    "vol.3 The",
    "went.[4][5]",
    "1.5",
    ".”3 A",
]


@given(st.lists(st.one_of(st.text(max_size=12), st.sampled_from(ends)), max_size=20))
def test_sentences_are_those_of_the_plain_rule(found):
    for text in (" ".join(found), "".join(found)):
        assert sentences(text) == list(plain_sentences(text))


@given(
    st.lists(st.one_of(st.text(max_size=12), st.sampled_from([*ends, "x" * 3000])), min_size=1, max_size=20)
)
def test_sentences_of_spans_are_those_of_each_on_its_own(found):
    text = "".join(found)
    bounds = sorted({0, len(text), *range(0, len(text), 7 if len(text) < 100 else 3100)})
    starts, ends = np.array(bounds[:-1], np.int64), np.array(bounds[1:], np.int64)
    counts, begins, stops = rules.split_spans(read_chunks([text]), starts, ends)
    alone = [split_sentences(text, *span) for span in pairwise(bounds)]
    assert counts.tolist() == [*map(len, alone)]
    assert [*zip(begins.tolist(), stops.tolist(), strict=True)] == [*chain.from_iterable(alone)]
