"""Texts damaged on their way: HTML character references left in, UTF-8 read as Windows-1252."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from html.entities import html5

from mtag.patterns import late

_REFERENCE = late(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_ESCAPED_TWICE = late(r"&amp;(?=(?!lt;|gt;|amp;)(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,7});)")

_ROUNDS = 2
"""How many wrong readings in a row are undone."""

_LEAST_SIGNS = 2
"""Sequences that no text in a right encoding holds, from which one is taken to be read in a wrong one."""


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


def rightly_decoded(text: str) -> str:
    """The text with what is UTF-8 read as Windows-1252 or Latin-1 (`Ã©`, `â€™`) as it was written.

    Only Latin letters and punctuation are put right: what other sequences look like, French text holds, too.
    """
    for _ in range(_ROUNDS):
        if "Ã" not in text and "â€" not in text and "â\x80" not in text:
            return text
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
