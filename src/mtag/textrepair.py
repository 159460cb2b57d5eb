"""Texts damaged on their way: escapes and character references left in, UTF-8 read wrongly, parted words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import unescape
from html.entities import html5
from itertools import accumulate, chain

from mtag.document import Block
from mtag.patterns import late

_NUMBER = r"#\d{1,7}|#[xX][0-9a-fA-F]{1,6}"
_REFERENCE = late(rf"&(?:{_NUMBER}|[a-zA-Z][a-zA-Z0-9]{{1,31}});")
_ESCAPED_TWICE = late(rf"&amp;(?=(?!lt;|gt;|amp;)(?:{_NUMBER}|[a-zA-Z]\w{{1,7}});)")

# From the first letter of a word alone: tried at each, a long word would take the square of its length.
_PARTED = late(r"(?<![^\W\d_])([^\W\d_]++)-(\r?\n[ \t]*)([^\W\d_]+)")
_LEAST_PARTED = 3
"""Words parted at line ends from which a text is taken to be set in lines, as a PDF is."""

_HYPHEN_AFTER = frozenset(
    (
        "anti co contre counter cross cyber demi ex extra half high inter intra lui mid mi multi narco non"
        " peut post pre pro pré quasi re self semi sex sous sub trans ultra vice well zero"
    ).split()
)
_HYPHEN_BEFORE = frozenset(
    (
        "ce ces ci elle elles en être free il ils je la le les leur like lui là moi même mêmes nous on vous y"
        " year"
    ).split()
)
"""Parts of compounds, which have a hyphen wherever they stand."""

_ROUNDS = 2
"""How many wrong readings in a row are undone."""

_ESCAPE = late(r"\\(?:r\\n|[nrt\"'/\\]|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2})")
_WRITTEN_END = late(r"\\n(?![a-z])")  # paths and formulas hold names behind such a mark
_ESCAPED = {"n": "\n", "r": "\n", "t": "\t"}
_LEAST_ESCAPED = 3
"""Line ends written out as `\\n` from which a text without others was escaped twice."""

_LEAST_SIGNS = 2
"""Sequences that no text in a right encoding holds, from which one is taken to be read in a wrong one."""


def with_line_ends(text: str) -> str:
    """The text as it was before it was escaped, where all its line ends are written out."""
    if "\\" not in text or "\n" in text.strip() or text.count("\\n") < _LEAST_ESCAPED:
        return text
    if not _WRITTEN_END.search(text):
        return text
    plain = _ESCAPE.sub(_unescaped, text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")  # pairs become one


def _unescaped(escape: re.Match[str]) -> str:
    """The character that an escape stands for."""
    kind, code = escape[0][1], escape[0][2:]
    return chr(int(code, 16)) if kind in "ux" else _ESCAPED.get(kind, kind)


def without_references(text: str) -> str:
    """The text with its HTML character references (`&eacute;`, `&#233;`) as the characters they stand for."""
    return _REFERENCE.sub(_character, text) if "&" in text and ";" in text else text


def _character(reference: re.Match[str]) -> str:
    """The character of a reference; the reference itself where there is no such character."""
    name = reference[0]
    return unescape(name) if name[1] == "#" or name[1:] in html5 else name


def escaped_once(html: str) -> str:
    """HTML whose character references were escaped again (`&amp;eacute;`) with them as they were before."""
    return _ESCAPED_TWICE.sub("&", html) if "&amp;" in html else html


def with_whole_words(text: str, blocks: Sequence[Block]) -> tuple[str, Sequence[Block]]:
    """A text whose words are parted at line ends (*traf-* / *ficking*) with them whole, and its blocks there.

    Args:
        text: the document.
        blocks: its paragraphs, in order; words are put together inside them alone.
    """
    if "-\n" not in text and "-\r\n" not in text:
        return text, blocks
    cuts = [cut for block in blocks for cut in _cuts(text, block)]
    if len(cuts) < _LEAST_PARTED:
        return text, blocks
    bounds = [0, *chain.from_iterable(cuts), len(text)]
    removed = [*accumulate((end - start for start, end in cuts), initial=0)]
    starts = [start for start, _ in cuts]

    def moved(place: int) -> int:
        return place - removed[bisect_left(starts, place)]

    whole = "".join(text[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True))
    return whole, [one._replace(start=moved(one.start), end=moved(one.end)) for one in blocks]


def _cuts(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """Yield what stands between the parts of words; compounds keep their hyphen."""
    for parted in _PARTED.finditer(text, block.start, block.end):
        first, second = parted[1], parted[3]
        if first[-1].islower() and second[0].islower():
            is_compound = first.lower() in _HYPHEN_AFTER or second.lower() in _HYPHEN_BEFORE
            yield parted.end(1) + is_compound, parted.start(3)


def rightly_decoded(text: str) -> str:
    """The text with what is UTF-8 read as Windows-1252 or Latin-1 (`Ã©`, `â€™`) as it was written.

    Only Latin letters and punctuation are put right: what other sequences look like, French text holds, too.
    """
    for _ in range(_ROUNDS):
        if "Ã" not in text and not any(end in text and "â" + end in text for end in "€\x80"):
            return text  # one character is found thirty times faster than two
        signs, sequences = _patterns()
        found = signs.finditer(text)
        if any(next(found, None) is None for _ in range(_LEAST_SIGNS)):
            return text
        text = sequences.sub(_letter, text)
    return text


@lru_cache(maxsize=1)
def _bytes() -> dict[str, int]:
    """The byte that each character was read from: in Latin-1, and in Windows-1252 where that has another."""
    latin = {chr(byte): byte for byte in range(0x80, 0x100)}
    windows = {bytes([byte]).decode("cp1252", "replace"): byte for byte in range(0x80, 0xA0)}
    windows.pop("\ufffd")
    return latin | windows


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What is a sign of a wrong reading, and every sequence that is put right then."""
    following = "".join(character for character, byte in _bytes().items() if byte < 0xC0)
    follows = f"[{re.escape(following)}]"
    visible = f"[{re.escape(following.replace(chr(0xA0), ''))}]"
    signs = re.compile(f"Ã{visible}|â[€\x80]{visible}")
    return signs, re.compile(f"[ÂÃÄÅÌÍ]{follows}|[âï]{follows}{follows}|Ã {{1,2}}(?=\\S)")


def _letter(sequence: re.Match[str]) -> str:
    """The character that a sequence was; the sequence itself where it is none."""
    read = sequence[0]
    if read[1] == " ":  # the no-break space that is the second byte of an `à` has become a space
        return "à "
    try:
        return bytes(map(_bytes().__getitem__, read)).decode()
    except UnicodeDecodeError:
        return read
