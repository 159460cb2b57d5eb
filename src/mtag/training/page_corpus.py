"""Pages with known content for fitting the block classifier: WCXB, and the project's labelled pages.

Each page is taken as HTML with its hints, and as plain text in several shapes: laid out a block a
line (bullets before list items or not), a text node a line, and cut down to its content with a
few lines of what is around it, since much text that people hold has been half cleaned already.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from selectolax.lexbor import LexborHTMLParser

from mtag.arrays import Flags
from mtag.document import BOILERPLATE_ROLES, CONTENT_ROLES, Block, DomHints
from mtag.pipeline.reading import read
from mtag.training.alignment import gold_shares, words

_UNSEEN = frozenset(
    ("script", "style", "noscript", "template", "svg", "textarea", "head", "title", "select", "iframe")
)
_LABEL = re.compile(r"\s*data-mtag=[\"']?\w+[\"']?")
_START_TAG = re.compile(
    r"(?P<start><\w+\b[^<>]*\sdata-mtag=[\"']?(?P<role>\w+)[^<>]*>)(?P<cell>\s*<(?:td|th)\b[^<>]*>)?",
    re.IGNORECASE,
)
_ROLES = (*CONTENT_ROLES, *BOILERPLATE_ROLES, "metadata")
_FIRST_MARK = 0xE000


@dataclass(slots=True)
class Page:
    """A page in one shape, with what of it is content.

    `group` is what splits keep together (host or site style); `shape` is `html`, `layout`, `nodes`
    or `cropped`; `wanted` says of each block whether it is content; `counted` whether it is used.
    """

    id: str
    group: str
    kind: str
    shape: str
    text: str
    blocks: tuple[Block, ...]
    wanted: Flags
    counted: Flags
    gold: str

    @property
    def fold(self) -> int:
        """A number from 0 to 9, the same for all pages of a group."""
        return int(hashlib.sha256(self.group.encode()).hexdigest(), 16) % 10


def wcxb_pages(folder: Path) -> Iterator[Page]:
    """Yield the pages of a WCXB folder (`gold.jsonl.gz`, `html/*.html.gz`) in all shapes."""
    with gzip.open(folder / "gold.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    for record in sorted(records, key=lambda record: str(record["id"])):
        name = str(record["id"])
        with gzip.open(folder / "html" / f"{name}.html.gz") as file:
            html = file.read()
        host = urlsplit(str(record["url"])).netloc.lower().removeprefix("www.")
        gold = str(record["main_content"])
        document = read(html, "html")
        wanted = _wanted(gold, document.text, document.blocks)
        facts = (name, host, str(record["page_type"]))
        headline = str(record["title"])
        counted = _counted(document.text, document.blocks, wanted, headline)
        yield Page(*facts, "html", document.text, document.blocks, wanted, counted, gold)
        yield from _as_text(facts, document.text, document.blocks, wanted, counted, gold)
        nodes = read(_text_nodes(html.decode("utf-8", "replace")), "text")
        wanted = _wanted(gold, nodes.text, nodes.blocks)
        counted = _counted(nodes.text, nodes.blocks, wanted, headline)
        yield Page(*facts, "nodes", nodes.text, nodes.blocks, wanted, counted, gold)


def labelled_pages(folder: Path) -> Iterator[Page]:
    """Yield the project's own pages (`*.html` with `data-mtag` on each block) in all shapes.

    Metadata blocks are neither content nor boilerplate: they are not counted.
    """
    for path in sorted(folder.glob("*.html")):
        document = read(_START_TAG.sub(_mark, path.read_text("utf-8")), "html")
        lines, hints, roles = [], [], []
        for block in document.blocks:
            line = document.text[block.start : block.end]
            clean, own, role = _take_label(line, block.hints)
            if clean:
                lines.append(clean)
                hints.append(own)
                roles.append(role)
        text, blocks = _lay_out(lines, hints)
        wanted = np.array([role in CONTENT_ROLES for role in roles], bool)
        counted = np.array([role not in ("", "metadata") for role in roles], bool)
        style = path.stem.rpartition("-")[0]
        facts = (path.stem, style, style.partition("-")[0])
        gold = "\n".join(line for line, content in zip(lines, wanted, strict=True) if content)
        yield Page(*facts, "html", text, blocks, wanted, counted, gold)
        yield from _as_text(facts, text, blocks, wanted, counted, gold)


def _mark(match: re.Match[str]) -> str:
    """Carry the label of an element into its text as one private character, in the first cell of a row."""
    mark = chr(_FIRST_MARK + _ROLES.index(match["role"]))
    return f"{_LABEL.sub('', match['start'])}{match['cell'] or ''}{mark}"


def _take_label(line: str, hints: DomHints | None) -> tuple[str, DomHints, str]:
    if hints is None:
        raise ValueError("the blocks of an HTML page have hints")
    marks = [ord(char) - _FIRST_MARK for char in line if _FIRST_MARK <= ord(char) < _FIRST_MARK + len(_ROLES)]
    clean = " ".join(
        "".join(char for char in line if not _FIRST_MARK <= ord(char) < _FIRST_MARK + 64).split()
    )
    return clean, hints, _ROLES[marks[0]] if marks else ""


def _lay_out(lines: list[str], hints: list[DomHints]) -> tuple[str, tuple[Block, ...]]:
    blocks = []
    position = 0
    for line, own in zip(lines, hints, strict=True):
        blocks.append(Block(position, position + len(line), own))
        position += len(line) + 1
    return "\n".join(lines), tuple(blocks)


def _counted(text: str, blocks: tuple[Block, ...], wanted: Flags, headline: str) -> Flags:
    """Which blocks to use: not a headline that the gold text, as it often does, leaves out."""
    title = words(headline)
    lines = [words(text[b.start : b.end]) if b.end - b.start <= 300 else [] for b in blocks]
    found = [len(line) >= 3 and (line == title or line == title[: len(line)]) for line in lines]
    return np.asarray(wanted | ~np.array(found, bool), bool)


def _wanted(gold: str, text: str, blocks: tuple[Block, ...]) -> Flags:
    return np.array(gold_shares(gold, [text[block.start : block.end] for block in blocks])) >= 0.5


def _as_text(
    facts: tuple[str, str, str],
    text: str,
    blocks: tuple[Block, ...],
    wanted: Flags,
    counted: Flags,
    gold: str,
) -> Iterator[Page]:
    """The page laid out a block a line: whole, and cut down to its content and a little around it."""
    draw = int(hashlib.sha256(facts[0].encode()).hexdigest(), 16)
    bulleted = draw % 2 == 0
    lines = []
    for block in blocks:
        line = text[block.start : block.end]
        item = bulleted and block.hints is not None and block.hints.tags[-1:] == ("li",)
        lines.append(f"- {line}" if item else line)
    yield _page(facts, "layout", lines, wanted, counted, gold)
    content = np.flatnonzero(wanted)
    if len(content):
        first = max(int(content[0]) - draw // 2 % 5, 0)
        last = min(int(content[-1]) + 1 + draw // 10 % 5, len(lines))
        if draw // 50 % 3 == 0:  # as a good extractor leaves it
            keep = np.flatnonzero(wanted)
        else:
            keep = np.arange(first, last)
        yield _page(facts, "cropped", [lines[i] for i in keep], wanted[keep], counted[keep], gold)


def _page(
    facts: tuple[str, str, str],
    shape: str,
    lines: list[str],
    wanted: Flags,
    counted: Flags,
    gold: str,
) -> Page:
    blocks = []
    position = 0
    for line in lines:
        blocks.append(Block(position, position + len(line)))
        position += len(line) + 1
    return Page(*facts, shape, "\n".join(lines), tuple(blocks), wanted, counted, gold)


def _text_nodes(html: str) -> str:
    """All text nodes, a line each, hidden ones too: what careless extraction gives."""
    body = LexborHTMLParser(html).body
    lines = []
    for node in body.traverse(include_text=True) if body is not None else ():
        if node.tag == "-text" and (node.parent is None or node.parent.tag not in _UNSEEN):
            line = " ".join((node.text_content or "").split())
            if line:
                lines.append(line)
    return "\n".join(lines)
