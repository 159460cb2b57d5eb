"""Measures the shipped tagger and holds it to `floors.json`; exits with 1 where a figure fell.

python benchmarks/accuracy/floors.py [--update [--lower REASON]]
"""

import argparse
import sys
from pathlib import Path

from mtag import Tagger
from mtag.training import corpus, evaluation, floors
from mtag.training.evidence import evidence_scores

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SHARED = ROOT.parent / "shared" / "dev" / "documents.jsonl"


def figures_of(name, outcomes, taxonomy):
    found = evaluation.report(outcomes, taxonomy)
    figures = {"micro F1": found["all"]["f1"], "precision": found["all"]["precision"]}
    figures["gate F1"] = found["gate"]["f1"]
    figures["calibration (1 - error)"] = 1 - found["calibration_error"]
    for group in ("languages", "facets"):
        figures |= {f"{key} F1": value["f1"] for key, value in found[group].items()}
    if found["parity"] is not None:
        figures["parity"] = found["parity"]
    if found["near_misses"]["documents"]:
        figures["near misses kept out"] = found["near_misses"]["kept_out"] / found["near_misses"]["documents"]
    return {f"{name}: {key}": value for key, value in figures.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--update", action="store_true", help="raise the floors to what was measured")
    parser.add_argument("--lower", metavar="REASON", help="let floors fall, and say why")
    arguments = parser.parse_args()
    tagger = Tagger.load()
    taxonomy, system = tagger.taxonomy, evaluation.of_tagger(tagger)
    examples = corpus.read_corpus(ROOT / "seeds" / "documents", taxonomy)
    test = [example for example in examples if corpus.part_of(example.family) == "test"]
    figures = figures_of("test", evaluation.run(system, evaluation.from_examples(test), taxonomy), taxonomy)
    figures["test: evidence F1"] = evidence_scores(tagger, test).f1
    if SHARED.exists():
        real = evaluation.read_documents(SHARED, taxonomy)
        figures |= figures_of("real", evaluation.run(system, real, taxonomy), taxonomy)
    for name, value in figures.items():
        print(f"{name:40} {value:.4f}")
    known, digest = floors.read(HERE / "floors.json"), corpus.digest(examples)
    if arguments.update:
        try:
            floors.write(HERE / "floors.json", floors.update(figures, known, digest, arguments.lower))
        except ValueError as error:
            sys.exit(f"{error}: --lower REASON")
    elif fallen := floors.failures(figures, known, digest):
        sys.exit("\n".join(fallen))


if __name__ == "__main__":
    main()
