"""The command `mtag`: parses arguments, calls the library, prints. Data on stdout, talk on stderr.

Exit codes: 0 all done, 1 some documents failed or the corpus is faulty, 2 usage, 3 invalid taxonomy
or model, 130 interrupted, 143 terminated.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mtag import shell
from mtag.commandio import (
    each_document,
    format_of,
    make_folder,
    open_output,
    paths_or_stdin,
    write_data,
    written_to,
)
from mtag.taxonomycommands import load_taxonomy, taxonomy, taxonomy_option
from mtag.version import __version__

if TYPE_CHECKING:
    from mtag.document import Extractor, Language

F = TypeVar("F", bound=Callable[..., Any])


def main() -> None:
    """Run the command; the console entry point."""
    shell.prepare()
    cli(prog_name="mtag")


def _model_option(command: F) -> F:
    text = "A model folder that `mtag train` wrote for the taxonomy, instead of the one that ships with mtag."
    return click.option("--model", metavar="FOLDER", help=text)(command)


def _extractor_option(command: F) -> F:
    text = "Who chooses the content of HTML pages."
    kinds = click.Choice(["mtag", "trafilatura"])
    return click.option("--extractor", type=kinds, default="mtag", show_default=True, help=text)(command)


def _column_options(command: F) -> F:
    for name, what in (("id", "id"), ("text", "text or HTML")):
        help = f"Column or JSON field that holds the {what}."
        command = click.option(f"--{name}-column", default=name, show_default=True, help=help)(command)
    return command


_one_path = click.argument("path", default="", metavar="[PATH|-]")


@click.group(cls=shell.Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mtag", message="%(prog)s %(version)s")
def cli() -> None:
    """Tag English and French texts about human trafficking and migrant smuggling.

    Exit codes: 0 all done, 1 some documents failed or the corpus is faulty, 2 usage, 3 invalid taxonomy
    or model, 130 interrupted, 143 terminated.
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
@taxonomy_option
@_model_option
@click.option(
    "--precision", type=float, help="Accept tags this sure to be right, such as 0.9; the others: review."
)
@_extractor_option
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
    model: str | None,
    precision: float | None,
    extractor: Extractor,
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
    format = format or format_of(output, shown)
    if format == "parquet" and shown:
        raise click.UsageError("Parquet is not for a terminal; say --output FILE")
    if full and format != "jsonl":
        raise click.UsageError("--full is for jsonl")
    names = paths_or_stdin(paths)
    if site and (once := [name for name in names if is_read_once(name)]):
        raise click.UsageError(f"--site reads the documents twice; save what {once[0]} gives to a file first")
    read = partial(
        read_inputs,
        names,
        text_column=text_column,
        id_column=id_column,
        stdin=sys.stdin.buffer,
        exclude=written_to(output),
    )
    progress = terminal.Progress(sys.stderr, counter=not shown, notices=not (shown and format == "table"))
    tagger = Tagger.load(taxonomy, model, precision, extractor)
    if site:
        tagger = tagger.for_site(read())
    results = tag_many(tagger, read(), n_jobs=jobs)
    with closing(results), open_output(output, format, full) as write:  # type: ignore[type-var]  # a generator
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
@_extractor_option
def clean(path: str, format: str, text_column: str, id_column: str, extractor: Extractor) -> int:
    """Print the content of documents, without menus, banners and other boilerplate."""
    from mtag.contentoutput import cleaned
    from mtag.tagger import clean
    from mtag.terminal import Progress

    progress = Progress(sys.stderr)
    results = each_document(path, partial(clean, extractor=extractor), progress, text_column, id_column)
    for piece in cleaned(results, format, safe=sys.stdout.isatty()):
        write_data(piece)
    return progress.finish()


@cli.command()
@_one_path
@click.option("--lines", is_flag=True, help="The language of each line, with the line instead of the id.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines instead of columns.")
@click.option("--name-others", is_flag=True, help="Let langdetect name languages other than en and fr.")
@_column_options
def detect(path: str, lines: bool, as_json: bool, name_others: bool, text_column: str, id_column: str) -> int:
    """Print the language of documents: code (en, fr, other, und), probability, id."""
    from mtag import detect_language
    from mtag.listings import languages
    from mtag.pipeline.reading import read
    from mtag.tagger import detect_lines
    from mtag.terminal import Progress

    progress = Progress(sys.stderr)

    def detect(text: str) -> Iterable[tuple[int, int, Language]]:
        if lines:
            return detect_lines(text, name_others=name_others)
        return [(0, len(text), detect_language(text, name_others=name_others))]

    for item, document in each_document(path, read, progress, text_column, id_column):
        write_data(languages(item, document, detect, lines=lines, as_json=as_json))
    return progress.finish()


@cli.command()
@_one_path
@taxonomy_option
@_model_option
def explain(path: str, taxonomy: str | None, model: str | None) -> int:
    """Show one document's clean text with the words that prove its tags, then why each tag is there.

    On a terminal the words are coloured by facet; otherwise they are marked as [[words|concept]].
    """
    from mtag import terminal
    from mtag.tagger import Tagger

    tagger = Tagger.load(taxonomy, model)
    progress = terminal.Progress(sys.stderr)
    results = [result for _, result in islice(each_document(path, tagger.tag, progress), 2)]
    if len(results) > 1:
        raise click.UsageError("explain takes one document; this input has more")
    style = terminal.Style.of(sys.stdout)
    for result in results:
        click.echo(style.explain(result, tagger.taxonomy), nl=False, color=style.colour)
    return progress.finish()


@cli.command()
@click.argument("seeds", metavar="SEEDS")
@click.argument("output", metavar="FOLDER")
@taxonomy_option
@click.option("--splits", metavar="FILE", help="Write the part of each family (train, validation, test) too.")
def train(seeds: str, output: str, taxonomy: str | None, splits: str | None) -> None:
    """Train the classifiers on the labelled documents in SEEDS and write them to FOLDER.

    SEEDS holds *.jsonl files and, if there are groups of synonyms, synonyms.toml.

    The same corpus and taxonomy give the same bytes. A fifth of the families is left out, for
    `mtag evaluate`.
    """
    from mtag.training import fitting

    found = load_taxonomy(taxonomy)
    make_folder(output)
    if splits:
        write_data(fitting.splits_file(seeds, found), splits)
    fitting.train(found, seeds, lambda line: click.echo(line, err=True)).save(output)


@cli.command()
@click.argument("documents", metavar="PATH")
@taxonomy_option
@_model_option
@click.option("--concepts", is_flag=True, help="A line for each concept too.")
@click.option("--json", "as_json", is_flag=True, help="Every figure as one JSON object.")
def evaluate(documents: str, taxonomy: str | None, model: str | None, concepts: bool, as_json: bool) -> None:
    """Measure tags on labelled documents: a JSONL file, or the test part of a corpus folder."""
    from mtag.tagger import Tagger
    from mtag.training import evaluation

    tagger = Tagger.load(taxonomy, model)
    figures = evaluation.evaluate(tagger, documents)
    write_data(evaluation.as_json(figures) if as_json else evaluation.table(figures, concepts=concepts))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@taxonomy_option
def info(as_json: bool, taxonomy: str | None) -> None:
    """Say what is at work: versions, taxonomy, languages, optional parts."""
    from mtag.listings import information

    write_data(information(load_taxonomy(taxonomy), as_json))


cli.add_command(taxonomy)
