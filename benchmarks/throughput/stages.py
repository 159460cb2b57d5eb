"""Where the time of the whole path goes, step by step, for batches and for one document a call.

    python benchmarks/throughput/stages.py

CPU milliseconds a document, the best of five.
"""

import time

import texts
from steps import steps

from mtag import Tagger

DOCUMENTS = 100


def stages(tagger, documents, batch):
    """Each step of the path and its cost."""
    costs = {}
    for first in range(0, len(documents), batch):
        for name, work in steps(tagger, documents[first : first + batch]).items():
            best = float("inf")
            for _ in range(5):
                start = time.process_time()
                work()
                best = min(best, time.process_time() - start)
            costs[name] = costs.get(name, 0.0) + best / len(documents) * 1000
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
