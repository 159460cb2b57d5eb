"""Writers: results as JSON lines, CSV or Parquet, to standard output or atomically to a file."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, Literal

from mtag.batch import Result
from mtag.errors import OptionError
from mtag.extras import require
from mtag.results import ErrorResult, TagResult

OutputFormat = Literal["jsonl", "csv", "parquet"]
Write = Callable[[Result], None]

_COLUMNS = ("id", "status", "language", "title", "date", "place", "concepts", "review", "error")
_BULKY = {"text", "blocks", "artefacts"}
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def record(result: Result, full: bool = False) -> str:
    """One result as a line of JSON without its line end; the text and all its spans only where `full`."""
    names = ("id", "status", *result.model_fields)
    return json_line({name: getattr(result, name) for name in names if full or name not in _BULKY})


def json_line(content: object) -> str:
    """A value as one line of JSON, without its line end; what it holds may be values of results.

    Characters that end a line for some readers, steer a terminal, or cannot be UTF-8 are escaped.
    """
    line = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=vars)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


@contextmanager
def open_writer(path: str, format: OutputFormat, *, stdout: BinaryIO, full: bool = False) -> Iterator[Write]:
    """Open an output and give the function that writes one result to it.

    Args:
        path: a file, replaced whole when all went well and untouched otherwise; `-` is `stdout`,
            which is flushed after each record.
        format: `jsonl` (a record per line), `csv` (a flat row each) or `parquet` (needs `mtag[parquet]`).
        stdout: where `-` writes.
        full: put the text and its spans into JSONL records.

    Raises:
        OptionError: the file cannot be written, or the format is unknown.
        MissingExtraError: `parquet` without pyarrow.
    """
    writers = {"jsonl": _jsonl_writer, "csv": _csv_writer, "parquet": _parquet_writer}
    if format not in writers:
        raise OptionError(f"format is one of {', '.join(writers)}, not {format!r}")
    if format == "parquet":
        require("pyarrow", "writing Parquet", "parquet")
    opened = nullcontext(stdout) if path == "-" else replacing(path)
    with opened as file:
        with writers[format](file, full) as write:
            yield write
        file.flush()


@contextmanager
def replacing(path: str) -> Iterator[BinaryIO]:
    """Write a file that appears complete or not at all; a device or a pipe is written to as it is.

    Raises:
        OptionError: there is no such folder, or it may not be written to.
    """
    direct = os.path.exists(path) and not os.path.isfile(path)
    target = Path(path if direct else os.path.realpath(path))  # a pipe has no path but this
    temporary = target if direct else target.with_name(f".{target.name}.{secrets.token_hex(6)}.tmp")
    try:
        file = open(temporary, "wb" if direct else "xb")  # noqa: SIM115  # closed below, on every way out
    except OSError as error:
        raise OptionError(f"cannot write {path}: {error.strerror}") from error
    try:
        with file:
            yield file
            file.flush()
            if not direct:
                os.fsync(file.fileno())
        if target.is_file():
            shutil.copymode(target, temporary)
        if not direct:
            os.replace(temporary, target)
    except BaseException:
        if not direct:
            temporary.unlink(missing_ok=True)
        raise


@contextmanager
def _jsonl_writer(file: BinaryIO, full: bool) -> Iterator[Write]:
    def write(result: Result) -> None:
        file.write(record(result, full).encode() + b"\n")
        file.flush()

    yield write


@contextmanager
def _csv_writer(file: BinaryIO, full: bool) -> Iterator[Write]:
    text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="", write_through=True)
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)

    def write(result: Result) -> None:
        row = _flat(result)
        if isinstance(result, TagResult):
            row["concepts"] = ";".join(result.concept_ids)
            row["review"] = ";".join(tag.id for tag in result.tags if tag.status == "review")
        rows.writerow([row.get(column) for column in _COLUMNS])
        text.flush()

    try:
        yield write
    finally:
        text.detach()


def _flat(result: Result) -> dict[str, Any]:
    """The columns that CSV and Parquet share; a range of dates as in ISO 8601."""
    if isinstance(result, ErrorResult):
        return {"id": result.id, "status": "error", "error": f"{result.error}: {result.message}"}
    row: dict[str, Any] = {"id": result.id, "status": result.status, "language": result.language}
    page = result.metadata
    date = "/".join(filter(None, (page.date.start, page.date.end))) if page.date else None
    return row | {"title": page.title, "date": date or None, "place": page.place}


@contextmanager
def _parquet_writer(file: BinaryIO, full: bool) -> Iterator[Write]:
    import pyarrow
    import pyarrow.parquet

    text = pyarrow.string()
    tag = {"id": text, "probability": pyarrow.float64(), "status": text, "source": text}
    tag["quotes"] = pyarrow.list_(text)
    columns = dict.fromkeys(("id", "status", "language", "title", "date", "place"), text)
    columns |= {"tags": pyarrow.list_(pyarrow.struct(list(tag.items()))), "clean_text": text, "error": text}
    schema = pyarrow.schema(list(columns.items()))
    rows: list[dict[str, Any]] = []
    size = 0
    with pyarrow.parquet.ParquetWriter(file, schema) as table:

        def flush() -> None:
            nonlocal size
            table.write_table(pyarrow.Table.from_pylist(rows, schema))
            rows.clear()
            size = 0

        def write(result: Result) -> None:
            nonlocal size
            row = _flat(result)
            if isinstance(result, TagResult):
                row["clean_text"] = result.clean_text
                row["tags"] = [
                    {name: getattr(tag, name) for name in ("id", "probability", "status", "source")}
                    | {"quotes": [evidence.quote for evidence in tag.evidence]}
                    for tag in result.tags
                ]
                size += len(row["clean_text"])
            rows.append(row)
            if len(rows) >= 1000 or size > 10_000_000:
                flush()

        yield write
        if rows:
            flush()
