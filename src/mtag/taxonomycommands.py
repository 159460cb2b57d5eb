"""The commands `mtag taxonomy …`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mtag.commandio import write_data

if TYPE_CHECKING:
    from mtag.skos import Format
    from mtag.taxonomy import Taxonomy

F = TypeVar("F", bound=Callable[..., Any])


def taxonomy_option(command: F) -> F:
    """Add the option that names a taxonomy."""
    text = "A taxonomy folder, compiled or SKOS file, instead of the one that ships with mtag."
    return click.option("--taxonomy", metavar="PATH", help=text)(command)


def load_taxonomy(path: str | None) -> Taxonomy:
    """Load the taxonomy that an option or argument names; the one that ships with mtag where it is `None`."""
    from mtag.taxonomy import Taxonomy

    return Taxonomy.load(path)


@click.group()
def taxonomy() -> None:
    """Check, show, export or compile a taxonomy."""


@taxonomy.command()
@click.argument("folder", required=False)
def check(folder: str | None) -> None:
    """Check a taxonomy folder, compiled or SKOS file; without one, the taxonomy that ships with mtag."""
    found = load_taxonomy(folder)
    languages = ", ".join(found.scheme.languages)
    click.echo(f"{found.scheme.id} {found.scheme.version}: valid, {len(found)} concepts, {languages}")


@taxonomy.command()
@click.argument("concept", required=False)
@click.option("--language", metavar="CODE", help="Show one language.")
@taxonomy_option
def show(concept: str | None, language: str | None, taxonomy: str | None) -> None:
    """Show the tree of concepts, or one CONCEPT with its scope, phrases and mappings."""
    from mtag.terminal import Style

    found = load_taxonomy(taxonomy)
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
@taxonomy_option
def export(format: Format, language: str | None, output: str, taxonomy: str | None) -> None:
    """Write the taxonomy for other tools: SKOS as Turtle or JSON-LD, Annif as CSV or TSV."""
    from mtag.skos import export

    write_data(export(load_taxonomy(taxonomy), format, language), output)


@taxonomy.command("compile")
@click.argument("folder")
@click.argument("output")
def compile_(folder: str, output: str) -> None:
    """Compile a taxonomy FOLDER (or SKOS file) to the file OUTPUT, which loads in a fraction of the time."""
    write_data(load_taxonomy(folder).compiled().decode(), output)
