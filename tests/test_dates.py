"""Dates in English and French as ISO 8601, with what cannot be known said plainly."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtag import dates
from mtag.dates import find_dates


def read(text: str) -> list[tuple[str | None, str | None]]:
    return [(found.first, found.last) for found in find_dates(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("23 October 2013", "2013-10-23"),
        ("October 23, 2013", "2013-10-23"),
        ("October 23 2013", "2013-10-23"),
        ("the 23rd of October 2013", "2013-10-23"),
        ("1st March 2020", "2020-03-01"),
        ("March 2nd, 2020", "2020-03-02"),
        ("Sept. 5, 2019", "2019-09-05"),
        ("9 JUNE 2017", "2017-06-09"),
        ("VIENNA, 9 June 2017 – The", "2017-06-09"),
        ("1er février 2024", "2024-02-01"),
        ("1ER FÉVRIER 2024", "2024-02-01"),
        ("1er fevrier 2024", "2024-02-01"),
        ("le 15 août 2020", "2020-08-15"),
        ("le 15 aout 2020", "2020-08-15"),
        ("30 juil. 2021", "2021-07-30"),
        ("3 déc. 2022", "2022-12-03"),
        ("mardi 2 janvier 2024", "2024-01-02"),
        ("2013-10-23", "2013-10-23"),
        ("2013-10-23T10:30:00Z", "2013-10-23"),
        ("2013-10-23T10:30:00+02:00", "2013-10-23"),
        ("2013-10-23 10:30", "2013-10-23"),
        ("25/12/2024", "2024-12-25"),
        ("12/25/2024", "2024-12-25"),
        ("25.12.2024", "2024-12-25"),
        ("25-12-2024", "2024-12-25"),
        ("25/12/24", "2024-12-25"),
        ("04/04/2024", "2024-04-04"),
        ("29 February 2024", "2024-02-29"),
        ("février 2024", "2024-02"),
        ("October 2013", "2013-10"),
        ("(23 October 2013)", "2013-10-23"),
        ("23\u00a0October\u00a02013", "2013-10-23"),
    ],
)
def test_a_date_is_read(text, expected):
    assert read(text) == [(expected, None)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("23-24 October 2013", "2013-10-23", "2013-10-24"),
        ("23–24 October 2013", "2013-10-23", "2013-10-24"),
        ("23 to 24 October 2013", "2013-10-23", "2013-10-24"),
        ("23 and 24 October 2013", "2013-10-23", "2013-10-24"),
        ("October 23-24, 2013", "2013-10-23", "2013-10-24"),
        ("October 30 – November 2, 2013", "2013-10-30", "2013-11-02"),
        ("30 October – 2 November 2013", "2013-10-30", "2013-11-02"),
        ("30 December 2013 to 2 January 2014", "2013-12-30", "2014-01-02"),
        ("du 3 au 5 mars 2020", "2020-03-03", "2020-03-05"),
        ("les 23 et 24 octobre 2013", "2013-10-23", "2013-10-24"),
        ("du 28 février au 2 mars 2020", "2020-02-28", "2020-03-02"),
        ("du 1er au 3 avril 2022", "2022-04-01", "2022-04-03"),
    ],
)
def test_a_range_keeps_both_ends(text, first, last):
    assert read(text) == [(first, last)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("5 Sep 2019", "2019-09-05"), ("5 Mar 2019", "2019-03-05"), ("5 Jun 2019", "2019-06-05")],
)
def test_english_months_of_three_letters_need_no_full_stop(text, expected):
    assert read(text) == [(expected, None)]


def test_a_range_over_new_year_that_names_the_year_once_begins_in_the_year_before():
    assert read("30 December – 2 January 2020") == [("2019-12-30", "2020-01-02")]


@pytest.mark.parametrize("month", ["février", "août", "décembre"])
def test_a_month_in_decomposed_letters_is_read(month):
    assert len(read(unicodedata.normalize("NFD", f"1er {month} 2024"))) == 1


def test_a_month_may_hold_letters_that_only_folding_knows():
    assert read("3 ſept 2019, 4 JUİN 2019, 5 juıllet 2019") == [
        ("2019-09-03", None),
        ("2019-06-04", None),
        ("2019-07-05", None),
    ]


def test_digits_of_other_scripts_are_written_as_those_of_iso():
    text = "juin 20١٧, le 1２ juin 2017, 3 juin 20１７, 12/1３/20１９"
    expected = ["2017-06", "2017-06-12", "2017-06-03", "2019-12-13"]
    assert read(text) == [(day, None) for day in expected]


@pytest.mark.parametrize(
    ("text", "alternatives"),
    [
        ("03/04/2024", ("2024-03-04", "2024-04-03")),
        ("3.4.2024", ("2024-03-04", "2024-04-03")),
        ("03/04/24", ("2024-03-04", "2024-04-03")),
    ],
)
def test_a_numeric_date_with_two_readings_is_marked_not_guessed(text, alternatives):
    [found] = find_dates(text)
    assert found.is_ambiguous
    assert (found.first, found.last) == (None, None)
    assert found.alternatives == alternatives


def test_a_date_with_one_reading_is_not_ambiguous():
    [found] = find_dates("25/12/2024")
    assert not found.is_ambiguous
    assert found.alternatives == ()


@pytest.mark.parametrize(
    "text",
    [
        "30 February 2020",
        "29 février 2023",
        "31/31/2020",
        "00/00/2020",
        "2020-13-01",
        "2020-02-30",
        "31 June 2020",
        "32 October 2020",
        "23 October 1066",
        "23 October",
        "October",
        "2020",
        "may 20",
        "123 October 2013",
        "23 October 20131",
        "A/23/10/2013",
        "192.168.10.10",
        "marches 2020",
        "",
    ],
)
def test_what_is_no_date_is_passed_over(text):
    assert not [found for found in find_dates(text) if found.first and found.first.count("-") == 2]


def test_dates_come_in_order_with_the_words_they_were_read_from():
    text = "From 1 May 2020, then le 1er juin 2021; at last 03/04/2024."
    dates = list(find_dates(text))
    assert [text[found.start : found.end] for found in dates] == ["1 May 2020", "1er juin 2021", "03/04/2024"]


def test_only_the_range_asked_for_is_read():
    text = "1 May 2020 and 2 June 2021"
    assert [found.first for found in find_dates(text, 10)] == ["2021-06-02"]
    assert [found.first for found in find_dates(text, 0, 12)] == ["2020-05-01"]


@given(st.dates(date(1800, 1, 1), date(2099, 12, 31)))
def test_every_iso_date_is_read_as_itself(day):
    assert read(f"on {day.isoformat()}.") == [(day.isoformat(), None)]


_FRENCH = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()


@given(st.dates(date(1800, 1, 1), date(2099, 12, 31)))
def test_every_date_in_words_is_read_alike_in_both_languages(day):
    english = f"{day.day} {day:%B} {day.year}"
    french = f"{day.day} {_FRENCH[day.month - 1]} {day.year}"
    assert read(english) == read(french) == [(day.isoformat(), None)]


_PIECES = [
    "1er ",
    "23",
    "-",
    "/",
    ".",
    " ",
    "October",
    " mai ",
    "2013",
    "2024",
    "to",
    " au ",
    "et",
    "T",
    "févr.",
    ",",
]


@given(
    st.lists(st.sampled_from(_PIECES), max_size=25).map("".join)
    | st.text(st.characters(exclude_categories=()))
)
def test_whatever_is_found_is_a_possible_date_inside_the_text(text):
    position = 0
    for found in find_dates(text):
        assert position <= found.start < found.end <= len(text)
        position = found.end
        for value in filter(None, (found.first, found.last, *found.alternatives)):
            date.fromisoformat(value if value.count("-") == 2 else f"{value}-01")
        assert found.is_ambiguous == bool(found.alternatives)
        if found.first and found.last:
            assert found.first <= found.last


@given(st.lists(st.sampled_from([*_PIECES, "a long word before ", "du ", "2019"]), max_size=40).map("".join))
def test_dates_are_those_of_the_pattern_alone(text):
    plain = [found for match in dates._PATTERN.finditer(text) if (found := dates._read(match))]
    assert list(find_dates(text)) == plain


@pytest.mark.parametrize("piece", ["1", "1/", "23 to ", "2020-"])
def test_a_megabyte_of_what_might_begin_a_date_comes_to_an_end(piece):
    text = piece * (1_000_000 // len(piece))
    assert all(found.end - found.start < 60 for found in find_dates(text))
