"""Language of each block: `en`, `fr`, `other` or `und`, with a calibrated probability.

A linear model over hashed character n-grams (2 to 5, within word boundaries), whole words, word
pairs and word shapes, after Cavnar & Trenkle (1994) and Joulin et al. (2017), scored for all blocks
of a page in a few NumPy passes. Blocks are then decided together by forward-backward (Rabiner 1989)
over the page, with transition weights learned from pages of two languages.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mtag.document import Block, Language
from mtag.errors import ModelError
from mtag.letters import BITS, FEATURES, FOREIGN, Ints, encode, features, sample
from mtag.model import TrainedModel
from mtag.sequence import smooth

Floats: TypeAlias = NDArray[np.float64]
Run: TypeAlias = tuple[int, int, Language]
"""A stretch of text in one language: its start, its end."""

MODEL_FOLDER = Path(__file__).parents[1] / "data" / "model" / "language"
CODES = ("en", "fr", "other", "und")
UNKNOWN = Language("und", 0.0)

_CHUNK_CHARS = 24_000  # arrays of this size stay in the cache
SPAN_CHARS = 160  # a shorter block is not searched for a second language
_EVEN_BYTES, _LOW_HALVES = np.uint64(0x00FF00FF00FF00FF), np.uint64(0x0000FFFF0000FFFF)
_ZERO = 64  # weights are -63 to 63; shifted, two of them add up within a byte
_LOW_WORD, _BYTE, _WORD = np.uint64(0xFFFFFFFF), np.uint64(8), np.uint64(32)


def detect(text: str) -> Language:
    """Detect the language of a text as a whole; `und` where it shows none."""
    return detect_many((text,))[0]


def detect_many(texts: Sequence[str]) -> tuple[Language, ...]:
    """Detect the language of each text on its own, in one pass over all of them."""
    if not texts:
        return ()
    return _decide(_probabilities(_sums_of([sample(text, 0, len(text)) for text in texts])))


class Detected(NamedTuple):
    """The language of each block of a page, and the runs of the blocks that hold several, by number."""

    languages: tuple[Language, ...]
    runs: dict[int, tuple[Run, ...]]


def detect_blocks(text: str, blocks: Sequence[Block]) -> tuple[Language, ...]:
    """Detect the language of each block of a page; what a block does not show, its neighbours lend it."""
    return detect_pages([(text, blocks)])[0].languages


def detect_spans(text: str, block: Block) -> tuple[Run, ...]:
    """Part a block into runs of one language each, a sentence or more long: (start, end, language).

    The runs cover the block, in order; nearly every block is one run.
    """
    found = detect_pages([(text, [block])])[0].runs.get(0)
    return found or ((block.start, block.end, detect(text[block.start : block.end])),)


def detect_pages(pages: Sequence[tuple[str, Sequence[Block]]]) -> list[Detected]:
    """Detect the languages of pages, each a text and its blocks; all letters are read in one pass.

    A block of `SPAN_CHARS` characters or more is read sentence by sentence, so that one in another
    language is found; a page does not depend on the others.
    """
    parts: list[list[tuple[int, int]]] = [
        _sentences(text, block) if block.end - block.start >= SPAN_CHARS else [(block.start, block.end)]
        for text, blocks in pages
        for block in blocks
    ]
    if not parts:
        return [Detected((), {}) for _ in pages]
    texts = (text for text, blocks in pages for _ in blocks)
    sums = _sums_of([sample(text, *span) for text, spans in zip(texts, parts, strict=True) for span in spans])
    count = np.fromiter(map(len, parts), np.int64, len(parts))
    firsts = np.cumsum(count) - count
    of_blocks = _probabilities(np.add.reduceat(sums, firsts, axis=0))
    alone = _probabilities(sums)
    edges = list(accumulate((len(blocks) for _, blocks in pages), initial=0))
    several = [
        _mixed(parts[first:last], firsts[first:last].tolist(), alone) for first, last in pairwise(edges)
    ]
    again = iter(
        detect_many(
            [
                text[start:end]
                for (text, _), mixed in zip(pages, several, strict=True)
                for runs in mixed.values()
                for start, end, _ in runs
            ]
        )
    )
    return [
        Detected(
            _decide(_smooth(of_blocks[first:last], blocks)),
            {number: tuple(_surer(run, next(again)) for run in runs) for number, runs in mixed.items()},
        )
        for (_, blocks), (first, last), mixed in zip(pages, pairwise(edges), several, strict=True)
    ]


def _mixed(
    parts: Sequence[Sequence[tuple[int, int]]], firsts: Sequence[int], alone: Floats
) -> dict[int, list[Run]]:
    """The runs of the blocks of a page that hold several languages, by number.

    `parts` are the sentences of each block, and the rows of `alone` from its number in `firsts` on
    what these say each.
    """
    stay = float(_model().settings["stay_in_block"])
    found = {}
    for number, (spans, first) in enumerate(zip(parts, firsts, strict=True)):
        each = alone[first : first + len(spans)]
        # Sentences that agree make one run, whatever their neighbours lend them.
        if len(spans) > 1 and (each[1:, :3].argmax(axis=1) != each[0, :3].argmax()).any():
            runs = _part(spans, each, stay)
            if len(runs) > 1:
                found[number] = runs
    return found


def _smooth(alone: Floats, blocks: Sequence[Block]) -> Floats:
    """What blocks of a page say of their languages, in the light of the others."""
    if not blocks:
        return alone
    sizes = np.fromiter((block.end - block.start for block in blocks), np.int64, len(blocks))
    return smooth(alone, _stays(blocks), sizes, float(_model().settings["trust"]))


def _part(bounds: Sequence[tuple[int, int]], alone: Floats, stay: float) -> list[Run]:
    """The runs of one language that the sentences of a block make."""
    sizes = np.array([end - start for start, end in bounds])
    return _join(bounds, _decide(smooth(alone, np.full(len(bounds) - 1, stay), sizes, 1.0)))


def _join(bounds: Sequence[tuple[int, int]], languages: Sequence[Language]) -> list[Run]:
    """Sentences in one language, one after the other, as one run; an undetermined one joins its neighbour."""
    runs = [(*bounds[0], languages[0])]
    for (start, end), language in zip(bounds[1:], languages[1:], strict=True):
        first, _, last = runs[-1]
        if language.code in (last.code, "und"):
            runs[-1] = (first, end, last)
        elif last.code == "und":
            runs[-1] = (first, end, language)
        else:
            runs.append((start, end, language))
    return runs


def _surer(run: Run, again: Language) -> Run:
    """A run with the surer of two answers that agree; else with the first."""
    start, end, found = run
    agree = found.code == again.code
    return start, end, max(found, again, key=lambda answer: answer.probability) if agree else found


# It begins with a set of characters, so that the search does not stop at every letter.
_SENTENCE_END = re.compile(
    r"[.!?…:;\n«“»”](?:(?<=[.!?…:;])[\"'”’»)\]]{0,3}\s+|(?<=\n)\n*|(?<=\s[«“])|(?<=[»”])\s)"
)
_MIN_SENTENCE = 25


def _sentences(text: str, block: Block) -> list[tuple[int, int]]:
    """Rough sentences: a piece under `_MIN_SENTENCE` characters joins the one before it."""
    bounds: list[tuple[int, int]] = []
    start = block.start
    for match in _SENTENCE_END.finditer(text, block.start, block.end):
        place = match.start()
        mark = text[place]
        if mark == "\n":
            end, resume = place, match.end()
        elif mark in "«“":
            end, resume = place - 1, place
        else:
            end, resume = place + 1, match.end()
        if resume - start >= _MIN_SENTENCE:
            bounds.append((start, end))
            start = resume
    if block.end - start >= _MIN_SENTENCE or not bounds:
        bounds.append((start, block.end))
    else:
        bounds[-1] = (bounds[-1][0], block.end)
    return bounds


# --- scoring --------------------------------------------------------------------------------------


_folder = MODEL_FOLDER


def use_model(folder: Path) -> None:
    """Use another model folder from now on; for training and measuring."""
    global _folder
    _folder = folder
    _model.cache_clear()
    _packed.cache_clear()


@lru_cache(maxsize=1)
def _model() -> TrainedModel:
    model = TrainedModel.load(_folder, "language")
    if model.settings["features"] != FEATURES or model.settings["bits"] != BITS:
        raise ModelError(
            f"{_folder}: trained on features {model.settings['features']!r}, this mtag has {FEATURES!r}"
        )
    return model


@lru_cache(maxsize=1)
def _packed() -> NDArray[np.uint64]:
    """The weight table, one word a row: seven weights, shifted to be positive, and a one that counts.

    The folder holds the rows that carry weight, each as its distance from the one before.
    """
    arrays = _model().arrays
    table = np.full((1 << BITS, 8), _ZERO, np.uint8)
    table[:, 7] = 1
    rows = np.cumsum(arrays["gaps"], dtype=np.int64)
    table[rows, :7] = (arrays["weights"] + np.int8(_ZERO)).astype(np.uint8)
    table[0] = 0
    return table.view("<u8").ravel().astype(np.uint64, copy=False)


def _sums(texts: Sequence[str]) -> Floats:
    """For each text: the sums of its seven weights, its number of features, its letters of other scripts."""
    symbols, upper, starts = encode(texts)
    table = _packed()
    found = features(symbols, upper, starts)
    if len(texts) == 1:
        # Lanes of 16 bits hold 256 bytes: enough to add without regard to positions.
        words = table.take(np.concatenate([rows for _, rows in found]))
        cuts = np.arange(0, len(words), 256)
        sums = np.zeros((1, 9))
        for offset, lanes in ((0, words & _EVEN_BYTES), (1, (words >> _BYTE) & _EVEN_BYTES)):
            parts = np.add.reduceat(lanes, cuts).astype("<u8").view("<u2").reshape(-1, 4)
            sums[0, offset:8:2] = parts.sum(axis=0)
    else:
        even, odd = np.zeros(len(symbols), np.uint64), np.zeros(len(symbols), np.uint64)
        for positions, words in _paired(table, found):
            where: Any = slice(len(words)) if positions is None else positions
            even[where] += words & _EVEN_BYTES
            words >>= _BYTE
            words &= _EVEN_BYTES
            odd[where] += words
        sums = np.zeros((len(texts), 9))
        for offset, lanes in ((0, even), (1, odd)):
            for half in (0, 2):
                total = np.add.reduceat((lanes >> np.uint64(8 * half)) & _LOW_HALVES, starts)
                sums[:, offset + half] = total & _LOW_WORD
                sums[:, offset + half + 4] = total >> _WORD
    sums[:, :7] -= _ZERO * sums[:, 7:8]
    foreign = symbols == FOREIGN
    if foreign.any():
        sums[:, 8] = np.add.reduceat(foreign, starts, dtype=np.int64)
    return sums


def _sums_of(texts: Sequence[str]) -> Floats:
    """`_sums` of any number of texts, so many at once that the arrays stay in the cache."""
    pieces: list[Floats] = []
    first = size = 0
    for number, text in enumerate(texts):
        size += len(text) + 1
        if size > _CHUNK_CHARS or number == len(texts) - 1:
            pieces.append(_sums(texts[first : number + 1]))
            first, size = number + 1, 0
    return np.concatenate(pieces) if pieces else np.empty((0, 9))


def _paired(
    table: NDArray[np.uint64], found: list[tuple[Ints | None, Ints]]
) -> Iterator[tuple[Ints | None, NDArray[np.uint64]]]:
    """The words of the table for each kind of feature, those of two orders of n-grams added up."""
    for (_, shorter), (_, longer) in zip(found[0:4:2], found[1:4:2], strict=True):
        words = table.take(shorter)
        words[: len(longer)] += table.take(longer)
        yield None, words
    for positions, rows in found[4:]:
        yield positions, table.take(rows)


def _probabilities(sums: Floats, sharpness: float | None = None) -> Floats:
    """From sums of weights, of one text a row, the probability of each of `CODES`."""
    model = _model()
    sharpness = sharpness or float(model.settings["sharpness"])
    count, others = sums[:, 7], sums[:, 8]
    logits = np.zeros((len(sums), 8))
    logits[:, :7] = sums[:, :7] * (model.arrays["scales"] / np.sqrt(np.maximum(count, 1.0))[:, None])
    logits[:, :7] += model.arrays["bias"]
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=1, keepdims=True)
    result = np.empty((len(sums), 4))
    result[:, :2] = logits[:, :2]
    result[:, 2] = logits[:, 2:7].sum(axis=1)
    result[:, 3] = logits[:, 7]
    result **= sharpness  # after the groups are summed, or flatter odds would favour the many others
    result /= result.sum(axis=1, keepdims=True)
    if others.any():
        share = (others / np.maximum(others + count / 5, 1))[:, None]
        result = result * (1 - share) + share * np.array([0.0, 0.0, 1.0, 0.0])
    result[(count == 0) & (others == 0)] = (0.0, 0.0, 0.0, 1.0)
    return result


def _decide(probabilities: Floats) -> tuple[Language, ...]:
    best = probabilities.argmax(axis=1)
    sure = np.round(probabilities[np.arange(len(best)), best], 4)
    return tuple(
        UNKNOWN if code == 3 else Language(CODES[code], probability)
        for code, probability in zip(best.tolist(), sure.tolist(), strict=True)
    )


# --- a page ---------------------------------------------------------------------------------------

_SHORT = 60


def relations(blocks: Sequence[Block]) -> Ints:
    """For each pair of neighbours, the kind of step between them, which has its own stay probability.

    0 to 3: short to short, short to long, long to short, long to long, in plain text; 4 to 7 the
    same in HTML where both stand in the same elements; 8 to 11 where they do not.
    """
    long = np.fromiter((block.end - block.start > _SHORT for block in blocks), np.int64, len(blocks))
    kind = 2 * long[:-1] + long[1:]
    pairs = pairwise(blocks)
    dom = [
        0 if a.hints is None or b.hints is None else 4 if a.hints.tags == b.hints.tags else 8
        for a, b in pairs
    ]
    return kind + np.array(dom, np.int64)


def _stays(blocks: Sequence[Block]) -> Floats:
    stays: Floats = _model().arrays["stays"][relations(blocks)]
    return stays


# --- names of other languages ---------------------------------------------------------------------

_lock = threading.Lock()


@lru_cache(maxsize=1)
def _factory() -> Any:
    """Langdetect's own class with our seed: its module-level functions share state between threads."""
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

    factory = DetectorFactory()
    profiles = sorted(Path(PROFILES_DIRECTORY).iterdir())
    factory.load_json_profile([profile.read_text("utf-8") for profile in profiles])
    factory.set_seed(0)
    return factory


def name_other(text: str) -> str | None:
    """Name the language of a text (ISO 639-1) by langdetect; `None` where it cannot tell."""
    from langdetect.lang_detect_exception import LangDetectException

    read = sample(text, 0, len(text))
    with _lock:
        detector = _factory().create()
        try:
            detector.append(read.lower() if read.isupper() else read)
            return str(detector.detect()).replace("unknown", "") or None
        except LangDetectException:
            return None
