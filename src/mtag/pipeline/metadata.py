"""Metadata: what the page declares of itself, in labelled blocks, in its dateline, in HTML.

Blocks that cleaning marked `metadata` are read here; the declared fields of an HTML page fill what
the text leaves open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

from mtag.chrome import declared_field
from mtag.datelines import PUBLISHED, SUBJECT, may_open, read_dateline
from mtag.dates import FoundDate, find_dates, may_be_dated
from mtag.document import Block, Document, Role, Segment
from mtag.headlines import TITLES, parts_of_title, without_last_part
from mtag.patterns import late

_FIELD_OF = {
    "date": "date|date de publication|published|published on|publié|publié le|released|release",
    "place": "place|location|lieu",
    "source": "source",
    "title": "headline",
    "author": "author|authors|auteur|auteure|auteurs|auteures|by|par|byline|reporter|journaliste",
    "fields": (
        "field of work|fields of work|domaine de travail|domaines de travail|domaine d'activité"
        "|domaines d'activité|domaine d'action|domaines d'action|topic|topics|theme|themes|thème|thèmes"
        "|thématique|thématiques|subject|subjects|sujet|sujets|rubrique|rubriques|keywords|category"
        "|categories|catégorie|catégories"
    ),
}
_LABELS = {label: field for field, labels in _FIELD_OF.items() for label in labels.split("|")}
_BESIDE = 6
"""Blocks before and after the beginning of the text where a line with the date may stand."""

_PROSE, _OPENING, _HEAD = frozenset(("paragraph", "quote", "list")), 4, 160
"""Of what roles, how many and up to what character the paragraphs of an item are read for a dateline at
their head; a standfirst may come before it."""

_MAIL_FIELDS = {
    label: field
    for field, labels in {
        "sender": "from|de",
        "date": "date|sent|envoyé|envoyé le",
        "title": "subject|objet|sujet",
        "others": "to|cc|bcc|reply-to|à|cci|répondre à",
    }.items()
    for label in labels.split("|")
}
_MAIL_HEAD = 12
"""Most blocks of the head of a mail."""

_PRESS_FIELDS = {"HD": "title", "BY": "author", "PD": "date", "SN": "source"}
_PRESS_CODE = late(r"(SE|HD|CR|BY|WC|PD|ET|SN|SC|ED|PG|VOL|LA|CY|LP|TD)(?:\s+(?:By\s|Par\s)?(\S.*))?$")
"""How Factiva begins the lines above an article."""

_NO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_MARKDOWN = late(r"#{1,6}\s+")
_ADDRESS = ("http://", "https://", "//", "www.")


OF_CHANGE, IN_TEXT, DECLARED = range(3)
"""How sure a date is that of publication: of a change, read in the text, declared by the HTML."""

_DATES = (
    "article:published_time og:article:published_time og:published_time json-ld:datePublished datepublished"
    " parsely-pub-date sailthru.date publication_date article.published cxenseparse:recs:publishtime dc.date"
    " dc.date.issued dcterms.date dcterms.issued dcterms.created date pubdate publish-date"
).split()
"""What a page declares its date by, the surest first."""

_DAY_IN_DIGITS = late(r"(\d{4})(\d\d)(\d\d)(?:T|$)")
_SECONDS = late(r"(\d{10})(?:\d{3})?$")
"""A moment as seconds since 1970, or as milliseconds."""


class Facts(NamedTuple):
    """What is known of a page or of one of its items; `date_rank` is how sure its date is."""

    title: str | None = None
    date: FoundDate | None = None
    date_text: str = ""
    place: str | None = None
    source: str | None = None
    author: str | None = None
    fields: tuple[str, ...] = ()
    date_rank: int = IN_TEXT
    declared: tuple[tuple[str, str], ...] = ()


_NO_FACTS = Facts()


def read_metadata(document: Document, roles: Sequence[Role], content: Sequence[int]) -> Facts:
    """Read the declared fields of a page: labelled blocks first, then the HTML's own.

    `content` are the numbers of the blocks that are content.
    """
    names = [*map(itemgetter(0), roles)]
    declared = _labelled(document, roles) if "metadata" in names else []
    mail = _mail_head(document)
    source, author = mail.get("source"), mail.get("author")
    facts = Facts(mail.get("title"), source=source, author=author, declared=tuple(declared))
    if "date" in mail:
        facts = _with_date(facts, mail["date"])
    named: dict[str, None] = {}
    for label, value in declared:
        field = _LABELS.get(" ".join(label.lower().replace("’", "'").split()))
        if field == "date" and facts.date is None:
            facts = _with_date(facts, value)
        elif field == "fields" and value != facts.title:
            named |= dict.fromkeys(_split(value))
        elif field and field != "date" and getattr(facts, field) is None and value:
            text: dict[str, Any] = {field: value}
            facts = facts._replace(**text)
    if named:
        facts = facts._replace(fields=tuple(named))
    if facts.title is None and "duplicate" in names:
        facts = facts._replace(title=_repeated_title(document, roles))
    if document.declared:
        facts = _with_html(facts, document.declared)
    return facts if facts.date is not None else _with_date_beside(facts, document, content)


def _with_date_beside(facts: Facts, document: Document, content: Sequence[int]) -> Facts:
    """Read a date from a short line right above the text or under its heading, if there is one."""
    if not content:
        return facts
    text, blocks, own = document.text, document.blocks, content[: 2 * _BESIDE]
    for number in range(max(0, content[0] - _BESIDE), min(len(blocks), content[0] + _BESIDE)):
        start, end, _ = blocks[number]
        if end - start > 100 or number in own or not may_be_dated(text, start, end):
            continue
        found = _with_dateline(facts, text[start:end], alone=True)._replace(place=facts.place)
        if found.date is not None and (facts.date is None or found.date_rank > OF_CHANGE):
            facts = found
            if facts.date_rank > OF_CHANGE:
                break
    return facts


def item_facts(document: Document, roles: Sequence[Role], segment: Segment) -> Facts:
    """Read the title, place and date of one item, from its title, dateline or first sentence."""
    title = segment.title
    facts = _NO_FACTS if title is None else Facts(_title(document, title))
    if segment.dateline is not None:
        facts = _with_dateline(facts, _text(document, document.blocks[segment.dateline]), alone=True)
        if facts.place is not None:
            return facts
    numbers = range(segment.first, segment.last)
    members = (number for number in numbers if roles[number][0] in _PROSE and number != title)
    for number in islice(members, _OPENING):
        start, end, _ = document.blocks[number]
        head = document.text[start : min(end, start + _HEAD)]
        found = _with_dateline(facts, head, alone=False) if may_open(head) else facts
        if found != facts:
            sure = facts.date is not None and facts.date_rank > OF_CHANGE
            return facts._replace(place=found.place) if sure else found
    return facts


def _repeated_title(document: Document, roles: Sequence[Role]) -> str | None:
    """The title that stands above the page's furniture and again at the head of its text."""
    for number, role in enumerate(roles):
        if role.is_content:
            return None
        if role.name == "duplicate":
            return _title(document, number)
    return None


def _title(document: Document, number: int) -> str:
    """The text of a title without marks of Markdown or a label; in the head of a mail, its subject."""
    title = _text(document, document.blocks[number])
    if number < _MAIL_HEAD and _mail_field(title) is not None:
        title = _mail_head(document).get("title", title)
    mark = SUBJECT.match(title) or (_MARKDOWN.match(title) if document.format == "text" else None)
    return _visible(title[mark.end() :] if mark else title)


def _visible(title: str) -> str:
    """A title without the marks of no width at its ends, which editors leave behind."""
    return title.strip(_NO_WIDTH).strip()


def _mail_head(document: Document) -> dict[str, str]:
    """The fields at the head of a mail, or of an article from Factiva.

    There are none without a title, and without a sender or a source.
    """
    found: dict[str, str] = {}
    for block in document.blocks[:_MAIL_HEAD]:
        field = _mail_field(_text(document, block))
        if field is None:
            break
        if field[1]:
            found.setdefault(*field)
    return found if "title" in found and ("sender" in found or "source" in found) else {}


def _mail_field(line: str) -> tuple[str, str] | None:
    label, mark, value = line.partition(":")
    field = _MAIL_FIELDS.get(label.strip().lower()) if mark else None
    if field is None and line[:2].isupper() and (code := _PRESS_CODE.match(line)):
        field, value = _PRESS_FIELDS.get(code[1], "others"), code[2] or ""
    return None if field is None else (field, value.strip())


def _labelled(document: Document, roles: Sequence[Role]) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    for block, role in zip(document.blocks, roles, strict=True):
        if role.name != "metadata":
            continue
        line = _text(document, block)
        match = declared_field(line)
        if match and not role.reason.startswith("value"):
            fields.append((match["label"], match["value"].strip()))
        elif match is None and role.reason.startswith("value") and fields:
            label, value = fields[-1]
            line = line.lstrip("-–•*· \t")
            fields[-1] = (label, f"{value}; {line}" if value else line)
        elif PUBLISHED.match(line):
            fields.append(("date", line))
    return fields


def _split(value: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;,]", value) if part.strip()]


def _with_date(facts: Facts, text: str) -> Facts:
    found = next(find_dates(text), None)
    return facts if found is None else facts._replace(date=found, date_text=text[found.start : found.end])


def _with_dateline(facts: Facts, line: str, *, alone: bool) -> Facts:
    found = read_dateline(line, alone=alone)
    if found is None:
        return facts
    place = facts.place if found.place is None else found.place
    if found.date is None:
        return facts._replace(place=place)
    text, rank = line[found.date.start : found.date.end], OF_CHANGE if found.changed else IN_TEXT
    return facts._replace(date=found.date, date_text=text, date_rank=rank, place=place)


def _with_html(facts: Facts, declared: Mapping[str, str]) -> Facts:
    def first(*names: str) -> str | None:
        return next((declared[name] for name in names if declared.get(name)), None)

    if facts.title is None:
        facts = facts._replace(title=_without_site(first(*TITLES), declared))
    if facts.date is None:
        if value := first(*_DATES):
            facts = _with_declared_date(facts, value)
        elif value := first("time"):
            facts = _with_date(facts, value)
    if facts.author is None:
        authors = map(declared.get, ("author", "article:author", "json-ld:author", "dc.creator"))
        named = (one for one in authors if one and not one.startswith(_ADDRESS))
        facts = facts._replace(author=next(named, None))
    if facts.source is None:
        facts = facts._replace(source=first("og:site_name", "json-ld:publisher", "dc.publisher"))
    if not facts.fields and (tags := first("article:tag", "keywords")):
        facts = facts._replace(fields=tuple(dict.fromkeys(_split(tags))))
    return facts


def _with_declared_date(facts: Facts, value: str) -> Facts:
    """Read a declared date: ISO 8601, with or without its marks, or seconds."""
    text = value
    if day := _DAY_IN_DIGITS.match(value):
        text = "-".join(day.groups())
    elif moment := _SECONDS.match(value):
        text = datetime.fromtimestamp(int(moment[1]), UTC).date().isoformat()
    found = _with_date(facts, text)
    if found.date is None:
        return facts
    rank = OF_CHANGE if found.date.is_ambiguous else DECLARED  # a clear date in the text says more
    return found._replace(date_rank=rank, date_text=found.date_text if text == value else value)


def _without_site(title: str | None, declared: Mapping[str, str]) -> str | None:
    """The title of a page without the name of its site behind a bar or a dash."""
    if title is None:
        return None
    title = _visible(title)
    parts = parts_of_title(title)
    site = declared.get("og:site_name", "").casefold()
    named = len(parts) > 1 and (parts[-1].casefold() == site or (not site and " | " in title))
    return without_last_part(title) if named else title


def _text(document: Document, block: Block) -> str:
    return document.text[block.start : block.end]
