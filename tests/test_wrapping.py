"""Hard-wrapped texts: their paragraphs are found again, and other texts are left as they are."""

import textwrap
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mtag
from mtag.pipeline.reading import read
from mtag.tagger import detect_lines

PARAGRAPH = (
    "Officers found nine men who had been told that they could leave once a debt was paid. Each of them"
    " slept in the packing shed, and the foreman kept their passports in a drawer of his office."
)
MENU = "Home\nAbout us\nNews\nContact"


def blocks(text):
    return [text[start:end] for start, end, _ in read(text, "text").blocks]


def flat(text):
    return " ".join(text.split())


@pytest.mark.parametrize("width", [40, 60, 72, 100])
def test_lines_broken_at_a_width_are_one_paragraph(width):
    text = "\n\n".join(textwrap.fill(PARAGRAPH * times, width) for times in (2, 3))
    assert [*map(flat, blocks(text))] == [PARAGRAPH * 2, PARAGRAPH * 3]


def test_a_line_with_room_for_the_next_word_ends_its_paragraph():
    text = "A short headline\n" + textwrap.fill(PARAGRAPH * 2, 60)
    assert [*map(flat, blocks(text))] == ["A short headline", PARAGRAPH * 2]


def test_lines_with_an_empty_line_behind_each_are_paragraphs_too():
    lines = ("A short headline", *textwrap.wrap(PARAGRAPH * 3, 60), "- One more.")
    assert [*map(flat, blocks("\n\n".join(lines)))] == ["A short headline", PARAGRAPH * 3, "- One more."]


def test_a_member_of_a_list_is_no_part_of_the_line_before():
    text = textwrap.fill(PARAGRAPH, 60) + "\n" + textwrap.fill("- " + PARAGRAPH, 60)
    assert [*map(flat, blocks(text))][-1].startswith("- Officers")


def test_menus_around_a_wrapped_text_stay_lines():
    text = f"{MENU}\n{textwrap.fill(PARAGRAPH * 2, 70)}\nShare\nPrint"
    assert [*map(flat, blocks(text))] == [*MENU.split("\n"), PARAGRAPH * 2, "Share", "Print"]


@pytest.mark.parametrize(
    "text",
    [
        MENU * 3,
        "\n".join([PARAGRAPH] * 6),
        "\n".join(f"Headline number {number} of the list of today's news" for number in range(20)),
        "\n\n".join(f"Headline number {number} of the list of today's news" for number in range(20)),
        "\n".join(PARAGRAPH.split(" ")),
    ],
    ids=["menu", "a paragraph a line", "headlines", "spaced headlines", "a word a line"],
)
def test_a_text_that_is_not_wrapped_is_read_by_lines(text):
    assert blocks(text) == [*filter(None, text.split("\n"))]


def test_a_few_links_longer_than_the_width_do_not_hide_it():
    text = textwrap.fill(PARAGRAPH * 20, 70) + "\n\nhttps://example.org/" + "x" * 150
    assert next(map(flat, blocks(text))) == PARAGRAPH * 20


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_is_seen(end):
    text = textwrap.fill(PARAGRAPH * 2, 60).replace("\n", end)
    assert len(blocks(text)) == 1


def test_a_wrapped_document_gets_the_tags_of_the_unwrapped_one():
    plain = f"Nine men freed from packing shed\n\n{PARAGRAPH}\n\nTwo people were charged with forced labour."
    wrapped = "\n\n".join(textwrap.fill(part, 60) for part in plain.split("\n\n"))
    assert mtag.tag(wrapped).concept_ids == mtag.tag(plain).concept_ids != ()


def test_quoted_mail_gets_the_tags_of_what_it_quotes():
    parts = (PARAGRAPH * 2, "Two people were charged with human trafficking on Monday.", PARAGRAPH * 2)
    lines = [line for part in parts for line in (*textwrap.wrap(part, 44), "")]
    quoted = "\n".join(f"> {line}" for line in lines)
    result = mtag.tag(quoted)
    assert [*map(flat, blocks("\n".join(lines)))] == [*parts]
    assert blocks(quoted)[0].startswith("Officers")
    assert result.concept_ids == mtag.tag("\n".join(lines)).concept_ids != ()
    assert {quoted[one.start : one.end] for one in result.artefacts} == {"> "}


def numbered(lines):
    return "\n".join(f"{number % 25 + 1:>4}  {line}" for number, line in enumerate(lines))


def test_numbers_of_lines_are_no_part_of_the_text():
    lines = textwrap.wrap(PARAGRAPH * 4, 60)
    text = numbered(lines)
    assert mtag.clean(text).clean_text == "\n".join(lines)


def test_numbered_lines_that_are_not_wrapped_keep_their_numbers():
    text = numbered(f"Article {number} of the law" for number in range(12))
    assert blocks(text) == [*map(str.strip, text.split("\n"))]


def test_years_at_the_heads_of_lines_are_no_line_numbers():
    lines = textwrap.wrap(PARAGRAPH * 4, 60)
    lines[3] = f"2021 {lines[3]}"
    assert "2021" in mtag.clean("\n".join(lines)).clean_text


def test_a_line_that_begins_like_a_quotation_stays_whole_in_other_texts():
    text = f"{PARAGRAPH}\n> Read the report\n{PARAGRAPH}"
    assert blocks(text) == text.split("\n")


def test_lines_of_a_wrapped_text_are_still_lines_for_the_language():
    text = textwrap.fill(PARAGRAPH * 2, 60)
    assert [text[start:end] for start, end, _ in detect_lines(text)] == text.split("\n")


words = st.lists(st.text("abcdefghijk", min_size=3, max_size=12), min_size=80, max_size=120)


@given(st.lists(words, min_size=1, max_size=4), st.integers(45, 100))
def test_paragraphs_that_were_wrapped_are_found_again(paragraphs, width):
    plain = [" ".join(paragraph) for paragraph in paragraphs]
    wrapped = "\n\n".join(textwrap.fill(paragraph, width) for paragraph in plain)
    assert [*map(flat, blocks(wrapped))] == plain


@given(st.text("ab \n\r\t.-", max_size=400))
def test_blocks_are_in_order_apart_and_hold_all_words(text):
    found = read(text, "text").blocks
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert sum(map(_letters, (text[start:end] for start, end, _ in found))) == _letters(text)


def _letters(text):
    return sum(map(str.isalpha, text))
