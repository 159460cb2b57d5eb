"""What commands read and write: paths or stdin, results in a format, data as UTF-8.

What does the work is loaded when it is needed, so that `mtag --help` is quick.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mtag.errors import OptionError

if TYPE_CHECKING:
    from mtag.batch import Input, Result
    from mtag.results import ErrorResult
    from mtag.terminal import Progress

T = TypeVar("T")


def paths_or_stdin(paths: Sequence[str]) -> Sequence[str]:
    """The paths, or stdin where something is piped in.

    Raises:
        click.UsageError: there are no paths, and stdin is a terminal.
    """
    if not any(paths) and sys.stdin.isatty():
        raise click.UsageError("say which file to read, or - for what you type")
    return paths if any(paths) else ("-",)


def written_to(output: str) -> str | int | None:
    """The path or descriptor of what is written, which is no document; `None` where stdout has none."""
    if output != "-":
        return output
    with suppress(OSError):
        return sys.stdout.fileno()
    return None


def each_document(
    path: str,
    work: Callable[..., T],
    progress: Progress,
    text_column: str = "text",
    id_column: str = "id",
) -> Iterator[tuple[Input, T | ErrorResult]]:
    """Do some work on each document of an input, counting what fails."""
    from mtag.batch import attempt
    from mtag.formats import read_inputs

    paths = paths_or_stdin((path,))
    columns = {"text_column": text_column, "id_column": id_column}
    for item in read_inputs(paths, stdin=sys.stdin.buffer, exclude=written_to("-"), **columns):
        result = attempt(item, work)
        progress.count(result)
        yield item, result


def format_of(output: str, shown: bool) -> str:
    """The format that fits where the output goes: a file by its suffix, or a terminal (`shown`)."""
    suffix = os.path.splitext(output)[1].lower()
    return {".csv": "csv", ".parquet": "parquet"}.get(suffix, "table" if shown else "jsonl")


@contextmanager
def open_output(output: str, format: Any, full: bool) -> Iterator[Callable[[Result], object]]:
    """Open an output (`-` is stdout) and give what writes one result to it; see `mtag.writers`."""
    from mtag.terminal import Style
    from mtag.writers import open_writer, replacing

    if format != "table":
        with open_writer(output, format, stdout=sys.stdout.buffer, full=full) as write:
            yield write
    elif output == "-":
        style = Style.of(sys.stdout)
        yield lambda result: click.echo(style.table(result), color=style.colour)
    else:
        with replacing(output) as file:
            yield lambda result: file.write(f"{Style().table(result)}\n".encode())


def make_folder(path: str) -> None:
    """Make a folder before the work whose result it is for.

    Raises:
        OptionError: it cannot be made, or not be written to.
    """
    from tempfile import TemporaryFile

    try:
        os.makedirs(path, exist_ok=True)
        with TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise OptionError(f"cannot write to the folder {path}: {error.strerror}") from error


def write_data(text: str, output: str = "-") -> None:
    """Write data as UTF-8, wherever it goes."""
    from mtag.writers import replacing

    with nullcontext(sys.stdout.buffer) if output == "-" else replacing(output) as file:
        file.write(text.encode())
        file.flush()
