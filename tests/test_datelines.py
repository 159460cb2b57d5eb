"""Lines that are little more than a date."""

import pytest

from mtag.datelines import is_dateline


@pytest.mark.parametrize(
    "line",
    [
        "3 May 2024",
        "Vienna (Austria), 3 May 2024",
        "By Ann Lee and Tom Roe, 3 May 2024",
        "Submitted by admin on 14 June 2023 - 10:22",
        "Soumis par admin le mer, 14/06/2023 - 10:22",
        "Par Ann Lee - Le 14 juin 2023 à 09:32",
        "Le Courrier, vendredi 8 mars 2024 611 mots, p. 5",
    ],
)
def test_a_few_words_beside_a_date_leave_it_a_dateline(line):
    assert is_dateline(line)


@pytest.mark.parametrize(
    "line",
    ["", "3 May", "The law of 3 May 2013 was changed by parliament.", "On 3 May 2013 the police came in."],
)
def test_a_sentence_with_a_date_is_none(line):
    assert not is_dateline(line)
