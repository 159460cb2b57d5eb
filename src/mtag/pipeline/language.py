"""Language of each block: `en`, `fr`, `other` or `und`, with a calibrated probability.

A linear model over hashed character n-grams (2 to 5, within word boundaries), whole words, word
pairs and word shapes, after Cavnar & Trenkle (1994) and Joulin et al. (2017), scored for all blocks
of a page in a few NumPy passes. Blocks are then decided together by forward-backward (Rabiner 1989)
over the page, with transition weights learned from pages of two languages.
"""

from __future__ import annotations

import html
import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mtag.document import Block, Language
from mtag.model import TrainedModel

MODEL_FOLDER = Path(__file__).parents[1] / "data" / "model" / "language"
CODES = ("en", "fr", "other", "und")
UNKNOWN = Language("und", 0.0)

MAX_CHARS_READ = 1000
"""Of a longer text, windows spread evenly over it are read, this many characters in all."""

_WINDOWS = 10
_CHUNK_CHARS = 60_000  # arrays of this size stay in the cache
_MAX_WORD = 40
_SPAN_CHARS = 160  # a shorter block is not searched for a second language
_LETTERS = "'\ufffdabcdefghijklmnopqrstuvwxyzßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿāăąćčďđēėęěğġģħīįıķļľłńņňőœŕřśşšșţťțŧūůűųŵŷźżžəơưʻ"
_BITS = 20
_PRIME = np.uint32(0x9E3779B1)
_EVEN_BYTES, _LOW_HALVES = np.uint64(0x00FF00FF00FF00FF), np.uint64(0x0000FFFF0000FFFF)

Ints = NDArray[Any]


def detect(text: str) -> Language:
    """Detect the language of a text as a whole; `und` where it shows none."""
    return detect_many((text,))[0]


def detect_many(texts: Sequence[str]) -> tuple[Language, ...]:
    """Detect the language of each text on its own, in one pass over all of them."""
    return _decide(_probabilities([_sample(text, 0, len(text)) for text in texts]))


def detect_blocks(text: str, blocks: Sequence[Block]) -> tuple[Language, ...]:
    """Detect the language of each block of a page; what a block does not show, its neighbours lend it."""
    if not blocks:
        return ()
    alone = _probabilities([_sample(text, block.start, block.end) for block in blocks])
    return _decide(_smooth(alone, _stays(blocks)))


def detect_spans(text: str, block: Block) -> tuple[tuple[int, int, Language], ...]:
    """Part a block into runs of one language each, a sentence or more long: (start, end, language).

    The runs cover the block, in order; nearly every block is one run.
    """
    bounds = _sentences(text, block) if block.end - block.start >= _SPAN_CHARS else []
    if len(bounds) < 2:
        return ((block.start, block.end, detect(text[block.start : block.end])),)
    alone = _probabilities([_sample(text, start, end) for start, end in bounds])
    stays = np.full(len(bounds) - 1, _model().settings["stay_in_block"])
    languages = _decide(_smooth(alone, stays))
    runs = [(bounds[0][0], bounds[0][1], languages[0])]
    for (start, end), language in zip(bounds[1:], languages[1:], strict=True):
        first, _, last = runs[-1]
        if language.code in (last.code, "und"):
            runs[-1] = (first, end, last)
        elif last.code == "und":
            runs[-1] = (first, end, language)
        else:
            runs.append((start, end, language))
    if len(runs) == 1:
        return ((block.start, block.end, runs[0][2]),)
    whole = _probabilities([_sample(text, start, end) for start, end, _ in runs])
    return tuple(
        (start, end, Language(code.code, max(code.probability, sure.probability) if sure.code == code.code else code.probability))
        for (start, end, code), sure in zip(runs, _decide(whole), strict=True)
    )


_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»)\]]{0,3}\s+|\n+|\s(?=[«“])|(?<=[»”])\s")
_MIN_SENTENCE = 25


def _sentences(text: str, block: Block) -> list[tuple[int, int]]:
    """Rough sentences: a piece under `_MIN_SENTENCE` characters joins the one before it."""
    bounds: list[tuple[int, int]] = []
    start = block.start
    for match in _SENTENCE_END.finditer(text, block.start, block.end):
        if match.end() - start >= _MIN_SENTENCE:
            bounds.append((start, match.start() + 1 if not match.group()[0].isspace() else match.start()))
            start = match.end()
    if block.end - start >= _MIN_SENTENCE or not bounds:
        bounds.append((start, block.end))
    else:
        bounds[-1] = (bounds[-1][0], block.end)
    return bounds


# --- reading a text -------------------------------------------------------------------------------

_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]{1,60}@[\w.-]{1,80}|\b[\w-]{1,40}\.(?:com|org|net|info|gov|int|edu|html?|php|pdf|fr|eu|uk|ca)\b(?:/\S*)?",
    re.I,
)
_NUMERAL = re.compile(r"\b(?=[IVXLCDM]{2})[IVXLCDM]+(?:e|er|ème)?\b|\b\d+(?:e|er|ère|ème|st|nd|rd|th)?\b")
_MOJIBAKE = re.compile("[ÂÃÅ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\x80-\xbf™œ˜“”¦¢\x9d]|(?<![A-Z])Ã (?=[\\s\\w])")


def _sample(text: str, start: int, end: int) -> str:
    """The characters of `text[start:end]` that are read, cleaned of what is not language."""
    length = end - start
    if length > MAX_CHARS_READ:
        width, step = MAX_CHARS_READ // _WINDOWS, (length - MAX_CHARS_READ // _WINDOWS) / (_WINDOWS - 1)
        starts = [start + round(number * step) for number in range(_WINDOWS)]
        windows = [text[first : first + width] for first in starts]
        piece = " ".join(window.partition(" ")[2].rpartition(" ")[0] or window for window in windows)
    else:
        piece = text[start:end]
    if "&" in piece and ";" in piece:
        piece = html.unescape(piece)
    if not piece.isascii():
        if _MOJIBAKE.search(piece):
            piece = _MOJIBAKE.sub(_repair, piece)
        piece = unicodedata.normalize("NFC", piece)
    if "." in piece or "@" in piece:
        piece = _ADDRESS.sub(" ", piece)
    return piece


def _repair(match: re.Match[str]) -> str:
    """Read UTF-8 that was decoded as cp1252 once more, as UTF-8."""
    found = match.group().replace("Ã ", "Ã\xa0")
    codes = b"".join(c.encode("cp1252", "ignore") or c.encode("latin-1", "ignore") for c in found)
    try:
        return codes.decode("utf-8")
    except UnicodeDecodeError:
        return "'" if found.startswith("â") else found


@lru_cache(maxsize=1)
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """For each code unit of the basic plane: its symbol (0 parts words, 255 is another script), upper case."""
    symbols = np.zeros(0x10000, np.uint8)
    upper = np.zeros(0x10000, np.bool_)
    for first, last in ((0x370, 0x1DFF), (0x2C00, 0x2DFF), (0x3041, 0xA71F), (0xA720, 0xD7FF), (0xF900, 0xFDFF), (0xFE70, 0xFEFE)):
        symbols[first : last + 1] = 255
    number = {letter: code for code, letter in enumerate(_LETTERS, 1)}
    for code in (*range(0x41, 0x250), *range(0x1E00, 0x1F00)):
        letter = chr(code)
        if letter.isalpha():
            base = letter.lower()
            base = base if base in number else unicodedata.normalize("NFD", base)[0]
            symbols[code] = number.get(base, number["ə"])
            upper[code] = letter.isupper()
    for mark in "'’ʼ`´ʹ":
        symbols[ord(mark)] = number["'"]
    symbols[0xFFFD] = number["\ufffd"]
    return symbols, upper


def encode(texts: Sequence[str]) -> tuple[Ints, NDArray[np.bool_], Ints]:
    """Texts as one row of symbols, which of them are capitals, and where each text starts.

    A text starts at the separator before it, and five separators follow the last one.
    """
    joined = "\n" + "\n".join(texts) + "\n\n\n\n\n"
    units = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    starts = np.concatenate(([0], np.cumsum(lengths + 1)[:-1]))
    symbols, upper = _tables()
    if len(joined) and not joined.isascii():
        # Ideographs of the higher planes count as one of the lower; emoji and the rest part words.
        high = np.where((units >= 0x20000) & (units < 0x40000), np.uint32(0x4E00), np.uint32(0x20))
        units = np.where(units > 0xFFFF, high, units)
    return symbols.take(units), upper.take(units), starts


def features(symbols: Ints, upper: NDArray[np.bool_], starts: Ints) -> list[tuple[Ints | None, Ints]]:
    """Rows of the weight table that encoded texts use: (positions, rows) of each kind of feature.

    Without positions, row `i` belongs to position `i`. Row 0 is empty.
    """
    shift = np.uint32(32 - _BITS)
    inside = (symbols > 0) & (symbols < 255)
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    first, last = edges[0::2], edges[1::2]
    if (long := last - first > _MAX_WORD).any():
        for begin, end in zip(first[long], last[long], strict=True):
            inside[begin:end] = False
        first, last = first[~long], last[~long]
    letters = np.where(inside, symbols, 0).astype(np.uint32)
    found: list[tuple[Ints | None, Ints]] = []
    hashes = letters
    by_order = {}
    allowed = None
    for order in (2, 3, 4, 5):
        hashes = hashes[:-1] * _PRIME + letters[order - 1 :]
        by_order[order] = hashes
        if order == 2:
            valid = inside[:-1] | inside[1:]
        else:
            middle = inside[order - 2 : len(letters) - 1]
            allowed = middle if allowed is None else allowed[:-1] & middle
            valid = allowed
        found.append((None, ((hashes * np.uint32(0x85EBCA6B + 2 * order)) >> shift) * valid))
    if not len(first):
        return found
    sizes = last - first
    trigrams, fivegrams = by_order[3], by_order[5]
    whole = sizes >= 5
    begin, end = first[whole], last[whole] - 5
    word = fivegrams[begin] * np.uint32(0xC2B2AE35) ^ fivegrams[end] * np.uint32(0x27D4EB2F)
    word = (word ^ fivegrams[(begin + end) // 2]) * _PRIME + sizes[whole].astype(np.uint32)
    found.append((begin, (word * np.uint32(0x165667B1)) >> shift))
    opens = np.zeros(len(first) + 1, np.bool_)  # the first word of a text has no word before it
    opens[np.searchsorted(first, starts)] = True
    follows = ~opens[1:-1]
    ends, heads = trigrams[np.maximum(first - 1, last - 3)], trigrams[first - 1]
    pair = (ends[:-1] * np.uint32(0xC2B2AE3D) ^ heads[1:]) * _PRIME
    found.append((first[1:][follows], ((pair * np.uint32(0x165667C5)) >> shift)[follows]))
    capitals = np.concatenate(([0], np.cumsum(upper)))
    count = capitals[last] - capitals[first]
    shape = np.where(count == 0, 0, np.where(count == sizes, np.where(sizes > 1, 2, 4), np.where(upper[first] & (count == 1), 1, 3)))
    shape = (shape * 4 + np.minimum(sizes, 8) // 2 - (sizes >= 8)).astype(np.uint32)
    before = np.concatenate(([np.uint32(31)], shape[:-1]))
    before[opens[:-1]] = 31
    found.append((first, ((before * np.uint32(64) + shape + np.uint32(1)) * np.uint32(0x9E3779B9)) >> shift))
    return found


# --- scoring --------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _model() -> TrainedModel:
    return TrainedModel.load(MODEL_FOLDER, "language")


@lru_cache(maxsize=1)
def _packed() -> NDArray[np.uint64]:
    """The weight table as one word a row: seven weights, shifted to be positive, and a one that counts."""
    weights = _model().arrays["weights"]
    table = np.empty((len(weights), 8), np.uint8)
    table[:, :7] = (weights.astype(np.int16) + 128).astype(np.uint8)
    table[:, 7] = 1
    table[0] = 0
    return table.view("<u8").ravel().astype(np.uint64)


def _sums(texts: Sequence[str]) -> tuple[NDArray[np.float64], Ints]:
    """For each text: the sums of its seven weights and the number of features; its letters of other scripts."""
    symbols, upper, starts = encode(texts)
    table = _packed()
    even, odd = np.zeros(len(symbols), np.uint64), np.zeros(len(symbols), np.uint64)
    for positions, rows in features(symbols, upper, starts):
        words = table.take(rows)
        where: Any = slice(len(rows)) if positions is None else positions
        even[where] += words & _EVEN_BYTES
        odd[where] += (words >> np.uint64(8)) & _EVEN_BYTES
    sums = np.empty((len(texts), 8))
    for offset, lanes in ((0, even), (1, odd)):
        for half in (0, 2):
            total = np.add.reduceat((lanes >> np.uint64(8 * half)) & _LOW_HALVES, starts)
            sums[:, offset + half] = total & np.uint64(0xFFFFFFFF)
            sums[:, offset + half + 4] = total >> np.uint64(32)
    sums[:, :7] -= 128 * sums[:, 7:]
    foreign = symbols == 255
    others = np.add.reduceat(foreign, starts, dtype=np.int64) if foreign.any() else np.zeros(len(texts), np.int64)
    return sums, others


def _probabilities(texts: Sequence[str]) -> NDArray[np.float64]:
    """For each text the probability of each of `CODES`, from its own letters alone."""
    pieces: list[NDArray[np.float64]] = []
    first = size = 0
    for number, text in enumerate(texts):
        size += len(text) + 1
        if size > _CHUNK_CHARS or number == len(texts) - 1:
            pieces.append(_score(texts[first : number + 1]))
            first, size = number + 1, 0
    return np.concatenate(pieces) if pieces else np.empty((0, 4))


def _score(texts: Sequence[str]) -> NDArray[np.float64]:
    model = _model()
    sums, others = _sums(texts)
    count = sums[:, 7]
    logits = np.zeros((len(texts), 8))
    logits[:, :7] = sums[:, :7] * (model.arrays["scales"] / np.sqrt(np.maximum(count, 1.0))[:, None])
    logits += model.arrays["bias"]
    logits *= model.settings["sharpness"]
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=1, keepdims=True)
    result = np.empty((len(texts), 4))
    result[:, :2] = logits[:, :2]
    result[:, 2] = logits[:, 2:7].sum(axis=1)
    result[:, 3] = logits[:, 7]
    if others.any():
        share = (others / np.maximum(others + count / 5, 1))[:, None]
        result = result * (1 - share) + share * np.array([0.0, 0.0, 1.0, 0.0])
    result[(count == 0) & (others == 0)] = (0.0, 0.0, 0.0, 1.0)
    return result


def _decide(probabilities: NDArray[np.float64]) -> tuple[Language, ...]:
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
    pairs = zip(blocks, blocks[1:], strict=False)
    dom = [0 if a.hints is None or b.hints is None else 4 if a.hints.tags == b.hints.tags else 8 for a, b in pairs]
    return kind + np.array(dom, np.int64)


def _stays(blocks: Sequence[Block]) -> NDArray[np.float64]:
    stays: NDArray[np.float64] = _model().arrays["stays"][relations(blocks)]
    return stays


def _smooth(alone: NDArray[np.float64], stays: NDArray[np.float64]) -> NDArray[np.float64]:
    """Forward-backward over a row of blocks: what each says by itself, and how often languages change."""
    emissions = (alone[:, :3] + alone[:, 3:] / 3 + 1e-6).tolist()
    steps = stays.tolist()
    forward = _pass(emissions, steps)
    backward = _pass(emissions[::-1], steps[::-1])[::-1]
    joint = np.array(forward) * np.array(backward) * np.array(emissions)
    joint /= joint.sum(axis=1, keepdims=True)
    result = np.empty_like(alone)
    # Where neither the block nor its neighbours tell, the three are alike and `und` is left.
    neutral = alone[:, 3] * np.maximum(0.0, 1.5 * (1 - joint.max(axis=1)))
    neutral[alone[:, 3] == 1.0] = 1.0  # no letters at all
    result[:, :3] = joint * (1 - neutral)[:, None]
    result[:, 3] = neutral
    return result


def _pass(emissions: list[list[float]], steps: list[float]) -> list[tuple[float, float, float]]:
    """What the blocks before each block say of its language."""
    a = b = c = 1 / 3
    found = [(a, b, c)]
    for (x, y, z), stay in zip(emissions, steps, strict=False):
        a, b, c = a * x, b * y, c * z
        change = (1 - stay) / 2
        keep = (stay - change) / (a + b + c)
        a, b, c = a * keep + change, b * keep + change, c * keep + change
        found.append((a, b, c))
    return found


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

    sample = _sample(text, 0, len(text))
    with _lock:
        detector = _factory().create()
        try:
            detector.append(sample.lower() if sample.isupper() else sample)
            return str(detector.detect()).replace("unknown", "") or None
        except LangDetectException:
            return None
