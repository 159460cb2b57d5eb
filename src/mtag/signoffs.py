"""The last lines of a page's text that are no part of it: its author's life, who reported, an appeal."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from mtag.pageblocks import Page
from mtag.patterns import late

_MOST, _WORDS, _LEAST_ABOVE = 5, 80, 3
"""Most such lines, most words of each, and least sentences above them."""

_ONE_NAME = r"[A-ZÀ-ÖØ-Þ][\w.’'-]{0,20}(?: (?:[A-ZÀ-ÖØ-Þ][\w.’'-]{0,20}|d[eiu]|v[ao]n|al|bin|la|le)){1,3}?"
_NAME = rf"(?!(?:The|Le|La|Les|An?|Une?) )(?P<name>{_ONE_NAME})(?: (?:and|et) {_ONE_NAME})?"

_WORK = (
    r"(?:journaliste?|reporter|correspondente?|correspondante?|editor|columnist|writer|author|lecturer|professor"
    r"|researcher|research fellow|fellow|academic|photographer|photojournalist|broadcaster|blogger"
    r"|r[ée]dact(?:eur|rice)|chroniqueu(?:r|se)|[ée]ditorialiste|auteure?|autrice|[ée]crivaine?|photographe"
    r"|professeure?|enseignante?|cherch(?:eur|euse)|ma[iî]tre(?:sse)? de conf[ée]rences|doctorante?)s?"
)

_LIFE = late(
    rf"{_NAME},? (?:"
    rf"(?:is|are|est|sont)(?: [\w’'-]{{1,20}}){{0,5}}? {_WORK}\b(?! (?:who|qui)\b)"
    r"|(?:writes|[ée]crit) (?:about|on|sur|for|pour)\b|(?:covers|couvre) [^.]{1,60} (?:for|pour|at)\b)"
    rf"|(?i:{_WORK})(?: [\w’'-]{{1,20}}){{0,3}}, (?P<second>{_ONE_NAME}) (?:couvre|[ée]crit|covers|writes)\b"
)
"""What is said of people who write, by their work."""

_OF_SOMEONE = late(
    rf"{_NAME},? (?:is|are|has|works|teaches|writes|covers|est|sont|travaille|enseigne|couvre)\b"
)

_BYLINE = late(rf"(?:(?:[Bb]y|[Pp]ar|BY|PAR|Written by|Text by) )?(?P<name>{_ONE_NAME})\W{{0,3}}$")

_CONTACT = r"(?:press|media) (?:contacts?|enquiries)|contacts? (?:presse|m[ée]dias?)"

_NOTE = late(
    r"(?i:about the authors? ?:|[àa] propos de l.auteure? ?:|(?:additional |with )?reporting by |edited by "
    r"|\(?avec (?:l.)?(?:afp|reuters|agences?)\)?\W{0,3}$"
    r"|(?:sign up|subscribe) (?:to|for|here)\b|(?:inscrivez|abonnez)-vous [àa]\b|follow us on\b"
    r"|suivez-nous sur\b|(?:our journalism|notre journalisme)\b|if you (?:liked|enjoyed) this"
    r"|si cet article vous a|support (?:us\b|our (?:work|journalism)\b)|soutenez[- ](?:nous|notre)\b"
    r"|(?:please )?donate (?:to|now|here)\b|please consider (?:a donation|donating|supporting)"
    rf"|faites un don\b|(?:{_CONTACT}) ?:)"
)
"""How a note on the author, a credit or an appeal begins."""

_PRESS = late(rf"(?i:(?:{_CONTACT}|(?:press|media) office)\W{{0,3}}$)")
_PRESS_LINES, _PRESS_WORDS = 4, 12
"""Most lines below the label of those who speak to the press, and most words of each."""


def leave_out_sign_offs(page: Page, content: list[bool]) -> None:
    """Leave out the last lines of a text that tell of a writer whom its sentences do not name, or appeal."""
    inside = [number for number, is_content in enumerate(content) if is_content]
    sentences = [number for number in inside if page.terminal[number]]
    if len(sentences) <= _LEAST_ABOVE:
        return
    first = sentences[_LEAST_ABOVE - 1]
    for number in inside[: -_MOST - 1 : -1]:
        above = sentences[: bisect_left(sentences, number)]
        if number <= first or page.words[number] > _WORDS or not _is_sign_off(page, number, above):
            return
        page.set(number, "footer", "below the end of the text")
        content[number] = False


def _is_sign_off(page: Page, number: int, above: Sequence[int]) -> bool:
    line = page.line(number, 200)
    if _NOTE.match(line) or _PRESS.match(line) or _is_press(page, number):
        return True
    match = _LIFE.match(line)
    if match is None:
        match = _OF_SOMEONE.match(line)
        if match is None or not _is_byline(page, match["name"], above[0]):
            return False
    name = match["name"] or match["second"]
    return not any(_names(page, other, name.split()[-1]) for other in above)


def _is_press(page: Page, number: int) -> bool:
    """Whether a line tells who speaks to the press: it stands below a line that says so."""
    if page.words[number] > _PRESS_WORDS or page.terminal[number]:
        return False
    above = range(max(number - _PRESS_LINES, 0), number)
    return any(page.words[one] <= _PRESS_WORDS and _PRESS.match(page.line(one)) for one in above)


def _is_byline(page: Page, name: str, first: int) -> bool:
    """Whether a line above the text is the name of its author."""
    bylines = (_BYLINE.match(page.line(number, 80)) for number in range(first) if page.words[number] <= 6)
    return any(byline is not None and byline["name"] == name for byline in bylines)


def _names(page: Page, number: int, name: str) -> bool:
    start, end, _ = page.blocks[number]
    return page.text.find(name, start, end) >= 0
