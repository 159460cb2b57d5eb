"""Dates in English and French text, as ISO 8601.

Our own patterns, since general parsers misread "1er février 2024" and guess at "03/04/2024".
Ranges are kept; a numeric date that can be read two ways is marked ambiguous, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from mtag.patterns import late
from mtag.tokens import strip_accents

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv",
            "february feb fevrier fevr fev",
            "march mar mars",
            "april apr avril avr",
            "may mai",
            "june jun juin",
            "july jul juillet juil",
            "august aug aout",
            "september sept sep septembre",
            "october oct octobre",
            "november nov novembre",
            "december dec decembre",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = (
    r"(?:janvier|janv\.?|january|jan\.?|f(?:é|e\u0301?)vrier|f(?:é|e\u0301?)vr\.?|february|feb\.?|march|mars|mar\.?"
    r"|avril|avr\.?|april|apr\.?|may|mai|juin|june|jun\.?|juillet|juil\.?|july|jul\.?|ao(?:û|u\u0302?)t|august|aug\.?"
    r"|septembre|september|sept?\.?|octobre|october|oct\.?|novembre|november|nov\.?"
    r"|d(?:é|e\u0301?)cembre|december|d(?:é|e\u0301?)c\.?)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_ORDINAL = r"(?:st|nd|rd|th|er|re|e)?"
DAY_AND_MONTH = rf"(?i:{_DAY}{_ORDINAL}\s{_MONTH}|{_MONTH}\s{_DAY})\b"
"""The pattern of a day without its year, which is no date here."""

_YEAR = r"(?:1[89]\d\d|20\d\d)"
_TO = r"\s?(?:[-–—/]|to|and|until|au|et)\s?"
_OF = r"(?:\s(?:of\s)?|\s?)"

_PATTERN = late(
    rf"""(?<![\w/.-])(?:
      (?P<iso>(?P<iy>{_YEAR})-(?P<im>0[1-9]|1[0-2])-(?P<id>0[1-9]|[12]\d|3[01]))(?=T\d|\b)
    | (?P<d1>{_DAY}){_ORDINAL}\s(?P<m1>{_MONTH})(?:\s(?P<y1>{_YEAR}))?{_TO}(?P<d2>{_DAY}){_ORDINAL}{_OF}(?P<m2>{_MONTH}),?\s(?P<y2>{_YEAR})
    | (?P<d3>{_DAY}){_ORDINAL}(?:{_TO}(?P<d4>{_DAY}){_ORDINAL})?{_OF}(?P<m3>{_MONTH}),?\s(?P<y3>{_YEAR})
    | (?P<m4>{_MONTH})\s(?P<d5>{_DAY}){_ORDINAL}(?:{_TO}(?:(?P<m5>{_MONTH})\s)?(?P<d6>{_DAY}){_ORDINAL})?,?\s(?P<y4>{_YEAR})
    | (?P<n1>\d\d?)(?P<sep>[/.-])(?P<n2>\d\d?)(?P=sep)(?P<y5>{_YEAR}|\d\d(?!\d))
    | (?P<m6>{_MONTH})\s(?P<y6>{_YEAR})
    )(?:(?!\w)|(?=T\d))""",
    re.IGNORECASE | re.VERBOSE,
)

_START = late(
    r"[\dJjFfMmAaSsſOoNnDd](?<![\w/.-].)(?:(?<=\d)|(?=(?i:a[inry]|[eé][bcpv\u0301]|[pv]r|u[giln]|o[uûv]|ct)))"
)
"""Where a date may begin: at a digit, or at what begins like a month."""

_SIGN = late(r"\d(?:(?<=1)[89]\d\d|(?<=2)0\d\d|\d?[/.-]\d\d?[/.-]\d\d)")
"""What every date holds: a year, or a number between two marks."""

_LONGEST_BEFORE = 64
"""More characters than stand in a date before its last year."""


class FoundDate(NamedTuple):
    """A date in a text.

    `first` is ISO 8601 (`2013-10-23`, or `2013-10` where no day is given), `last` the end of a
    range. An ambiguous date has no `first`; `alternatives` are its readings. `start` and `end` are
    the characters it was read from.
    """

    first: str | None
    last: str | None
    alternatives: tuple[str, ...]
    start: int
    end: int

    @property
    def is_ambiguous(self) -> bool:
        """Whether the date can be read two ways."""
        return self.first is None


def may_be_dated(text: str, start: int, end: int) -> bool:
    """Whether there may be a date in `text[start:end]`; most lines hold nothing like one."""
    return _SIGN.search(text, start, end) is not None


def find_dates(text: str, start: int = 0, end: int | None = None) -> Iterator[FoundDate]:
    """Yield the dates in `text[start:end]`, in order; impossible ones (30 February) are passed over."""
    end = len(text) if end is None else end
    while sign := _SIGN.search(text, start, end):  # the next date holds it or begins behind it
        places = _START.finditer(text, max(start, sign.start() - _LONGEST_BEFORE), sign.end())
        start = sign.start() + 1
        for place in places:
            if match := _PATTERN.match(text, place.start(), end):
                start = match.end()
                if (found := _read(match)) is not None:
                    yield found
                break


def _read(part: re.Match[str]) -> FoundDate | None:
    first = last = None
    alternatives: tuple[str, ...] = ()
    if part["iso"]:
        first = _iso(part["iy"], int(part["im"]), part["id"])
    elif part["d1"]:
        over_new_year = _month(part["m1"]) > _month(part["m2"])
        first = _iso(part["y1"] or str(int(part["y2"]) - over_new_year), _month(part["m1"]), part["d1"])
        last = _iso(part["y2"], _month(part["m2"]), part["d2"])
    elif part["d3"]:
        first = _iso(part["y3"], _month(part["m3"]), part["d3"])
        last = _iso(part["y3"], _month(part["m3"]), part["d4"]) if part["d4"] else None
    elif part["m4"]:
        first = _iso(part["y4"], _month(part["m4"]), part["d5"])
        last = _iso(part["y4"], _month(part["m5"] or part["m4"]), part["d6"]) if part["d6"] else None
    elif part["m6"]:
        first = f"{int(part['y6'])}-{_month(part['m6']):02}"
    else:
        year = part["y5"] if len(part["y5"]) == 4 else "20" + part["y5"]
        readings = (_iso(year, int(part["n2"]), part["n1"]), _iso(year, int(part["n1"]), part["n2"]))
        known = sorted({reading for reading in readings if reading})
        if len(known) == 1:
            first = known[0]
        alternatives = tuple(known) if len(known) > 1 else ()
    if first is None and not alternatives:
        return None
    if first and last and last < first:
        last = None
    return FoundDate(first, last, alternatives, *part.span())


def _month(name: str) -> int:
    # Upper case first: the pattern takes a long s and a dotless i for letters of months.
    return _MONTHS[strip_accents(name.upper().lower()).rstrip(".")]


def _iso(year: str, month: int, day: str) -> str | None:
    try:
        return date(int(year), month, int(day)).isoformat()
    except ValueError:
        return None
