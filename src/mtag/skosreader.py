"""Reading SKOS: rdflib parses; what it found is put in plain sorted values before it is looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from mtag.concepts import Concept, Crosswalk, Facet, PhraseSet, Scheme
from mtag.errors import OptionError, TaxonomyError
from mtag.extras import require
from mtag.skosterms import (
    DCTERMS,
    MATCHES,
    OWL,
    PHRASES,
    RDF,
    RDFS,
    SCHEME_LISTS,
    SKOS,
    code_of,
    namespace,
    target_of,
)
from mtag.tokens import LANGUAGES

if TYPE_CHECKING:
    from rdflib import Graph

_NO_BASE = "https://mtag.invalid/"
"""Relative IRIs of a document are resolved against this address, which cannot exist."""


class _Object(NamedTuple):
    """The object of a triple; `language` is None for a resource and empty for an untagged literal."""

    value: str
    language: str | None


def read(path: str | Path) -> tuple[Scheme, list[Concept]]:
    """Read a SKOS file: Turtle (`.ttl`) or JSON-LD (`.jsonld`, `.json`), in UTF-8.

    Raises:
        OptionError: the suffix is none of these.
        TaxonomyError: the file cannot be opened or read.
        MissingExtraError: rdflib is not installed.
    """
    path = Path(path)
    readers = {".ttl": read_turtle, ".jsonld": read_jsonld, ".json": read_jsonld}
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


def read_turtle(text: str, where: str) -> tuple[Scheme, list[Concept]]:
    """Read Turtle; `where` names the text in errors, which are those of `mtag.skos.from_turtle`."""
    graph = _new_graph()
    try:
        graph.parse(data=text.removeprefix("\ufeff"), format="turtle", publicID=_NO_BASE)
    except Exception as error:  # rdflib has no error of its own: it raises what it stumbles over
        raise TaxonomyError(f"{where}: not Turtle: {_reason(error)}") from error
    return _Reading(graph, where).result()


def read_jsonld(text: str, where: str) -> tuple[Scheme, list[Concept]]:
    """Read JSON-LD; `where` names the text in errors, which are those of `mtag.skos.from_jsonld`."""
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
    require("rdflib", "reading SKOS", "skos")
    import rdflib

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
        self.own = namespace(self.scheme)
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
            **{name: self._lists(self.scheme, name) for name in SCHEME_LISTS},
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
        kinds = {kind: self._lists(iri, kind) for kind in PHRASES}
        matches = {}
        for match in MATCHES:
            targets = [
                *self._values(iri, f"{SKOS}{match}Match"),
                *self._values(iri, f"{self.own}{match}Match"),
            ]
            matches[match] = _arrange(
                targets, self._list(iri, f"{self.own}{match}MatchOrder"), target_of, code_of
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
                language: PhraseSet(**{kind: kinds[kind].get(language, ()) for kind in PHRASES})
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
