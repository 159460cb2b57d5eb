"""The lines of a plain text as blocks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import accumulate, compress, repeat
from operator import add, sub

from mtag.document import Block

_make_block = partial(tuple.__new__, Block)
"""Makes a block of its fields without Python code."""


def lines_of(text: str) -> Iterator[Block]:
    """The lines of a text without white space at their ends, where anything is left; no loop is in Python."""
    lines = text.splitlines(keepends=True)
    starts = [*map(sub, accumulate(map(len, lines)), map(len, map(str.lstrip, lines)))]
    sizes = [*map(len, map(str.strip, lines))]
    fields = compress(zip(starts, map(add, starts, sizes), repeat(None), strict=False), sizes)
    return map(_make_block, fields)
