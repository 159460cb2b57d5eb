"""Loading, checking and compiling a taxonomy; each check with the smallest folder that fails it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtag import Taxonomy, TaxonomyError
from mtag.concepts import Concept
from mtag.taxonomycheck import check

ROOT = Path(__file__).parent.parent

SCHEME = """
id = "test"
version = "1"
base_uri = "https://example.org/test/"
languages = ["en", "fr"]
gate = "hazard"
[title]
en = "Test"
fr = "Test"
[[facets]]
id = "hazard"
label = { en = "Hazard", fr = "Aléa" }
[[facets]]
id = "group"
label = { en = "Group", fr = "Groupe" }
"""


def concept(
    id: str,
    broader: str = "",
    related: str = "",
    strong: str = "",
    weak: str = "",
    traps: str = "",
    french: bool = True,
) -> str:
    """Write one concept file; phrases are separated by commas."""

    def array(text: str) -> str:
        return json.dumps([part for part in text.split(",") if part])

    facet, name = id.split(".")
    lines = [
        f'id = "{id}"',
        f'facet = "{facet}"',
        f"broader = {array(broader)}",
        f"related = {array(related)}",
        "[label]",
        f'en = "{name}"',
        f'fr = "{name} (fr)"' if french else "",
        "[scope]",
        'en = "When."',
        'fr = "Quand."' if french else "",
        "[phrases.en]",
        f"strong = {array(strong or name)}",
        f"weak = {array(weak)}",
        f"traps = {array(traps)}",
        *(("[phrases.fr]", f'strong = ["{name}"]') if french else ()),
    ]
    return "\n".join(lines)


def folder(root: Path, *concepts: str, scheme: str | None = SCHEME) -> Path:
    """Write a taxonomy folder, each concept to the file of its id."""
    if scheme is not None:
        (root / "scheme.toml").write_text(scheme, encoding="utf-8")
    for text in concepts:
        facet, name = text.split('"')[1].split(".")
        (root / facet).mkdir(exist_ok=True)
        (root / facet / f"{name}.toml").write_text(text, encoding="utf-8")
    return root


def problems(path: Path) -> list[str]:
    with pytest.raises(TaxonomyError) as raised:
        Taxonomy.load(path)
    assert all(problem in str(raised.value) for problem in raised.value.problems[:20])
    return list(raised.value.problems) or [str(raised.value)]


# -- a valid folder ----------------------------------------------------------------------------------


@pytest.fixture
def valid(tmp_path: Path) -> Path:
    return folder(
        tmp_path,
        concept("hazard.surge", broader="hazard.flood", strong="storm surge"),
        concept("hazard.flood", broader="hazard.water"),
        concept("hazard.water"),
        concept("group.farmers", related="hazard.flood"),
    )


def test_concepts_come_by_facet_broader_ones_first(valid):
    assert list(Taxonomy.load(valid).concepts) == [
        "hazard.water",
        "hazard.flood",
        "hazard.surge",
        "group.farmers",
    ]


def test_ancestors_are_all_broader_concepts_nearest_first(valid):
    taxonomy = Taxonomy.load(valid)
    assert taxonomy.ancestors("hazard.surge") == ("hazard.flood", "hazard.water")
    assert taxonomy.ancestors("hazard.water") == ()


def test_narrower_gives_the_concepts_right_below(valid):
    assert Taxonomy.load(valid).narrower("hazard.water") == ("hazard.flood",)


def test_a_closure_adds_all_broader_concepts(valid):
    taxonomy = Taxonomy.load(valid)
    assert taxonomy.close(["hazard.surge"]) == {"hazard.surge", "hazard.flood", "hazard.water"}
    assert taxonomy.close([]) == frozenset()


def test_a_taxonomy_is_a_collection_of_concepts(valid):
    taxonomy = Taxonomy.load(valid)
    assert len(taxonomy) == 4
    assert [c.id for c in taxonomy] == list(taxonomy.concepts)
    assert taxonomy["group.farmers"].label["en"] == "farmers"


def test_a_path_may_be_given_as_str(valid):
    assert len(Taxonomy.load(str(valid))) == 4


def test_a_related_concept_may_be_of_another_facet(valid):
    assert Taxonomy.load(valid)["group.farmers"].related == ("hazard.flood",)


# -- what a check finds ------------------------------------------------------------------------------


def test_a_missing_path(tmp_path):
    with pytest.raises(TaxonomyError, match=r"no taxonomy at .*nowhere"):
        Taxonomy.load(tmp_path / "nowhere")


def test_a_folder_without_a_scheme(tmp_path):
    with pytest.raises(TaxonomyError, match=r"it has no scheme\.toml"):
        Taxonomy.load(folder(tmp_path, concept("hazard.flood"), scheme=None))


def test_a_folder_without_concepts(tmp_path):
    assert problems(folder(tmp_path)) == ["there is no concept"]


def test_a_file_that_is_not_toml(valid):
    (valid / "hazard" / "flood.toml").write_text("id = ", encoding="utf-8")
    [problem] = problems(valid)
    assert "flood.toml" in problem


def test_a_file_that_is_not_utf8(valid):
    (valid / "hazard" / "flood.toml").write_bytes(b'id = "hazard.flood\xe9"')
    [problem] = problems(valid)
    assert "flood.toml" in problem


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with a name")
def test_a_pipe_among_the_files(valid):
    os.mkfifo(valid / "hazard" / "pipe.toml")
    (problem,) = problems(valid)
    assert "pipe.toml: not a regular file" in problem


def test_a_scheme_that_is_not_toml(valid):
    (valid / "scheme.toml").write_text("[", encoding="utf-8")
    [problem] = problems(valid)
    assert "scheme.toml" in problem


def test_an_unknown_key(valid):
    path = valid / "hazard" / "flood.toml"
    path.write_text('colour = "blue"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    [problem] = problems(valid)
    assert "flood.toml: colour" in problem


def test_a_value_of_the_wrong_type(valid):
    path = valid / "hazard" / "flood.toml"
    text = path.read_text(encoding="utf-8").replace('broader = ["hazard.water"]', 'broader = "hazard.water"')
    path.write_text(text, encoding="utf-8")
    [problem] = problems(valid)
    assert "flood.toml: broader" in problem


def test_a_file_name_that_is_not_the_id(valid):
    (valid / "hazard" / "flood.toml").rename(valid / "hazard" / "deluge.toml")
    [problem] = problems(valid)
    assert "deluge.toml" in problem
    assert "does not match the id 'hazard.flood'" in problem


def test_all_faulty_files_are_named_at_once(valid):
    (valid / "hazard" / "flood.toml").write_text("=", encoding="utf-8")
    (valid / "hazard" / "water.toml").write_text("=", encoding="utf-8")
    assert len(problems(valid)) == 2


def test_a_missing_language(tmp_path):
    assert problems(folder(tmp_path, concept("hazard.flood", french=False))) == [
        "hazard.flood: label has no 'fr'",
        "hazard.flood: scope has no 'fr'",
        "hazard.flood: phrases has no 'fr'",
    ]


def test_a_language_without_a_tokenizer(tmp_path):
    scheme = SCHEME.replace('["en", "fr"]', '["en", "fr", "de"]')
    [problem] = problems(folder(tmp_path, concept("hazard.flood"), scheme=scheme))
    assert "no tokenizer for de" in problem


def test_a_gate_that_is_not_a_facet(tmp_path):
    scheme = SCHEME.replace('gate = "hazard"', 'gate = "danger"')
    assert problems(folder(tmp_path, concept("hazard.flood"), scheme=scheme)) == [
        "scheme: the gate 'danger' is not a facet"
    ]


def test_an_unknown_facet(tmp_path):
    assert problems(folder(tmp_path, concept("danger.flood"))) == ["danger.flood: unknown facet 'danger'"]


@pytest.mark.parametrize("relation", ["broader", "related"])
def test_a_relation_to_no_concept(tmp_path, relation):
    assert problems(folder(tmp_path, concept("hazard.flood", **{relation: "hazard.none"}))) == [
        f"hazard.flood: {relation} 'hazard.none' is not a concept"
    ]


def test_a_broader_concept_of_another_facet(tmp_path):
    assert problems(
        folder(tmp_path, concept("hazard.flood"), concept("group.people", broader="hazard.flood"))
    ) == ["group.people: broader 'hazard.flood' is of another facet"]


def test_a_cycle(tmp_path):
    found = problems(
        folder(
            tmp_path,
            concept("hazard.flood", broader="hazard.water"),
            concept("hazard.water", broader="hazard.flood"),
        )
    )
    assert sorted(found) == ["hazard.flood: is broader than itself", "hazard.water: is broader than itself"]


def test_a_concept_broader_than_itself(tmp_path):
    assert problems(folder(tmp_path, concept("hazard.flood", broader="hazard.flood"))) == [
        "hazard.flood: is broader than itself"
    ]


def test_two_concepts_with_one_label(tmp_path):
    one, two = concept("hazard.flood"), concept("hazard.deluge").replace('en = "deluge"', 'en = "Flood"')
    [problem] = problems(folder(tmp_path, one, two))
    assert "has the en label of" in problem


def test_two_concepts_with_one_id(floods):
    concepts = [*floods, floods["group.farmers"]]
    assert "group.farmers: this id is used twice" in check(floods.scheme, concepts)


@pytest.mark.parametrize(
    "phrases",
    [
        {"strong": "flood", "traps": "flood"},
        {"weak": "high water", "traps": "high water"},
        {"strong": "flood", "weak": "flood"},
        {"strong": "flood,flood"},
        {"strong": "flood", "traps": "Flood"},
        {"strong": "the flood", "traps": "flood"},
        {"strong": "flood|deluge", "traps": "deluge|flood"},
    ],
)
def test_a_phrase_with_two_meanings(tmp_path, phrases):
    [problem] = problems(folder(tmp_path, concept("hazard.flood", **phrases)))
    assert problem.startswith("hazard.flood: en phrase ")


def test_a_strong_phrase_in_two_unrelated_concepts(tmp_path):
    found = problems(
        folder(
            tmp_path,
            concept("hazard.flood", strong="high water"),
            concept("hazard.surge", strong="high water"),
        )
    )
    assert found == ["hazard.surge: en strong phrase 'high water' is also in hazard.flood"]


def test_a_strong_phrase_may_stand_in_a_concept_and_a_broader_one(tmp_path):
    one = concept("hazard.water", strong="high water")
    other = concept("hazard.flood", strong="high water", broader="hazard.water")
    assert len(Taxonomy.load(folder(tmp_path, one, other))) == 2


def test_a_strong_phrase_may_stand_in_two_facets(tmp_path):
    one, other = (
        concept("hazard.flood", strong="flood victim"),
        concept("group.people", strong="flood victim"),
    )
    assert len(Taxonomy.load(folder(tmp_path, one, other))) == 2


@pytest.mark.parametrize("kind", ["strong", "weak", "traps"])
def test_a_malformed_pattern(tmp_path, kind):
    [problem] = problems(folder(tmp_path, concept("hazard.flood", **{kind: "~3 flood"})))
    assert problem.startswith("hazard.flood: phrases.en.")
    assert "begins or ends with a gap" in problem


def test_a_malformed_pattern_of_the_scheme(tmp_path):
    scheme = SCHEME + '[cues]\nen = ["fl*od"]\n'
    [problem] = problems(folder(tmp_path, concept("hazard.flood"), scheme=scheme))
    assert "cue" in problem
    assert "cannot read" in problem


# -- the compiled file -------------------------------------------------------------------------------


def test_a_compiled_taxonomy_comes_back_the_same(valid, tmp_path):
    taxonomy = Taxonomy.load(valid)
    path = tmp_path / "compiled.json"
    path.write_bytes(taxonomy.compiled())
    again = Taxonomy.load(path)
    assert again.scheme == taxonomy.scheme
    assert again.concepts == taxonomy.concepts
    assert again.lexicons == taxonomy.lexicons
    assert again.digest == taxonomy.digest
    assert again.compiled() == taxonomy.compiled()


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_folder_compiles_to_the_same_bytes_in_every_process(valid, seed):
    code = f"import sys, mtag; sys.stdout.buffer.write(mtag.Taxonomy.load({str(valid)!r}).compiled())"
    env = {**os.environ, "PYTHONHASHSEED": seed}
    compiled = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout
    assert compiled == Taxonomy.load(valid).compiled()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda data: b"", "damaged"),
        (lambda data: data[: len(data) // 2], "damaged"),
        (lambda data: b"\xff" + data, "damaged"),
        (lambda data: b"[]", "not a compiled taxonomy"),
        (lambda data: b"{}", "not a compiled taxonomy"),
        (lambda data: data.replace(b'"format":6', b'"format":999'), "not a compiled taxonomy of format 6"),
        (lambda data: data.replace(b'"stemmer":"', b'"stemmer":"x'), "another stemmer or tokenizer"),
        (lambda data: data.replace(b'"tokenizer":"', b'"tokenizer":"x'), "another stemmer or tokenizer"),
        (lambda data: data.replace(b'"lines"', b'"line"'), "damaged"),
        (lambda data: data.replace(b'"steps":["', b'"steps":["AAAA'), "damaged"),
        (lambda data: data.replace(b'"facet":"hazard"', b'"facet":7'), "damaged"),
        (lambda data: data.replace(b'"broader":["hazard.water"]', b'"broader":["hazard.x"]'), "damaged"),
    ],
    ids=[
        *(
            "empty",
            "half",
            "not-utf8",
            "a-list",
            "no-format",
            "other-format",
            "other-stemmer",
            "other-tokenizer",
        ),
        *("no-lines", "bad-steps", "bad-concept", "bad-relation"),
    ],
)
def test_a_damaged_or_foreign_compiled_file_is_refused(valid, tmp_path, change, complaint):
    path = tmp_path / "compiled.json"
    path.write_bytes(change(Taxonomy.load(valid).compiled()))
    with pytest.raises(TaxonomyError, match=complaint):
        Taxonomy.load(path)


@given(st.data())
def test_a_compiled_file_cut_anywhere_is_refused(floods, tmp_path_factory, data):
    whole = floods.compiled()
    path = tmp_path_factory.getbasetemp() / "cut.json"
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 3))])
    with pytest.raises(TaxonomyError):
        Taxonomy.load(path)


def test_the_digest_is_that_of_the_content_not_of_the_files(valid):
    before = Taxonomy.load(valid).digest
    path = valid / "hazard" / "flood.toml"
    path.write_text("# a remark\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert Taxonomy.load(valid).digest == before


def test_the_digest_changes_with_a_phrase(valid):
    before = Taxonomy.load(valid).digest
    path = valid / "hazard" / "flood.toml"
    text = path.read_text(encoding="utf-8").replace('strong = ["flood"]', 'strong = ["floods"]', 1)
    path.write_text(text, encoding="utf-8")
    assert Taxonomy.load(valid).digest != before


def test_the_digest_does_not_depend_on_the_order_of_the_concepts(floods):
    again = Taxonomy(floods.scheme, reversed(list(floods)))
    assert again.digest == floods.digest
    assert again.compiled() == floods.compiled()


def test_the_digest_does_not_depend_on_the_hash_seed(valid):
    code = f"import mtag; print(mtag.Taxonomy.load({str(valid)!r}).digest)"
    run = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            timeout=120,
        )
        for seed in ("1", "2")
    ]
    assert run[0].stdout == run[1].stdout != b""


# -- what ships --------------------------------------------------------------------------------------


def test_what_ships_is_the_compiled_form_of_the_taxonomy_folder():
    """The one slow test: `make data` must have been run after the last change of a concept."""
    compiled = Taxonomy.load(ROOT / "taxonomy").compiled()
    assert (ROOT / "src" / "mtag" / "data" / "taxonomy.jsonl").read_bytes() == compiled


def test_what_ships_has_every_concept_in_both_languages(shipped):
    taxonomy = shipped.taxonomy
    assert {facet.id for facet in taxonomy.scheme.facets} == {"form", "victim", "pillar"}
    assert all(
        c.label[language] and c.scope[language] and c.phrases[language]
        for c in taxonomy
        for language in ("en", "fr")
    )


def test_what_ships_passes_the_checks_of_its_phrases_too(shipped):
    assert check(shipped.taxonomy.scheme, list(shipped.taxonomy)) == []


def test_concepts_are_frozen(floods):
    concept: Concept = floods["group.farmers"]
    with pytest.raises(ValueError, match="frozen"):
        concept.id = "other"


def test_a_message_shows_the_first_faults_and_how_many_more_there_are():
    error = TaxonomyError("not valid:", tuple(f"fault {number}" for number in range(1, 151)))
    assert str(error).splitlines()[:2] == ["not valid:", "  fault 1"]
    assert str(error).splitlines()[-2:] == ["  fault 20", "  and 130 more"]
    assert len(error.problems) == 150
