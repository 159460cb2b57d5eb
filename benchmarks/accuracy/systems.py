"""Systems side by side on the same documents: phrases, model, both, what a user would write, key words.

    python benchmarks/accuracy/systems.py [--model FOLDER] [--curve] [--json FILE]

The project's corpus is split by family: nothing here is fitted on its test part. The real documents
of the workplace (`../shared/dev`) are measured only; no threshold is set on them.
"""

import argparse
import json
import random
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from mtag import Tagger, Taxonomy
from mtag.model import TrainedModel
from mtag.phrases import compile_lexicon
from mtag.pipeline import model_tagging
from mtag.tagger import MODEL_FOLDER
from mtag.tokens import fold
from mtag.training import corpus, evaluation, fitting
from mtag.training.evaluation import Gold, System, of_tagger

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "dev" / "documents.jsonl"


def model_alone(taxonomy: Taxonomy, model: TrainedModel) -> System:
    """The model with its own thresholds and gate; no phrase is looked at."""
    empty = {code: compile_lexicon([], code) for code in taxonomy.scheme.languages}
    return of_tagger(Tagger(Taxonomy(taxonomy.scheme, taxonomy, empty), model))


def keywords(taxonomy: Taxonomy) -> System:
    """Zero effort: a concept where the words of its label stand in the text."""
    labels = {
        code: {concept.id: fold(concept.label[code]) for concept in taxonomy}
        for code in taxonomy.scheme.languages
    }

    def system(gold: Gold):
        text = fold(gold.text)
        return [concept for concept, label in labels[gold.language].items() if label in text], {}

    return system


def plain_tfidf(train: list[Gold], taxonomy: Taxonomy) -> System:
    """TF-IDF of words and pairs, one-vs-rest logistic regression, 0.5 thresholds: one for each language."""
    concepts = list(taxonomy.concepts)
    fitted = {}
    for code in taxonomy.scheme.languages:
        own = [gold for gold in train if gold.language == code]
        vectors = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        rows = vectors.fit_transform([gold.text for gold in own])
        closed = [taxonomy.close(gold.labels) for gold in own]
        wanted = [[int(concept in labels) for concept in concepts] for labels in closed]
        fitted[code] = vectors, OneVsRestClassifier(LogisticRegression(max_iter=1000)).fit(rows, wanted)

    def system(gold: Gold):
        vectors, classifier = fitted[gold.language]
        row = classifier.predict_proba(vectors.transform([gold.text]))[0]
        shown = {concept: float(p) for concept, p in zip(concepts, row, strict=True) if p >= 0.35}
        return [concept for concept, p in shown.items() if p >= 0.5], shown

    return system


def learning_curve(examples, taxonomy: Taxonomy, test: list[Gold], dev: list[Gold]) -> None:
    families = sorted({e.family for e in examples if corpus.part_of(e.family) != "test"})
    random.Random(0).shuffle(families)
    synonyms = corpus.read_synonyms(ROOT / "seeds" / "documents")
    print("\n| share of the corpus | documents | test F1 | dev F1 |\n|---|---|---|---|")
    for share in (0.125, 0.25, 0.5, 1.0):
        chosen = set(families[: int(share * len(families))])
        inside = [e for e in examples if e.family in chosen]
        tagger = Tagger(taxonomy, fitting.fit(inside, taxonomy, synonyms=synonyms))
        scores = [
            evaluation.count(
                evaluation.run(of_tagger(tagger), gold, taxonomy), frozenset(taxonomy.concepts)
            ).f1
            for gold in (test, dev)
        ]
        print(f"| {share:.3f} | {len(inside)} | {scores[0]:.3f} | {scores[1]:.3f} |", flush=True)


def row(name: str, found: dict, taxonomy: Taxonomy) -> str:
    """A line of the table of systems."""
    whole, near = found["all"], found["near_misses"]
    cells = [f"{whole[key]:.3f}" for key in ("precision", "recall", "f1")]
    cells += [f"{whole['low']:.3f}-{whole['high']:.3f}", f"{found['macro_f1']:.3f}"]
    cells += [f"{found['languages'][code]['f1']:.3f}" for code in taxonomy.scheme.languages]
    cells += [f"{found['facets'][facet.id]['f1']:.3f}" for facet in taxonomy.scheme.facets]
    cells += [f"{found['gate']['f1']:.3f}", f"{near['kept_out']}/{near['documents']}"]
    return f"| {name} | " + " | ".join([*cells, f"{found['calibration_error']:.3f}"]) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=MODEL_FOLDER)
    parser.add_argument("--curve", action="store_true", help="the learning curve too")
    parser.add_argument("--json", type=Path, help="write every figure")
    arguments = parser.parse_args()
    taxonomy = Taxonomy.load()
    model = TrainedModel.load(arguments.model, model_tagging.KIND)
    examples = corpus.read_corpus(ROOT / "seeds" / "documents", taxonomy)
    train = evaluation.from_examples(e for e in examples if corpus.part_of(e.family) != "test")
    test = evaluation.from_examples(e for e in examples if corpus.part_of(e.family) == "test")
    dev = evaluation.read_documents(SHARED, taxonomy)
    systems = {
        "key words": keywords(taxonomy),
        "TF-IDF + OvR 0.5": plain_tfidf(train, taxonomy),
        "phrases": of_tagger(Tagger(taxonomy)),
        "model": model_alone(taxonomy, model),
        "both": of_tagger(Tagger(taxonomy, model)),
    }
    figures = {}
    for where, gold in (("test", test), ("dev", dev)):
        print(f"\n{where}: {len(gold)} documents\n")
        print(
            "| system | P | R | F1 | interval | macro | EN | FR | form | victim | pillar | gate | near | CE |"
        )
        print("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
        for name, system in systems.items():
            found = evaluation.report(evaluation.run(system, gold, taxonomy), taxonomy)
            figures[f"{where} {name}"] = found
            print(row(name, found, taxonomy), flush=True)
        print(f"\nparallel pairs agree: {found['parity']}; recall at precision: {found['coverage']}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if arguments.curve:
        learning_curve(examples, taxonomy, test, dev)


if __name__ == "__main__":
    main()
