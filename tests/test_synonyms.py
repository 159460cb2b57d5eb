"""Groups of synonyms: which words belong to them, how they are stored, what is refused."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtag.errors import CorpusError
from mtag.synonyms import NO_SYNONYMS, Synonyms
from mtag.tokens import bare
from mtag.training import corpus

SEEDS = Path(__file__).parents[1] / "seeds" / "documents"
PAY = Synonyms.from_groups(
    {"wage": {"en": ["wage", "pay"], "fr": ["salaire", "rémunér*"]}, "money": {"en": ["pay"]}}
)

words = st.text("abcdefé", min_size=3, max_size=9)


@pytest.mark.parametrize(
    ("word", "language", "groups"),
    [
        ("wage", "en", ("wage",)),
        ("pay", "en", ("money", "wage")),
        ("pay", "fr", ()),
        ("wages", "en", ()),
        ("salaire", "fr", ("wage",)),
        ("remuneration", "fr", ("wage",)),
        ("remune", "fr", ()),
        ("", "en", ()),
    ],
)
def test_the_groups_of_a_word(word, language, groups):
    assert PAY.of(word, language) == groups


def test_without_groups_no_word_has_one():
    assert NO_SYNONYMS.of("wage", "en") == ()


@given(
    st.dictionaries(st.from_regex(r"[a-z][a-z_]{0,5}", fullmatch=True), st.lists(words, min_size=1)),
    words,
)
def test_stored_groups_are_read_as_they_were(groups, word):
    synonyms = Synonyms.from_groups({name: {"en": found, "fr": found[:1]} for name, found in groups.items()})
    again = Synonyms(synonyms.to_bytes())
    assert again.to_bytes() == synonyms.to_bytes()
    for one in (word, *(bare(word) for found in groups.values() for word in found)):
        assert again.of(one, "en") == synonyms.of(one, "en")
        assert synonyms.of(one, "en") == tuple(
            sorted(name for name, found in groups.items() if one in map(bare, found))
        )


@pytest.mark.parametrize(
    "groups",
    [
        {"Wage": {"en": ["wage"]}},
        {"wage": {"de": ["Lohn"]}},
        {"wage": {"en": ["co-operate"]}},
        {"wage": {"en": ["two words"]}},
        {"wage": {"en": ["pa*"]}},
        {"wage": {"en": [""]}},
    ],
)
def test_what_is_no_group_is_refused(groups):
    with pytest.raises(ValueError, match="age"):
        Synonyms.from_groups(groups)


@pytest.mark.parametrize("data", [b"wage\ten", b"wage en pay\n", b"\xff"])
def test_stored_groups_that_are_none_are_refused(data):
    with pytest.raises(ValueError, match=r"synonyms|decode"):
        Synonyms(data)


@pytest.mark.parametrize("content", ["wage = 3", "wage = {en = 4}", "wage", 'wage = {en = "co-operate"}'])
def test_a_faulty_file_is_refused_with_its_name(content, tmp_path):
    path = tmp_path / "synonyms.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError, match=r"synonyms\.toml"):
        corpus.read_synonyms(tmp_path)


def test_a_corpus_without_such_a_file_has_no_synonyms(tmp_path):
    assert corpus.read_synonyms(tmp_path) is NO_SYNONYMS


def test_the_groups_of_the_corpus_have_words_in_both_languages_and_none_twice():
    groups = tomllib.loads((SEEDS / "synonyms.toml").read_text(encoding="utf-8"))
    assert len(groups) > 150
    assert not [name for name, found in groups.items() if set(found) != {"en", "fr"}]
    listed = {(name, code): found[code].split() for name, found in groups.items() for code in found}
    assert not {place: found for place, found in listed.items() if len(set(map(bare, found))) < len(found)}
    covered = [
        (place, word)
        for place, found in listed.items()
        for beginning in found
        for word in found
        if beginning.endswith("*") and word != beginning and bare(word).startswith(bare(beginning[:-1]))
    ]
    assert not covered
