"""Fits the block classifier of cleaning.

    python -m mtag.training.cleaning_model --pages WCXB --labelled seeds/pages [--output FOLDER]

Logistic regression by L-BFGS (SciPy), each page of equal weight, blocks weighed by length. The
second layer sees scores of a first layer that was fitted on other pages. The same inputs give the
same weights.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack

from mtag.arrays import Flags, Floats, Floats32, Ints
from mtag.blockfeatures import Counts, count
from mtag.blockmodel import BlockModel, Places, context, groups, hint_names
from mtag.model import TrainedModel
from mtag.pipeline.cleaning import MODEL_FOLDER
from mtag.training.page_corpus import Page, labelled_pages, wcxb_pages

SHAPES = {"html": ("html",), "text": ("layout", "nodes", "cropped")}
SWITCH = {"html": 0.5, "text": 0.5}
SOURCE = {
    "name": "WCXB, the Web Content eXtraction Benchmark (development split)",
    "author": "Murrough Foley, 2026",
    "licence": "CC-BY-4.0",
}
_LEANING = 0.25  # in doubt for content: what is lost here no later step can find
_INNER_FOLDS = 4
_OWN_L2, _HINT_L2, _AROUND_L2 = 0.3, 0.6, 0.3
_OWN_STEPS, _AROUND_STEPS = 40, 90
_MAX_HINTS, _MIN_HINT_PAGES = 900, 8
_PAGE_WEIGHT = {"cropped": 0.5}
_LABELLED_WEIGHT = 2.0


@dataclass(slots=True)
class Example:
    """A page with its features."""

    page: Page
    counts: Counts
    group: Ints | None
    names: list[list[str]] | None
    weight: Floats
    inner: int


def example(page: Page) -> Example:
    """Compute the features of a page and the weight of each block."""
    html = page.shape == "html"
    sizes = np.minimum(np.array([block.end - block.start for block in page.blocks], float), 1500)
    weight = np.sqrt(sizes + 10) * page.counted
    if weight.sum():
        scale = _PAGE_WEIGHT.get(page.shape, 1.0) * (_LABELLED_WEIGHT if page.kind in ("en", "fr") else 1.0)
        weight *= scale * min(len(sizes), 200) ** 0.5 / weight.sum()
    return Example(
        page=page,
        counts=count(page.text, page.blocks),
        group=groups([[block.hints for block in page.blocks if block.hints]])[0] if html else None,
        names=[hint_names(block.hints) for block in page.blocks if block.hints] if html else None,
        weight=weight,
        inner=sum(page.group.encode()) % _INNER_FOLDS,
    )


def is_taken(page: Page) -> bool:
    """Whether a page is fitted on in this shape: the minor shapes of text are taken of half the pages."""
    half = sum(page.id.encode()) % 2
    return {"nodes": half == 0, "cropped": half == 1}.get(page.shape, True)


def fit(examples: Sequence[Example], switch: float) -> BlockModel:
    """Fit both layers on pages of one shape."""
    examples = [item for item in examples if len(item.page.blocks)]
    first: dict[int, Floats] = {}
    for fold in range(_INNER_FOLDS):
        model = _fit_own([item for item in examples if item.inner != fold])
        held = [number for number, item in enumerate(examples) if item.inner == fold]
        for number in held:
            first[number] = _own_scores(examples[number], model)
    columns = np.concatenate([_around(item, first[n]).T for n, item in enumerate(examples)]).astype(
        np.float64
    )
    wanted, weight = _targets(examples)
    mean, spread = columns.mean(0), columns.std(0) + 1e-6
    theta = _logistic(
        (columns - mean) / spread, wanted, weight, np.full(columns.shape[1], _AROUND_L2), _AROUND_STEPS
    )
    slopes = theta[:-1] / spread
    constant = theta[-1] - (slopes * mean).sum() + _LEANING
    around = np.concatenate((slopes, [constant])).astype(np.float32)
    return _fit_own(examples)._replace(around=around, switch=switch)


def _around(item: Example, first: Floats) -> Floats32:
    return context(item.counts, first.astype(np.float32), Places.of([len(first)]), item.group)


def _fit_own(examples: Sequence[Example]) -> BlockModel:
    own = csr_matrix(np.concatenate([item.counts.features for item in examples]).astype(np.float64))
    penalty = np.full(own.shape[1], _OWN_L2)
    vocabulary = _vocabulary(examples)
    matrix = own
    if vocabulary:
        matrix = hstack([own, _hint_matrix(examples, vocabulary)]).tocsr()
        penalty = np.concatenate((penalty, np.full(len(vocabulary), _HINT_L2)))
    wanted, weight = _targets(examples)
    theta = _logistic(matrix, wanted, weight, penalty, _OWN_STEPS)
    size = own.shape[1]
    return BlockModel(
        own=np.concatenate((theta[:size], theta[-1:])).astype(np.float32),
        around=np.zeros(1, np.float32),
        hints={name: float(np.float32(theta[size + place])) for name, place in vocabulary.items()},
        switch=0.0,
        use_hints=bool(vocabulary),
    )


def _targets(examples: Sequence[Example]) -> tuple[Flags, Floats]:
    wanted = np.concatenate([item.page.wanted for item in examples])
    return wanted, np.concatenate([item.weight for item in examples])


def _vocabulary(examples: Sequence[Example]) -> dict[str, int]:
    pages: Counter[str] = Counter()
    for item in examples:
        pages.update({name for names in item.names or () for name in names})
    ordered = sorted((-number, name) for name, number in pages.items() if number >= _MIN_HINT_PAGES)
    return {name: place for place, (_, name) in enumerate(ordered[:_MAX_HINTS])}


def _hint_matrix(examples: Sequence[Example], vocabulary: dict[str, int]) -> csr_matrix:
    columns: list[int] = []
    pointers = [0]
    for item in examples:
        for names in item.names or ():
            columns += [vocabulary[name] for name in names if name in vocabulary]
            pointers.append(len(columns))
    return csr_matrix((np.ones(len(columns)), columns, pointers), shape=(len(pointers) - 1, len(vocabulary)))


def _own_scores(item: Example, model: BlockModel) -> Floats:
    scores = item.counts.features @ model.own[:-1] + model.own[-1]
    if item.names is not None:
        hints = model.hints
        scores = scores + np.array([sum([hints.get(name, 0.0) for name in names]) for names in item.names])
    return np.asarray(scores, np.float64)


def _logistic(
    matrix: csr_matrix | Floats, wanted: Flags, weight: Floats, penalty: Floats, steps: int
) -> Floats:
    """Weights and, last, the constant of a logistic regression with a penalty for each weight."""
    transposed = matrix.T.tocsr() if isinstance(matrix, csr_matrix) else matrix.T
    sign = np.where(wanted, 1.0, -1.0)

    def loss(theta: Floats) -> tuple[float, Floats]:
        margin = sign * (matrix @ theta[:-1] + theta[-1])
        value = float(np.sum(weight * np.logaddexp(0, -margin)) + 0.5 * np.sum(penalty * theta[:-1] ** 2))
        slope = -weight * sign / (1 + np.exp(np.clip(margin, -50, 50)))
        return value, np.concatenate((transposed @ slope + penalty * theta[:-1], [slope.sum()]))

    start = np.zeros(matrix.shape[1] + 1)
    result = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 15})
    return np.asarray(result.x, np.float64)


def build(pages: Path | None, labelled: Path | None) -> TrainedModel:
    """Fit the classifier on WCXB and the project's labelled pages, either of which may be left out."""
    corpus = [*(wcxb_pages(pages) if pages else ()), *(labelled_pages(labelled) if labelled else ())]
    arrays: dict[str, Floats32] = {}
    settings: dict[str, object] = {}
    for kind, shapes in SHAPES.items():
        model = fit(
            [example(page) for page in corpus if page.shape in shapes and is_taken(page)], SWITCH[kind]
        )
        arrays[f"{kind}_own"], arrays[f"{kind}_around"] = model.own, model.around
        settings[f"{kind}_switch"] = model.switch
        if kind == "html":
            names = [name for name, value in sorted(model.hints.items()) if abs(value) >= 0.01]
            arrays["html_hints"] = np.array([model.hints[name] for name in names], np.float32)
            settings["hints"] = names
    settings["pages"] = len({page.id for page in corpus})
    own = {"name": "mtag labelled pages (seeds/pages)", "author": "the mtag authors", "licence": "Apache-2.0"}
    sources = (*((SOURCE,) if pages else ()), *((own,) if labelled else ()))
    return TrainedModel("cleaning", arrays, settings, sources)


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the model folder from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pages", type=Path, help="WCXB folder: gold.jsonl.gz and html/")
    parser.add_argument("--labelled", type=Path, help="folder of the project's labelled pages")
    parser.add_argument("--output", type=Path, default=MODEL_FOLDER, help="model folder to write")
    given = parser.parse_args(arguments)
    build(given.pages, given.labelled).save(given.output)


if __name__ == "__main__":
    main()
