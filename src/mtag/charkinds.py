"""Kinds of characters, as the cleaning classifier tells them apart, and the letters of words to hash."""

from __future__ import annotations

import unicodedata

import numpy as np
import numpy.typing as npt

TABLE = 0x3100
"""Code points told apart; those from the last of them on are one letter."""

OTHER, LOWER, UPPER, DIGIT, SPACE, FULL_STOP, COMMA, ASK, COLON, DASH, QUOTE, BAR = range(12)
ARROW, SLASH, RIGHTS, AT, OPEN, CLOSE, ELLIPSIS, BULLET, MONEY, PERCENT, CODE, STAR = range(12, 24)
COUNT = 24
"""Kinds of characters."""

IN_WORDS = (LOWER, UPPER, DIGIT)
"""Kinds of which the words of the classifier are made."""

_CHARS = {
    FULL_STOP: ".",
    COMMA: ",;",
    ASK: "?!",
    COLON: ":",
    DASH: "-–—‐‑",
    QUOTE: "\"“”«»‘’'„",
    BAR: "|¦",
    ARROW: ">›→←‹▶►▸▾▼↓↑<",
    SLASH: "/\\",
    RIGHTS: "©®™",
    AT: "@",
    OPEN: "([{",
    CLOSE: ")]}",
    ELLIPSIS: "…",
    BULLET: "•·▪■●◦‣∙",
    MONEY: "$€£¥",
    PERCENT: "%°",
    CODE: "_={}#~^`&",
    STAR: "*+",
}
_KIND_OF_CATEGORY = {
    "Lu": UPPER,
    **dict.fromkeys(("Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me"), LOWER),
    **dict.fromkeys(("Nd", "Nl", "No"), DIGIT),
    **dict.fromkeys(("Zs", "Zl", "Zp"), SPACE),
}
_KIND_OF_MARK = {mark: kind for kind, marks in _CHARS.items() for mark in marks}


def kind_of(char: str) -> int:
    """The kind of a character."""
    if ord(char) >= TABLE - 1:
        return LOWER
    kind = _KIND_OF_MARK.get(char) or _KIND_OF_CATEGORY.get(unicodedata.category(char), OTHER)
    return SPACE if kind == OTHER and char.isspace() else kind


def base_of(char: str) -> int:
    """The code point of the base letter of a character, in lower case."""
    return min(ord(unicodedata.normalize("NFD", char.lower())[0]), TABLE - 1)


_UNMET = 255


class Characters:
    """Kind of each character, and its base letter in lower case; learned 256 at a time, as they are met."""

    def __init__(self) -> None:
        self._kinds = np.full(TABLE, _UNMET, np.uint8)
        self.letters = np.zeros(TABLE, np.uint64)
        """One more than the code point of the base letter."""

    def kinds(self, codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
        """The kind of each of these code points, of those beyond the table that of its last.

        The letters are known from then on.
        """
        kinds = self._kinds.take(codes, mode="clip")
        unmet = kinds == _UNMET
        if not unmet.any():
            return kinds
        pages = np.minimum(codes[unmet], TABLE - 1) >> 8
        for page in np.bincount(pages).nonzero()[0].tolist():
            for code in range(page << 8, (page + 1) << 8):
                char = chr(code)
                self.letters[code] = (base_of(char) if code < TABLE - 1 else code) + 1
                self._kinds[code] = kind_of(char)
        return self._kinds.take(codes, mode="clip")


CHARACTERS = Characters()
