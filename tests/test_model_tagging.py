"""Model tagging: scores as scikit-learn gives them, evidence as spans, folders that are refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtag import Tagger, modelevidence
from mtag.bigrams import Bigrams
from mtag.chunks import Vocabulary
from mtag.document import Sentence
from mtag.errors import ModelError, OptionError
from mtag.linearmodel import arrays_of, bigram_name, unit_of, word_features
from mtag.model import TrainedModel
from mtag.pipeline import model_tagging
from mtag.pipeline.model_tagging import KIND, Classifier
from mtag.synonyms import NO_SYNONYMS, Synonyms
from mtag.training import classifiers, features, fitting

PARAPHRASED = (
    "The meadow stood under muddy liquid",
    "The brook left its bed on Sunday and the lower meadow vanished under brown liquid.",
    "Crofters drove their animals uphill before midnight.",
)


def sentences_of(*lines: str, language: str = "en") -> tuple[str, tuple[Sentence, ...]]:
    text, found, position = "\n".join(lines), [], 0
    for number, line in enumerate(lines):
        found.append(Sentence(position, position + len(line), number, language))
        position += len(line) + 1
    return text, tuple(found)


# -- features ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        ("Été", ("ete",)),
        ("passeports", ("passeports", "pass-", "passepo-")),
        ("PASSEPORTS", ("passeports", "pass-", "passepo-")),
        ("2024", ("#",)),
        ("men", ("men",)),
        ("brook", ("brook", "broo-", "@water")),
    ],
)
def test_the_features_of_a_word(surface, expected):
    synonyms = Synonyms.from_groups({"water": {"en": ["brook", "stream"], "fr": ["ruisseau"]}})
    assert word_features(surface, "en", synonyms) == expected
    assert "@water" not in word_features(surface, "fr", synonyms)


BROOKS = Synonyms.from_groups({"water": {"en": ["brook", "stream"]}})


def test_a_bigram_is_two_words_in_a_row_by_their_groups_of_synonyms():
    brook, streams, rises = (word_features(word, "en", BROOKS) for word in ("Brook", "streams", "rises"))
    assert bigram_name(unit_of(brook), unit_of(rises)) == "@water\trises"
    assert bigram_name(unit_of(streams), unit_of(rises)) == "streams\trises"


@pytest.mark.parametrize("synonyms", [NO_SYNONYMS, BROOKS], ids=["words", "groups"])
def test_tagging_scores_as_training_does(flood_examples, floods, monkeypatch, synonyms):
    documents, counts = features.prepare_corpus(flood_examples, floods, synonyms)
    classifier = Classifier(fitting.fit(flood_examples, floods, synonyms=synonyms), floods.digest)
    wanted = classifiers.score_documents(classifier.weights, documents, counts)
    seen = []
    score = model_tagging.score
    monkeypatch.setattr(model_tagging, "score", lambda *given: seen.append(score(*given)) or seen[-1])
    bigrams = [*classifier.weights.vocabulary][classifier.weights.first_bigram :]
    assert any(name.startswith("@") for name in bigrams) == (synonyms is BROOKS)
    assert bigrams
    for document in documents:
        classifier.tag_item(document.example.full_text, document.segment.sentences)
    for view, found in zip(wanted, zip(*[best for best, _ in seen], strict=True), strict=True):
        assert np.abs(view - np.vstack(found)).max() < 1e-9


WORD = st.sampled_from(["new", "york", "city", "hall", "New", "unmet"])


@given(st.lists(st.lists(WORD, max_size=7), max_size=5))
def test_bigrams_are_found_within_sentences(sentences):
    names = ["new\tyork", "york\tcity", "hall\thall", "city\tnew"]
    vocabulary, flat = Vocabulary(), [word for one in sentences for word in one]
    numbers = np.array([vocabulary.number(word) for word in flat], np.int64)
    owner = np.array([n for n, one in enumerate(sentences) for _ in one], np.int64)
    places, found = Bigrams(names, {"en": str.lower}).find("en", vocabulary, numbers, owner)
    plain = [
        (place, names.index(name))
        for place in range(1, len(flat))
        if owner[place] == owner[place - 1]
        and (name := f"{flat[place - 1].lower()}\t{flat[place].lower()}") in names
    ]
    assert [*zip(places.tolist(), found.tolist(), strict=True)] == plain


def test_without_bigrams_none_are_found():
    vocabulary = Vocabulary()
    numbers = np.array([vocabulary.number(word) for word in ("new", "york")])
    places, found = Bigrams([], {"en": str.lower}).find("en", vocabulary, numbers, np.zeros(2, np.int64))
    assert len(places) == len(found) == 0


def test_a_letter_that_folds_to_several_words_is_one_word(flood_examples, floods):
    examples = [e._replace(text=f"{e.text} The ﷺ flood ﷻ came.") for e in flood_examples]
    classifier = Classifier(fitting.fit(examples, floods), floods.digest)
    assert any(" " in name for name in classifier.weights.vocabulary)
    assert classifier.tag_item(*sentences_of("The ﷺ flood ﷻ came.")).languages == ["en"]


def test_an_item_without_words_or_in_another_language_has_no_scores(flood_model, floods):
    classifier = Classifier(flood_model, floods.digest)
    assert not classifier.tag_item("…", (Sentence(0, 1, 0, "en"),)).languages
    assert not classifier.tag_item("Der Fluss stieg.", (Sentence(0, 16, 0, "other"),)).languages
    assert not classifier.tag_item("", ()).languages


# -- tags and evidence -------------------------------------------------------------------------------


def test_a_paraphrase_that_no_phrase_finds_is_tagged(flood_model, floods, flood_tagger):
    text = "\n".join(PARAPHRASED)
    assert flood_tagger.tag(text).concept_ids == ()
    result = Tagger(floods, flood_model).tag(text)
    assert {"hazard.water", "hazard.river", "group.farmers"} <= set(result.concept_ids)
    river = next(tag for tag in result.tags if tag.id == "hazard.river")
    assert river.source == "model"
    assert {evidence.kind for evidence in river.evidence} == {"model"}


def test_phrases_and_model_together_say_both(flood_model, floods):
    result = Tagger(floods, flood_model).tag("The flood came. " + " ".join(PARAPHRASED))
    assert next(tag for tag in result.tags if tag.id == "hazard.river").source == "both"


def test_without_a_model_phrases_alone_tag(floods):
    text = "A flood came at night and farmers were evacuated."
    assert all(tag.source in ("phrase", "broader") for tag in Tagger(floods).tag(text).tags)


def test_a_text_of_one_sentence_works(flood_model, floods):
    result = Tagger(floods, flood_model).tag(PARAPHRASED[1])
    assert "hazard.river" in result.concept_ids


@given(st.lists(st.sampled_from([*PARAPHRASED, "It was quiet.", "Farmers fled the flood."]), max_size=60))
def test_evidence_reads_as_its_quote_and_lies_in_its_sentence(flood_model, floods, lines):
    text, sentences = sentences_of(*lines)
    for (_, concept), found in carried(Classifier(flood_model, floods.digest), text, sentences).items():
        for one in found:
            assert any(s.start <= one.start < one.end <= s.end for s in sentences)
            assert (one.concept, one.kind) == (concept, "model")
    for tag in Tagger(floods, flood_model).tag(text).tags:
        assert tag.evidence
        for one in tag.evidence:
            assert text[one.start : one.end] == one.quote


def test_what_is_learned_of_a_word_is_known_of_its_synonyms(flood_examples, floods):
    groups = {"brook": {"en": ["brook", "rivulet"]}, "cellar": {"en": ["cellar", "basement"]}}
    unseen = "The rivulet stood knee deep in every basement."
    odds = []
    for synonyms in (NO_SYNONYMS, Synonyms.from_groups(groups)):
        tagger = Classifier(fitting.fit(flood_examples, floods, synonyms=synonyms), floods.digest)
        scores = tagger.tag_item(*sentences_of(unseen))
        odds.append(scores.odds[0, tagger.concepts.index("hazard.river")])
    assert odds[1] > odds[0] + 0.5


def test_the_best_sentence_comes_first(flood_model, floods):
    text, sentences = sentences_of("It was quiet.", PARAPHRASED[2], PARAPHRASED[1])
    found = carried(Classifier(flood_model, floods.digest), text, sentences)
    assert found["en", "hazard.river"][0].start >= sentences[2].start


def carried(classifier, text, sentences, *, together=True):
    """The words that carried each concept in each language, found all at once or one at a time."""
    found = {}
    scores = classifier.tag_item(text, sentences)
    asked = np.indices(scores.odds.shape).reshape(2, -1)
    for rows, concepts in [asked] if together else asked.T[:, :, None]:
        words = scores.words(rows, concepts)
        for row, concept, own in zip(rows, concepts, words, strict=True):
            found[scores.languages[row], classifier.concepts[concept]] = own
    return found


@given(st.lists(st.sampled_from([*PARAPHRASED, "It was quiet.", "word " * 300]), min_size=1, max_size=30))
def test_words_found_together_are_those_found_one_concept_at_a_time(flood_model, floods, lines):
    classifier, item = Classifier(flood_model, floods.digest), sentences_of(*lines)
    assert carried(classifier, *item) == carried(classifier, *item, together=False)


def test_many_sentences_are_gone_through_in_portions(flood_model, floods, monkeypatch):
    classifier, item = Classifier(flood_model, floods.digest), sentences_of(*PARAPHRASED, *PARAPHRASED)
    whole = carried(classifier, *item)
    monkeypatch.setattr(modelevidence, "_TOGETHER", 2)
    assert any(whole.values())
    assert carried(classifier, *item) == whole


@pytest.mark.parametrize(("text", "quote"), [("A brook rises.", "brook rises"), ("It rises.", "rises")])
def test_half_of_what_a_bigram_says_is_evidence_by_each_of_its_words(flood_model, floods, text, quote):
    classifier = Classifier(flood_model, floods.digest)
    names, concept = ["brook", "rises", "brook\trises"], floods.order["hazard.river"]
    coefficients = np.zeros((3, len(floods) + 1), np.int16)
    coefficients[:, concept] = 0, 1, 100  # alone, "brook" says nothing
    view = classifier.weights.sentence._replace(coefficients=coefficients)
    vocabulary = {name: number for number, name in enumerate(names)}
    weights = classifier.weights._replace(
        vocabulary=vocabulary, first_bigram=2, idf=np.ones(3), sentence=view, vicinity=view, passage=view
    )
    arrays = {**flood_model.arrays, **arrays_of(weights)}
    classifier = Classifier(TrainedModel(KIND, arrays, flood_model.settings), floods.digest)
    [one] = carried(classifier, *sentences_of(text))["en", "hazard.river"]
    assert text[one.start : one.end] == quote


# -- precision ---------------------------------------------------------------------------------------


def test_a_wanted_precision_accepts_less(flood_model, floods):
    text = "\n".join(PARAPHRASED)
    strict = Tagger(floods, flood_model, precision=0.95)
    assert set(strict.tag(text).concept_ids) <= set(Tagger(floods, flood_model).tag(text).concept_ids)


@pytest.mark.parametrize("precision", [0.5, 1.2, 0, -1])
def test_a_precision_the_model_has_no_threshold_for_is_refused(flood_model, floods, precision):
    with pytest.raises(OptionError, match="has thresholds for"):
        Tagger(floods, flood_model, precision=precision)


def test_phrases_alone_promise_no_precision(floods):
    with pytest.raises(OptionError, match="needs a trained model"):
        Tagger(floods, precision=0.9)


# -- folders -----------------------------------------------------------------------------------------


@pytest.fixture
def folder(flood_model, tmp_path):
    flood_model.save(tmp_path / "model")
    return tmp_path / "model"


def test_a_folder_gives_the_same_tagger(folder, flood_model, floods):
    text = "\n".join(PARAPHRASED)
    assert Tagger.load(floods, folder).tag(text).tags == Tagger(floods, flood_model).tag(text).tags


def test_a_model_for_another_taxonomy_is_refused(folder):
    with pytest.raises(ModelError, match="another taxonomy"):
        Tagger.load(None, folder)


def test_a_changed_array_is_refused(folder, floods):
    path = folder / "passage_coefficients.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelError, match=r"passage_coefficients\.npy: its SHA-256"):
        Tagger.load(floods, folder)


def test_a_truncated_or_longer_array_is_refused(folder, floods):
    path = folder / "idf.npy"
    data = path.read_bytes()
    for changed in (data[:-1], data + b"x"):
        path.write_bytes(changed)
        with pytest.raises(ModelError, match=r"idf\.npy: the file has"):
            Tagger.load(floods, folder)


def test_a_changed_threshold_is_refused(folder, floods):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["settings"]["fusion"]["en"]["gate"] = -9
    path.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(ModelError, match="changed after training"):
        Tagger.load(floods, folder)


def test_a_newer_folder_is_refused(folder, floods):
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "format": 99}), "utf-8")
    with pytest.raises(ModelError, match="newer"):
        Tagger.load(floods, folder)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"fusion": {}}, r"settings\.fusion"),
        ({"fusion": {"en": {"weak": 1.0}}}, r"settings\.fusion"),
        ({"concepts": ["hazard.river"]}, "do not fit"),
    ],
    ids=["no-rule", "half-a-rule", "other-concepts"],
)
def test_rules_that_are_not_for_the_taxonomy_are_refused(floods, flood_model, changed, message):
    settings = {**flood_model.settings, **changed}
    with pytest.raises(ModelError, match=message):
        Tagger(floods, TrainedModel(KIND, flood_model.arrays, settings))


def test_a_model_of_concepts_in_another_order_is_refused(floods, flood_model):
    settings = {**flood_model.settings, "concepts": flood_model.settings["concepts"][::-1]}
    with pytest.raises(ModelError, match=r"settings\.concepts"):
        Tagger(floods, TrainedModel(KIND, flood_model.arrays, settings))


def test_a_rule_without_numbers_is_refused(floods, flood_model):
    rule = {**flood_model.settings["fusion"]["en"], "weak": "much"}
    with pytest.raises(ModelError, match=r"settings\.fusion"):
        Tagger(
            floods, TrainedModel(KIND, flood_model.arrays, {**flood_model.settings, "fusion": {"en": rule}})
        )


def test_a_model_of_another_kind_or_without_its_rules_is_refused(tmp_path, floods, flood_model):
    TrainedModel("language", {}).save(tmp_path / "other")
    with pytest.raises(ModelError, match="'language' model"):
        Tagger.load(floods, tmp_path / "other")
    settings = {key: value for key, value in flood_model.settings.items() if key != "fusion"}
    TrainedModel(KIND, flood_model.arrays, settings).save(tmp_path / "bare")
    with pytest.raises(ModelError, match=r"settings\.fusion"):
        Tagger.load(floods, tmp_path / "bare")
    settings = {**flood_model.settings, "worths": [["hazard.river", 0.5]]}
    TrainedModel(KIND, flood_model.arrays, settings).save(tmp_path / "worths")
    with pytest.raises(ModelError, match=r"settings\.worths"):
        Tagger.load(floods, tmp_path / "worths")
    settings = {**flood_model.settings, "tokenizer": "other/1"}
    TrainedModel(KIND, flood_model.arrays, settings).save(tmp_path / "words")
    with pytest.raises(ModelError, match="tokenizer"):
        Tagger.load(floods, tmp_path / "words")
    names = bytes(flood_model.arrays["vocabulary"]).rpartition(b"\n")[0] + b"\nlone"
    arrays = {**flood_model.arrays, "vocabulary": np.frombuffer(names, np.uint8)}
    TrainedModel(KIND, arrays, flood_model.settings).save(tmp_path / "bigrams")
    with pytest.raises(ModelError, match="do not fit the vocabulary"):
        Tagger.load(floods, tmp_path / "bigrams")
    arrays = {name: array for name, array in flood_model.arrays.items() if name != "en_prior"}
    TrainedModel(KIND, arrays, flood_model.settings).save(tmp_path / "part")
    with pytest.raises(ModelError, match="lacks a part"):
        Tagger.load(floods, tmp_path / "part")


@pytest.mark.parametrize("name", ["model.pkl", "model.joblib"])
def test_pickles_are_not_opened(tmp_path, name, floods):
    (tmp_path / name).write_bytes(b"anything")
    with pytest.raises(ModelError, match="mtag train"):
        Tagger.load(floods, tmp_path / name)


def test_a_folder_that_is_not_there_is_refused(tmp_path, floods):
    with pytest.raises(ModelError, match=r"manifest\.json"):
        Tagger.load(floods, tmp_path / "nothing")


def test_the_model_folder_that_ships_is_small():
    from mtag.tagger import MODEL_FOLDER

    folder = Path(MODEL_FOLDER)
    assert sum(path.stat().st_size for path in folder.rglob("*")) <= 8_000_000
    TrainedModel.load(folder, KIND)
