"""Precision, recall and F1 of the tags on labelled documents, by facet, language and concept.

    python benchmarks/accuracy/phrases.py [DOCUMENTS.jsonl] [--concepts]

The documents are those of the workplace (`../shared/dev/documents.jsonl`) unless another file is
given; nothing is ever trained on them. Scores follow the README there: broader concepts added on
both sides, optional ones neither rewarded nor punished, the gate is any concept of its facet.
"""

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path

import mtag

SHARED = Path(__file__).parents[3] / "shared" / "dev" / "documents.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("documents", nargs="?", type=Path, default=SHARED)
    parser.add_argument("--concepts", action="store_true", help="a line for each concept too")
    arguments = parser.parse_args()
    tagger = mtag.Tagger(mtag.Taxonomy.load())
    taxonomy, gate = tagger.taxonomy, tagger.taxonomy.scheme.gate
    counts: dict[str, Counter] = defaultdict(Counter)
    for line in arguments.documents.read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        found = taxonomy.close(tagger.tag(document["text"], format="text").concept_ids)
        gold = taxonomy.close(document["labels"])
        optional = taxonomy.close(document["opt"]) - gold
        opened, should = (any(taxonomy[c].facet == gate for c in ids) for ids in (found, gold))
        if gold or not any(taxonomy[c].facet == gate for c in optional):
            counts["gate"]["tp" if opened and should else "fp" if opened else "fn" if should else "tn"] += 1
        found -= optional
        for name, concepts in (("tp", found & gold), ("fp", found - gold), ("fn", gold - found)):
            for concept in concepts:
                facet = taxonomy[concept].facet
                for key in ("all", f"language {document['lang']}", f"facet {facet}", concept):
                    counts[key][name] += 1
    for key, count in sorted(counts.items()):
        if key in taxonomy.concepts and not arguments.concepts:
            continue
        precision = count["tp"] / max(1, count["tp"] + count["fp"])
        recall = count["tp"] / max(1, count["tp"] + count["fn"])
        score = 2 * precision * recall / max(1e-9, precision + recall)
        print(f"{key:32} P {precision:.3f}  R {recall:.3f}  F1 {score:.3f}   {dict(count)}")


if __name__ == "__main__":
    main()
