"""Reading: `str`, bytes or HTML become a `Document`, one immutable text and its blocks.

Plain text is kept as it is. HTML is parsed (HTML5, Lexbor) and its visible text laid out a block a
line, in document order, each block with hints from the DOM. Nothing here judges what is content.
"""

from __future__ import annotations

import codecs
import json
import re
from functools import lru_cache
from typing import Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mtag.document import Block, Document, DomHints
from mtag.errors import BinaryInputError, InputTooLargeError, OptionError

MAX_CHARS = 20_000_000
"""Ceiling for one document, in characters of text or of HTML."""

MAX_BYTES = 40_000_000
"""Ceiling for one document given as bytes, before decoding."""

Format = Literal["auto", "text", "html"]

_LINE = re.compile("[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HTML_START = re.compile(r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_HTML_CLOSING = re.compile(r"</(?:p|div|li|h[1-6]|td|article|section|body|html)>", re.I)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_WEB_ENCODING = re.compile(
    r"utf-8|ascii|cp125\d|cp866|iso8859-\d+|koi8-[ru]|mac-roman|mac-cyrillic|gbk|gb18030|big5|euc_jp|shift_jis|euc_kr"
)
_MAGIC = (
    *(b"%PDF", b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf"),
    *(b"\xd0\xcf\x11\xe0", b"\x7fELF", b"MZ\x90", b"OggS", b"ID3", b"RIFF", b"BZh", b"\xfd7zXZ", b"{\\rtf"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def read(source: str | bytes, format: Format = "auto") -> Document:
    """Read one document.

    Args:
        source: the text, or the bytes of a text or HTML file.
        format: what `source` is; `auto` looks at how it begins.

    Raises:
        BinaryInputError: the bytes are not text.
        InputTooLargeError: the document is over `MAX_CHARS` or `MAX_BYTES`.
        OptionError: `source` is neither `str` nor `bytes`, or `format` is unknown.
    """
    encoding = None
    if isinstance(source, bytes | bytearray | memoryview):
        source, encoding = decode(bytes(source))
    if not isinstance(source, str):
        raise OptionError(f"a document is str or bytes, not {type(source).__name__}")
    if format not in ("auto", "text", "html"):
        raise OptionError(f"format is 'auto', 'text' or 'html', not {format!r}")
    if len(source) > MAX_CHARS:
        raise InputTooLargeError(f"the document has {len(source):,} characters; the ceiling is {MAX_CHARS:,}")
    # A lone surrogate cannot be written out as UTF-8; one replacement character keeps every offset.
    text = source if source.isascii() else _SURROGATE.sub("\ufffd", source)
    if format == "html" or (format == "auto" and looks_like_html(text)):
        return _HtmlReader(text, encoding).read()
    return Document(text=text, blocks=tuple(_lines(text)), format="text", encoding=encoding)


def decode(data: bytes) -> tuple[str, str]:
    """Decode bytes: byte order mark, declared charset, strict UTF-8, then cp1252.

    Returns:
        The text and the name of the encoding.

    Raises:
        BinaryInputError: the bytes are an image, an archive or another binary format.
        InputTooLargeError: there are more than `MAX_BYTES` bytes.
    """
    if len(data) > MAX_BYTES:
        raise InputTooLargeError(f"the document has {len(data):,} bytes; the ceiling is {MAX_BYTES:,}")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), encoding
    if data.startswith(_MAGIC):
        raise BinaryInputError("the bytes are a binary file, not text or HTML; extract the text first")
    head = data[:4096]
    if utf16 := _utf16_without_mark(head):
        return data.decode(utf16, "replace"), utf16
    if len(_CONTROLS.findall(head)) > 0.05 * len(head):
        raise BinaryInputError("the bytes look binary (many control characters); extract the text first")
    candidates = ["utf-8"]
    if declared := _META_CHARSET.search(head):
        candidates.insert(0, declared.group(1).decode("ascii", "replace"))
    for encoding in candidates:
        try:
            name = codecs.lookup(encoding).name
            if not _WEB_ENCODING.fullmatch(name):
                continue  # UTF-16 among them: a page that could be read this far is not
            name = "cp1252" if name == "iso8859-1" else name  # as browsers do
            return data.decode(name), name
        except (LookupError, UnicodeError):
            continue
    return data.decode("cp1252", "replace"), "cp1252"


def _utf16_without_mark(head: bytes) -> str | None:
    even, odd = head[0::2], head[1::2]
    if len(head) < 8:
        return None
    if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def looks_like_html(text: str) -> bool:
    """Whether a text is an HTML page or fragment, not a text that shows some tags."""
    if _HTML_START.match(text):
        return True
    head = text[:20_000]
    closings = len(_HTML_CLOSING.findall(head))
    return (closings >= 3 and head.lstrip()[:1] == "<") or closings >= 10


def _lines(text: str) -> list[Block]:
    blocks = []
    for match in _LINE.finditer(text):
        line = match.group()
        stripped = line.strip()
        if stripped:
            start = match.start() + len(line) - len(line.lstrip())
            blocks.append(Block(start, start + len(stripped)))
    return blocks


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
_CELL_BLOCKS = "p,div,ul,ol,dl,table,h1,h2,h3,h4,h5,h6,article,section,form,br,script,style,noscript,select"
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_WORDS = re.compile(r"[a-z]+|[A-Z][a-z]*|[A-Z]+(?![a-z])")
_SPACE = re.compile(r"\s+")
_MAX_HINT_DEPTH = 24
_MAX_HINT_WORDS = 200
_PROSE_CHARS = 100
_MAX_DECLARED = 400
_NO_WORDS: frozenset[str] = frozenset()


_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_MANY_TAGS = 20_000
_MAX_DEPTH = 512


def _flattened(html: str) -> str:
    """Leave out the tags that nest deeper than browsers follow.

    The HTML5 algorithm looks up the stack of open elements at each tag, so that time would grow with
    the square of the depth. Pages with few tags cannot nest deep enough to matter.
    """
    if html.count("<") < _MANY_TAGS:
        return html
    pieces: list[str] = []
    position = depth = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() in _VOID or tag.group().endswith("/>"):
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > _MAX_DEPTH or (tag[1] and depth == _MAX_DEPTH):
            pieces.append(html[position : tag.start()])
            position = tag.end()
    return "".join(pieces) + html[position:] if pieces else html


class _HtmlReader:
    """Walks a parsed page without recursion, so that nesting cannot exhaust the stack."""

    def __init__(self, html: str, encoding: str | None) -> None:
        self.tree = LexborHTMLParser(_flattened(html.replace("\x00", "\ufffd")))
        self.encoding = encoding
        self.found: list[tuple[str, DomHints, bool]] = []
        self.buffer: list[str] = []
        self.linked = 0
        self.frames: list[tuple[str, frozenset[str]]] = []
        self.links = 0
        self.hidden: int | None = None  # depth of the outermost hidden element around

    def read(self) -> Document:
        root = self.tree.body or self.tree.root
        if root is not None:
            self._walk(root)
        self._flush()
        pieces: list[str] = []
        blocks: list[Block] = []
        position = 0
        for text, hints in self._shown():
            blocks.append(Block(position, position + len(text), hints))
            pieces.append(text)
            position += len(text) + 1
        return Document("\n".join(pieces), tuple(blocks), "html", self.encoding, self._declared())

    def _shown(self) -> list[tuple[str, DomHints]]:
        """The blocks without those that are hidden, unless all the prose hides until a script runs."""
        prose = [0, 0]
        for text, hints, hidden in self.found:
            if len(text) >= _PROSE_CHARS and hints.link_share < 0.5:
                prose[hidden] += len(text)
        everything = prose[True] > 10 * _PROSE_CHARS + 3 * prose[False]
        return [(text, hints) for text, hints, hidden in self.found if everything or not hidden]

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
                if tag in _BLOCKS:
                    self._flush()
                frames.pop()
                if tag == "a":
                    self.links -= 1
                if self.hidden == len(frames):
                    self.hidden = None
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
            if text:
                self.buffer.append(text)
                if self.links:
                    self.linked += len(text.strip())
            return None
        if tag is None or tag in _SKIPPED or tag[0] in "-_":
            return None
        attributes = node.attributes
        hidden = bool(attributes) and _hidden(attributes)
        if hidden and tag not in _BLOCKS:
            return None
        if tag in _BLOCKS and self.buffer:
            self._flush()
        if (
            tag == "tr"
            and not hidden
            and len(self.frames) < _MAX_HINT_DEPTH
            and node.css_first(_CELL_BLOCKS) is None
        ):
            self._add_row(node, attributes)
            return None
        child = node.first_child
        if child is not None:
            if hidden and self.hidden is None:
                self.hidden = len(self.frames)
            self.frames.append((tag, self._words(tag, attributes)))
            if tag == "a":
                self.links += 1
        return child

    def _add_row(self, node: LexborNode, attributes: dict[str, str | None]) -> None:
        """Lay a row of a simple table out as one block."""
        self.buffer.append(" | ".join(cell for cell in map(_cell_text, node.css("td,th")) if cell))
        self.linked = sum(len(link.text()) for link in node.css("a"))
        self.frames.append(("tr", self._words("tr", attributes)))
        self._flush()
        self.frames.pop()

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
        linked, self.linked, self.buffer = self.linked, 0, []
        if not text:
            return
        frames = self.frames[-_MAX_HINT_DEPTH:]
        words = frames[-1][1] if frames else _NO_WORDS
        hints = DomHints(tuple([tag for tag, _ in frames]), words, min(1.0, linked / len(text)))
        self.found.append((text, hints, self.hidden is not None))

    def _declared(self) -> dict[str, str]:
        """What the page says of itself: lang, title, meta elements, JSON-LD, the first time element."""
        found: dict[str, str] = {}
        root = self.tree.root
        if root is None:
            return found
        if lang := root.attributes.get("lang"):
            found["lang"] = lang
        if (title := self.tree.css_first("head title")) is not None:
            found["title"] = _SPACE.sub(" ", title.text()).strip()
        for meta in self.tree.css("meta")[:_MAX_DECLARED]:
            attributes = meta.attributes
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            content = attributes.get("content")
            if name and content and content.strip():
                found.setdefault(name.lower(), content.strip()[:2000])
        for script in self.tree.css('script[type="application/ld+json"]')[:20]:
            for name, value in _json_ld(script.text()):
                found.setdefault(f"json-ld:{name}", value)
        if (time := self.tree.css_first("time[datetime]")) is not None:
            found.setdefault("time", time.attributes.get("datetime") or "")
        return found


def _hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return bool(style and _HIDING_STYLE.search(style))


@lru_cache(maxsize=4096)
def _hint_words(*values: str | None) -> frozenset[str]:
    joined = " ".join([value[:200] for value in values if value])
    return frozenset(word.lower() for word in _WORDS.findall(joined)) if joined else _NO_WORDS


def _cell_text(cell: LexborNode) -> str:
    return _SPACE.sub(" ", cell.text()).strip()


_JSON_LD_KEYS = ("headline", "datePublished", "author", "publisher", "name")


def _json_ld(data: str) -> list[tuple[str, str]]:
    """The few facts of a JSON-LD script that serve as metadata; nothing where it is not valid JSON."""
    if len(data) > 500_000:
        return []
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return []
    graph = content.get("@graph", [content]) if isinstance(content, dict) else content
    found: list[tuple[str, str]] = []
    for thing in graph[:50] if isinstance(graph, list) else []:
        if not isinstance(thing, dict) or ("headline" not in thing and "datePublished" not in thing):
            continue
        for key in _JSON_LD_KEYS:
            value = thing.get(key)
            value = value[0] if isinstance(value, list) and value else value
            value = value.get("name") if isinstance(value, dict) else value
            if isinstance(value, str) and value.strip():
                found.append((key, value.strip()[:2000]))
    return found
