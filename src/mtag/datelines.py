"""Datelines: where and when a text was written, on a line of its own or at the head of a paragraph.

And what else may stand at the head of a release.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mtag.dates import DAY_AND_MONTH, FoundDate, find_dates, may_be_dated
from mtag.patterns import late
from mtag.pressexports import is_of_press

_LONGEST, _MOST_WORDS, _MOST_SMALL = 100, 6, 2
"""Characters of a line that is little more than a date; words beside it, and those that begin small."""

_SMALL_WORDS = frozenset(
    (
        "monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi jeudi vendredi samedi"
        " dimanche lun mar mer jeu ven sam dim by par at à p page words mots utc"
    ).split()
)
"""Words beside a date that are not counted."""

_FARTHEST = 80
"""Characters of a paragraph after which a date is none of its dateline."""

_WEEKDAY = (
    r"(?i:(?:mon|tues|wednes|thurs|fri|satur|sun)day|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b"
)
_AGENCY = r"(?:\([^()\d\n]{2,40}\)|/[^/\d\n]{2,40}/)"
_AFTER_DATE = late(rf"\s*[)]?\s*(?:{_AGENCY}\s*)?(?:[–—:=-]|\.\s|$)")
_BEFORE_DATE = late(
    rf"(?P<place>[^\W\d_][^\d\n–—(:;!?]{{1,60}}?)(?:\s*\([^()]{{1,40}}\))?\s*[,–—(-]?"
    rf"(?:\s*\b(?i:on|le|the))?(?:\s*\b{_WEEKDAY},?)?$"
)
_PUBLISHED = "publié|mis en ligne|published|posted|released"
PUBLISHED = late(rf"(?:{_PUBLISHED})\b", re.IGNORECASE)
"""How a line begins that tells when a text was published."""

_CHANGED = late(r"(?:updated?|modified|edited|mise? à jour|modifiée?|modification|màj)\b", re.IGNORECASE)
"""What stands before the date of a change."""

_RELEASE = r"communiqué(?: de presse)?|dossier de presse|(?:joint )?(?:press|media|news) release"
KIND_OF_TEXT = late(
    rf"(?:(?:{_RELEASE})(?:\s(?:n[o°º]|conjoint|commun|of|from|du \d)(?!\w)[^:–—]{{0,40}}|[\s\d/.-]{{1,12}})?"
    r"|point (?:de )?presse|(?:(?:press|media|joint|public) )?statement|(?:press|media) advisory"
    r"|\d{1,4} of \d{1,4} documents|(?:aussi paru dans|also published in)\b[^\n]{0,150}"
    r"|note aux (?:rédactions|médias)|for immediate release|pour (?:diffusion|publication) immédiate"
    rf"|[^\W\d_][^\d\n.:;!?]{{1,40}},\s(?:le\s)?{DAY_AND_MONTH})\W{{0,3}}$",
    re.IGNORECASE,
)
"""A line above a headline that tells only what kind of text it heads, or where and on what day it was."""

SUBJECT = late(r"(?:objet|titre|title)\s?:\s*(?=\S)", re.IGNORECASE)
"""How a line begins that names what a letter or a release is about, or a headline."""

_ANSWERED = late(r"(?:wrote|a écrit)\s?:$")
"""The end of the line over the mail that another one answers."""

_NO_DATE = late(
    r"(?P<place>[^\W\d_][^\d\n–—:;!?(),]{1,40}?)"
    rf"(?P<beside>,\s[^\n–—:;!?()]{{2,40}}?|\s\d\d?/\d\d?)?\s*"
    rf"(?:(?P<agency>\((?:[^()\d\n]{{2,40}}|{DAY_AND_MONTH})\))\s*(?:--?|=|[–—])|[–—]|--)\s"
)
"""The head of a paragraph that names a place and no year: before the name of an agency, or a dash."""

_DAY_BESIDE = late(rf",\s(?:[^\d,]{{2,30}},\s)?{DAY_AND_MONTH}$")
_AGENCIES = frozenset(("Reuters", "Belga", "Xinhua", "Kyodo", "Bloomberg", "Tass", "Interfax"))
"""Agencies that are not written in capitals."""

_DONE_AT = late(r"(?:(?:fait|donné|signé)\s)?à\s|done\s(?:at|in)\s", re.IGNORECASE)
_COLUMN = late(r"\t|\s{3}")
_PLACE_START = late(
    rf"(?!{_WEEKDAY}|(?i:{_PUBLISHED})\b|(?:By|Par|On|Mrs?|Ms|M|Mme|Dr)\b|(?:The|Le|La|Les)\s[^A-ZÀ-ÖØ-ÞŒ])"
)
_PLACE_END = late(r"[^\W\d_][.)]?$")
_NO_LAST_WORD = frozenset(
    "by date from in of on since the to until updated update au de des du en le la".split()
)
_NO_NAME = frozenset("by par publié Publié published Published".split())
_LONG_WORD, _NAME_WORDS = 5, 4
"""Letters of a word that is capital in the name of a place; most words of one that is not all capitals."""


class Dateline(NamedTuple):
    """The date and the place of a dateline, as far as it has them; whether the date is that of a change."""

    date: FoundDate | None = None
    place: str | None = None
    changed: bool = False


def is_dateline(line: str) -> bool:
    """Whether a line is little more than a date: beside it a place, a name, a few words of the press."""
    if len(line) > _LONGEST:
        return False
    dates = list(find_dates(line))
    if not dates:
        return False
    rest = (line[: dates[0].start] + " " + line[dates[-1].end :]).split()
    words = [word for word in rest if word.lower().rstrip(",.") not in _SMALL_WORDS]
    return len(words) <= _MOST_WORDS and sum(word[0].islower() for word in words) <= _MOST_SMALL


def may_open(line: str) -> bool:
    """Whether the head of a paragraph may hold a dateline: most hold no date and no dash."""
    return _is_dashed(line) or may_be_dated(line, 0, len(line))


def _is_dashed(line: str) -> bool:
    """Whether there is what stands behind a place without a date."""
    return "–" in line or "—" in line or "--" in line or ")" in line


def read_dateline(line: str, *, alone: bool) -> Dateline | None:
    """Read "PLACE, Country, 9 June 2017 – The…", "PARIS (AFP) - Le…", or a line with a date.

    Args:
        line: a block, or the head of one.
        alone: it is a line of its own; in a paragraph a dateline stands at the head and before a mark.

    Returns:
        What was read; `None` where the line has no dateline.
    """
    answered = line.endswith(":") and _ANSWERED.search(line)
    found = None if answered else next(find_dates(line), None)
    if found is None:
        return None if alone else _without_date(line)
    if alone and _CHANGED.search(line, 0, found.start):
        return _published(line, found)
    if not alone and (found.start > _FARTHEST or not _AFTER_DATE.match(line, found.end)):
        return None
    if alone and is_of_press(line, dated=True):
        return Dateline(found)  # what stands before the date is the newspaper or its section
    before = line[: found.start].strip()
    match = _BEFORE_DATE.fullmatch(before) if before else None
    if match is None:
        return Dateline(found) if alone else None
    return Dateline(found, _place(match["place"]))


def _published(line: str, changed: FoundDate) -> Dateline:
    """The date of publication behind that of a change, or the latter where there is no other."""
    others = (
        one for one in find_dates(line, changed.end) if not _CHANGED.search(line, changed.end, one.start)
    )
    other = next(others, None)
    return Dateline(other or changed, changed=other is None)


def _without_date(line: str) -> Dateline | None:
    match = _NO_DATE.match(line) if _is_dashed(line) else None
    place = _place(match["place"]) if match else None
    if match is None or place is None:
        return None
    agency, beside = match["agency"], match["beside"]
    if not place.isupper():
        words = place.split()
        known = (agency and _is_agency(agency[1:-1])) or (beside and _DAY_BESIDE.match(beside))
        initials = "".join(word[0] for word in words if word[0].isupper())
        if not known or len(words) > _NAME_WORDS or initials == (agency or "")[1:-1]:
            return None
    return Dateline(place=place)


def _is_agency(name: str) -> bool:
    """Whether what stands in brackets is the name of an agency, or a day, and no remark."""
    return name.isupper() or name.split("/")[0] in _AGENCIES or any(map(str.isdigit, name))


def _place(text: str) -> str | None:
    """The place that words before a date name; `None` where they name none."""
    place = _COLUMN.split(text)[-1].strip(" ,|–—-")
    if done := _DONE_AT.match(place):
        place = place[done.end() :]
    words = place.split()
    if (
        not words
        or not words[0][0].isupper()
        or not _PLACE_START.match(place)
        or not _PLACE_END.search(place)
    ):
        return None
    is_name = words[-1].lower() not in _NO_LAST_WORD and _NO_NAME.isdisjoint(words)
    return place if is_name and not any(len(w) >= _LONG_WORD and w.islower() for w in words) else None
