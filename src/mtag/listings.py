"""What `mtag detect` and `mtag info` list, for people or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import PackageNotFoundError, version
from platform import python_version

from mtag.batch import Input
from mtag.document import Document, Language
from mtag.results import ErrorResult
from mtag.taxonomy import Taxonomy
from mtag.terminal import one_line
from mtag.version import __version__
from mtag.writers import json_line, record


def languages(
    item: Input,
    document: Document | ErrorResult,
    detect: Callable[[str], Iterable[tuple[int, int, Language]]],
    *,
    lines: bool,
    as_json: bool,
) -> str:
    """The languages that `detect` finds: code, probability and id, or for `lines` the line itself."""
    if isinstance(document, ErrorResult):
        return f"{record(document)}\n" if as_json else ""
    rows = []
    for start, end, language in detect(document.text):
        text = document.text[start:end]
        if as_json:
            values = {"id": item.id, "language": language.code, "probability": round(language.probability, 4)}
            rows.append(json_line(values | ({"start": start, "end": end, "text": text} if lines else {})))
        else:
            shown = one_line(text if lines else item.id or "-")
            rows.append(f"{language.code}\t{language.probability:.2f}\t{shown}")
    return "".join(f"{row}\n" for row in rows)


def information(taxonomy: Taxonomy, as_json: bool) -> str:
    """What is at work: versions, the taxonomy, which optional parts are installed."""
    scheme = taxonomy.scheme
    libraries = ("click", "joblib", "langdetect", "nltk", "numpy", "pydantic", "scikit-learn", "selectolax")
    extras = {"html": "trafilatura", "parquet": "pyarrow", "skos": "rdflib", "warc": "fastwarc"}
    facts: dict[str, dict[str, object]] = {
        "versions": {"mtag": __version__, "python": python_version()}
        | {name: _version(name) for name in libraries},
        "taxonomy": {
            "id": scheme.id,
            "version": scheme.version,
            "digest": taxonomy.digest,
            "concepts": len(taxonomy),
            "languages": list(scheme.languages),
        },
        "extras": {name: _version(module) for name, module in extras.items()},
    }
    if as_json:
        return json_line(facts) + "\n"
    lines = []
    for title, values in facts.items():
        lines.append(title)
        for name, value in values.items():
            shown = ", ".join(value) if isinstance(value, list) else value
            lines.append(f"  {name:<13} {'not installed' if shown is None else shown}")
    return "\n".join(lines) + "\n"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
