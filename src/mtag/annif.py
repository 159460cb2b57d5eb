"""Annif vocabularies: the URIs and labels of a taxonomy as CSV or TSV, and back.

Annif is a tool for subject indexing. Its tables carry the URI, the labels and the notation of each
subject and nothing else, so what is read from them is not a taxonomy.
"""

from __future__ import annotations

import csv
import io
import re
from typing import NamedTuple

from mtag.concepts import concept_uri
from mtag.errors import OptionError, TaxonomyError
from mtag.taxonomy import Taxonomy

_LABEL = "label_"
_LINE_END = re.compile(r"\r\n|\n|\r")


class AnnifSubject(NamedTuple):
    """One row of an Annif vocabulary: a subject that is in use, with its labels by language."""

    uri: str
    notation: str | None
    labels: dict[str, str]


def to_annif_csv(taxonomy: Taxonomy) -> str:
    """Return the taxonomy as an Annif CSV: `uri,label_en,label_fr,notation`, one row per concept."""
    languages = taxonomy.scheme.languages
    rows = [["uri", *(_LABEL + language for language in languages), "notation"]]
    for concept in taxonomy:
        labels = [concept.label[language] for language in languages]
        rows.append([concept_uri(taxonomy.scheme, concept.id), *labels, concept.id])
    return "".join(",".join(map(_field, row)) + "\n" for row in rows)


def to_annif_tsv(taxonomy: Taxonomy, language: str) -> str:
    r"""Return the labels of one language as an Annif TSV: `<uri>\tlabel\tnotation`.

    The format has no quoting: tabs and line ends inside a label become a space.

    Raises:
        OptionError: the taxonomy has no labels in this language.
    """
    if language not in taxonomy.scheme.languages:
        known = ", ".join(taxonomy.scheme.languages)
        raise OptionError(f"the taxonomy has no labels in {language!r}; it has {known}")
    rows = (
        (concept_uri(taxonomy.scheme, c.id), _one_line(c.label[language]), _one_line(c.id)) for c in taxonomy
    )
    return "".join(f"<{uri}>\t{label}\t{notation}\n" for uri, label, notation in rows)


def from_annif_csv(text: str) -> list[AnnifSubject]:
    """Read an Annif CSV; a row without any label is a deprecated subject and is left out.

    Raises:
        TaxonomyError: the text is not such a table; the message gives the line.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    subjects: list[AnnifSubject] = []
    try:
        columns = reader.fieldnames or ()
        if "uri" not in columns or not any(column.startswith(_LABEL) for column in columns):
            raise TaxonomyError("Annif CSV, line 1: the columns must be uri, label_<language>… and notation")
        for row in reader:
            if None in row or None in row.values():
                raise TaxonomyError(
                    f"Annif CSV, line {reader.line_num}: the row must have {len(columns)} fields"
                )
            labels = {
                column.removeprefix(_LABEL): label
                for column, label in row.items()
                if column.startswith(_LABEL) and label
            }
            _add(subjects, row["uri"], row.get("notation"), labels, f"Annif CSV, line {reader.line_num}")
    except csv.Error as error:
        raise TaxonomyError(f"Annif CSV, line {reader.reader.line_num}: {error}") from error
    return subjects


def from_annif_tsv(text: str, language: str) -> list[AnnifSubject]:
    """Read an Annif TSV, whose labels are all in `language`; a line without a label is left out.

    Raises:
        TaxonomyError: the text is not such a table; the message gives the line.
    """
    subjects: list[AnnifSubject] = []
    for number, line in enumerate(_LINE_END.split(text.removeprefix("\ufeff")), start=1):
        if not line.strip():
            continue
        uri, label, notation = (*line.split("\t", 2), "", "")[:3]
        _add(subjects, uri, notation, {language: label} if label else {}, f"Annif TSV, line {number}")
    return subjects


def _add(
    subjects: list[AnnifSubject], uri: str, notation: str | None, labels: dict[str, str], where: str
) -> None:
    uri = uri.strip().removeprefix("<").removesuffix(">")
    if not uri:
        raise TaxonomyError(f"{where}: there is no URI")
    if labels:
        subjects.append(AnnifSubject(uri, notation or None, labels))


def _field(text: str) -> str:
    # csv.writer leaves a lone carriage return unquoted, and readers end the row there.
    return '"' + text.replace('"', '""') + '"' if re.search('[",\r\n]', text) else text


def _one_line(text: str) -> str:
    return re.sub(r"[\t\r\n]+", " ", text)
