"""How the cost grows with labels, phrases, vocabulary and documents a batch; prints a table of each.

    python benchmarks/throughput/growth.py

Models and phrases of other sizes are made up here, of the words of the documents, so that they are met as
often as real ones; only the step that they bear on is timed, for batches of 25 documents. Times are CPU
seconds of one thread, the best of five; the first row of each table is the size that ships, or nearest.
"""

import itertools
import random
import time

import numpy as np
import texts

import mtag
from mtag.document import Sentence
from mtag.linearmodel import View, Weights
from mtag.linearscores import WordSums, score
from mtag.phrasebook import Phrasebook
from mtag.phrases import Entry, compile_lexicon
from mtag.phrasewalk import find
from mtag.wordtable import WordMemory, read_passages

DOCUMENTS = 100
BATCH = 25


def best(work) -> float:
    """CPU milliseconds a document, the best of five."""
    found = []
    for _ in range(5):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found) / DOCUMENTS * 1000


def table(title, rows) -> None:
    print(f"\n| {title} | ms a document | against the first |\n|---|---|---|")
    first = rows[0][1]
    for size, cost in rows:
        print(f"| {size:,} | {cost:.3f} | {cost / first:.2f}x |")


def batches(documents):
    """The words of batches of documents, a line a sentence."""
    found = []
    for first in range(0, len(documents), BATCH):
        passages = []
        for text in documents[first : first + BATCH]:
            lines, start = [], 0
            for number, line in enumerate(text.split("\n")):
                lines.append(Sentence(start, start + len(line), number, "en"))
                start += len(line) + 1
            passages.append((text, lines, ()))
        found.append(read_passages(passages))
    return found


def phrases(found, dice):
    """Phrases of two and three words that stand near each other in the documents, or do not."""
    words = sorted({word.lower() for batch in found for word in batch.surfaces if len(word) > 3})
    for size in (4_500, 200, 2_000, 20_000):
        listed = [" ".join(dice.sample(words, dice.choice((2, 3)))) for _ in range(size)]
        lexicon = compile_lexicon([Entry("x", "strong", f"={' ='.join(p.split())}") for p in listed], "en")
        joined = Phrasebook({"en": lexicon}).of(["en"])
        languages = [["en"] * int(batch.sentence[-1] + 1) for batch in found]
        yield (
            size,
            best(
                lambda joined=joined, languages=languages: [
                    find(joined.trie, batch, *joined.recall(batch, spoken))
                    for batch, spoken in zip(found, languages, strict=True)
                ]
            ),
        )


def scoring(found, vocabulary, labels, seed):
    """The scoring step of one batch after the other, with weights of a given size."""
    rng = np.random.default_rng(seed)
    shape = (vocabulary, labels + 1)
    ones, none, short = np.ones(labels + 1), np.zeros(labels + 1), np.ones(1)
    views = (View(rng.integers(-9, 9, shape, np.int16), ones, none, short) for _ in range(3))
    weights = Weights({}, vocabulary, rng.uniform(1, 8, vocabulary), *views)
    numbers = itertools.count()
    memory = WordMemory(lambda _: [next(numbers) * 7919 % vocabulary])
    sums = WordSums(weights, memory)

    def work():
        for batch in found:
            owner, features = memory.recall(batch.vocabulary, batch.numbers).take(batch.numbers)
            new = np.diff(batch.sentence, prepend=-1) > 0
            firsts, sentences = new.nonzero()[0], new.cumsum() - 1
            ends = np.append(firsts, len(batch.numbers))
            items = np.array([*range(0, len(firsts), 40), len(firsts)])
            said = sums.add_up(batch.vocabulary, batch.numbers, ends)
            score(weights, said, features, sentences.take(owner), items)

    return best(work)


def main() -> None:
    documents = texts.documents(DOCUMENTS)
    found = batches(documents)
    dice = random.Random(5)
    table("phrases (the walk)", list(phrases(found, dice)))
    table("labels (scoring)", [(n, scoring(found, 13_000, n, 1)) for n in (47, 100, 300, 1_000)])
    table(
        "vocabulary (scoring)", [(n, scoring(found, n, 47, 2)) for n in (13_000, 10_000, 100_000, 1_000_000)]
    )
    tagger = mtag.Tagger.load()
    read = [tagger.read(text) for text in documents]

    def tag(size):
        for first in range(0, len(read), size):
            chunk = read[first : first + size]
            tagger.tag_documents(chunk, [None] * len(chunk))

    tag(BATCH)
    table("documents a batch (whole path)", [(n, best(lambda n=n: tag(n))) for n in (1, 4, 16, 32, 100)])


if __name__ == "__main__":
    main()
