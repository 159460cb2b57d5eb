"""What all readers of documents share: the columns they look for, faults as inputs, ids, the ceiling."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mtag.batch import Input
from mtag.errors import FormatError, InputError, InputTooLargeError, MtagError
from mtag.pipeline.reading import MAX_BYTES

_UNREADABLE = (EOFError, zlib.error, ValueError, csv.Error, KeyError)  # KeyError: an unknown time zone


class Columns(NamedTuple):
    """The names of the columns, or JSON fields, that hold the text (or HTML) and the id."""

    text: str
    id: str

    def places(self, names: Sequence[str]) -> tuple[int, int | None]:
        """Where the two stand among the columns of a table; the id may be missing.

        Raises:
            FormatError: there is no text.
        """
        if self.text not in names:
            known = ", ".join(map(repr, names)) or "none"
            raise FormatError(f"no column {self.text!r}; the columns are {known}")
        return names.index(self.text), names.index(self.id) if self.id in names else None


def guarded(name: str, inputs: Iterator[Input]) -> Iterator[Input]:
    """Turn what goes wrong in the middle of a file into one last `Input`."""
    try:
        yield from inputs
    except MtagError as error:
        yield Input(name, None, error=error)
    except OSError as error:
        yield Input(name, None, error=unreadable(error))
    except _UNREADABLE as error:
        what = f"{type(error).__name__}: {error}"
        yield Input(name, None, error=FormatError(f"damaged, or not what its name says: {what}"))


def identifier(value: object, otherwise: str) -> str:
    """The id that a record gives, as text that can be written; where it gives none, another."""
    if isinstance(value, str) and value:
        return value.encode("utf-8", "replace").decode()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else otherwise


def whole(file: Any, before: int = 0) -> bytes:
    """The rest of a file of which `before` bytes were read.

    Raises:
        InputTooLargeError: all of it is over the ceiling.
    """
    data: bytes = file.read(MAX_BYTES + 1 - before)
    if before + len(data) > MAX_BYTES:
        raise too_large()
    return data


def unreadable(error: OSError) -> InputError:
    """What the system said, as an error of one document."""
    return InputError(f"cannot be read: {error.strerror or error}")


def too_large() -> InputTooLargeError:
    """The error of a document over the ceiling."""
    return InputTooLargeError(f"the document has over {MAX_BYTES:,} bytes, which is the ceiling")
