"""Records in JSONL, a document each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mtag.batch import Input
from mtag.errors import FormatError
from mtag.inputs import Columns, identifier, too_large
from mtag.pipeline.reading import MAX_BYTES

_BLANK = b"\xef\xbb\xbf \t\r\n"
_PIECE = 64 * 1024  # bytes of a line over the ceiling that are read at a time


def read_records(lines: Iterable[bytes | None], name: str, columns: Columns) -> Iterator[Input]:
    """Yield the document of each line; a line that holds none, or is `None` (too long), is an error."""
    for number, line in enumerate(lines, 1):
        place = f"{name}#{number}"
        if line is None:
            yield Input(place, None, error=too_large())
        elif line.strip(_BLANK):
            yield _record(line, place, number, columns)


def _record(line: bytes, place: str, number: int, columns: Columns) -> Input:
    try:
        content = _content(line)
    except (ValueError, RecursionError) as error:
        return Input(place, None, error=FormatError(f"line {number} is not JSON: {error}"))
    if isinstance(content, str):
        return Input(place, content)
    if not isinstance(content, dict):
        return Input(place, None, error=FormatError(f"line {number} is neither a record nor a text"))
    place = identifier(content.get(columns.id), place)
    for field in (columns.text, "html"):
        if isinstance(text := content.get(field), str):
            return Input(place, text, "html" if field == "html" else "auto")
    fields = ", ".join(map(repr, content)) or "none"
    message = f"line {number} has no text in {columns.text!r} or 'html'; its fields: {fields}"
    return Input(place, None, error=FormatError(message))


def is_record(line: bytes) -> bool:
    """Whether a line is a JSON object."""
    try:
        return isinstance(_content(line), dict)
    except (ValueError, RecursionError):
        return False


def _content(line: bytes) -> Any:
    return json.loads(line.decode("utf-8-sig"))


def bounded_lines(file: Any, head: Sequence[bytes] = ()) -> Iterator[bytes | None]:
    """Yield the lines of a file, of which `head` was read; one over the ceiling is `None`."""
    yield from head[:-1]
    line = head[-1] if head else b""
    if not line.endswith(b"\n"):
        line += file.readline(MAX_BYTES + 1 - len(line))
    while line:
        if len(line) > MAX_BYTES and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = file.readline(_PIECE)
            yield None
        else:
            yield line
        line = file.readline(MAX_BYTES + 1)
