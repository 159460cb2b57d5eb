"""SKOS: a taxonomy as Turtle or JSON-LD, and back without loss.

What SKOS has a word for is written in SKOS. The rest (phrases and other lists, the order of values,
targets of mappings that have no IRI) stands in properties of a namespace below the scheme's base
URI. Writing needs nothing but mtag; reading needs rdflib, and never opens a connection.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Literal

from mtag.annif import to_annif_csv, to_annif_tsv
from mtag.concepts import Concept, Scheme, concept_uri
from mtag.errors import OptionError, TaxonomyError
from mtag.skosreader import read_jsonld, read_turtle
from mtag.skosterms import (
    DCTERMS,
    MATCHES,
    PHRASES,
    RELATIONS,
    SCHEME_LISTS,
    SKOS,
    code_of,
    namespace,
    target_of,
)
from mtag.taxonomy import Taxonomy

Format = Literal["skos-ttl", "skos-jsonld", "annif-csv", "annif-tsv"]

# How the values of a property are written; a property that is not here has plain strings.
_BY_LANGUAGE = {"@container": "@language"}
_LINK = {"@type": "@id"}
_LIST = {"@container": "@list"}
_TERMS: dict[str, dict[str, str]] = {
    **dict.fromkeys(("dcterms:title", "skos:prefLabel", "skos:altLabel", "skos:scopeNote"), _BY_LANGUAGE),
    **dict.fromkeys(("skos:inScheme", "skos:topConceptOf", "skos:hasTopConcept", "skos:member"), _LINK),
    **dict.fromkeys((f"skos:{name}" for name in RELATIONS), _LINK),
    **dict.fromkeys((f"mtag:{name}Order" for name in ("altLabel", *RELATIONS)), _LIST),
    **dict.fromkeys((f"mtag:{name}" for name in ("languages", *PHRASES, *SCHEME_LISTS)), _LIST),
    "mtag:gate": _LINK,
    "mtag:facets": _LINK | _LIST,
}

_IRI_CHARACTER = r'[^\x00-\x20<>"{}|\\^`#]'
_BASE_URI = re.compile(rf"(?:https?://|urn:){_IRI_CHARACTER}+(?:#{_IRI_CHARACTER}*)?")
_WEB_IRI = re.compile(rf"https?://{_IRI_CHARACTER}+(?:#{_IRI_CHARACTER}*)?")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]+(?:-[A-Za-z0-9]+)*")


def export(taxonomy: Taxonomy, format: Format, language: str | None = None) -> str:
    """Return the taxonomy in one of the formats; `annif-tsv` alone takes, and needs, a language.

    Raises:
        OptionError: the format is unknown, or the language is missing, unknown, or out of place.
        TaxonomyError: something in the taxonomy cannot be written as RDF.
    """
    if format == "annif-tsv":
        if language is None:
            raise OptionError("annif-tsv holds the labels of one language; say which one")
        return to_annif_tsv(taxonomy, language)
    writers = {"skos-ttl": to_turtle, "skos-jsonld": to_jsonld, "annif-csv": to_annif_csv}
    if format not in writers:
        raise OptionError(f"unknown format {format!r}; known: {', '.join((*writers, 'annif-tsv'))}")
    if language is not None:
        raise OptionError(f"{format} holds every language; a language can be chosen for annif-tsv alone")
    return writers[format](taxonomy)


def to_turtle(taxonomy: Taxonomy) -> str:
    """Return the taxonomy as SKOS in Turtle; the same taxonomy always gives the same text.

    Raises:
        TaxonomyError: a base URI, language tag, id or text cannot be written as RDF.
    """
    prefixes = _prefixes(taxonomy.scheme.base_uri)
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items())
    return head + "".join(f"\n<{node['@id']}>{_turtle_node(node, '    ')} .\n" for node in _nodes(taxonomy))


def to_jsonld(taxonomy: Taxonomy) -> str:
    """Return the taxonomy as SKOS in JSON-LD, its context inside; the same taxonomy, the same text.

    Raises:
        TaxonomyError: a base URI, language tag, id or text cannot be written as RDF.
    """
    nodes = _nodes(taxonomy)
    context = _prefixes(taxonomy.scheme.base_uri) | dict(sorted(_TERMS.items()))
    return json.dumps({"@context": context, "@graph": nodes}, ensure_ascii=False, indent=2) + "\n"


def from_turtle(text: str) -> tuple[Scheme, list[Concept]]:
    """Read SKOS in Turtle, for `Taxonomy(scheme, concepts)` to check.

    A document that mtag wrote comes back as it was. From any other, ids are the notations (else the
    ends of the IRIs), facets the collections (else the top concepts), the gate is the first facet;
    what mtag needs and SKOS has not (phrases) is left empty.

    Raises:
        TaxonomyError: the text is not Turtle, or has not one concept scheme with labelled concepts.
        MissingExtraError: rdflib is not installed.
    """
    return read_turtle(text, "Turtle")


def from_jsonld(text: str) -> tuple[Scheme, list[Concept]]:
    """Read SKOS in JSON-LD, as `from_turtle` does. A context must stand in the document itself.

    Raises:
        TaxonomyError: the text is not JSON-LD, names a remote context, or has not one concept
            scheme with labelled concepts.
        MissingExtraError: rdflib is not installed.
    """
    return read_jsonld(text, "JSON-LD")


# Writing: the nodes are JSON-LD already; Turtle is another way to print them.


def _prefixes(base_uri: str) -> dict[str, str]:
    return {"dcterms": DCTERMS, "skos": SKOS, "mtag": namespace(base_uri)}


def _nodes(taxonomy: Taxonomy) -> list[dict[str, Any]]:
    scheme, base = taxonomy.scheme, taxonomy.scheme.base_uri
    _check_writable(taxonomy)
    uris = {concept.id: concept_uri(scheme, concept.id) for concept in taxonomy}
    facets = {
        facet.id: base + "facet/" + concept_uri(scheme, facet.id).removeprefix(base)
        for facet in scheme.facets
    }
    lists = {name: getattr(scheme, name) for name in SCHEME_LISTS}
    nodes: list[dict[str, Any]] = [
        {
            "@id": base,
            "@type": "skos:ConceptScheme",
            "skos:notation": scheme.id,
            "dcterms:title": _by_tag(scheme.title),
            "mtag:version": scheme.version,
            "mtag:languages": list(scheme.languages),
            "mtag:gate": facets[scheme.gate],
            "mtag:facets": [facets[facet.id] for facet in scheme.facets],
            "skos:hasTopConcept": [uris[concept.id] for concept in taxonomy if not concept.broader],
            "mtag:inLanguage": _language_nodes(lists),
        }
    ]
    for facet in scheme.facets:
        members = [uris[concept.id] for concept in taxonomy if concept.facet == facet.id]
        nodes.append(
            {
                "@id": facets[facet.id],
                "@type": "skos:Collection",
                "skos:notation": facet.id,
                "skos:prefLabel": _by_tag(facet.label),
                "skos:member": members,
            }
        )
    nodes += [_concept_node(concept, base, uris) for concept in taxonomy]
    return [{name: value for name, value in node.items() if value not in ({}, [])} for node in nodes]


def _concept_node(concept: Concept, base: str, uris: Mapping[str, str]) -> dict[str, Any]:
    lists = {
        kind: {lang: getattr(texts, kind) for lang, texts in concept.phrases.items()} for kind in PHRASES
    }
    # RDF has no order; it is written down where sorting does not give it.
    lists["altLabelOrder"] = {
        lang: texts for lang, texts in concept.alt.items() if not texts or list(texts) != sorted(set(texts))
    }
    node: dict[str, Any] = {
        "@id": uris[concept.id],
        "@type": "skos:Concept",
        "skos:inScheme": base,
        "skos:topConceptOf": [] if concept.broader else base,
        "skos:notation": concept.id,
        "skos:prefLabel": _by_tag(concept.label),
        "skos:altLabel": {lang: sorted(set(texts)) for lang, texts in sorted(concept.alt.items()) if texts},
        "skos:scopeNote": _by_tag(concept.scope),
    }
    for name in ("broader", "related"):
        ids = getattr(concept, name)
        node[f"skos:{name}"] = sorted(uris[other] for other in set(ids))
        node[f"mtag:{name}Order"] = [] if list(ids) == sorted(set(ids), key=uris.__getitem__) else list(ids)
    for match in MATCHES:
        targets = getattr(concept.match, match)
        found = sorted({target_of(target) for target in targets})
        node[f"skos:{match}Match"] = [target for target in found if _WEB_IRI.fullmatch(target)]
        node[f"mtag:{match}Match"] = [target for target in found if not _WEB_IRI.fullmatch(target)]
        node[f"mtag:{match}MatchOrder"] = [] if list(targets) == list(map(code_of, found)) else list(targets)
    node["mtag:inLanguage"] = _language_nodes(lists)
    return node


def _language_nodes(lists: Mapping[str, Mapping[str, tuple[str, ...]]]) -> list[dict[str, Any]]:
    """One node per language with the lists that exist in it, empty ones too."""
    languages = sorted({language for by_language in lists.values() for language in by_language})
    return [
        {"mtag:language": language}
        | {f"mtag:{name}": list(texts[language]) for name, texts in lists.items() if language in texts}
        for language in languages
    ]


def _by_tag(texts: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(texts.items()))


def _check_writable(taxonomy: Taxonomy) -> None:
    scheme = taxonomy.scheme
    problems: list[str] = []
    if not _BASE_URI.fullmatch(scheme.base_uri):
        problems.append(f"scheme: the base_uri {scheme.base_uri!r} is not an http, https or urn IRI")
    if "" in taxonomy.concepts:
        problems.append("a concept has an empty id")
    if len({facet.id for facet in scheme.facets}) < len(scheme.facets):
        problems.append("scheme: two facets have the same id")
    tagged: list[tuple[str, Mapping[str, object]]] = [("scheme", scheme.title)]
    tagged += [(facet.id, facet.label) for facet in scheme.facets]
    tagged += [
        (concept.id, texts) for concept in taxonomy for texts in (concept.label, concept.alt, concept.scope)
    ]
    for owner, texts in tagged:
        problems += [
            f"{owner}: {tag!r} is not a language tag" for tag in texts if not _LANGUAGE_TAG.fullmatch(tag)
        ]
        if len({tag.lower() for tag in texts}) < len(texts):
            problems.append(f"{owner}: two of the language tags {', '.join(texts)} differ only by case")
    try:
        _ = taxonomy.digest
    except UnicodeEncodeError as error:
        problems.append(f"a text holds half a character (a lone surrogate): {error}")
    if problems:
        raise TaxonomyError(f"the taxonomy {scheme.id!r} cannot be written as RDF:", tuple(problems))


def _turtle_node(node: Mapping[str, Any], indent: str) -> str:
    lines = [f"a {node['@type']}"] if "@type" in node else []
    for name, value in node.items():
        if not name.startswith("@"):
            lines.append(f"{name} {_turtle_objects(name, value, indent + '    ')}")
    return f"\n{indent}" + f" ;\n{indent}".join(lines)


def _turtle_objects(name: str, value: Any, indent: str) -> str:
    # One value a line, so that a change of one phrase is a change of one line.
    term = _TERMS.get(name, {})
    if name == "mtag:inLanguage":
        return ", ".join(f"[{_turtle_node(node, indent)}\n{indent[4:]}]" for node in value)
    if term == _BY_LANGUAGE:
        pairs = [
            (tag, text)
            for tag, texts in value.items()
            for text in ([texts] if isinstance(texts, str) else texts)
        ]
        return f",\n{indent}".join(f"{_turtle_string(text)}@{tag}" for tag, text in pairs)
    values = [value] if isinstance(value, str) else value
    objects = [f"<{item}>" if "@type" in term else _turtle_string(item) for item in values]
    if "@container" not in term:
        return f",\n{indent}".join(objects)
    return "(" + "".join(f"\n{indent}{item}" for item in objects) + (f"\n{indent[4:]})" if objects else ")")


def _turtle_string(text: str) -> str:
    return '"' + re.sub(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]', _turtle_escape, text) + '"'


def _turtle_escape(match: re.Match[str]) -> str:
    character = match.group()
    return {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(
        character, f"\\u{ord(character):04X}"
    )
