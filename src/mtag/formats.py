"""Files and streams of documents: readers give `Input`s one by one, writers take results one by one.

A file, line or record that cannot be read is an `Input` with its error, so every input is accounted
for. A document over the ceiling is never taken into memory.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import stat
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

from mtag.batch import Input
from mtag.document import Format
from mtag.errors import FormatError, InputError, InputTooLargeError, MissingExtraError, MtagError
from mtag.pipeline.reading import MAX_BYTES, decode
from mtag.utf16 import as_utf8

if TYPE_CHECKING:
    from fastwarc import WarcRecord

__all__ = ["Input", "is_read_once", "need", "read_inputs"]

_TEXT = (".txt", ".text", ".md")
_HTML = (".html", ".htm", ".xhtml")
_JSONL = (".jsonl", ".ndjson")
_TABLES = (".csv", ".tsv")
_ARCHIVES = (".warc", ".wet")
_KNOWN = (*_TEXT, *_HTML, *_JSONL, *_TABLES, *_ARCHIVES, ".parquet")
_UNREADABLE = (EOFError, zlib.error, ValueError, csv.Error, KeyError)  # KeyError: an unknown time zone
_SNIFFED = 64 * 1024  # bytes of stdin that are looked at to tell records from a document


def read_inputs(
    paths: Sequence[str],
    *,
    text_column: str = "text",
    id_column: str = "id",
    stdin: BinaryIO,
    exclude: str | int | None = None,
) -> Iterator[Input]:
    """Read documents from files, folders and streams, lazily and in order.

    A folder gives its files of known kinds, sorted; hidden ones, pipes and devices are left out. A file of
    records (JSONL, CSV, TSV, Parquet, WARC, WET) gives each record; `.gz` files are unpacked. A file of
    another kind is one document. The id of a file is its path, that of a record its id column
    (for an archive its URI), or `path#n` with the number of its line or row, from 1.

    Args:
        paths: files or folders; `-` is `stdin`.
        text_column: the column or field that holds the text, or the HTML.
        id_column: the column or field that holds the id; it may be missing.
        stdin: where `-` reads: records if its first line is a JSON object, otherwise one document.
        exclude: a file to leave out of folders, by its path or descriptor: the one that is being written.
    """
    reader = _Reader(text_column, id_column)
    for path in paths:
        if path == "-":
            yield from _guard("-", reader.stream(stdin))
        elif os.path.isdir(path):
            yield from _guard(_name(path), reader.folder(path, exclude))
        else:
            yield from _guard(_name(path), reader.file(path))


def is_read_once(path: str) -> bool:
    """Whether a path is `-`, a pipe or a device, which gives what it holds one time only."""
    return path == "-" or (os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path))


def _guard(name: str, inputs: Iterator[Input]) -> Iterator[Input]:
    """Turn what goes wrong in the middle of a file into one last `Input`."""
    try:
        yield from inputs
    except MtagError as error:
        yield Input(name, None, error=error)
    except OSError as error:
        yield Input(name, None, error=_unreadable(error))
    except _UNREADABLE as error:
        what = f"{type(error).__name__}: {error}"
        yield Input(name, None, error=FormatError(f"damaged, or not what its name says: {what}"))


def _name(path: str) -> str:
    """A path as text that can be written; file names need not be UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


class _Reader:
    """The readers, and the two columns they look for."""

    def __init__(self, text_column: str, id_column: str) -> None:
        self.text_column = text_column
        self.id_column = id_column

    def folder(self, path: str, exclude: str | int | None) -> Iterator[Input]:
        found = False
        written = None if exclude is None else _status(exclude)
        closed: list[OSError] = []
        for file in _files(path, closed.append):
            if _is_document(_status(file), written):
                found = True
                yield from _guard(_name(file), self.file(file))
        for error in closed:
            yield Input(_name(str(error.filename)), None, error=_unreadable(error))
        if not found and not closed:
            raise InputError(f"the folder has no documents; mtag reads {' '.join(_KNOWN)}")

    def file(self, path: str) -> Iterator[Input]:
        name = _name(path)
        kind = _kind(path)
        if kind == ".parquet":
            yield from self.parquet(path, name)
        elif kind in _ARCHIVES:
            yield from _archive(path, name)
        else:
            with gzip.open(path) if path.lower().endswith(".gz") else open(path, "rb") as file:
                if kind in _JSONL:
                    yield from self.lines(_bounded_lines(as_utf8(file)), name)
                elif kind in _TABLES:
                    yield from self.table(as_utf8(file), name, "\t" if kind == ".tsv" else None)
                elif isinstance(file, io.BufferedReader) and os.fstat(file.fileno()).st_size > MAX_BYTES:
                    raise _too_large()
                else:
                    format: Format = "text" if kind in _TEXT else "html" if kind in _HTML else "auto"
                    yield Input(name, _whole(file), format)

    def stream(self, stdin: BinaryIO) -> Iterator[Input]:
        head: list[bytes] = []
        while (line := stdin.readline(_SNIFFED)) and not line.strip(b"\xef\xbb\xbf \t\r\n"):
            head.append(line)
        head.append(line)
        if line.lstrip(b"\xef\xbb\xbf \t").startswith(b"{"):
            if not line.endswith(b"\n"):
                head[-1] = line = line + stdin.readline(MAX_BYTES + 1 - len(line))
            if len(line) > MAX_BYTES or _is_object(line):
                yield from self.lines(_bounded_lines(stdin, head), "-")
                return
        start = b"".join(head)
        yield Input("-", start + _whole(stdin, len(start)))

    def lines(self, lines: Iterable[bytes | None], name: str) -> Iterator[Input]:
        for number, line in enumerate(lines, 1):
            place = f"{name}#{number}"
            if line is None:
                yield Input(place, None, error=_too_large())
            elif line.strip(b"\xef\xbb\xbf \t\r\n"):
                yield self.line(line, place, number)

    def line(self, line: bytes, place: str, number: int) -> Input:
        try:
            content = _content(line)
        except (ValueError, RecursionError) as error:
            return Input(place, None, error=FormatError(f"line {number} is not JSON: {error}"))
        if isinstance(content, str):
            return Input(place, content)
        if not isinstance(content, dict):
            return Input(place, None, error=FormatError(f"line {number} is neither a record nor a text"))
        place = _identifier(content.get(self.id_column), place)
        for field in (self.text_column, "html"):
            if isinstance(text := content.get(field), str):
                return Input(place, text, "html" if field == "html" else "auto")
        fields = ", ".join(map(repr, content)) or "none"
        message = f"line {number} has no text in {self.text_column!r} or 'html'; its fields: {fields}"
        return Input(place, None, error=FormatError(message))

    def table(self, file: Any, name: str, delimiter: str | None) -> Iterator[Input]:
        csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))
        # Bytes that are not UTF-8 stay as surrogates, to be decoded field by field as documents are.
        with io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
            yield from self.rows(_text_lines(text), name, delimiter)

    def rows(self, lines: Iterator[str], name: str, delimiter: str | None) -> Iterator[Input]:
        header = next(lines, "")
        if delimiter is None:
            delimiter = max(",;\t", key=header.count)
        rows = _rows(csv.reader(chain((header,), lines), delimiter=delimiter, strict=True))
        columns = next(rows, [])
        texts, ids = self.columns(columns)
        for number, row in enumerate(rows, 1):
            place = f"{name}#{number}"
            if not row:
                continue
            if len(row) != len(columns):
                error = FormatError(f"row {number} has {len(row)} fields; the header has {len(columns)}")
                yield Input(place, None, error=error)
                continue
            identifier = None if ids is None else _undecoded(row[ids])
            if isinstance(identifier, bytes):
                with suppress(InputError):
                    identifier, _ = decode(identifier)
            yield Input(_identifier(identifier, place), _undecoded(row[texts]))

    def columns(self, names: Sequence[str]) -> tuple[int, int | None]:
        if self.text_column not in names:
            known = ", ".join(map(repr, names)) or "none"
            raise FormatError(f"no column {self.text_column!r}; the columns are {known}")
        return names.index(self.text_column), names.index(self.id_column) if self.id_column in names else None

    def parquet(self, path: str, name: str) -> Iterator[Input]:
        need("pyarrow", "reading Parquet", "parquet")
        import pyarrow.parquet

        with pyarrow.parquet.ParquetFile(path) as file:
            _, ids = self.columns(file.schema_arrow.names)
            wanted = [self.text_column] if ids is None else [self.text_column, self.id_column]
            number = 0
            for batch in file.iter_batches(batch_size=64, columns=wanted):
                for row in batch.to_pylist():
                    number += 1
                    source = row[self.text_column]
                    place = _identifier(row.get(self.id_column), f"{name}#{number}")
                    if isinstance(source, str | bytes):
                        yield Input(place, source)
                    else:
                        kind = "empty" if source is None else "not a text"
                        message = f"{self.text_column!r} of row {number} is {kind}"
                        yield Input(place, None, error=FormatError(message))


def _files(folder: str, closed: Callable[[OSError], None]) -> Iterator[str]:
    """Walk a folder in sorted order, its files before its folders; links to folders are not followed."""
    for parent, folders, files in os.walk(folder, onerror=closed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for file in sorted(files):
            if not file.startswith(".") and _kind(file) in _KNOWN:
                yield os.path.join(parent, file)


def _status(file: str | int) -> os.stat_result | None:
    """What the system knows of a file, by its path or descriptor; `None` where it knows none."""
    try:
        return os.stat(file)
    except OSError:
        return None


def _is_document(found: os.stat_result | None, written: os.stat_result | None) -> bool:
    """Whether to open a file of a folder: no pipe or device, which may never end, and not what is written."""
    if found is None:
        return True  # to open it says what is wrong
    return stat.S_ISREG(found.st_mode) and (written is None or not os.path.samestat(found, written))


def _kind(path: str) -> str:
    """The suffix that says what a file is, `.gz` set aside."""
    return os.path.splitext(path.lower().removesuffix(".gz"))[1]


def _content(line: bytes) -> Any:
    return json.loads(line.decode("utf-8-sig"))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(_content(line), dict)
    except (ValueError, RecursionError):
        return False


def _identifier(value: object, otherwise: str) -> str:
    if isinstance(value, str) and value:
        return value.encode("utf-8", "replace").decode()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else otherwise


def _undecoded(field: str) -> str | bytes:
    """A field of a table, or its bytes where they are not UTF-8."""
    plain = field.isascii() or not re.search("[\udc80-\udcff]", field)
    return field if plain else field.encode("utf-8", "surrogateescape")


def _whole(file: Any, before: int = 0) -> bytes:
    data: bytes = file.read(MAX_BYTES + 1 - before)
    if before + len(data) > MAX_BYTES:
        raise _too_large()
    return data


def _unreadable(error: OSError) -> InputError:
    return InputError(f"cannot be read: {error.strerror or error}")


def _too_large() -> InputTooLargeError:
    return InputTooLargeError(f"the document has over {MAX_BYTES:,} bytes, which is the ceiling")


def _bounded_lines(file: Any, head: Sequence[bytes] = ()) -> Iterator[bytes | None]:
    """Yield the lines of a file; one over the ceiling is `None` and is read past in pieces."""
    yield from head[:-1]
    line = head[-1] if head else b""
    if not line.endswith(b"\n"):
        line += file.readline(MAX_BYTES + 1 - len(line))
    while line:
        if len(line) > MAX_BYTES and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = file.readline(_SNIFFED)
            yield None
        else:
            yield line
        line = file.readline(MAX_BYTES + 1)


def _text_lines(file: io.TextIOWrapper) -> Iterator[str]:
    while line := file.readline(MAX_BYTES + 1):
        if len(line) > MAX_BYTES:
            raise _too_large()
        yield line


def _rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise FormatError(f"line {reader.line_num}: {error}") from error  # type: ignore[attr-defined]


def _archive(path: str, name: str) -> Iterator[Input]:
    """Read the pages of a WARC and the texts of a WET; images, requests and the like are no documents."""
    need("fastwarc", "reading WARC and WET", "warc")
    from fastwarc import ArchiveIterator, WarcRecordType

    wanted = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    with open(path, "rb") as file:
        if not file.read(1):
            raise FormatError("the archive is empty")
        file.seek(0)
        for number, record in enumerate(ArchiveIterator(file, record_types=wanted, parse_http=False), 1):
            place = record.headers.get("WARC-Target-URI") or f"{name}#{number}"
            yield from _guard(place, _page(record, place))


def _page(record: WarcRecord, place: str) -> Iterator[Input]:
    from fastwarc import WarcRecord

    if record.content_length > MAX_BYTES:
        raise _too_large()
    data = record.reader.read(record.content_length)
    if len(data) < record.content_length:
        raise FormatError("the record is cut short")
    kind, charset = record.headers.get("Content-Type"), None
    if record.is_http:  # parsed apart, so that a page that is damaged inside does not end the archive
        page = WarcRecord()
        page.set_bytes_content(data)
        page.is_http = True
        page.parse_http(auto_decode="all")
        kind, charset, data = page.http_content_type, page.http_charset, _whole(page.reader)
    kind = (kind or "").partition(";")[0].strip().lower()
    if kind not in ("text/html", "application/xhtml+xml", "text/plain"):
        return
    try:  # as the HTTP header says where that holds; otherwise the document tells its charset
        source = data.decode(charset) if charset else data
    except (LookupError, UnicodeError):
        source = data
    yield Input(place, source, "text" if kind == "text/plain" else "html")


def need(module: str, what: str, extra: str) -> None:
    """Raise `MissingExtraError` where the module that `what` needs is not installed."""
    if find_spec(module) is None:
        raise MissingExtraError(what, extra)
