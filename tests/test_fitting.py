"""Training on a tiny corpus about floods: the same bytes, thresholds, figures, commands."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from mtag import Tagger, Taxonomy, training
from mtag.cli import cli
from mtag.document import Candidate
from mtag.errors import CorpusError
from mtag.fusion import ACCEPT, Fusion
from mtag.linearscores import Best
from mtag.model import TrainedModel
from mtag.pipeline.model_tagging import KIND
from mtag.synonyms import NO_SYNONYMS
from mtag.tagger import MODEL_FOLDER
from mtag.training import evaluation, fitting, stacking, thresholds
from mtag.training.composites import COMPOSITE, compose
from mtag.training.corpus import digest, part_of, read_corpus
from mtag.training.evaluation import Gold, Outcome, Scores
from mtag.training.features import prepare_corpus
from mtag.training.phrasescores import PhraseScores, weigh
from mtag.training.worths import MOST, USUAL, learn_worths


def folder_bytes(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# -- fitting -----------------------------------------------------------------------------------------


def test_the_same_corpus_gives_the_same_bytes(flood_examples, flood_model, floods, tmp_path):
    flood_model.save(tmp_path / "one")
    fitting.fit(flood_examples, floods).save(tmp_path / "two")
    assert folder_bytes(tmp_path / "one") == folder_bytes(tmp_path / "two")


def test_the_manifest_says_what_the_model_was_made_from(flood_model, floods):
    settings = flood_model.settings
    assert settings["taxonomy"] == floods.digest
    assert len(settings["corpus"]) == 64
    assert settings["languages"] == ["en"]
    assert set(settings["precision"]) <= {"0.9", "0.95"}
    assert flood_model.metrics["documents"]["en"] > 50
    assert 0 < flood_model.metrics["validation"]["precision"] <= 1


def test_a_concept_without_examples_is_left_to_phrases(flood_model):
    rule = flood_model.settings["fusion"]["en"]
    assert "hazard.coast" not in rule["thresholds"]
    assert "hazard.river" in rule["thresholds"]


def test_learned_weights_trust_phrases(flood_model):
    rule = flood_model.settings["fusion"]["en"]
    assert rule["strong"] >= 0
    assert 0 < rule["rich_threshold"] <= 1


def test_what_is_said_of_concepts_off_topic_does_not_move_the_fusion(flood_examples, floods):
    documents, _ = prepare_corpus(flood_examples, floods, NO_SYNONYMS)
    concepts = tuple(floods.concepts)
    gate = np.array([floods[c].facet == floods.scheme.gate for c in concepts])
    facets = np.where(gate, 0, 1)
    dice = np.random.default_rng(1)
    best = Best(*dice.normal(size=(3, len(documents), len(concepts) + 1)))
    scored = stacking.Scored(documents, best, np.arange(len(documents)) % 5)
    off_topic = np.array([not one.labels for one in documents])
    other = best.passage.copy()
    other[off_topic, :-1] += 3
    phrases = weigh(documents, floods)

    learned = stacking.stack(scored, phrases, concepts, gate, facets).stacking
    moved = stacking.stack(
        scored._replace(best=best._replace(passage=other)), phrases, concepts, gate, facets
    ).stacking

    assert off_topic.any()
    assert learned.fusion.tolist() == moved.fusion.tolist()
    assert learned.prior.tolist() == moved.prior.tolist()


def test_shares_of_few_cases_are_drawn_to_what_is_wanted():
    wrong = thresholds.Case("c", 0.9, False, 9)
    assert thresholds._share([]) == pytest.approx(thresholds.WANTED_RICH)
    assert 0 < thresholds._share([wrong] * 100) < thresholds._share([wrong]) < thresholds.WANTED_RICH


def test_no_threshold_is_under_the_least(flood_model):
    values = flood_model.settings["fusion"]["en"]["thresholds"].values()
    assert min(values) >= thresholds.LEAST


def scored(gate, label, *, lone=True):
    """A document of one label (or none) whose gate the model scores so, proved by phrases."""
    labels = frozenset({label} - {None})
    document = SimpleNamespace(labels=labels)
    return thresholds.Validated(document, PhraseScores(True, lone, {}, {}, {}), {}, gate)


def test_a_lone_proof_is_believed_from_where_it_is_right_often_enough(floods):
    off = [scored(-5.0, None), scored(-4.0, None), scored(-2.0, None)]
    on = [scored(-3.0, "hazard.river"), scored(1.0, "hazard.river")]
    assert thresholds.lone_threshold([*off, *on], floods) == pytest.approx(-4.0, abs=0.01)


def test_a_lone_proof_is_always_believed_where_doubt_would_lose_documents(floods):
    documents = [scored(-5.0, "hazard.river"), scored(-4.0, None)]
    assert thresholds.lone_threshold(documents, floods) < -50


def test_proofs_in_several_sentences_say_nothing_of_lone_ones(floods):
    documents = [scored(-5.0, None, lone=False), scored(-4.0, None, lone=False)]
    assert thresholds.lone_threshold(documents, floods) < -50


def proved(odds, *, right, genre="news", kind="strong"):
    """A document in which phrases prove a concept that the model scores so."""
    document = SimpleNamespace(
        labels=frozenset({"group.farmers"} if right else ()),
        optional=frozenset(),
        example=SimpleNamespace(genre=genre),
    )
    proof = {"group.farmers": [Candidate("group.farmers", 0, 5, kind, "farmer")]}
    phrases = PhraseScores(True, False, {"group.farmers": 0.7}, {}, proof)
    return thresholds.Validated(document, phrases, {"group.farmers": odds}, 1.0)


@pytest.fixture
def farmers_fitted():
    return Fusion(0.0, 0.0, {"group.farmers": 0.6}, 1.0, -1.0, 3, 0.9, {}, thresholds.BELIEVED)


def test_proofs_are_doubted_up_to_where_they_are_right_too_often(floods, farmers_fitted):
    wrong = [proved(-5.0 + n / 100, right=False) for n in range(30)]
    right = [proved(-4.0 + n / 100, right=True) for n in range(30)]
    late = [proved(-2.0, right=False)] * 90
    doubts, of_weak = thresholds.learn_doubts([*wrong, *right, *late], farmers_fitted, floods)
    assert doubts == {"group": pytest.approx(-4.71, abs=0.01)}
    assert of_weak == thresholds.BELIEVED


def test_proofs_by_weak_phrases_alone_have_a_bound_of_their_own(floods, farmers_fitted):
    weak = [proved(-2.0 + n / 100, right=False, kind="weak") for n in range(30)]
    strong = [proved(-3.0, right=True)] * 90
    doubts, of_weak = thresholds.learn_doubts([*weak, *strong], farmers_fitted, floods)
    assert (doubts, of_weak) == ({}, pytest.approx(-1.71, abs=0.01))


def test_a_few_wrong_proofs_are_no_reason_to_doubt(floods, farmers_fitted):
    few = [proved(-5.0, right=False)] * int(thresholds._ENOUGH)
    assert thresholds.learn_doubts(few, farmers_fitted, floods) == ({}, thresholds.BELIEVED)


def test_composites_are_no_reason_to_doubt(floods, farmers_fitted):
    composites = [proved(-5.0, right=False, genre=COMPOSITE)] * 40
    assert thresholds.learn_doubts(composites, farmers_fitted, floods) == ({}, thresholds.BELIEVED)


def told(phrase, *, right, times=1, optional=False):
    """A document on topic in which a strong phrase says a concept, so many times."""
    proof = [Candidate("group.farmers", 10 * n, 10 * n + 5, "strong", phrase) for n in range(times)]
    labels = frozenset({"group.farmers"}) if right else frozenset()
    document = SimpleNamespace(labels=labels, optional=frozenset({"group.farmers"} if optional else ()))
    return document, PhraseScores(True, False, {}, {}, {"group.farmers": proof})


def test_a_phrase_that_is_right_says_more_than_one_that_is_wrong():
    documents = [told("farmer", right=True)] * 20 + [told("field", right=False)] * 20
    worths = learn_worths(documents)
    assert ACCEPT == worths["group.farmers", "field"] < USUAL < worths["group.farmers", "farmer"] <= MOST


def test_little_that_is_known_of_a_phrase_moves_it_little():
    [worth] = learn_worths([told("farmer", right=False)]).values()
    assert ACCEPT < worth < USUAL


def test_documents_in_which_a_phrase_is_optional_teach_nothing():
    assert learn_worths([told("farmer", right=False, optional=True)]) == {}


def test_a_phrase_among_others_answers_for_its_part():
    alone = learn_worths([told("farmer", right=False)] * 3)["group.farmers", "farmer"]
    repeated = learn_worths([told("farmer", right=False, times=4)] * 3)["group.farmers", "farmer"]
    assert alone < repeated


def test_f1_of_few_labels_is_drawn_to_that_of_all_concepts():
    own, overall = thresholds._Counts(1, 1, 1), thresholds._Counts(50, 100, 100)
    assert thresholds._f1(own, overall, 0.0) == 1
    assert 0.5 < thresholds._f1(own, overall, 0.12) < 1
    assert thresholds._f1(thresholds._Counts(0, 0, 0), overall, 0.0) == 0


def test_composites_hold_the_sentences_and_the_labels_of_their_parts(flood_examples, floods):
    documents, _ = prepare_corpus(flood_examples, floods, NO_SYNONYMS)
    gate = frozenset(c.id for c in floods if c.facet == floods.scheme.gate)
    made = compose(documents, gate)
    again = compose(documents, gate)
    assert [one.example for one in made] == [one.example for one in again]
    assert [one.rows.tolist() for one in made] == [one.rows.tolist() for one in again]
    assert 0.9 * len(documents) <= len(made) <= len(documents)
    by_id = {document.example.id: document for document in documents}
    for one in made:
        parts = [by_id[name] for name in one.example.id.split("+")]
        assert len(parts) > 1
        assert one.labels == frozenset().union(*[part.labels for part in parts])
        assert not one.labels & one.optional
        assert one.rows.tolist() == [row for part in parts for row in part.rows.tolist()]
        assert len(one.rows) == len(one.evidence)
    assert any(not one.labels for one in made)


def test_the_test_part_is_left_out(flood_examples, floods, tmp_path):
    with (tmp_path / "a.jsonl").open("w", encoding="utf-8") as file:
        for e in flood_examples:
            evidence = {c: e.full_text[start:end] for c, (start, end) in e.evidence.items()}
            record = {
                "id": e.id, "lang": e.language, "genre": e.genre, "title": e.title, "text": e.text,
                "labels": sorted(e.labels), "family": e.family, "evidence": evidence,
            }  # fmt: skip
            file.write(json.dumps(record) + "\n")
    lines = []
    model = fitting.train(floods, tmp_path, lines.append)
    inside = [e for e in flood_examples if part_of(e.family) != "test"]
    assert model.metrics["documents"] == {"en": len(inside)}
    assert len(inside) < len(flood_examples)
    assert lines
    figures = evaluation.evaluate(Tagger(floods, model), tmp_path)
    assert figures["documents"] == len(flood_examples) - len(inside)
    assert figures["all"]["f1"] > 0.6
    assert 0 < figures["evidence"]["f1"] <= 1
    assert "words of evidence" in evaluation.table(figures)
    parts = json.loads(fitting.splits_file(tmp_path, floods))
    assert parts == {e.family: part_of(e.family) for e in flood_examples}


def test_training_does_not_run_on_nothing(floods, tmp_path):
    with pytest.raises(CorpusError):
        fitting.train(floods, tmp_path)


def test_training_says_what_there_is_too_little_of(flood_examples, floods):
    off_topic = [one for one in flood_examples if not one.labels]
    one_family = [one._replace(family="f") for one in flood_examples]
    for examples, said in (
        ([], "no document to train on"),
        (flood_examples[:2], "on topic"),
        (off_topic, "on topic"),
        ([one for one in flood_examples if one.labels], "off topic"),
        (one_family, "several families"),
        ([*flood_examples, flood_examples[1]._replace(language="fr")], "in 'fr'"),
    ):
        with pytest.raises(CorpusError, match=said):
            fitting.fit(examples, floods)


def write_corpus(folder, *records):
    usual = {"lang": "en", "genre": "news", "title": "T", "text": "Milk.", "labels": [], "evidence": {}}
    lines = [json.dumps({"id": str(n), "family": str(n), **usual, **one}) for n, one in enumerate(records)]
    (folder / "a.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"labels": ["hazard.nope"]}, "unknown concepts ['hazard.nope']"),
        ({"labels": [["a"]]}, "unknown concepts [['a']]"),
        ({"title": 3}, "'title' is of type int, not str"),
        ({"opt": None}, "'opt' is of type NoneType, not list"),
        ({"labels": ["hazard.river"]}, "the evidence of hazard.river is not in the text: None"),
    ],
)
def test_a_faulty_record_of_a_corpus_is_told_with_file_and_line(floods, tmp_path, record, said):
    write_corpus(tmp_path, {}, record)
    with pytest.raises(CorpusError) as raised:
        read_corpus(tmp_path, floods)
    (problem,) = raised.value.problems
    assert problem == f"{tmp_path / 'a.jsonl'}:2: {said}"


def test_a_corpus_that_is_not_utf8_is_told(floods, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": "1"}', "utf-16")
    with pytest.raises(CorpusError, match=r"a\.jsonl:1: 'utf-8' codec"):
        read_corpus(tmp_path, floods)


@pytest.mark.parametrize("splits", [(), ("--splits", "no/such/folder/splits.json")])
def test_training_looks_at_its_outputs_before_the_work(splits, tmp_path, monkeypatch):
    write_corpus(tmp_path, {})
    (tmp_path / "file").write_text("x", "utf-8")
    monkeypatch.setattr(fitting, "fit", None)
    output = "model" if splits else "file"
    result = CliRunner().invoke(cli, ["train", str(tmp_path), str(tmp_path / output), *splits])
    assert result.exit_code == 2
    assert result.stderr.startswith("mtag: cannot write ")


# -- evaluation --------------------------------------------------------------------------------------


def outcome(labels, found, optional=(), language="en", family="f", probabilities=None):
    gold = Gold("id", language, "", frozenset(labels), frozenset(optional), family, not labels)
    return Outcome(gold, frozenset(found), probabilities or {})


def test_counts_leave_optional_concepts_out():
    scores = evaluation.count(
        [outcome({"a", "b"}, {"a", "c", "d"}, optional={"d"})], frozenset({"a", "b", "c", "d"})
    )
    assert scores == Scores(right=1, extra=1, missed=1)
    assert scores.f1 == 0.5


def test_figures_of_nothing_are_zero():
    assert Scores(0, 0, 0).as_dict()["f1"] == 0


def test_closure_adds_broader_concepts_on_both_sides(floods):
    gold = [Gold("1", "en", "", frozenset({"hazard.river"}), frozenset(), "f", False)]
    system = lambda _: (["hazard.coast"], {})  # noqa: E731
    assert evaluation.count(evaluation.run(system, gold, floods), frozenset(floods.concepts)).right == 1
    alone = evaluation.run(system, gold, floods, closure=False)
    assert evaluation.count(alone, frozenset(floods.concepts)).right == 0


def test_the_gate_is_judged_on_documents_that_are_surely_on_or_off_topic(floods):
    outcomes = [
        outcome({"hazard.river"}, {"hazard.coast"}),
        outcome((), {"hazard.river"}),
        outcome((), {"hazard.river"}, optional={"hazard.river"}),
        outcome((), ()),
    ]
    assert evaluation.gate(outcomes, floods) == (Scores(1, 1, 0), 1)


def test_calibration_error_and_coverage():
    sure = [outcome({"a"}, {"a"}, probabilities={"a": 0.9}) for _ in range(9)]
    wrong = outcome((), {"a"}, probabilities={"a": 0.9})
    error, curve = evaluation.reliability([*sure, wrong])
    assert error == pytest.approx(0)
    assert curve == [{"probability": 0.9, "right": 0.9, "tags": 10}]
    low = outcome((), {"a"}, probabilities={"a": 0.2})
    assert evaluation.coverage([*sure, low], 0.95) == 1
    assert evaluation.coverage([low], 0.9) == 0


def test_parity_compares_the_two_languages_of_a_family():
    pair = [outcome({"a"}, {"a", "b"}), outcome({"a"}, {"a"}, language="fr")]
    assert evaluation.parity(pair) == 0.5
    assert evaluation.parity(pair[:1]) is None


def test_the_interval_holds_the_figure():
    outcomes = [outcome({"a"}, {"a"} if n % 3 else ()) for n in range(60)]
    low, high = evaluation.interval(outcomes, frozenset({"a"}))
    assert low < evaluation.count(outcomes, frozenset({"a"})).f1 < high


def test_the_report_is_json_and_a_table(floods, flood_model, flood_examples):
    gold = evaluation.from_examples(flood_examples[:20])
    outcomes = evaluation.run(evaluation.of_tagger(Tagger(floods, flood_model)), gold, floods)
    figures = evaluation.report(outcomes, floods)
    assert json.loads(evaluation.as_json(figures))["documents"] == 20
    assert "hazard.river" in evaluation.table(figures, concepts=True)


def test_tags_that_are_as_probable_are_covered_together():
    right = outcome({"a"}, {"a"}, probabilities={"a": 0.9})
    tied = [outcome({"b"}, {"b", "c"}, probabilities={"b": 0.7, "c": 0.7})]
    assert evaluation.coverage([right, *tied], 0.9) == 0.5
    assert evaluation.coverage([right, *tied], 0.6) == 1.0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"id": "1"}', "the record has no 'lang'"),
        (b"3", "a record is an object with id, lang, text, not int"),
        (b'{"id": "1", "lang": "en", "text": "x", "labels": ["hazard.nope"]}', "unknown concepts"),
        (b'{"id": "1", "lang": "en", "text": "x", "labels": null}', "'labels' is of type NoneType, not list"),
        (b"{oops", "Expecting property name"),
        (b"\xff\xfe", "'utf-8' codec"),
    ],
)
def test_a_faulty_record_is_told_with_file_and_line(floods, tmp_path, line, said):
    path = tmp_path / "gold.jsonl"
    path.write_bytes(b"\n" + line + b"\n")
    with pytest.raises(CorpusError) as raised:
        evaluation.read_documents(path, floods)
    (problem,) = raised.value.problems
    assert problem.startswith(f"{path}:2: {said}")


def test_a_text_may_hold_characters_that_end_a_line_elsewhere(floods, tmp_path):
    path = tmp_path / "gold.jsonl"
    record = {"id": "1", "lang": "en", "text": "one\u2028two\x85three", "labels": []}
    path.write_text(json.dumps(record, ensure_ascii=False) + "\r\n\n", "utf-8")
    [gold] = evaluation.read_documents(path, floods)
    assert gold.text == record["text"]


def test_nothing_to_measure_on_is_told(flood_tagger, tmp_path):
    family = next(name for name in map(str, range(99)) if part_of(name) == "train")
    write_corpus(tmp_path, {"family": family})
    (tmp_path / "empty").write_text("\n", "utf-8")
    for place, said in ((tmp_path, "no document is of the test part"), (tmp_path / "empty", "no labelled")):
        with pytest.raises(CorpusError, match=said):
            evaluation.evaluate(flood_tagger, place)


def test_training_and_measuring_are_imported_from_one_place():
    assert training.train is fitting.train
    assert training.evaluate is evaluation.evaluate
    with pytest.raises(AttributeError, match="nothing"):
        _ = training.nothing


def test_the_command_measures_the_shipped_tagger(tmp_path):
    path = tmp_path / "gold.jsonl"
    record = {"id": "1", "lang": "en", "text": "Two men were jailed for human trafficking.", "labels": []}
    path.write_text(json.dumps(record) + "\n", "utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "mtag", "evaluate", str(path), "--json"],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert json.loads(run.stdout)["documents"] == 1


def test_the_shipped_model_was_trained_on_the_corpus_and_taxonomy_of_the_project():
    taxonomy = Taxonomy.load()
    model = TrainedModel.load(MODEL_FOLDER, KIND)
    corpus = read_corpus(Path(__file__).parent.parent / "seeds" / "documents", taxonomy)
    assert model.settings["taxonomy"] == taxonomy.digest
    assert model.settings["corpus"] == digest([e for e in corpus if part_of(e.family) != "test"])
