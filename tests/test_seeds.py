"""The five real pages of the workplace, against a hand reading of them.

The pages are not part of the project: they are read from ../shared/seeds, and the tests say that
they skipped where that folder is absent. `cases/seeds.json` holds line numbers, never their text.
"""

import json
from pathlib import Path

import pytest

from scoring import Counts, f1

HERE = Path(__file__).parent
FOLDER = HERE.parent.parent / "shared" / "seeds"
CASES = json.loads((HERE / "cases" / "seeds.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the five real pages are not at {FOLDER}")


def data_of(name):
    [path] = FOLDER.glob(f"{name}_*.txt")
    return path.read_bytes()


@pytest.fixture(params=sorted(CASES))
def page(request, shipped):
    data = data_of(request.param)
    return CASES[request.param], data.decode("utf-8").split("\n"), shipped.tag(data)


def _lines_of(result, lines):
    """The numbers of the lines (from 1) that hold a content block, as the file counts them."""
    starts, position = {}, 0
    for number, line in enumerate(lines, start=1):
        starts[position + len(line) - len(line.lstrip())] = number
        position += len(line) + 1
    return starts, {starts[block.start] for block in result.content}


def test_the_language_is_that_of_the_content(page):
    case, _, result = page
    assert result.language == case["language"]


def test_french_chrome_is_seen_as_french(page):
    case, lines, result = page
    starts, _ = _lines_of(result, lines)
    languages = {starts[block.start]: block.language for block in result.blocks}
    assert [languages[number] for number in case.get("french_lines", [])] == ["fr"] * len(
        case.get("french_lines", [])
    )


def test_content_lines_match_the_hand_reading(page):
    case, lines, result = page
    _, found = _lines_of(result, lines)
    assert f1(Counts.of(found, set(case["content_lines"]))) >= 0.98


def test_each_item_has_its_place_and_date(page):
    case, _, result = page
    assert len(result.items) == len(case["items"])
    for item, expected in zip(result.items, case["items"], strict=True):
        assert (item.place or "").startswith(expected.get("place", ""))
        assert (item.date.start if item.date else None) == expected.get("date")
        assert (item.date.end if item.date else None) == expected.get("date_end")


def test_declared_metadata_is_read(page):
    case, _, result = page
    found = {
        "date": result.metadata.date.start if result.metadata.date else None,
        "place": result.metadata.place,
        "source": result.metadata.source,
        "fields": list(result.metadata.fields),
    }
    assert {name: found[name] for name in case["metadata"]} == case["metadata"]


def test_the_tooltip_copy_is_gone_and_the_sentence_goes_on(shipped):
    [result] = [
        shipped.tag(data_of(name)) for name, case in CASES.items() if "tooltip" in case["description"]
    ]
    assert "practitioners from 35" in result.clean_text
    assert "practitionersanti" not in result.clean_text


def test_page_numbers_are_gone(shipped):
    transcribed = [name for name, case in CASES.items() if case["description"].startswith("Transcribed")]
    [result] = [shipped.tag(data_of(name)) for name in transcribed]
    assert not any(line[:1].isdigit() for line in result.clean_text.split("\n"))


def test_every_quote_is_the_text_at_its_span(page):
    _, _, result = page
    for tag in result.tags:
        assert tag.evidence
        for evidence in tag.evidence:
            assert result.text[evidence.start : evidence.end] == evidence.quote


def test_tags_agree_with_the_gold_labels(shipped):
    taxonomy, total = shipped.taxonomy, Counts(0, 0, 0)
    for name, case in CASES.items():
        result = shipped.tag(data_of(name))
        pairs = [(result.concept_ids, case)]
        if len(result.items) > 1:
            pairs += [
                (i.concept_ids, expected) for i, expected in zip(result.items, case["items"], strict=True)
            ]
        for predicted, expected in pairs:
            total += Counts.of_tags(predicted, expected["tags"], expected["opt"], taxonomy)
    assert f1(total) >= 0.90
