"""Where the time of the whole path goes, step by step, for a batch and for one document a call.

    python benchmarks/throughput/stages.py

CPU milliseconds a document, the best of five; the last step is what is left of the whole.
"""

import time

import texts

from mtag import Tagger
from mtag.pipeline import cleaning, language, phrase_tagging
from mtag.tagger import _cut
from mtag.wordtable import read_passages

DOCUMENTS = 100


def timed(work):
    """What `work` returns, and its CPU milliseconds a document."""
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        made = work()
        best = min(best, time.process_time() - start)
    return made, best / DOCUMENTS * 1000


def stages(tagger, documents, batch):
    """Each step of the path and its cost."""
    costs = {}
    read, costs["reading"] = timed(lambda: [tagger.read(text) for text in documents])
    chunks = [read[first : first + batch] for first in range(0, len(read), batch)]
    found, costs["language"] = timed(
        lambda: [language.detect_pages([(one.text, one.blocks) for one in chunk]) for chunk in chunks]
    )
    pages = [
        [(one, detected.languages) for one, detected in zip(chunk, own, strict=True)]
        for chunk, own in zip(chunks, found, strict=True)
    ]
    cleaned, costs["cleaning"] = timed(lambda: [cleaning.clean_pages(chunk) for chunk in pages])
    triples = [list(zip(*three, strict=True)) for three in zip(chunks, found, cleaned, strict=True)]
    cut, costs["items, sentences, metadata"] = timed(
        lambda: [[_cut(*three) for three in chunk] for chunk in triples]
    )
    passages = [
        [
            (one.document.text, item.sentences, one.cleaning.artefacts)
            for one in chunk
            for item in one.segments
        ]
        for chunk in cut
    ]
    words, costs["words"] = timed(lambda: [read_passages(chunk) for chunk in passages])
    spoken = [[sentence.language for _, own, _ in chunk for sentence in own] for chunk in passages]
    _, costs["phrases"] = timed(
        lambda: [
            phrase_tagging.tag_words(*pair, tagger.taxonomy.lexicons)
            for pair in zip(words, spoken, strict=True)
        ]
    )
    bounds = []
    for chunk in passages:
        bounds.append([0])
        for _, own, _ in chunk:
            bounds[-1].append(bounds[-1][-1] + len(own))
    _, costs["scores of the model"] = timed(
        lambda: [tagger._model.tag_words(*three, -4.0) for three in zip(words, spoken, bounds, strict=True)]
    )
    _, whole = timed(lambda: [tagger.tag_documents(chunk, [None] * len(chunk)) for chunk in chunks])
    costs["decision, evidence, results"] = whole + costs["reading"] - sum(costs.values())
    costs["whole"] = whole + costs["reading"]
    return costs


def main() -> None:
    tagger, documents = Tagger.load(), texts.documents(DOCUMENTS)
    list(tagger.tag_many(documents))
    batch, single = stages(tagger, documents, 25), stages(tagger, documents, 1)
    print("| step | batch of 25, ms a document | one a call |\n|---|---|---|")
    for name, cost in batch.items():
        print(f"| {name} | {cost:.2f} | {single[name]:.2f} |")


if __name__ == "__main__":
    main()
