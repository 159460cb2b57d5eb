"""Measure cleaning by cross-validation over hosts and site styles, beside other methods.

    python benchmarks/cleaning/measure.py --pages WCXB --labelled seeds/pages --folds 10 --out FILE.json
        [--only html|text] [--peers peers.json] [--ablation] [--curve]

No page is scored by weights that were fitted on its host or site style. HTML: F1 of 4-gram shingles
against the reviewed main content. Text: F1 of lines, and of characters, each the mean over pages.
"""

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from baselines import SIMPLE

from mtag.blockfeatures import count
from mtag.blockmodel import best_sequence, groups, hint_scores
from mtag.chunks import read_chunks
from mtag.document import Document
from mtag.furniture import KINDS
from mtag.pipeline import cleaning, language
from mtag.training import cleaning_model as training
from mtag.training.alignment import shingles
from mtag.training.page_corpus import labelled_pages, wcxb_pages


def f1(true, false, missed):
    return 2 * true / (2 * true + false + missed) if true + false + missed else 1.0


def shingle_f1(found, gold):
    one, other = shingles(found), shingles(gold)
    true = sum((one & other).values())
    return f1(true, sum(one.values()) - true, sum(other.values()) - true)


def score(page, kept):
    """F1 of lines, of characters and of shingles of one page."""
    kept = np.array(kept, bool)
    sizes = np.array([block.end - block.start for block in page.blocks], float)
    good, bad = page.wanted & page.counted, ~page.wanted & page.counted
    text = "\n".join(
        page.text[b.start : b.end] for b, k, c in zip(page.blocks, kept, page.counted, strict=True) if k and c
    )
    return (
        f1(int((kept & good).sum()), int((kept & bad).sum()), int((~kept & good).sum())),
        f1(sizes[kept & good].sum(), sizes[kept & bad].sum(), sizes[~kept & good].sum()),
        shingle_f1(text, page.gold),
    )


def whole_step(page, model):
    """What the pipeline's cleaning keeps of a page, with the given weights."""
    cleaning._models = lambda: {"html": model, "text": model}
    document = Document(page.text, page.blocks, "html" if page.shape == "html" else "text")
    found = cleaning.clean(document, language.detect_blocks(page.text, page.blocks))
    return [role.is_content for role in found.roles]


def own_scores(page, model):
    counts = count(page.text, page.blocks, model.own[:-1])
    scores = counts.features + model.own[-1]
    if not model.use_hints:
        return scores
    hints = [block.hints for block in page.blocks]
    return scores + hint_scores(hints, model.hints, *groups([hints]))


def without_lexicon(model):
    own = model.own.copy()
    own[-1 - 4 * len(KINDS) : -1] = 0
    return replace(model, own=own)


VARIANTS = {
    "whole step": whole_step,
    "classifier and search, no rules": lambda p, m: best_sequence(
        m.scores([(0, p.blocks)], read_chunks([p.text]))[0].tolist(), m.switch
    ),
    "no search (each block alone)": lambda p, m: m.scores([(0, p.blocks)], read_chunks([p.text]))[0] > 0,
    "first layer only": lambda p, m: own_scores(p, m) > 0,
    "first layer and search": lambda p, m: best_sequence(own_scores(p, m).tolist(), 2.0),
    "lexicon left out": lambda p, m: best_sequence(
        without_lexicon(m).scores([(0, p.blocks)], read_chunks([p.text]))[0].tolist(), m.switch
    ),
}


def table(rows):
    """Mean scores by kind of page: {kind: [line, char, shingle, pages]}."""
    kinds = {}
    for page, scores in rows:
        kinds.setdefault(page.kind, []).append(scores)
        if page.kind not in ("en", "fr"):
            kinds.setdefault("all", []).append(scores)
    return {
        kind: [*np.round(np.mean(found, 0), 4).tolist(), len(found)] for kind, found in sorted(kinds.items())
    }


def report(name, rows):
    found = table(rows)
    cells = "  ".join(f"{kind}: {a:.3f} {b:.3f} {c:.4f} ({n})" for kind, (a, b, c, n) in found.items())
    print(f"{name:40s} {cells}", flush=True)
    return found


def cross_validate(pages, kind, folds, variants, share=1.0):
    examples = [
        training.example(page) for page in pages if page.shape in training.SHAPES[kind] and len(page.blocks)
    ]
    rows = {(shape, name): [] for shape in training.SHAPES[kind] for name in variants}
    for fold in range(folds):
        fitted = [
            item for item in examples if item.page.fold % folds != fold and training.is_taken(item.page)
        ]
        fitted = [item for item in fitted if sum(item.page.group.encode()) % 97 < 97 * share]
        start = time.time()
        model = training.fit(fitted, training.SWITCH[kind])
        print(f"{kind} fold {fold}: {len(fitted)} pages, {time.time() - start:.0f} s", flush=True)
        for item in examples:
            if item.page.fold % folds == fold:
                for name in variants:
                    rows[item.page.shape, name].append(
                        (item.page, score(item.page, VARIANTS[name](item.page, model)))
                    )
    return {f"{shape} · {name}": report(f"{shape} · {name}", found) for (shape, name), found in rows.items()}


def peers_on_html(pages, found):
    results = {}
    for name, data in found.items():
        if name != "text":
            rows = [
                (page, (0.0, 0.0, shingle_f1(data["texts"][page.id], page.gold)))
                for page in pages
                if page.shape == "html" and page.id in data["texts"]
            ]
            results[name] = {"speed": data["pages_per_second"], **report(name, rows)}
    return results


def peers_on_text(pages, found):
    results = {}
    layouts = [page for page in pages if page.shape == "layout"]
    for name, method in SIMPLE.items():
        rows = [(p, score(p, method([p.text[b.start : b.end] for b in p.blocks]))) for p in layouts]
        results[name] = report(f"layout · {name}", rows)
    for name, texts in found.get("text", {}).items():
        rows = []
        for page in layouts:
            kept = {" ".join(line.split()).lstrip("- ") for line in texts.get(page.id, "").split("\n")}
            lines = [" ".join(page.text[b.start : b.end].split()).lstrip("- ") for b in page.blocks]
            rows.append((page, score(page, [line in kept for line in lines])))
        results[name] = report(f"layout · {name}", rows)
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--labelled", type=Path)
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--only", choices=("html", "text"))
    parser.add_argument("--peers", type=Path)
    parser.add_argument(
        "--lines", type=Path, help="write the text pages as lines here, for peers.py, and stop"
    )
    parser.add_argument("--ablation", action="store_true")
    parser.add_argument("--curve", action="store_true")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    pages = [*wcxb_pages(options.pages), *(labelled_pages(options.labelled) if options.labelled else ())]
    if options.lines:
        lines = {p.id: [p.text[b.start : b.end] for b in p.blocks] for p in pages if p.shape == "layout"}
        options.lines.write_text(json.dumps(lines), "utf-8")
        return
    results = {}
    if options.peers:
        found = json.loads(options.peers.read_text("utf-8"))
        results["peers, html"] = peers_on_html(pages, found)
        results["methods, text"] = peers_on_text(pages, found)
    variants = list(VARIANTS) if options.ablation else ["whole step"]
    for kind in [options.only] if options.only else ["html", "text"]:
        results[kind] = cross_validate(pages, kind, options.folds, variants)
        if options.curve:
            for share in (0.1, 0.25, 0.5):
                results[f"{kind}, {share:.0%} of hosts"] = cross_validate(
                    pages, kind, options.folds, variants[:1], share
                )
    if options.out:
        options.out.write_text(json.dumps(results, indent=1), "utf-8")


if __name__ == "__main__":
    main()
