"""Files, folders and streams of documents as `Input`s, one by one.

A file, line or record that cannot be read is an `Input` with its error, so every input is accounted
for. A document over the ceiling is never taken into memory.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from mtag.archives import read_archive
from mtag.batch import Input
from mtag.document import Format
from mtag.errors import InputError
from mtag.inputs import Columns, guarded, too_large, unreadable, whole
from mtag.pipeline.reading import MAX_BYTES
from mtag.recordlines import bounded_lines, is_record, read_records
from mtag.tables import read_parquet, read_table
from mtag.utf16 import as_utf8

_TEXT = (".txt", ".text", ".md")
_HTML = (".html", ".htm", ".xhtml")
_JSONL = (".jsonl", ".ndjson")
_TABLES = (".csv", ".tsv")
_ARCHIVES = (".warc", ".wet")
_KNOWN = (*_TEXT, *_HTML, *_JSONL, *_TABLES, *_ARCHIVES, ".parquet")
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
    columns = Columns(text_column, id_column)
    for path in paths:
        if path == "-":
            yield from guarded("-", _stream(stdin, columns))
        elif os.path.isdir(path):
            yield from guarded(_name(path), _folder(path, exclude, columns))
        else:
            yield from guarded(_name(path), _file(path, columns))


def is_read_once(path: str) -> bool:
    """Whether a path is `-`, a pipe or a device, which gives what it holds one time only."""
    return path == "-" or (os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path))


def _name(path: str) -> str:
    """A path as text that can be written; file names need not be UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def _folder(path: str, exclude: str | int | None, columns: Columns) -> Iterator[Input]:
    found = False
    written = None if exclude is None else _status(exclude)
    closed: list[OSError] = []
    for file in _files(path, closed.append):
        if _is_document(_status(file), written):
            found = True
            yield from guarded(_name(file), _file(file, columns))
    for error in closed:
        yield Input(_name(str(error.filename)), None, error=unreadable(error))
    if not found and not closed:
        raise InputError(f"the folder has no documents; mtag reads {' '.join(_KNOWN)}")


def _file(path: str, columns: Columns) -> Iterator[Input]:
    name = _name(path)
    kind = _kind(path)
    if kind == ".parquet":
        yield from read_parquet(path, name, columns)
    elif kind in _ARCHIVES:
        yield from read_archive(path, name)
    else:
        with gzip.open(path) if path.lower().endswith(".gz") else open(path, "rb") as file:
            if kind in _JSONL:
                yield from read_records(bounded_lines(as_utf8(file)), name, columns)
            elif kind in _TABLES:
                yield from read_table(as_utf8(file), name, columns, "\t" if kind == ".tsv" else None)
            elif isinstance(file, io.BufferedReader) and os.fstat(file.fileno()).st_size > MAX_BYTES:
                raise too_large()
            else:
                format: Format = "text" if kind in _TEXT else "html" if kind in _HTML else "auto"
                yield Input(name, whole(file), format)


def _stream(stdin: BinaryIO, columns: Columns) -> Iterator[Input]:
    head: list[bytes] = []
    while (line := stdin.readline(_SNIFFED)) and not line.strip(b"\xef\xbb\xbf \t\r\n"):
        head.append(line)
    head.append(line)
    if line.lstrip(b"\xef\xbb\xbf \t").startswith(b"{"):
        if not line.endswith(b"\n"):
            head[-1] = line = line + stdin.readline(MAX_BYTES + 1 - len(line))
        if len(line) > MAX_BYTES or is_record(line):
            yield from read_records(bounded_lines(stdin, head), "-", columns)
            return
    start = b"".join(head)
    yield Input("-", start + whole(stdin, len(start)))


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
