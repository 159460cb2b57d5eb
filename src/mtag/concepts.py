"""Concepts and their scheme as values; what follows from them alone: broader concepts, phrases in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any

from mtag.lexicon import SCHEME, Entry
from mtag.values import Value


class PhraseSet(Value):
    """The phrases of a concept in one language; `taxonomy/README.md` describes their pattern language."""

    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    traps: tuple[str, ...] = ()


class Crosswalk(Value):
    """Mappings to other vocabularies, as `SCHEME:code` (SKOS mapping properties)."""

    exact: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    broad: tuple[str, ...] = ()
    narrow: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


class Concept(Value):
    """One concept: labels and scope by language, its place in the scheme, its phrases."""

    id: str
    facet: str
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    label: dict[str, str]
    alt: dict[str, tuple[str, ...]] = field(default_factory=dict)
    scope: dict[str, str]
    phrases: dict[str, PhraseSet] = field(default_factory=dict)
    match: Crosswalk = field(default_factory=Crosswalk)


class Facet(Value):
    """A question the taxonomy answers: what form, which victims, which response."""

    id: str
    label: dict[str, str]


class Scheme(Value):
    """The taxonomy as a whole.

    `gate` is the facet without which nothing is tagged. By language: `cues` make weak phrases
    count, `traps` cancel what they cover, `unrelated` are topics that make a list an enumeration,
    `charges` are words after which such a list tells what somebody did, and `negation` words after which
    a match does not count.
    """

    id: str
    version: str
    base_uri: str
    title: dict[str, str]
    languages: tuple[str, ...]
    gate: str
    facets: tuple[Facet, ...]
    cues: dict[str, tuple[str, ...]] = field(default_factory=dict)
    traps: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unrelated: dict[str, tuple[str, ...]] = field(default_factory=dict)
    charges: dict[str, tuple[str, ...]] = field(default_factory=dict)
    negation: dict[str, tuple[str, ...]] = field(default_factory=dict)


def scheme_of(values: Mapping[str, Any]) -> Scheme:
    """The scheme that a compiled taxonomy holds, not checked again."""
    lists = {name: _tuples(values[name]) for name in ("cues", "traps", "unrelated", "charges", "negation")}
    facets = tuple(map(Facet.of_own, values["facets"]))
    return Scheme.of_own({**values, **lists, "languages": tuple(values["languages"]), "facets": facets})


TEXTS = ("alt", "scope", "phrases", "match")
"""The fields of a concept that tagging does without: they are most of a taxonomy."""


def concept_of(values: Mapping[str, Any], texts: Callable[[], Mapping[str, Mapping[str, Any]]]) -> Concept:
    """A concept that a compiled taxonomy holds, not checked again; `texts` gives those of all, by id."""
    own = {"broader": tuple(values["broader"]), "related": tuple(values["related"])}
    return Concept.of_own({**values, **own}, lambda made, name: _text(texts()[made.id], name))


def _text(values: Mapping[str, Any], name: str) -> Any:
    if name == "phrases":
        return {code: PhraseSet.of_own(_tuples(kinds)) for code, kinds in values[name].items()}
    if name == "match":
        return Crosswalk.of_own(_tuples(values[name]))
    return _tuples(values[name]) if name == "alt" else values[name]


def _tuples(lists: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(listed) for name, listed in lists.items()}


def ancestors(concept: str, concepts: Mapping[str, Concept]) -> tuple[str, ...]:
    """The broader concepts of a concept, theirs included, nearest first."""
    found: list[str] = []
    queue = list(concepts[concept].broader)
    while queue:
        other = queue.pop(0)
        if other not in found:
            found.append(other)
            queue += concepts[other].broader
    return tuple(found)


def entries(scheme: Scheme, concepts: Iterable[Concept], language: str) -> Iterator[Entry]:
    """Yield every phrase of one language with its owner, in a fixed order."""
    lists = (
        ("cue", scheme.cues),
        ("trap", scheme.traps),
        ("unrelated", scheme.unrelated),
        ("charge", scheme.charges),
        ("negation", scheme.negation),
    )
    for kind, patterns in lists:
        for pattern in patterns.get(language, ()):
            yield Entry(SCHEME, kind, pattern)
    for concept in sorted(concepts, key=lambda concept: concept.id):
        phrases = concept.phrases.get(language, PhraseSet())
        own = (("strong", phrases.strong), ("weak", phrases.weak), ("trap", phrases.traps))
        yield from (Entry(concept.id, kind, pattern) for kind, listed in own for pattern in listed)


def concept_uri(scheme: Scheme, concept: str) -> str:
    """Return the URI under which a concept is published; no two ids share one."""
    from urllib.parse import quote  # tagging does without

    return scheme.base_uri + quote(concept, safe="")
