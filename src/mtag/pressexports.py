"""What press databases (Europresse, Nexis) write around the articles they export as text."""

from __future__ import annotations

from mtag.document import Document
from mtag.patterns import late

_LONGEST = 100
"""Most characters of a line that tells where an article was printed."""

_LENGTH, _PAGE = late(r"\b\d{1,5}\s(?:mots|words)\b"), late(r"\bp\.\s?[A-Z]?\d")
_COUNTED, _END = "DOCUMENTS\n", "End of Document\n"
_BETWEEN = late(r"\d{1,4} of \d{1,4} DOCUMENTS$|End of Document$")


def is_of_press(line: str, *, dated: bool) -> bool:
    """Whether a line tells how long an article is beside other facts, or beside its date the page."""
    if len(line) > _LONGEST:
        return False
    length = _LENGTH.search(line)
    return bool(length and length.start()) or (dated and _PAGE.search(line) is not None)


def article_starts(document: Document) -> list[int]:
    """The numbers of the blocks at which the articles of an export begin; none where it holds only one."""
    text = document.text
    if document.format != "text" or (_COUNTED not in text and _END not in text):
        return []
    blocks = document.blocks
    marks = [n for n, (start, end, _) in enumerate(blocks) if _BETWEEN.match(text, start, end)]
    return [n + (text[blocks[n].start] == _END[0]) for n in marks] if len(marks) > 1 else []
