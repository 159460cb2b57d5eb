"""Rows of tables (CSV, TSV, Parquet), a document each."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

from mtag.batch import Input
from mtag.errors import FormatError, InputError
from mtag.extras import require
from mtag.inputs import Columns, identifier, too_large
from mtag.pipeline.reading import MAX_BYTES, decode


def read_table(file: Any, name: str, columns: Columns, delimiter: str | None) -> Iterator[Input]:
    """Yield the document of each row of a CSV file; without a `delimiter`, the header tells it."""
    csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))
    # Bytes that are not UTF-8 stay as surrogates, to be decoded field by field as documents are.
    with io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
        yield from _read_rows(_lines(text), name, columns, delimiter)


def _read_rows(lines: Iterator[str], name: str, columns: Columns, delimiter: str | None) -> Iterator[Input]:
    header = next(lines, "")
    if delimiter is None:
        delimiter = max(",;\t", key=header.count)
    rows = _rows(csv.reader(chain((header,), lines), delimiter=delimiter, strict=True))
    names = next(rows, [])
    texts, ids = columns.places(names)
    for number, row in enumerate(rows, 1):
        place = f"{name}#{number}"
        if not row:
            continue
        if len(row) != len(names):
            error = FormatError(f"row {number} has {len(row)} fields; the header has {len(names)}")
            yield Input(place, None, error=error)
            continue
        own = None if ids is None else _undecoded(row[ids])
        if isinstance(own, bytes):
            with suppress(InputError):
                own, _ = decode(own)
        yield Input(identifier(own, place), _undecoded(row[texts]))


def _lines(file: io.TextIOWrapper) -> Iterator[str]:
    while line := file.readline(MAX_BYTES + 1):
        if len(line) > MAX_BYTES:
            raise too_large()
        yield line


def _rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise FormatError(f"line {reader.line_num}: {error}") from error  # type: ignore[attr-defined]


def _undecoded(field: str) -> str | bytes:
    """A field of a table, or its bytes where they are not UTF-8."""
    plain = field.isascii() or not re.search("[\udc80-\udcff]", field)
    return field if plain else field.encode("utf-8", "surrogateescape")


def read_parquet(path: str, name: str, columns: Columns) -> Iterator[Input]:
    """Yield the document of each row of a Parquet file.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    require("pyarrow", "reading Parquet", "parquet")
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(path) as file:
        _, ids = columns.places(file.schema_arrow.names)
        wanted = [columns.text] if ids is None else [columns.text, columns.id]
        number = 0
        for batch in file.iter_batches(batch_size=64, columns=wanted):
            for row in batch.to_pylist():
                number += 1
                source = row[columns.text]
                place = identifier(row.get(columns.id), f"{name}#{number}")
                if isinstance(source, str | bytes):
                    yield Input(place, source)
                else:
                    kind = "empty" if source is None else "not a text"
                    message = f"{columns.text!r} of row {number} is {kind}"
                    yield Input(place, None, error=FormatError(message))
