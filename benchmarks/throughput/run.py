"""Times the whole path beside its peers; writes `results.md` and a plot, `results.svg`.

Exits with 1 where a ratio is under its floor.

    python benchmarks/throughput/run.py [--documents N] [--rounds N] [--no-floors]

Rounds are interleaved in one process, forwards and backwards; times are CPU seconds of one thread, and
ratios the medians of the ratios of each round.
"""

import argparse
import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import rivals
import texts

import mtag

HERE = Path(__file__).parent
ASKED = {
    "batch: langdetect": 50, "batch: glue with justext, one by one": 120, "batch: tuned stack": 4,
    "batch: re.findall of words": 1, "one a call: langdetect": 20,
    "one a call: glue with justext, one by one": 50,
}  # fmt: skip


def seconds(work, documents) -> float:
    start = time.process_time()
    work(documents)
    return time.process_time() - start


def rounds_of(systems, documents, rounds):
    times = {name: [] for name in systems}
    gc.collect()
    gc.freeze()  # or what all the peers have loaded is gone through again whenever one of them allocates
    for number in range(rounds):
        names = list(systems) if number % 2 == 0 else list(systems)[::-1]
        for name in names:
            times[name].append(seconds(systems[name], documents))
    return times


def ratios(times):
    """How many times faster mtag is than each peer, by the median over the rounds."""
    found = {}
    for mode in ("batch", "one a call"):
        own = times[f"mtag, {mode}"]
        for name, other in times.items():
            if not name.startswith("mtag"):
                each = [theirs / ours for theirs, ours in zip(other, own, strict=True)]
                found[f"{mode}: {name}"] = statistics.median(each)
    return found


def growth(tagger):
    """Cost per kilobyte by the length of documents: of a megabyte of them, and of one alone."""
    report = texts.long_document(10_000_000)
    rows = []
    for size in (1_000, 3_000, 10_000, 100_000, 1_000_000, 10_000_000):
        found = [report[first : first + size] for first in range(0, max(size, 1_000_000), size)]
        many = min(seconds(lambda f: [*tagger.tag_many(f)], found) for _ in range(3))
        alone = min(seconds(tagger.tag, found[0]) for _ in range(3))
        rows.append((size, many / len(found) / size * 1e9, alone / size * 1e9))
    return rows


def plot(times, documents) -> None:
    """Milliseconds a document of each system, on a logarithmic scale."""
    if find_spec("matplotlib") is None:
        print("skipped: the plot, since matplotlib is not installed", file=sys.stderr)
        return
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "mtag"
    from matplotlib import pyplot

    medians = {name: statistics.median(found) / documents * 1000 for name, found in times.items()}
    names = sorted(medians, key=lambda name: -medians[name])
    figure, axes = pyplot.subplots(figsize=(8, 0.35 * len(names) + 1), layout="constrained")
    colours = ["tab:orange" if name.startswith("mtag") else "tab:gray" for name in names]
    bars = axes.barh(names, [medians[name] for name in names], color=colours)
    axes.bar_label(bars, fmt="%.2f", padding=3)
    axes.set_xscale("log")
    axes.set_xlabel("CPU milliseconds a document (one thread)")
    figure.savefig(HERE / "results.svg", metadata={"Date": None})


def in_new_process(code):
    """CPU seconds and peak memory (MB) of a new process, the median of seven after one that warms up.

    Bytecode is kept, as it is of an installed library.
    """
    found = []
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(8):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        # Not ru_maxrss: a child inherits its parent's.
        code_and_peak = code + "\nprint(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
        done = subprocess.run(
            [sys.executable, "-c", code_and_peak], capture_output=True, text=True, check=True, env=kept
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found.append((cpu, int(done.stdout.split()[-1]) / 1024))
    return statistics.median(cpu for cpu, _ in found[1:]), statistics.median(peak for _, peak in found[1:])


def read(result):
    """All of a result: its parts are made when they are first read, which belongs to the path."""
    return [getattr(result, name) for name in type(result).model_fields]


def workers(tagger, documents):
    """Wall seconds of one process against two."""
    found = []
    for count in (1, 2):
        start = time.perf_counter()
        for _ in tagger.tag_many(documents, n_jobs=count):
            pass
        found.append(time.perf_counter() - start)
    return found[0] / found[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-floors", action="store_true")
    arguments = parser.parse_args()
    documents = texts.documents(arguments.documents)
    characters = sum(map(len, documents))
    tagger = mtag.Tagger.load()
    systems = {
        "mtag, batch": lambda found: [*map(read, tagger.tag_many(found, n_jobs=1))],
        "mtag, one a call": lambda found: [read(tagger.tag(text)) for text in found],
        **dict(rivals.all_of_them(lambda line: print(line, file=sys.stderr))),
    }
    for work in systems.values():
        work(documents[:3])
    times = rounds_of(systems, documents, arguments.rounds)
    lines = [
        f"{len(documents)} documents, {characters / len(documents):,.0f} characters on average,"
        f" {arguments.rounds} rounds, CPU time of one thread.",
        "", "| system | ms a document | spread | documents/s |", "|---|---|---|---|",
    ]  # fmt: skip
    for name, found in times.items():
        each = [one / len(documents) * 1000 for one in found]
        median = statistics.median(each)
        lines.append(f"| {name} | {median:.3f} | {min(each):.3f}-{max(each):.3f} | {1000 / median:,.0f} |")
    measured = ratios(times)
    lines += ["", "| mtag is faster by | measured | asked |", "|---|---|---|"]
    lines += [f"| {name} | {value:.2f}x | {ASKED.get(name, '')} |" for name, value in measured.items()]
    lines += ["", "| characters a document | µs a kB, a megabyte of them | one alone |", "|---|---|---|"]
    lines += [f"| {size:,} | {many:,.0f} | {alone:,.0f} |" for size, many, alone in growth(tagger)]
    one = "import mtag; mtag.tag('Two men were jailed for human trafficking in Lyon on Monday. ' * 40)"
    bare, (cpu, peak) = in_new_process("import numpy, pydantic")[0], in_new_process(one)
    lines += ["", f"A new process that tags one document: {cpu / bare:.1f}x the CPU time of importing NumPy"]
    lines[-1] += f" and pydantic (asked: 1.5x), {peak:.0f} MB (asked: 80)."
    lines += ["", f"Two workers: {workers(tagger, documents * 20):.2f}x one, wall time (asked: 1.7x)."]
    report = "\n".join(lines) + "\n"
    print(report)
    (HERE / "results.md").write_text(report, "utf-8")
    plot(times, len(documents))
    floors = json.loads((HERE / "floors.json").read_text("utf-8"))
    low = [
        f"{n}: {measured[n]:.2f} under {least}"
        for n, least in floors.items()
        if measured.get(n, least) < least
    ]
    if low and not arguments.no_floors:
        sys.exit("\n".join(low))


if __name__ == "__main__":
    main()
