"""Documents a second of the core path, beside langdetect alone on the same documents.

The corpus is the sample pages of the tests. Rounds are interleaved in one process (mtag, langdetect,
mtag, …) and the medians of CPU time reported, so that the ratio holds on a noisy machine.

    python benchmarks/throughput/first_figure.py [--rounds N]
"""

import argparse
import statistics
import time
from pathlib import Path

import mtag

PAGES = Path(__file__).parents[2] / "tests" / "cases" / "pages"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    pages = [path.read_bytes() for path in sorted(PAGES.iterdir()) if path.suffix in (".txt", ".html")]
    tagger = mtag.Tagger.load()
    results = [tagger.tag(page) for page in pages]
    texts = [result.text for result in results]
    characters = sum(map(len, texts))
    times: dict[str, list[float]] = {"mtag, whole path": [], "mtag, cleaning": [], "langdetect alone": []}
    for _ in range(rounds):
        times["mtag, whole path"].append(cpu_seconds(lambda: [tagger.tag(page) for page in pages]))
        times["langdetect alone"].append(cpu_seconds(lambda: [detect(text) for text in texts]))
        times["mtag, cleaning"].append(cpu_seconds(lambda: [tagger.clean(page) for page in pages]))
    print(
        f"{len(pages)} pages, {characters / len(pages):,.0f} characters of visible text each, {rounds} rounds"
    )
    base = statistics.median(times["langdetect alone"])
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print(
            f"{name:18} {len(pages) / median:8.1f} docs/s  {characters / median / 1e6:6.2f} MB/s"
            f"  {base / median:6.2f} x langdetect  [{min(seconds):.3f}-{max(seconds):.3f} s]"
        )


def detect(text: str) -> object:
    from langdetect import DetectorFactory, detect_langs
    from langdetect.lang_detect_exception import LangDetectException

    DetectorFactory.seed = 0
    try:
        return detect_langs(text)
    except LangDetectException:
        return None


def cpu_seconds(work) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
