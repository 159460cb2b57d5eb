"""The lines of a plain text as blocks."""

from __future__ import annotations

from mtag.document import Block


def lines_of(text: str) -> list[Block]:
    """The lines of a text without white space at their ends, where anything is left."""
    found = []
    end = 0
    for line in text.splitlines(keepends=True):
        end += len(line)
        rest = line.lstrip()
        if rest:
            start = end - len(rest)
            found.append(Block(start, start + len(rest.rstrip()), None))
    return found
