"""The command `mtag`: parses arguments, calls the library, prints. Data on stdout, talk on stderr.

Exit codes: 0 all done, 1 some documents failed, 2 usage, 3 invalid taxonomy, 130 interrupted.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from difflib import get_close_matches
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar

import click

from mtag.errors import MissingExtraError, ModelError, MtagError, OptionError, TaxonomyError
from mtag.version import __version__

if TYPE_CHECKING:
    from mtag.batch import Input, Result
    from mtag.document import Language
    from mtag.results import ErrorResult
    from mtag.taxonomy import Taxonomy
    from mtag.terminal import Progress

FAILED, USAGE, INVALID, INTERRUPTED = 1, 2, 3, 130
_T = TypeVar("_T")
_F = TypeVar("_F", bound=Callable[..., Any])


class _Command(click.Group):
    """Turns errors into one line on stderr and an exit code; nobody sees a traceback for a mistake."""

    def main(self, *args: Any, **options: Any) -> NoReturn:
        try:
            code = super().main(*args, **{**options, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            code = USAGE
        except click.ClickException as error:
            hint = getattr(error, "ctx", None)
            more = f" (see {hint.command_path} --help)" if hint else ""
            code = _fail(f"{error.format_message().rstrip('.')}{more}", USAGE)
        except click.Abort:
            code = _fail("interrupted", INTERRUPTED)
        except (TaxonomyError, ModelError) as error:
            code = _fail(str(error), INVALID)
        except (OptionError, MissingExtraError) as error:
            code = _fail(str(error), USAGE)
        except (MtagError, OSError) as error:
            code = _fail(str(error), FAILED)
        sys.exit(code or 0)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # the reader has seen enough, as `head` does
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0


def main() -> None:
    """Run the command; the console entry point."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal may lack a character
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that files are cleaned up
    threading.excepthook = _thread_failed
    cli(prog_name="mtag")


def _open_closed_streams() -> None:
    """Open standard streams that were closed, on nothing, so that no other file takes their numbers.

    What is written to an output that was closed fails, as it would to a full disk.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            number = os.open(os.devnull, os.O_RDWR if name == "stderr" else os.O_RDONLY)
            os.set_inheritable(number, True)  # joblib's processes need their stderr
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def _thread_failed(failure: threading.ExceptHookArgs) -> None:
    # The thread that minds the processes dies of an interrupt too; what befell is told once, by us.
    if failure.thread is None or not failure.thread.name.startswith("ExecutorManagerThread"):
        threading.__excepthook__(failure)


def _fail(message: str, code: int) -> int:
    from mtag.terminal import plain

    click.echo(f"mtag: {plain(message)}", err=True)
    return code


def _taxonomy_option(command: _F) -> _F:
    text = "A taxonomy folder or compiled file, instead of the one that ships with mtag."
    return click.option("--taxonomy", metavar="PATH", help=text)(command)


def _model_option(command: _F) -> _F:
    text = "A model folder that `mtag train` wrote, instead of the one that ships with mtag."
    return click.option("--model", metavar="FOLDER", help=text)(command)


def _column_options(command: _F) -> _F:
    for name, what in (("id", "id"), ("text", "text or HTML")):
        help = f"Column or JSON field that holds the {what}."
        command = click.option(f"--{name}-column", default=name, show_default=True, help=help)(command)
    return command


_one_path = click.argument("path", default="", metavar="[PATH|-]")


@click.group(cls=_Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mtag", message="%(prog)s %(version)s")
def cli() -> None:
    """Tag English and French texts about human trafficking and migrant smuggling.

    Exit codes: 0 all done, 1 some documents failed, 2 usage, 3 invalid taxonomy, 130 interrupted.
    """


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATH|-]...")
@click.option("--output", "-o", default="-", metavar="FILE", help="Write to a file, all of it or nothing.")
@click.option(
    "--format",
    "-f",
    type=click.Choice(["jsonl", "csv", "parquet", "table"]),
    help="Default: what the suffix of FILE says; a table on a terminal; otherwise jsonl.",
)
@click.option("--jobs", "-j", default=1, show_default=True, metavar="N", help="Processes; -1: all cores.")
@_column_options
@_taxonomy_option
@click.option("--site", is_flag=True, help="The documents are pages of one site: leave out what they share.")
@click.option("--full", is_flag=True, help="Put the text and all its spans into the JSONL records.")
def tag(
    paths: tuple[str, ...],
    output: str,
    format: str | None,
    jobs: int,
    text_column: str,
    id_column: str,
    taxonomy: str | None,
    site: bool,
    full: bool,
) -> int:
    """Tag documents: one record for each, in their order.

    PATH is a text or HTML file, a folder, or records in JSONL, CSV, TSV, Parquet, WARC or WET; `-`,
    or no PATH in a pipe, is stdin. A document that cannot be read gives a record with its error.

    Offsets count characters from 0 in the text that was read: of HTML its visible text; of a plain
    text the text itself, after &eacute;, Ã© and words parted at line ends were put right. --full
    includes that text.
    """
    from mtag import terminal
    from mtag.batch import tag_many
    from mtag.formats import is_read_once, read_inputs
    from mtag.tagger import Tagger

    shown = sys.stdout.isatty() and output == "-"
    format = format or _format_of(output, shown)
    if format == "parquet" and shown:
        raise click.UsageError("Parquet is not for a terminal; say --output FILE")
    if full and format != "jsonl":
        raise click.UsageError("--full is for jsonl")
    names = _paths(paths)
    if site and (once := [name for name in names if is_read_once(name)]):
        raise click.UsageError(f"--site reads the documents twice; save what {once[0]} gives to a file first")
    read = partial(
        read_inputs,
        names,
        text_column=text_column,
        id_column=id_column,
        stdin=sys.stdin.buffer,
        exclude=_written(output),
    )
    progress = terminal.Progress(sys.stderr, counter=not shown, notices=not (shown and format == "table"))
    tagger = Tagger.load(taxonomy)
    if site:
        tagger = tagger.for_site(read())
    results = tag_many(tagger, read(), n_jobs=jobs)
    with closing(results), _writer(output, format, full) as write:  # type: ignore[type-var]  # a generator
        for result in results:
            write(result)
            progress.count(result)
    return progress.finish()


@cli.command()
@_one_path
@click.option(
    "--format",
    "-f",
    type=click.Choice(["text", "html", "jsonl", "lines"]),
    default="text",
    show_default=True,
    help="lines: role, reason, language and text of every line, those left out as well.",
)
@_column_options
@_taxonomy_option
def clean(path: str, format: str, text_column: str, id_column: str, taxonomy: str | None) -> int:
    """Print the content of documents, without menus, banners and other boilerplate."""
    from mtag import terminal
    from mtag.tagger import Tagger

    tagger = Tagger.load(taxonomy)
    progress = terminal.Progress(sys.stderr)
    results = _each(path, tagger.clean, progress, text_column, id_column)
    for piece in terminal.cleaned(results, format, safe=sys.stdout.isatty()):
        _data(piece)
    return progress.finish()


@cli.command()
@_one_path
@click.option("--lines", is_flag=True, help="The language of each line, with the line instead of the id.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines instead of columns.")
@click.option("--name-others", is_flag=True, help="Let langdetect name languages other than en and fr.")
@_column_options
def detect(path: str, lines: bool, as_json: bool, name_others: bool, text_column: str, id_column: str) -> int:
    """Print the language of documents: code (en, fr, other, und), probability, id."""
    from mtag import detect_language, terminal
    from mtag.pipeline.reading import read
    from mtag.tagger import detect_lines

    progress = terminal.Progress(sys.stderr)

    def detect(text: str) -> Iterable[tuple[int, int, Language]]:
        if lines:
            return detect_lines(text, name_others=name_others)
        return [(0, len(text), detect_language(text, name_others=name_others))]

    for item, document in _each(path, read, progress, text_column, id_column):
        _data(terminal.languages(item, document, detect, lines=lines, as_json=as_json))
    return progress.finish()


@cli.command()
@_one_path
@_taxonomy_option
def explain(path: str, taxonomy: str | None) -> int:
    """Show one document's clean text with the words that prove its tags, then why each tag is there.

    On a terminal the words are coloured by facet; otherwise they are marked as [[words|concept]].
    """
    from mtag import terminal
    from mtag.tagger import Tagger

    tagger = Tagger.load(taxonomy)
    progress = terminal.Progress(sys.stderr)
    results = [result for _, result in islice(_each(path, tagger.tag, progress), 2)]
    if len(results) > 1:
        raise click.UsageError("explain takes one document; this input has more")
    style = terminal.Style.of(sys.stdout)
    for result in results:
        click.echo(style.explain(result, tagger.taxonomy), nl=False, color=style.colour)
    return progress.finish()


@cli.group()
def taxonomy() -> None:
    """Check, show, export or compile a taxonomy."""


@taxonomy.command()
@click.argument("folder", required=False)
def check(folder: str | None) -> None:
    """Check a taxonomy folder or compiled file; without one, the taxonomy that ships with mtag."""
    found = _taxonomy(folder)
    languages = ", ".join(found.scheme.languages)
    click.echo(f"{found.scheme.id} {found.scheme.version}: valid, {len(found)} concepts, {languages}")


@taxonomy.command()
@click.argument("concept", required=False)
@click.option("--language", metavar="CODE", help="Show one language.")
@_taxonomy_option
def show(concept: str | None, language: str | None, taxonomy: str | None) -> None:
    """Show the tree of concepts, or one CONCEPT with its scope, phrases and mappings."""
    from mtag.terminal import Style

    found = _taxonomy(taxonomy)
    languages = found.scheme.languages
    if language and language not in languages:
        raise click.UsageError(f"the taxonomy has no {language!r}; it has {', '.join(languages)}")
    if concept and concept not in found.concepts:
        near = get_close_matches(concept, found.concepts, 3, 0.5)
        raise click.UsageError(f"no concept {concept!r}" + (f"; near it: {', '.join(near)}" if near else ""))
    style = Style.of(sys.stdout)
    if concept:
        shown = style.concept(found[concept], found, (language,) if language else languages)
    else:
        shown = style.taxonomy(found, language or languages[0])
    click.echo(shown, nl=False, color=style.colour)


@taxonomy.command()
@click.option(
    "--format",
    "-f",
    required=True,
    type=click.Choice(["skos-ttl", "skos-jsonld", "annif-csv", "annif-tsv"]),
)
@click.option("--language", metavar="CODE", help="For annif-tsv, which holds one language.")
@click.option("--output", "-o", default="-", metavar="FILE", help="Write to a file, all of it or nothing.")
@_taxonomy_option
def export(format: Literal["skos-ttl"], language: str | None, output: str, taxonomy: str | None) -> None:
    """Write the taxonomy for other tools: SKOS as Turtle or JSON-LD, Annif as CSV or TSV."""
    from mtag.skos import export

    _data(export(_taxonomy(taxonomy), format, language), output)


@taxonomy.command("compile")
@click.argument("folder")
@click.argument("output")
def compile_(folder: str, output: str) -> None:
    """Compile a taxonomy FOLDER to the file OUTPUT, which loads in a fraction of the time."""
    _data(_taxonomy(folder).compiled().decode(), output)


@cli.command()
@click.argument("seeds", metavar="SEEDS")
@click.argument("output", metavar="FOLDER")
@_taxonomy_option
@click.option("--splits", metavar="FILE", help="Write the part of each family (train, validation, test) too.")
def train(seeds: str, output: str, taxonomy: str | None, splits: str | None) -> None:
    """Train the classifiers on the labelled documents in SEEDS and write them to FOLDER.

    SEEDS holds *.jsonl files and, if there are groups of synonyms, synonyms.toml.

    The same corpus and taxonomy give the same bytes. A fifth of the families is left out, for
    `mtag evaluate`.
    """
    from mtag.training import fitting

    found = _taxonomy(taxonomy)
    _make_folder(output)
    if splits:
        _data(fitting.splits_file(seeds, found), splits)
    fitting.train(found, seeds, lambda line: click.echo(line, err=True)).save(output)


@cli.command()
@click.argument("documents", metavar="PATH")
@_taxonomy_option
@_model_option
@click.option("--concepts", is_flag=True, help="A line for each concept too.")
@click.option("--json", "as_json", is_flag=True, help="Every figure as one JSON object.")
def evaluate(documents: str, taxonomy: str | None, model: str | None, concepts: bool, as_json: bool) -> None:
    """Measure tags on labelled documents: a JSONL file, or the test part of a corpus folder."""
    from mtag.tagger import Tagger
    from mtag.training import evaluation

    tagger = Tagger.load(taxonomy, model)
    figures = evaluation.evaluate(tagger, documents)
    _data(evaluation.as_json(figures) if as_json else evaluation.table(figures, concepts=concepts))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@_taxonomy_option
def info(as_json: bool, taxonomy: str | None) -> None:
    """Say what is at work: versions, taxonomy, languages, optional parts."""
    from mtag import terminal

    _data(terminal.information(_taxonomy(taxonomy), as_json))


def _taxonomy(path: str | None) -> Taxonomy:
    from mtag.taxonomy import Taxonomy

    return Taxonomy.load(path)


def _paths(paths: Sequence[str]) -> Sequence[str]:
    """The paths, or stdin where something is piped in."""
    if not any(paths) and sys.stdin.isatty():
        raise click.UsageError("say which file to read, or - for what you type")
    return paths if any(paths) else ("-",)


def _written(output: str) -> str | int | None:
    """The path or descriptor of what is written, which is no document; `None` where stdout has none."""
    if output != "-":
        return output
    with suppress(OSError):
        return sys.stdout.fileno()
    return None


def _each(
    path: str,
    work: Callable[..., _T],
    progress: Progress,
    text_column: str = "text",
    id_column: str = "id",
) -> Iterator[tuple[Input, _T | ErrorResult]]:
    """Do some work on each document of an input, counting what fails."""
    from mtag.batch import attempt
    from mtag.formats import read_inputs

    columns = {"text_column": text_column, "id_column": id_column}
    for item in read_inputs(_paths((path,)), stdin=sys.stdin.buffer, exclude=_written("-"), **columns):
        result = attempt(item, work)
        progress.count(result)
        yield item, result


def _format_of(output: str, shown: bool) -> str:
    """The format that fits where the output goes."""
    suffix = os.path.splitext(output)[1].lower()
    return {".csv": "csv", ".parquet": "parquet"}.get(suffix, "table" if shown else "jsonl")


@contextmanager
def _writer(output: str, format: Any, full: bool) -> Iterator[Callable[[Result], object]]:
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


def _make_folder(path: str) -> None:
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


def _data(text: str, output: str = "-") -> None:
    """Write data as UTF-8, wherever it goes."""
    from mtag.writers import replacing

    with nullcontext(sys.stdout.buffer) if output == "-" else replacing(output) as file:
        file.write(text.encode())
        file.flush()
