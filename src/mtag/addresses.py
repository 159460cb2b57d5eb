"""Addresses of pages and of mail: their words name what stands elsewhere, and say nothing of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from string import ascii_lowercase

import numpy as np

from mtag.arrays import Flags
from mtag.artefacts import disjoint
from mtag.chunks import ChunkTable, any_of, codes_of
from mtag.document import Span
from mtag.patterns import late

_MAX_HEAD = 80
"""Most characters of a host, or of a name before `@`."""

_REST = r"[^\s<>\[\]\"«»“”|]*"
_SCHEME = late(r"[a-z]++:\Z", re.I)
_NAME = late(r"(?<![\w.+%-])[\w.+%-]++\Z")
_AT_HOST = late(r"@[\w-]+\.[\w.-]+")
_HOST = late(r"(?<![\w.-])\w[\w.-]*+(?:(?<=\.[a-z]{2})|(?<=\.[a-z]{3})|(?<=\.[a-z]{4}))\Z")
_PATH = late(rf"/{_REST}")
_BARE = late(rf"\.(?:(?<=\bwww\.)[\w-]{_REST}|(?:com|org)(?![\w-])(?:[/?#:]{_REST})?)")
"""What is an address without a scheme or a path: from the first dot, or from the last one of the host."""


def find_addresses(chunks: ChunkTable) -> tuple[Span, ...]:
    """Find the addresses of pages and of mail in the text of some chunks: ordered, disjoint spans."""
    text = chunks.text
    return disjoint(
        [
            *_mails(text, chunks.places(any_of("@")).tolist()),
            *_with_paths(text, chunks.places(any_of("/")).tolist()),
            *_bare(text, chunks.places(_dots_inside()).tolist()),
        ]
    )


@lru_cache(maxsize=1)
def _dots_inside() -> Flags:
    """Dots before small letters, as `ChunkTable.places` takes them."""
    flags = np.zeros((256, 256), np.bool_)
    flags[codes_of(".")[:, None], codes_of(ascii_lowercase)] = True
    return flags


def _mails(text: str, places: Iterable[int]) -> Iterator[Span]:
    """Yield addresses of mail, by the places of `@`."""
    for place in places:
        host = _AT_HOST.match(text, place)
        if host and (name := _NAME.search(text, max(0, place - _MAX_HEAD), place)):
            yield Span(name.start(), host.end())


def _with_paths(text: str, places: Iterable[int]) -> Iterator[Span]:
    """Yield addresses with a scheme, or with a host and a path, by the places of slashes."""
    end = 0
    for place in places:
        if place < end:
            continue
        head = None
        if text.startswith("://", place - 1):
            head = _SCHEME.search(text, max(0, place - 9), place)
        elif text.find(".", max(0, place - 5), place) >= 0:
            head = _HOST.search(text, max(0, place - _MAX_HEAD), place)
        if head and (path := _PATH.match(text, place)):
            end = path.end()
            yield Span(head.start(), end)


def _bare(text: str, places: Iterable[int]) -> Iterator[Span]:
    """Yield hosts that are known by how they begin or end, with what follows them, by the places of dots."""
    end = 0
    for place in places:
        if place >= end and (rest := _BARE.match(text, place)):
            end = rest.end()
            name = _NAME.search(text, max(0, place - _MAX_HEAD), place)
            yield Span(name.start() if name else place, end)
