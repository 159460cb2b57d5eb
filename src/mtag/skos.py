"""SKOS: a taxonomy as Turtle or JSON-LD, and back without loss.

What SKOS has a word for is written in SKOS. The rest (phrases and other lists, the order of values,
targets of mappings that have no IRI) stands in properties of a namespace below the scheme's base
URI. Writing needs nothing but mtag; reading needs rdflib, and never opens a connection.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import unquote

from mtag.annif import concept_uri, to_annif_csv, to_annif_tsv
from mtag.errors import MissingExtraError, OptionError, TaxonomyError
from mtag.taxonomy import Concept, Crosswalk, Facet, PhraseSet, Scheme, Taxonomy
from mtag.tokens import LANGUAGES

if TYPE_CHECKING:
    from rdflib import Graph

Format = Literal["skos-ttl", "skos-jsonld", "annif-csv", "annif-tsv"]

SKOS = "http://www.w3.org/2004/02/skos/core#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
DCTERMS = "http://purl.org/dc/terms/"
EUROVOC = "http://eurovoc.europa.eu/"

_PHRASES = tuple(PhraseSet.model_fields)
_SCHEME_LISTS = ("cues", "traps", "unrelated", "negation")
_MATCHES = tuple(Crosswalk.model_fields)
_RELATIONS = ("broader", "related", *(f"{match}Match" for match in _MATCHES))

# How the values of a property are written; a property that is not here has plain strings.
_BY_LANGUAGE = {"@container": "@language"}
_LINK = {"@type": "@id"}
_LIST = {"@container": "@list"}
_TERMS: dict[str, dict[str, str]] = {
    **dict.fromkeys(("dcterms:title", "skos:prefLabel", "skos:altLabel", "skos:scopeNote"), _BY_LANGUAGE),
    **dict.fromkeys(("skos:inScheme", "skos:topConceptOf", "skos:hasTopConcept", "skos:member"), _LINK),
    **dict.fromkeys((f"skos:{name}" for name in _RELATIONS), _LINK),
    **dict.fromkeys((f"mtag:{name}Order" for name in ("altLabel", *_RELATIONS)), _LIST),
    **dict.fromkeys((f"mtag:{name}" for name in ("languages", *_PHRASES, *_SCHEME_LISTS)), _LIST),
    "mtag:gate": _LINK,
    "mtag:facets": _LINK | _LIST,
}

_IRI_CHARACTER = r'[^\x00-\x20<>"{}|\\^`#]'
_BASE_URI = re.compile(rf"(?:https?://|urn:){_IRI_CHARACTER}+(?:#{_IRI_CHARACTER}*)?")
_WEB_IRI = re.compile(rf"https?://{_IRI_CHARACTER}+(?:#{_IRI_CHARACTER}*)?")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]+(?:-[A-Za-z0-9]+)*")
_NO_BASE = "https://mtag.invalid/"
"""Relative IRIs of a document are resolved against this address, which cannot exist."""


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


def read(path: str | Path) -> tuple[Scheme, list[Concept]]:
    """Read a SKOS file: Turtle (`.ttl`) or JSON-LD (`.jsonld`, `.json`), in UTF-8.

    Raises:
        OptionError: the suffix is none of these.
        TaxonomyError: the file cannot be opened or read.
        MissingExtraError: rdflib is not installed.
    """
    path = Path(path)
    readers = {".ttl": _read_turtle, ".jsonld": _read_jsonld, ".json": _read_jsonld}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise OptionError(f"{path}: SKOS is read from {', '.join(readers)} files")
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TaxonomyError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise TaxonomyError(f"{path}: not UTF-8: {error}") from error
    return reader(text, str(path))


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
    return _read_turtle(text, "Turtle")


def from_jsonld(text: str) -> tuple[Scheme, list[Concept]]:
    """Read SKOS in JSON-LD, as `from_turtle` does. A context must stand in the document itself.

    Raises:
        TaxonomyError: the text is not JSON-LD, names a remote context, or has not one concept
            scheme with labelled concepts.
        MissingExtraError: rdflib is not installed.
    """
    return _read_jsonld(text, "JSON-LD")


# Writing: the nodes are JSON-LD already; Turtle is another way to print them.


def _prefixes(base_uri: str) -> dict[str, str]:
    return {"dcterms": DCTERMS, "skos": SKOS, "mtag": _namespace(base_uri)}


def _namespace(base_uri: str) -> str:
    # An IRI has one fragment at most.
    return base_uri + ("ns/" if "#" in base_uri else "ns#")


def _nodes(taxonomy: Taxonomy) -> list[dict[str, Any]]:
    scheme, base = taxonomy.scheme, taxonomy.scheme.base_uri
    _check_writable(taxonomy)
    uris = {concept.id: concept_uri(scheme, concept.id) for concept in taxonomy}
    facets = {
        facet.id: base + "facet/" + concept_uri(scheme, facet.id).removeprefix(base)
        for facet in scheme.facets
    }
    lists = {name: getattr(scheme, name) for name in _SCHEME_LISTS}
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
        kind: {lang: getattr(texts, kind) for lang, texts in concept.phrases.items()} for kind in _PHRASES
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
    for match in _MATCHES:
        targets = getattr(concept.match, match)
        found = sorted({_target(target) for target in targets})
        node[f"skos:{match}Match"] = [target for target in found if _WEB_IRI.fullmatch(target)]
        node[f"mtag:{match}Match"] = [target for target in found if not _WEB_IRI.fullmatch(target)]
        node[f"mtag:{match}MatchOrder"] = [] if list(targets) == list(map(_code, found)) else list(targets)
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


def _target(code: str) -> str:
    return EUROVOC + code.removeprefix("eurovoc:") if re.fullmatch("eurovoc:[0-9]+", code) else code


def _code(target: str) -> str:
    number = target.removeprefix(EUROVOC)
    return f"eurovoc:{number}" if number != target and re.fullmatch("[0-9]+", number) else target


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


# Reading: rdflib parses; what it found is put in plain sorted values before it is looked at.


class _Object(NamedTuple):
    """The object of a triple; `language` is None for a resource and empty for an untagged literal."""

    value: str
    language: str | None


def _read_turtle(text: str, where: str) -> tuple[Scheme, list[Concept]]:
    graph = _new_graph()
    try:
        graph.parse(data=text.removeprefix("\ufeff"), format="turtle", publicID=_NO_BASE)
    except Exception as error:  # rdflib has no error of its own: it raises what it stumbles over
        raise TaxonomyError(f"{where}: not Turtle: {_reason(error)}") from error
    return _Reading(graph, where).result()


def _read_jsonld(text: str, where: str) -> tuple[Scheme, list[Concept]]:
    graph = _new_graph()
    from rdflib.plugins.parsers.jsonld import to_rdf

    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise TaxonomyError(f"{where}: not JSON: line {error.lineno}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise TaxonomyError(f"{where}: not JSON: {error}") from error
    if not isinstance(document, dict | list):
        raise TaxonomyError(f"{where}: not JSON-LD: neither an object nor an array")
    _refuse_remote_contexts(document, where)
    try:
        # Not through Graph.parse, which warns of its own use of a deprecated class.
        to_rdf(document, graph, base=_NO_BASE)
    except Exception as error:  # as above
        raise TaxonomyError(f"{where}: not JSON-LD: {_reason(error)}") from error
    return _Reading(graph, where).result()


def _new_graph() -> Graph:
    try:
        import rdflib
    except ImportError as error:
        raise MissingExtraError("reading SKOS", "skos") from error
    return rdflib.Graph()


def _reason(error: Exception) -> str:
    if isinstance(error, SyntaxError) and (
        why := re.search(r"Bad syntax \((.+?)\) at \^", str(error), re.DOTALL)
    ):
        return f"line {getattr(error, 'lines', 0) + 1}: {why.group(1)}"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return f"{type(error).__name__}: {error}"


def _refuse_remote_contexts(document: object, where: str) -> None:
    queue = [(document, False)]
    while queue:
        value, is_context = queue.pop()
        if isinstance(value, dict):
            queue += [(inner, key in ("@context", "@import")) for key, inner in value.items()]
        elif isinstance(value, list):
            queue += [(inner, is_context) for inner in value]
        elif is_context and isinstance(value, str):
            raise TaxonomyError(
                f"{where}: the context {value!r} is remote, and mtag fetches nothing; write it inline"
            )


class _Reading:
    """What a graph says, in plain sorted values, on its way to a scheme and its concepts."""

    def __init__(self, graph: Graph, where: str) -> None:
        from rdflib import Literal

        self.where = where
        self.resources: dict[str, dict[str, list[_Object]]] = {}
        for subject, name, value in graph:
            language = (value.language or "") if isinstance(value, Literal) else None
            resource = self.resources.setdefault(str(subject), {})
            resource.setdefault(str(name), []).append(_Object(str(value), language))
        for resource in self.resources.values():
            for objects in resource.values():
                objects.sort(key=lambda found: (found.value, found.language or ""))
        schemes = self._of_type("ConceptScheme")
        if len(schemes) != 1 or ":" not in schemes[0]:
            raise self._error(
                f"it must hold one skos:ConceptScheme with an IRI, and holds {len(schemes)}", schemes
            )
        self.scheme = schemes[0]
        self.own = _namespace(self.scheme)
        self.ids = {
            iri: self._identifier(iri)
            for iri in self._of_type("Concept")
            if "true" not in self._values(iri, OWL + "deprecated")
        }
        if not self.ids:
            raise self._error("it holds no skos:Concept")
        self.iris = {identifier: iri for iri, identifier in self.ids.items()}
        self.broader = {iri: set(self._values(iri, SKOS + "broader")) for iri in self.ids}
        for iri in self.ids:
            for other in self._values(iri, SKOS + "narrower"):
                self.broader.setdefault(other, set()).add(iri)

    def result(self) -> tuple[Scheme, list[Concept]]:
        """Return the scheme and its concepts, as far as the graph describes them."""
        facets, facet_of = self._facets()
        concepts = [self._concept(iri, facet_of[iri]) for iri in self.ids]
        is_own = self.own + "version" in self.resources[self.scheme]
        languages = self._list(self.scheme, self.own + "languages")
        if not is_own:
            spoken = {language for concept in concepts for language in concept.label}
            if not spoken:
                raise self._error("no concept has a skos:prefLabel with a language tag")
            languages = tuple(lang for lang in LANGUAGES if lang in spoken) or tuple(sorted(spoken))
        gates = self._values(self.scheme, self.own + "gate")
        versions = self._values(self.scheme, self.own + "version") or self._values(
            self.scheme, OWL + "versionInfo"
        )
        scheme = Scheme(
            id=self._identifier(self.scheme),
            version=versions[0] if versions else "",
            base_uri=self.scheme if is_own or self.scheme.endswith(("/", "#")) else self.scheme + "/",
            title=self._texts(self.scheme, DCTERMS + "title", SKOS + "prefLabel", RDFS + "label"),
            languages=languages,
            gate=self._identifier(gates[0]) if gates else next(iter(facets)),
            facets=tuple(Facet(id=facet, label=label) for facet, label in facets.items()),
            **{name: self._lists(self.scheme, name) for name in _SCHEME_LISTS},
        )
        return scheme, concepts

    def _facets(self) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
        """Return the labels of each facet, in order, and the facet of each concept."""
        collections = self._of_type("Collection", "OrderedCollection")
        order = [iri for iri in self._list(self.scheme, self.own + "facets") if iri in collections]
        facets: dict[str, dict[str, str]] = {}
        facet_of: dict[str, str] = {}
        for iri in dict.fromkeys((*order, *collections)):
            facet = self._identifier(iri)
            facets[facet] = self._texts(iri, SKOS + "prefLabel", RDFS + "label")
            for member in (*self._values(iri, SKOS + "member"), *self._list(iri, SKOS + "memberList")):
                facet_of.setdefault(member, facet)
        for iri in self.ids:
            here, path = iri, {iri}
            while here not in facet_of:
                above = [other for other in self.broader[here] if other in self.ids and other not in path]
                if above:
                    here = min(above)
                    path.add(here)
                else:
                    facet_of[here] = self.ids[here]
                    facets[self.ids[here]] = self._texts(here, SKOS + "prefLabel", RDFS + "label")
            facet_of.update(dict.fromkeys(path, facet_of[here]))
        return facets, facet_of

    def _concept(self, iri: str, facet: str) -> Concept:
        alt_order = self._lists(iri, "altLabelOrder")
        alt: dict[str, set[str]] = {language: set() for language in alt_order}
        for found in self.resources[iri].get(SKOS + "altLabel", ()):
            if found.language:
                alt.setdefault(found.language, set()).add(found.value)
        kinds = {kind: self._lists(iri, kind) for kind in _PHRASES}
        matches = {}
        for match in _MATCHES:
            targets = [
                *self._values(iri, f"{SKOS}{match}Match"),
                *self._values(iri, f"{self.own}{match}Match"),
            ]
            matches[match] = _arrange(
                targets, self._list(iri, f"{self.own}{match}MatchOrder"), _target, _code
            )
        return Concept(
            id=self.ids[iri],
            facet=facet,
            broader=self._others(iri, "broader", self.broader[iri]),
            related=self._others(iri, "related", self._values(iri, SKOS + "related")),
            label=self._texts(iri, SKOS + "prefLabel", RDFS + "label"),
            alt={lang: _arrange(texts, alt_order.get(lang, ()), str, str) for lang, texts in alt.items()},
            scope=self._texts(iri, SKOS + "scopeNote", SKOS + "definition"),
            phrases={
                language: PhraseSet(**{kind: kinds[kind].get(language, ()) for kind in _PHRASES})
                for language in sorted(set().union(*kinds.values()))
            },
            match=Crosswalk(**matches),
        )

    def _others(self, iri: str, name: str, found: Iterable[str]) -> tuple[str, ...]:
        order = self._list(iri, f"{self.own}{name}Order")
        return _arrange(found, order, lambda other: self.iris.get(other, other), self._identifier)

    def _of_type(self, *types: str) -> list[str]:
        wanted = {SKOS + name for name in types}
        return sorted(iri for iri in self.resources if not wanted.isdisjoint(self._values(iri, RDF + "type")))

    def _identifier(self, iri: str) -> str:
        """Return the notation, or else the last part of the IRI."""
        if notations := self._values(iri, SKOS + "notation"):
            return notations[0]
        if ":" not in iri:
            raise self._error("a concept or collection has neither an IRI nor a skos:notation")
        return unquote(re.split("[/#:]", iri.rstrip("/#"))[-1])

    def _values(self, iri: str, name: str) -> list[str]:
        return [found.value for found in self.resources.get(iri, {}).get(name, ())]

    def _texts(self, iri: str, *names: str) -> dict[str, str]:
        """Return the tagged texts of the first of the properties that has some, by language."""
        texts: dict[str, str] = {}
        for name in names:
            for value, language in self.resources.get(iri, {}).get(name, ()):
                if language and language in texts and name == SKOS + "prefLabel":
                    raise self._error(f"<{iri}> has two skos:prefLabel in {language!r}")
                if language:
                    texts[language] = f"{texts[language]}\n{value}" if language in texts else value
            if texts:
                break
        return texts

    def _lists(self, iri: str, name: str) -> dict[str, tuple[str, ...]]:
        """Return one of our lists by language, from the language nodes of a resource."""
        return {
            language: self._list(node, self.own + name)
            for node in self._values(iri, self.own + "inLanguage")
            for language in self._values(node, self.own + "language")
            if self.own + name in self.resources[node]
        }

    def _list(self, iri: str, name: str) -> tuple[str, ...]:
        """Return the items of an rdf:List; literals in its place are a list in sorted order."""
        heads = self.resources.get(iri, {}).get(name, [])
        if all(head.language is not None for head in heads):
            return tuple(head.value for head in heads)
        items: list[str] = []
        node, seen = heads[0].value, set[str]()
        while node != RDF + "nil":
            first, rest = self._values(node, RDF + "first"), self._values(node, RDF + "rest")
            if len(heads) != 1 or len(first) != 1 or len(rest) != 1 or node in seen:
                raise self._error(f"<{iri}> has a broken list in <{name}>")
            items += first
            seen.add(node)
            node = rest[0]
        return tuple(items)

    def _error(self, message: str, found: Iterable[str] = ()) -> TaxonomyError:
        return TaxonomyError(f"{self.where}: {message}", tuple(found))


def _arrange(
    found: Iterable[str], order: Iterable[str], target: Callable[[str], str], code: Callable[[str], str]
) -> tuple[str, ...]:
    """Put what was found in the order that was written down; what is not in it comes last, sorted."""
    left = set(found)
    kept = [item for item in order if target(item) in left]
    return (*kept, *(code(item) for item in sorted(left.difference(map(target, kept)))))
