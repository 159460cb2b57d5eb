"""HTML: a page is parsed (HTML5, Lexbor) and its visible text laid out a block a line, with DOM hints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mtag.document import Block, Document, DomHints
from mtag.extras import require
from mtag.pagedeclared import read_declared
from mtag.pagepanels import SHOWING, Found, Panels
from mtag.pagetags import tamed
from mtag.patterns import late
from mtag.textlines import lines_of


def read_html(html: str, encoding: str | None = None) -> Document:
    """Read a page; nothing here judges what is content.

    Args:
        html: the page, without lone surrogates.
        encoding: what its bytes were decoded from, handed through.
    """
    return _HtmlReader(html, encoding).read()


def read_with_trafilatura(html: str, encoding: str | None = None) -> Document:
    """Read only what trafilatura takes for the main content of a page, a line a block.

    Raises:
        MissingExtraError: trafilatura is not installed.
    """
    require("trafilatura", "the trafilatura extractor", "html")
    import trafilatura

    text = trafilatura.extract(html, include_comments=False) or ""
    return Document(text, tuple(lines_of(text)), "html", encoding, read_declared(_parsed(html)).values)


_SKIPPED = frozenset(
    (
        "script style noscript template svg math canvas iframe object embed audio video map select"
        " datalist textarea input head title meta link base -comment -doctype"
    ).split()
)
_BLOCKS = frozenset(
    (
        "address article aside blockquote body button caption center dd details dialog div dl dt"
        " fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html label legend li"
        " main menu nav ol option p pre section summary table tbody td tfoot th thead tr ul br"
    ).split()
)
_CONTROLS = frozenset(("a", "button", "summary"))
_RAISED = frozenset(("sup", "sub"))
_TELLING = SHOWING | {"hidden", "aria-hidden", "style"}
"""Attributes of elements that are hidden, shown or show others; most have none of them."""
_CELLS = frozenset(("td", "th"))
_CELL_BLOCKS = frozenset(
    (
        "p div ul ol dl table h1 h2 h3 h4 h5 h6 article section form br script style noscript select button"
    ).split()
)
_HIDING_STYLE = late(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_CAPITAL = late("[A-Z]")
_LETTERS = bytes(byte | 0x20 if bytes([byte]).isalpha() else 0x20 for byte in range(0x100))
"""Each ASCII letter in lower case, spaces for all else."""
_SPACE = late(r"\s+")
_NAMES = ("id", "class", "role", "aria-label")
_MAX_HINT_DEPTH = 24
_MAX_HINT_WORDS, _MAX_NAMES = 200, 200
_PROSE_CHARS = 100
_TEXT_WORDS, _SENTENCE_WORDS = 12, 6
"""Least words of a cell that is a text of its own (one side of a translation), and where a mark ends it."""
_NO_WORDS: frozenset[str] = frozenset()
_OF_BODY = DomHints(("body", "article", "p"), _NO_WORDS, 0.0)
"""Where a text that the page holds for other readers would stand."""


def _parsed(html: str) -> LexborHTMLParser:
    """The tree of a page."""
    return LexborHTMLParser(tamed(html.replace("\x00", "\ufffd")))


class _HtmlReader:
    """Walks a parsed page without recursion, so that nesting cannot exhaust the stack."""

    def __init__(self, html: str, encoding: str | None) -> None:
        self.tree = _parsed(html)
        self.encoding = encoding
        self.found: list[Found] = []
        self.panels = Panels()
        self.buffer: list[str] = []
        self.linked = 0
        self.tags: tuple[str, ...] = ()
        self.words = _NO_WORDS
        """The names of the innermost elements around, and the hint words of all."""
        self.around: list[tuple[Iterator[LexborNode], tuple[str, ...], frozenset[str]]] = []
        """What follows each of the elements around, with what was around it."""
        self.links = 0
        self.ended = self.seam = 0
        """The size of the buffer as an inline element ended, and as another began right behind it."""
        self.link_ended = False
        self.href: str | None = None
        self.href_before: str | None = None
        """The addresses of the link that began last and of the one before."""
        self.hiding: list[tuple[int, int]] = []  # depths of hidden elements around, their numbers as panels

    def read(self) -> Document:
        root = self.tree.body or self.tree.root
        if root is not None:
            self._walk(root)
        declared = read_declared(self.tree)
        shown = self._shown(declared.body)
        texts = [text for text, _ in shown]
        starts = [*accumulate([len(text) + 1 for text in texts], initial=0)]
        ends = [start - 1 for start in starts[1:]]
        blocks = map(Block, starts, ends, [hints for _, hints in shown])
        return Document("\n".join(texts), tuple(blocks), "html", self.encoding, declared.values)

    def _shown(self, body: str) -> list[tuple[str, DomHints]]:
        """The blocks but for those that stay hidden, unless all the prose hides until a script runs.

        Where the page has no prose at all, that of the declared `body` is laid out below.
        """
        prose = [0, 0]
        found = self.panels.opened(self.found)
        for text, hints, hidden in found:
            if len(text) >= _PROSE_CHARS and hints.link_share < 0.5:
                prose[hidden] += len(text)
        everything = prose[True] > 10 * _PROSE_CHARS + 3 * prose[False]
        shown = [(text, hints) for text, hints, hidden in found if everything or not hidden]
        if body and not any(prose):
            lines = (_SPACE.sub(" ", line).strip() for line in body.splitlines())
            shown += [(line, _OF_BODY) for line in lines if line]
        return shown

    def _walk(self, root: LexborNode) -> None:
        # Nodes are never compared: selectolax compares them by their HTML, which is quadratic.
        buffer, around = self.buffer, self.around
        following: Iterator[LexborNode] = iter((root,))
        while True:
            for node in following:
                tag = node.tag
                if tag == "-text":
                    text = node.text_content
                    if text and (buffer or not text.isspace()):  # white space begins no block
                        if self.seam and self.seam == len(buffer) and self._is_glued(text):
                            buffer.append(" ")
                        buffer.append(text)
                        if self.links:
                            self.linked += len(text.strip())
                elif tag is not None and tag not in _SKIPPED:
                    words = self.words
                    inside = self._enter_block(node, tag) if tag in _BLOCKS else self._enter_inline(node, tag)
                    if inside is not None:
                        around.append((following, self.tags, words))
                        self.tags = (*self.tags[1 - _MAX_HINT_DEPTH :], tag)
                        following = inside
                        break
            else:
                if not around:
                    return
                self._leave()
                following, self.tags, self.words = around.pop()

    def _enter_block(self, node: LexborNode, tag: str) -> Iterator[LexborNode] | None:
        """Take a block element in: the nodes in it that are to be visited, if any."""
        if self.buffer:
            self._flush()
        attributes = node.attributes
        is_telling = not _TELLING.isdisjoint(attributes)
        hidden = is_telling and _hidden(attributes)
        is_row = tag == "tr" and not hidden and len(self.tags) < _MAX_HINT_DEPTH and self._add_row(node)
        if (is_telling or tag in _CONTROLS) and not (hidden or is_row):
            self._note_control(node, tag, attributes)
        if node.first_child is None:
            return None
        if attributes and tag != "body":  # whose names are those of the whole site
            names = [name[:_MAX_NAMES] for name in map(attributes.get, _NAMES) if name]
            if names and len(self.words) <= _MAX_HINT_WORDS:
                self.words = _words(self.words, " ".join(names))
        if hidden and (panel := self._panel()) != 0:
            self._hide(attributes, tag, panel or 0)
        return iter(()) if is_row else node.iter(include_text=True)

    def _enter_inline(self, node: LexborNode, tag: str) -> Iterator[LexborNode] | None:
        """Take an inline element in: the nodes in it that are to be visited, if any."""
        attributes = node.attributes
        is_telling = not _TELLING.isdisjoint(attributes)
        if is_telling and _hidden(attributes):
            return None
        if self.ended:
            self.seam = len(self.buffer) if self.ended == len(self.buffer) and tag not in _RAISED else 0
        is_link = tag == "a"
        if is_telling or is_link:
            self._note_control(node, tag, attributes)
        if node.first_child is None:
            return None
        if is_link:
            self.links += 1
            self.href_before, self.href = self.href, attributes.get("href")
        return node.iter(include_text=True)

    def _leave(self) -> None:
        """Leave the innermost element."""
        tag = self.tags[-1]
        if self.buffer:
            if tag in _BLOCKS:
                self._flush()
            else:
                self.ended, self.link_ended = len(self.buffer), tag == "a"
        if tag == "a":
            self.links -= 1
        elif self.hiding and self.hiding[-1][0] == len(self.around):
            self.hiding.pop()

    def _is_glued(self, text: str) -> bool:
        """Whether a text is a word of its own, though no space parts its element from the one before."""
        before, first = self.buffer[-1], text[0]
        last = before[-1]
        if self.link_ended and self.links:
            one_link = first.islower() and self.href is not None and self.href == self.href_before
            return last.isalnum() and first.isalnum() and not one_link  # editors cut a link in two
        if first.isupper():
            return last.islower() or last.isdigit() or last in ".:!?"
        return first.isdigit() and (last.islower() or (last.isdigit() and len(before) > 1))

    def _note_control(self, node: LexborNode, tag: str, attributes: dict[str, str | None]) -> None:
        """Note what shows something, and what is shown."""
        if tag == "summary":
            self.panels.add_summary(len(self.found))
        elif tag in _CONTROLS or "onclick" in attributes or "aria-controls" in attributes:
            if (panel := self._panel()) != 0:
                self.panels.add_control(attributes, node.text, len(self.found), panel or 0)
        elif "id" in attributes:
            self.panels.add_shown(attributes["id"], len(self.found))

    def _panel(self) -> int | None:
        """The number of the panel around, 0 in what is hidden for good."""
        return self.hiding[-1][1] if self.hiding else None

    def _hide(self, attributes: dict[str, str | None], tag: str, parent: int) -> None:
        tags = (*self.tags[1 - _MAX_HINT_DEPTH :], tag)
        number = self.panels.add(attributes, tags, self.words, parent, len(self.found))
        self.hiding.append((len(self.around) + 1, number))

    def _add_row(self, row: LexborNode) -> bool:
        """Make one block of a row of a simple table, unless its cells are texts side by side."""
        cells: list[str] = []
        linked = 0
        for node in row.traverse():
            tag = node.tag
            if tag in _CELL_BLOCKS:
                return False
            if tag == "a":
                linked += len(node.text())
            elif tag in _CELLS:
                cells.append(" ".join(node.text().split()))
        if sum(map(_is_text, cells)) > 1:
            return False
        if text := " | ".join(filter(None, cells)):
            self.buffer.append(text)
            self.linked = linked
        return True

    def _flush(self) -> None:
        """End a block."""
        text = " ".join("".join(self.buffer).split())
        if text:
            share = min(1.0, self.linked / len(text)) if self.linked else 0.0
            self.found.append((text, DomHints(self.tags, self.words, share), self._panel()))
        self.linked = self.ended = self.seam = 0
        self.buffer.clear()


def _hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return style is not None and _HIDING_STYLE.search(style) is not None


@lru_cache(maxsize=4096)
def _words(around: frozenset[str], names: str) -> frozenset[str]:
    """The hint words of an element with those of the elements around it; a capital letter begins a word."""
    if not names.islower():
        names = _CAPITAL.sub(r" \g<0>", names)
    own = names.encode("ascii", "replace").translate(_LETTERS).decode().split()
    return around.union(own) if own else around


def _is_text(cell: str) -> bool:
    return cell.count(" ") >= (_SENTENCE_WORDS if cell.endswith((".", "!", "?")) else _TEXT_WORDS) - 1
