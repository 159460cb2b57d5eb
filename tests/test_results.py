"""What users receive: frozen values, joined content, JSON there and back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtag.results import Block, CleanResult, ErrorResult, Item, Metadata, Tag, TagResult, join_content


def join(text: str, *blocks: tuple[int, int], without: tuple[tuple[int, int], ...] = ()) -> str:
    return join_content(text, list(blocks), list(without))


def test_blocks_are_joined_by_line_ends():
    assert join("one\r\n\r\ntwo  three", (0, 3), (7, 10), (12, 17)) == "one\ntwo\nthree"


def test_no_blocks_give_no_text():
    assert join("one") == ""


def test_an_artefact_inside_a_block_is_left_out():
    assert join("12 The text", (0, 11), without=((0, 3),)) == "The text"
    assert join("one two three", (0, 13), without=((4, 8),)) == "one three"


def test_an_artefact_at_the_end_of_a_block_leaves_the_line_end():
    assert join("one more\ntwo", (0, 8), (9, 12), without=((3, 8),)) == "one\ntwo"


def test_an_artefact_from_one_block_into_the_next_takes_the_line_end_with_it():
    assert (
        join("victimsvictims\nWho they are. are freed", (0, 14), (15, 38), without=((7, 28),))
        == "victims are freed"
    )


def test_several_artefacts_in_one_block():
    assert join("a1b2c", (0, 5), without=((1, 2), (3, 4))) == "abc"


def test_artefacts_outside_the_blocks_change_nothing():
    assert join("one skip two", (0, 3), (9, 12), without=((4, 8),)) == "one\ntwo"


@st.composite
def _texts_with_spans(draw):
    text = draw(st.text(st.sampled_from("ab \n"), max_size=40))

    def spans():
        cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
        return [(one, two) for one, two in zip(cuts[::2], cuts[1::2], strict=False) if one < two]

    return text, spans(), spans()


@given(_texts_with_spans())
def test_every_character_of_a_block_outside_artefacts_is_kept_in_order(case):
    text, blocks, artefacts = case
    left_out = {place for start, end in artefacts for place in range(start, end)}
    kept = "".join(
        text[place] for start, end in blocks for place in range(start, end) if place not in left_out
    )
    joined = join_content(text, blocks, artefacts)
    assert joined.replace("\n", "") == kept.replace("\n", "")


_TAG = Tag(
    id="a.b", facet="a", label={"en": "B"}, probability=0.4, source="phrase", status="review", evidence=()
)


def test_only_accepted_tags_count_as_concepts():
    accepted = _TAG.model_copy(update={"id": "a.c", "status": "accepted"})
    assert Item(start=0, end=1, language="en", tags=(_TAG, accepted)).concept_ids == ("a.c",)


def test_the_clean_text_is_the_content_alone():
    blocks = tuple(
        Block(start=start, end=end, role=role, reason="", language="en", language_probability=1.0)
        for start, end, role in ((0, 4, "menu"), (5, 9, "title"), (10, 14, "metadata"), (15, 19, "paragraph"))
    )
    result = CleanResult(
        language="en",
        languages={},
        text="Home Head Date Text",
        blocks=blocks,
        artefacts=(),
        metadata=Metadata(),
    )
    assert result.clean_text == "Head\nText"
    assert [block.role for block in result.content] == ["title", "paragraph"]


def test_results_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        _TAG.id = "x"


def test_results_refuse_unknown_fields():
    with pytest.raises(ValueError, match="Unexpected keyword"):
        ErrorResult(error="InputError", message="", colour="red")


def test_a_result_survives_json(flood_tagger):
    result = flood_tagger.tag(
        "The river flood of 3 May 2021 drove farmers from their homes in the valley.", id="x"
    )
    again = TagResult.model_validate_json(result.model_dump_json())
    assert again == result
    assert json.loads(result.model_dump_json())["id"] == "x"


def test_results_share_nothing_with_the_taxonomy(shipped):
    first, second = (shipped.tag("Two men were jailed for human trafficking.").tags[0] for _ in range(2))
    first.label["en"] = "another"
    assert second.label["en"] != "another"
    assert shipped.taxonomy[first.id].label["en"] != "another"
