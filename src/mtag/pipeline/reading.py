"""Reading: `str`, bytes or HTML become a `Document`, one immutable text and its blocks.

A `str` given as plain text is kept as it is; in others, damage done on their way is put right. HTML is
parsed (HTML5, Lexbor) and its visible text laid out a block a line, in document order, each block with
hints from the DOM; a feed is read as a page of its entries. Nothing here judges what is content.
"""

from __future__ import annotations

import codecs
import re
from typing import get_args

from mtag.document import Block, Document, Extractor, Format
from mtag.errors import BinaryInputError, InputTooLargeError, OptionError
from mtag.feeds import as_page, looks_like_feed
from mtag.patterns import late
from mtag.textlines import lines_of
from mtag.textrepair import (
    escaped_once,
    rightly_decoded,
    with_line_ends,
    with_whole_words,
    without_references,
)
from mtag.wrapping import paragraphs

MAX_CHARS = 20_000_000
"""Ceiling for one document, in characters of text or of HTML."""

MAX_BYTES = 40_000_000
"""Ceiling for one document given as bytes, before decoding."""

_LETTER = late(r"[^\W_]")
_SURROGATE = late("[\ud800-\udfff]")
_HTML_START = late(r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_HTML_CLOSING = late(r"</(?:p|div|li|h[1-6]|td|article|section|body|html)>", re.I)
_HTML_BREAK = late(r"<(?:br|p)\s*/?>", re.I)
_META_CHARSET = late(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_WEB_ENCODING = late(
    r"utf-8|ascii|cp125\d|cp866|iso8859-\d+|koi8-[ru]|mac-roman|mac-cyrillic|gbk|gb18030|big5|euc_jp|shift_jis|euc_kr"
)
_MAGIC = late(  # whole signatures: a text may begin with the letters of some
    rb"%PDF-|PK\x03\x04|\x89PNG|GIF8[79]a|\xff\xd8\xff|\x1f\x8b|Rar!\x1a\x07|7z\xbc\xaf|\xd0\xcf\x11\xe0|\x7fELF"
    rb"|MZ\x90|OggS\x00|ID3[\x00-\x0f]|RIFF.{4}(?:WEBP|WAVE|AVI )|BZh[1-9]1AY&SY|\xfd7zXZ|\{\\rtf",
    re.S,
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = late(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def read(source: str | bytes, format: Format = "auto", extractor: Extractor = "mtag") -> Document:
    """Read one document.

    Args:
        source: the text, or the bytes of a text or HTML file.
        format: what `source` is; `auto` looks at how it begins. What was escaped (`&eacute;`, all line ends
            as a backslash and an n), read in a wrong encoding (`Ã©`) or parted at line ends is put right
            first, but for a `str` given as `text`: the text of that document is the `str`.
        extractor: `trafilatura` reads of HTML only what that library takes for content.

    Raises:
        BinaryInputError: the bytes are not text.
        InputTooLargeError: the document is over `MAX_CHARS` or `MAX_BYTES`.
        MissingExtraError: the extractor is not installed.
        OptionError: `source` is neither `str` nor `bytes`, or another argument is unknown.
    """
    encoding = None
    as_it_is = isinstance(source, str) and format == "text"
    if isinstance(source, bytes | bytearray | memoryview):
        source, encoding = decode(bytes(source))
    if not isinstance(source, str):
        raise OptionError(f"a document is str or bytes, not {type(source).__name__}")
    if format not in ("auto", "text", "html"):
        raise OptionError(f"format is 'auto', 'text' or 'html', not {format!r}")
    check_extractor(extractor)
    if len(source) > MAX_CHARS:
        raise InputTooLargeError(f"the document has {len(source):,} characters; the ceiling is {MAX_CHARS:,}")
    text = _without_surrogates(source)
    if not as_it_is:
        text = rightly_decoded(text)
    is_feed = format != "text" and looks_like_feed(text)
    if is_feed:
        text = as_page(text)
    is_html = is_feed or format == "html" or (format == "auto" and looks_like_html(text))
    if not is_html and not as_it_is and (plain := without_references(with_line_ends(text))) != text:
        text = plain
        is_html = format == "auto" and looks_like_html(text)  # the description of a feed is escaped HTML
    if is_html:
        from mtag import pagehtml  # the parser is loaded for those who have pages to parse

        by = pagehtml.read_with_trafilatura if extractor == "trafilatura" else pagehtml.read_html
        return by(escaped_once(text), encoding)
    lines = _lines_with_words(text)
    blocks = paragraphs(text, lines)
    if len(blocks) < len(lines) and not as_it_is:  # words may be parted where lines were put together
        text, blocks = with_whole_words(text, blocks)
    return Document(text=text, blocks=tuple(blocks), format="text", encoding=encoding)


def check_extractor(name: str) -> None:
    """Raise `OptionError` where no extractor has this name."""
    if name not in get_args(Extractor):
        raise OptionError(f"extractor is 'mtag' or 'trafilatura', not {name!r}")


def _lines_with_words(text: str) -> list[Block]:
    """The lines but for rules (`---`), bullets without their items and other rows of symbols."""
    has_word = _LETTER.search
    return [one for one in lines_of(text) if text[one[0]].isalnum() or has_word(text, one[0], one[1])]


def _without_surrogates(text: str) -> str:
    """The text as UTF-8 can write it: one replacement character for a lone surrogate, so offsets stay."""
    try:
        text.encode("utf-16-le")  # far faster than to search
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


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
    if _MAGIC.match(data):
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
    if "<" not in text:
        return False
    if _HTML_START.match(text):
        return True
    head = text[:20_000]
    closings = len(_HTML_CLOSING.findall(head)) if "</" in head else 0
    if (closings >= 3 and head.lstrip()[:1] == "<") or closings >= 10:
        return True
    return len(_HTML_BREAK.findall(head)) >= 3
