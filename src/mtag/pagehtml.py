"""HTML: a page is parsed (HTML5, Lexbor) and its visible text laid out a block a line, with DOM hints."""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mtag.document import Block, Document, DomHints
from mtag.extras import require
from mtag.pagedeclared import read_declared
from mtag.pagepanels import Found, Panels
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
        " datalist textarea input head title meta link base"
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
_NAMING = frozenset(("id", "onclick", "aria-controls"))
_CELL_BLOCKS = (
    "p,div,ul,ol,dl,table,h1,h2,h3,h4,h5,h6,article,section,form,br,script,style,noscript,select,button"
)
_HIDING_STYLE = late(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_WORDS = late(r"[a-z]+|[A-Z][a-z]*|[A-Z]+(?![a-z])")
_SPACE = late(r"\s+")
_MAX_HINT_DEPTH = 24
_MAX_HINT_WORDS = 200
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
        self.frames: list[tuple[str, frozenset[str]]] = []
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
        self._flush()
        declared = read_declared(self.tree)
        pieces: list[str] = []
        blocks: list[Block] = []
        position = 0
        for text, hints in self._shown(declared.body):
            blocks.append(Block(position, position + len(text), hints))
            pieces.append(text)
            position += len(text) + 1
        return Document("\n".join(pieces), tuple(blocks), "html", self.encoding, declared.values)

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
        node = root
        frames = self.frames
        while True:
            child = self._enter(node)
            if child is not None:
                node = child
                continue
            while frames:
                following = node.next
                if following is not None:
                    node = following
                    break
                parent = node.parent
                tag, _ = frames[-1]
                if self.buffer:
                    if tag in _BLOCKS:
                        self._flush()
                    else:
                        self.ended, self.link_ended = len(self.buffer), tag == "a"
                frames.pop()
                if tag == "a":
                    self.links -= 1
                if self.hiding and self.hiding[-1][0] == len(frames):
                    self.hiding.pop()
                if not frames or parent is None:
                    return
                node = parent
            else:
                return

    def _enter(self, node: LexborNode) -> LexborNode | None:
        """Take a node in; its first child where its children are to be visited."""
        tag = node.tag
        if tag == "-text":
            text = node.text_content
            if text and (self.buffer or not text.isspace()):  # white space begins no block
                if self.seam and self.seam == len(self.buffer) and self._is_glued(text):
                    self.buffer.append(" ")
                self.buffer.append(text)
                if self.links:
                    self.linked += len(text.strip())
            return None
        if tag is None or tag in _SKIPPED or tag[0] in "-_":
            return None
        attributes = node.attributes
        hidden = bool(attributes) and _hidden(attributes)
        if tag not in _BLOCKS:
            if hidden:
                return None
            if self.ended:
                self.seam = len(self.buffer) if self.ended == len(self.buffer) and tag not in _RAISED else 0
        elif self.buffer:
            self._flush()
        if (
            tag == "tr"
            and not hidden
            and len(self.frames) < _MAX_HINT_DEPTH
            and node.css_first(_CELL_BLOCKS) is None
            and self._add_row(node, attributes)
        ):
            return None
        if not hidden and (tag in _CONTROLS or not _NAMING.isdisjoint(attributes)):
            self._note_control(node, tag, attributes)
        child = node.first_child
        if child is not None:
            self.frames.append((tag, self._words(tag, attributes)))
            if hidden and (around := self._panel()) != 0:
                self._hide(attributes, around or 0)
            if tag == "a":
                self.links += 1
                self.href_before, self.href = self.href, attributes.get("href")
        return child

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
            if attributes and (panel := self._panel()) != 0:
                self.panels.add_control(attributes, node.text, len(self.found), panel or 0)
        elif self.panels.controlled and "id" in attributes:
            self.panels.add_shown(attributes["id"], len(self.found))

    def _panel(self) -> int | None:
        """The number of the panel around, 0 in what is hidden for good."""
        return self.hiding[-1][1] if self.hiding else None

    def _hide(self, attributes: dict[str, str | None], parent: int) -> None:
        frames = self.frames[-_MAX_HINT_DEPTH:]
        tags = [tag for tag, _ in frames]
        number = self.panels.add(attributes, tags, frames[-1][1], parent, len(self.found))
        self.hiding.append((len(self.frames) - 1, number))

    def _add_row(self, node: LexborNode, attributes: dict[str, str | None]) -> bool:
        """Lay a row of a simple table out as one block, unless its cells are texts side by side."""
        cells = [*map(_cell_text, node.css("td,th"))]
        if sum(map(_is_text, cells)) > 1:
            return False
        self.buffer.append(" | ".join(filter(None, cells)))
        self.linked = sum(len(link.text()) for link in node.css("a"))
        self.frames.append(("tr", self._words("tr", attributes)))
        self._flush()
        self.frames.pop()
        return True

    def _words(self, tag: str, attributes: dict[str, str | None]) -> frozenset[str]:
        """The hint words of an element and of those around it; those of body tell of the whole site."""
        around = self.frames[-1][1] if self.frames else _NO_WORDS
        if not attributes or tag not in _BLOCKS or tag == "body" or len(around) > _MAX_HINT_WORDS:
            return around
        get = attributes.get
        own = _hint_words(get("id"), get("class"), get("role"), get("aria-label"))
        return around | own if own else around

    def _flush(self) -> None:
        if not self.buffer:
            return
        text = " ".join("".join(self.buffer).split())
        linked, self.linked, self.buffer, self.ended, self.seam = self.linked, 0, [], 0, 0
        if not text:
            return
        frames = self.frames[-_MAX_HINT_DEPTH:]
        words = frames[-1][1] if frames else _NO_WORDS
        hints = DomHints(tuple([tag for tag, _ in frames]), words, min(1.0, linked / len(text)))
        self.found.append((text, hints, self._panel()))


def _hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return style is not None and _HIDING_STYLE.search(style) is not None


@lru_cache(maxsize=4096)
def _hint_words(*values: str | None) -> frozenset[str]:
    joined = " ".join([value[:200] for value in values if value])
    return frozenset(map(str.lower, _WORDS.findall(joined))) if joined else _NO_WORDS


def _cell_text(cell: LexborNode) -> str:
    return _SPACE.sub(" ", cell.text()).strip()


def _is_text(cell: str) -> bool:
    return cell.count(" ") >= (_SENTENCE_WORDS if cell.endswith((".", "!", "?")) else _TEXT_WORDS) - 1
