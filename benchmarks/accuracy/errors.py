"""Missed and extra tags of the shipped tagger by cause, and a reading list.

    python benchmarks/accuracy/errors.py [--list FILE]

Causes: `gate` (the document was kept out, or let in wrongly), `vocabulary` (no phrase, and the model
gives it less than 0.15), `threshold` (it was seen, but not enough), `implied` (only a narrower tag that
is wrong, or missed, brings it), `phrases` and `model` (what proved an extra tag).
"""

import argparse
from collections import Counter
from pathlib import Path

import numpy as np

from mtag import Tagger
from mtag.chunks import read_chunks
from mtag.pipeline import model_tagging
from mtag.preparation import prepare
from mtag.training import corpus, evaluation

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "dev" / "documents.jsonl"
UNSEEN = 0.15


def probabilities(tagger, text):
    """What the model alone gives each concept, the best over the items."""
    classifier = model_tagging.Classifier(tagger.model, tagger.taxonomy.digest)
    document = tagger.read(text, format="text")
    [cleaned] = prepare([document], read_chunks([document.text]))
    best = np.full(len(classifier.concepts), -np.inf)
    for segment in cleaned.segments:
        best = np.vstack((best, classifier.tag_item(document.text, segment.sentences).odds)).max(axis=0)
    return dict(zip(classifier.concepts, (1 / (1 + np.exp(-best))).tolist(), strict=True))


def causes(tagger, gold):
    taxonomy = tagger.taxonomy
    result = tagger.tag(gold.text, format="text")
    shown = {tag.id: tag for tag in result.tags}
    found = taxonomy.close(result.concept_ids)
    labels = taxonomy.close(gold.labels)
    optional = taxonomy.close(gold.optional) - labels
    of_gate = {concept.id for concept in taxonomy if concept.facet == taxonomy.scheme.gate}
    model = probabilities(tagger, gold.text)
    for concept in sorted(labels - found):
        narrower = {one for one in labels - found if concept in taxonomy.ancestors(one)}
        if not found & of_gate:
            cause = "gate"
        elif narrower and concept not in gold.labels:
            cause = "implied"
        elif concept in shown or model.get(concept, 0.0) >= UNSEEN:
            cause = "threshold"
        else:
            cause = "vocabulary"
        yield "missed", concept, cause, model.get(concept, 0.0), ""
    for concept in sorted(found - labels - optional):
        tag = shown[concept]
        if not labels & of_gate:
            cause = "gate"
        elif tag.source == "broader":
            cause = "implied"
        else:
            cause = "model" if tag.source == "model" else "phrases"
        yield "extra", concept, cause, tag.probability, tag.evidence[0].quote if tag.evidence else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--list", type=Path, help="write each error of the test families: id, concept, cause")
    arguments = parser.parse_args()
    tagger = Tagger.load()
    examples = corpus.read_corpus(ROOT / "seeds" / "documents", tagger.taxonomy)
    test = evaluation.from_examples(e for e in examples if corpus.part_of(e.family) == "test")
    real = evaluation.read_documents(SHARED, tagger.taxonomy) if SHARED.exists() else []
    sets = {"test": test, "real": real}
    lines = []
    for name, documents in sets.items():
        counts = Counter()
        for gold in documents:
            for kind, concept, cause, probability, quote in causes(tagger, gold):
                counts[kind, cause, concept.split(".")[0]] += 1
                if name == "test":
                    lines.append(f"{gold.id}\t{kind}\t{concept}\t{cause}\t{probability:.2f}\t{quote}")
        print(f"\n{name}: {len(documents)} documents\n")
        print("| | cause | form | victim | pillar |\n|---|---|---|---|---|")
        for kind, cause in sorted({key[:2] for key in counts}):
            cells = " | ".join(str(counts[kind, cause, facet]) for facet in ("form", "victim", "pillar"))
            print(f"| {kind} | {cause} | {cells} |")
    if arguments.list:
        arguments.list.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
