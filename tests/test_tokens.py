"""Words, their offsets, their folded form and their inflections."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtag.tokens import fold, spellings, stem, strip_accents, surface_forms, tokenize

ANY_TEXT = st.text(st.characters(exclude_categories=()))


def words(text: str) -> list[str]:
    return [surface for surface, _, _ in tokenize(text)]


@given(ANY_TEXT)
def test_each_word_is_the_text_between_its_offsets_in_order_without_overlap(text):
    position = 0
    for surface, start, end in tokenize(text):
        assert position <= start < end <= len(text)
        assert text[start:end] == surface
        position = end


@given(ANY_TEXT, st.integers(0, 20), st.integers(0, 20))
def test_words_lie_inside_the_range_asked_for(text, one, other):
    low, high = sorted((one, other))
    assert all(low <= start < end <= high for _, start, end in tokenize(text, low, high))


@given(ANY_TEXT)
def test_every_letter_and_digit_belongs_to_a_word(text):
    covered = {place for _, start, end in tokenize(text) for place in range(start, end)}
    assert all(place in covered for place, letter in enumerate(text) if letter.isalnum())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("co-operation", ["co", "operation"]),
        ("co\u2011operation", ["co", "operation"]),
        ("l'égalité", ["l", "égalité"]),
        ("l’égalité", ["l", "égalité"]),
        ("aujourd'hui", ["aujourd", "hui"]),
        ("the victim's", ["the", "victim", "s"]),
        ("human_trafficking", ["human", "trafficking"]),
        ("23 October", ["23", "October"]),
        ("2011/36/UE", ["2011", "36", "UE"]),
        ("«\u202fmot\u00a0»", ["mot"]),
        ("  \t\n", []),
        ("", []),
        ("— … !", []),
    ],
)
def test_hyphens_apostrophes_and_punctuation_part_words(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize("inside", ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"])
def test_soft_hyphens_and_joiners_stay_inside_the_word_and_fold_away(inside):
    text = f"ex{inside}ploitation"
    assert words(text) == [text]
    assert fold(text) == "exploitation"


def test_a_decomposed_accent_stays_in_its_word_and_folds_to_the_composed_letter():
    text = unicodedata.normalize("NFD", "égalité forcée")
    assert len(words(text)) == 2
    assert [fold(word) for word in words(text)] == ["égalité", "forcée"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("VICTIM", "victim"),
        ("ÉGALITÉ", "égalité"),
        ("Œuvre", "oeuvre"),
        ("ﬁlle", "fille"),
        ("ＴＨＢ", "thb"),
        ("", ""),
    ],
)
def test_fold_gives_lower_case_and_plain_letters_but_keeps_accents(word, expected):
    assert fold(word) == expected


@pytest.mark.parametrize(
    ("word", "bare"), [("forcée", "forcee"), ("ça", "ca"), ("naïf", "naif"), ("plain", "plain")]
)
def test_strip_accents(word, bare):
    assert strip_accents(word) == bare


@given(st.text(st.sampled_from("abcéèçœÀÉŒXYZ\u00ad'")))
def test_fold_is_idempotent(word):
    assert fold(fold(word)) == fold(word)


@given(st.text(st.sampled_from("abcdeéèêçàùôî")))
def test_composed_and_decomposed_words_fold_alike(word):
    assert fold(unicodedata.normalize("NFD", word)) == fold(word)


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("labour", "labor"),
        ("programme", "program"),
        ("centre", "center"),
        ("organisation", "organization"),
        ("criminalise", "criminalize"),
        ("criminalised", "criminalized"),
        ("defence", "defense"),
        ("counselling", "counseling"),
        ("neighbour", "neighbor"),
        ("enrolment", "enrollment"),
        ("paedophile", "pedophile"),
        ("paralyse", "paralyze"),
    ],
)
def test_a_british_word_in_english_has_its_american_spelling(british, american):
    assert american in spellings(british, "en")
    assert american in surface_forms(british, "en")


@pytest.mark.parametrize("word", ["victim", "rise", "wise", "labor"])
def test_a_word_without_two_spellings_has_one(word):
    assert spellings(word, "en") == (word,)


def test_french_words_are_not_respelt():
    assert spellings("programme", "fr") == ("programme",)


@pytest.mark.parametrize(
    ("language", "word", "expected"),
    [
        ("en", "victim", {"victim", "victims"}),
        ("en", "exploit", {"exploit", "exploits", "exploited", "exploiting"}),
        ("en", "beg", {"begs", "begged", "begging"}),
        ("en", "agency", {"agency", "agencies"}),
        ("en", "child", {"child", "children"}),
        ("en", "woman", {"woman", "women"}),
        ("en", "sell", {"sold", "selling"}),
        ("en", "labour", {"labour", "labours", "labor", "labors"}),
        ("fr", "victime", {"victime", "victimes"}),
        ("fr", "forcé", {"forcé", "forcée", "forcés", "forcées"}),
        ("fr", "exploiter", {"exploiter", "exploité", "exploitée", "exploitait", "exploitera"}),
        ("fr", "sexuel", {"sexuel", "sexuelle", "sexuels", "sexuelles"}),
        ("fr", "travail", {"travail", "travaux"}),
        ("fr", "mineur", {"mineur", "mineurs", "mineure"}),
        ("fr", "trafiquant", {"trafiquant", "trafiquants", "trafiquante"}),
        ("fr", "social", {"social", "sociale", "sociaux"}),
    ],
)
def test_a_word_has_its_inflections(language, word, expected):
    assert expected <= surface_forms(word, language)


@pytest.mark.parametrize(
    ("language", "word", "other"),
    [
        ("en", "exploit", "exploitation"),
        ("en", "exploit", "exploiter"),
        ("en", "organ", "organisation"),
        ("en", "organ", "organic"),
        ("en", "traffic", "trafficker"),
        ("en", "child", "childhood"),
        ("en", "slave", "slavery"),
        ("fr", "mine", "mineur"),
        ("fr", "organe", "organisation"),
        ("fr", "exploiter", "exploitation"),
        ("fr", "travail", "travailleur"),
        ("fr", "esclave", "esclavage"),
    ],
)
def test_a_word_has_not_its_derivations(language, word, other):
    assert other not in surface_forms(word, language)


@given(
    st.sampled_from(["en", "fr"]), st.text(st.sampled_from("abcdefghilmnoprstuvéèê"), min_size=1, max_size=12)
)
def test_a_word_is_among_its_own_forms_and_the_forms_never_vary(language, word):
    first = surface_forms(word, language)
    assert word in first
    assert surface_forms(word, language) == first


@given(
    st.sampled_from(["en", "fr"]), st.text(st.sampled_from("abcdefghilmnoprstuvéèê"), min_size=1, max_size=12)
)
def test_a_stem_is_never_empty(language, word):
    assert stem(word, language)
