"""Concepts, and the taxonomy they make: load, check, broader and narrower, labels, phrases.

Nothing here knows what the taxonomy is about: another folder of the same shape loads as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from mtag.errors import TaxonomyError
from mtag.lexicon import Entry, Lexicon
from mtag.lexiconfile import StoredLexicons, lexicon_line, verify
from mtag.phrasebook import Phrasebook
from mtag.phrases import PhraseSyntaxError, compile_lexicon, parse
from mtag.tokens import LANGUAGES, STEMMER, TOKENIZER
from mtag.values import Value

FORMAT = 4
"""Format of the compiled file; a file of another format is refused."""

SHIPPED = Path(__file__).parent / "data" / "taxonomy.jsonl"
"""The compiled taxonomy that ships with mtag."""

SCHEME = "*"
"""Owner of the phrases that belong to the scheme, not to one concept."""

_CONCEPTS = "concepts"
"""Name of the line of the compiled file that holds the scheme and its concepts."""


Model = TypeVar("Model", bound=Value)


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
    `negation` are words after which a match does not count.
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
    negation: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Taxonomy:
    """A checked set of concepts with their phrases compiled.

    `concepts` keeps the order of the facets in the scheme, broader concepts before narrower ones.
    """

    def __init__(
        self, scheme: Scheme, concepts: Iterable[Concept], lexicons: Mapping[str, Lexicon] | None = None
    ) -> None:
        """Check and order the concepts; phrases are compiled at their first use unless given.

        Raises:
            TaxonomyError: the concepts do not make a valid taxonomy; `problems` lists the faults.
        """
        self.scheme = scheme
        found = list(concepts)
        problems = check(scheme, found, phrases=lexicons is None)
        if problems:
            raise TaxonomyError(f"the taxonomy {scheme.id!r} is not valid:", tuple(problems))
        by_id = {concept.id: concept for concept in found}
        self.concepts: dict[str, Concept] = {}
        for facet in scheme.facets:
            members = sorted((c.id for c in found if c.facet == facet.id), key=lambda i: _path(i, by_id))
            self.concepts.update((member, by_id[member]) for member in members)
        self._lexicons = lexicons

    @classmethod
    def load(cls, path: str | Path | None = None) -> Taxonomy:
        """Load a taxonomy folder, a compiled file, or (no path) the one that ships with mtag.

        Raises:
            TaxonomyError: nothing is there, or what is there is not a valid taxonomy.
        """
        if path is None:
            return cls._from_compiled(SHIPPED.read_bytes(), "mtag")
        path = Path(path)
        if path.is_dir():
            return cls(*read_folder(path))
        try:
            return cls._from_compiled(path.read_bytes(), str(path))
        except OSError as error:
            raise TaxonomyError(f"no taxonomy at {path}: {error.strerror or error}") from error

    @classmethod
    def _from_compiled(cls, data: bytes, where: str) -> Taxonomy:
        try:
            head, *lines = data.rstrip(b"\n").split(b"\n")
            content = json.loads(head)
            if not isinstance(content, dict) or content.get("format") != FORMAT:
                raise TaxonomyError(f"{where}: not a compiled taxonomy of format {FORMAT}; compile it again")
            if (content["stemmer"], content["tokenizer"]) != (STEMMER, TOKENIZER):
                raise TaxonomyError(f"{where}: compiled with another stemmer or tokenizer; compile it again")
            digests = dict(content["lines"])
            stored = dict(zip(digests, lines, strict=True))
            verify(stored, digests)
            scheme, *concepts = json.loads(stored.pop(_CONCEPTS))
            found = cls(_scheme(scheme), map(_concept, concepts), StoredLexicons(stored))
            found.digest = str(content["digest"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise TaxonomyError(f"{where}: damaged compiled taxonomy: {error}") from error
        return found

    def compiled(self) -> bytes:
        """Return the compiled file: the same taxonomy always gives the same bytes.

        JSON lines: what it is, with the digests of the lines that follow; the scheme and its concepts; the
        phrases of each language.
        """
        lines = {_CONCEPTS: json.dumps(self._content(), ensure_ascii=False, separators=(",", ":")).encode()}
        lines |= {language: lexicon_line(self.lexicons, language) for language in self.lexicons}
        content = {
            "format": FORMAT,
            "stemmer": STEMMER,
            "tokenizer": TOKENIZER,
            "digest": self.digest,
            "lines": {name: hashlib.sha256(line).hexdigest() for name, line in lines.items()},
        }
        head = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return b"\n".join((head, *lines.values(), b""))

    def _content(self) -> list[dict[str, Any]]:
        """The scheme and its concepts as plain data."""
        return [value.model_dump(mode="json") for value in (self.scheme, *self.concepts.values())]

    @property
    def lexicons(self) -> Mapping[str, Lexicon]:
        """The compiled phrases by language."""
        if self._lexicons is None:
            self._lexicons = {
                language: compile_lexicon(_entries(self.scheme, self.concepts.values(), language), language)
                for language in self.scheme.languages
            }
        return self._lexicons

    @cached_property
    def phrasebook(self) -> Phrasebook:
        """The phrases, ready to be found in texts."""
        return Phrasebook(self.lexicons)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the scheme and its concepts, in hexadecimal."""
        data = json.dumps(self._content(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(data.encode()).hexdigest()

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of each concept id."""
        return {concept: number for number, concept in enumerate(self.concepts)}

    def __getitem__(self, concept: str) -> Concept:
        return self.concepts[concept]

    def __iter__(self) -> Iterator[Concept]:
        return iter(self.concepts.values())

    def __len__(self) -> int:
        return len(self.concepts)

    def ancestors(self, concept: str) -> tuple[str, ...]:
        """The broader concepts of a concept, theirs included, nearest first."""
        return _ancestors(concept, self.concepts)

    def narrower(self, concept: str) -> tuple[str, ...]:
        """The concepts right below a concept."""
        return tuple(other.id for other in self if concept in other.broader)

    def close(self, concepts: Iterable[str]) -> frozenset[str]:
        """Add all broader concepts to a set of concepts."""
        found = set(concepts)
        return frozenset(found.union(*(self.ancestors(concept) for concept in found)))


def _scheme(values: Mapping[str, Any]) -> Scheme:
    """A scheme as it was compiled."""
    lists = {name: _tuples(values[name]) for name in ("cues", "traps", "unrelated", "negation")}
    facets = tuple(map(Facet.of_own, values["facets"]))
    return Scheme.of_own({**values, **lists, "languages": tuple(values["languages"]), "facets": facets})


def _concept(values: Mapping[str, Any]) -> Concept:
    """A concept as it was compiled."""
    own = {
        "broader": tuple(values["broader"]),
        "related": tuple(values["related"]),
        "alt": _tuples(values["alt"]),
        "phrases": {code: PhraseSet.of_own(_tuples(kinds)) for code, kinds in values["phrases"].items()},
        "match": Crosswalk.of_own(_tuples(values["match"])),
    }
    return Concept.of_own({**values, **own})


def _tuples(lists: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(listed) for name, listed in lists.items()}


def read_folder(folder: Path) -> tuple[Scheme, list[Concept]]:
    """Read `scheme.toml` and the concept files below it.

    Raises:
        TaxonomyError: a file is missing, is not TOML, or has not the shape of a concept.
    """
    scheme_path = folder / "scheme.toml"
    if not scheme_path.is_file():
        raise TaxonomyError(f"{folder} is not a taxonomy folder: it has no scheme.toml")
    problems: list[str] = []
    scheme = _read_toml(scheme_path, Scheme, problems)
    concepts: list[Concept] = []
    for path in sorted(folder.glob("*/*.toml")):
        concept = _read_toml(path, Concept, problems)
        if concept is None:
            continue
        if concept.id != f"{path.parent.name}.{path.stem}":
            problems.append(f"{path}: the file name does not match the id {concept.id!r}")
        concepts.append(concept)
    if problems or scheme is None:
        raise TaxonomyError(f"{folder}: some files cannot be read:", tuple(problems))
    return scheme, concepts


def _read_toml(path: Path, model: type[Model], problems: list[str]) -> Model | None:
    import tomllib  # what ships with mtag is compiled

    from pydantic import ValidationError

    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{path}: {error}")
    except ValidationError as error:
        for fault in error.errors():
            place = ".".join(str(part) for part in fault["loc"])
            problems.append(f"{path}: {place}: {fault['msg']}")
    return None


def check(scheme: Scheme, concepts: list[Concept], *, phrases: bool = True) -> list[str]:
    """Return every fault found, each with the concept it is in; an empty list means a valid taxonomy.

    `phrases=False` leaves the patterns out, for a file whose phrases are compiled already.
    """
    problems: list[str] = []
    by_id: dict[str, Concept] = {}
    facets = {facet.id for facet in scheme.facets}
    if not concepts:
        problems.append("there is no concept")
    if scheme.gate not in facets:
        problems.append(f"scheme: the gate {scheme.gate!r} is not a facet")
    if unknown := set(scheme.languages) - set(LANGUAGES):
        problems.append(
            f"scheme: no tokenizer for {', '.join(sorted(unknown))}; known: {', '.join(LANGUAGES)}"
        )
        return problems
    for concept in concepts:
        if concept.id in by_id:
            problems.append(f"{concept.id}: this id is used twice")
        by_id[concept.id] = concept
    labels: dict[tuple[str, str], str] = {}
    for concept in concepts:
        if concept.facet not in facets:
            problems.append(f"{concept.id}: unknown facet {concept.facet!r}")
        for language in scheme.languages:
            problems += [
                f"{concept.id}: {name} has no {language!r}"
                for name, texts in (
                    ("label", concept.label),
                    ("scope", concept.scope),
                    ("phrases", concept.phrases),
                )
                if not texts.get(language)
            ]
            key = (language, concept.label.get(language, concept.id).casefold())
            if labels.setdefault(key, concept.id) != concept.id:
                problems.append(f"{concept.id}: has the {language} label of {labels[key]}")
        for name in ("broader", "related"):
            for other in getattr(concept, name):
                if other not in by_id:
                    problems.append(f"{concept.id}: {name} {other!r} is not a concept")
                elif name == "broader" and by_id[other].facet != concept.facet:
                    problems.append(f"{concept.id}: broader {other!r} is of another facet")
    if problems:
        return problems
    problems += [f"{i}: is broader than itself" for i in by_id if i in _ancestors(i, by_id)]
    return problems or (_check_phrases(scheme, by_id) if phrases else [])


def _check_phrases(scheme: Scheme, concepts: dict[str, Concept]) -> list[str]:
    problems: list[str] = []
    for language in scheme.languages:
        proofs: dict[object, str] = {}
        for owner, kind, pattern in _entries(scheme, concepts.values(), language):
            try:
                parse(pattern, language)
            except PhraseSyntaxError as error:
                problems.append(f"{owner}: phrases.{language}.{kind}: {error}")
        if problems:
            continue
        for concept in concepts.values():
            phrases = concept.phrases.get(language, PhraseSet())
            seen: dict[object, str] = {}
            for kind, patterns in (
                ("strong", phrases.strong),
                ("weak", phrases.weak),
                ("trap", phrases.traps),
            ):
                for pattern in patterns:
                    key = frozenset(parse(pattern, language))
                    if key in seen:
                        problems.append(
                            f"{concept.id}: {language} phrase {pattern!r} is {seen[key]} and {kind}"
                        )
                    seen[key] = kind
                    if kind != "strong":
                        continue
                    other = proofs.setdefault(key, concept.id)
                    if other != concept.id and not _akin(other, concept.id, concepts):
                        problems.append(
                            f"{concept.id}: {language} strong phrase {pattern!r} is also in {other}"
                        )
    return problems


def _akin(one: str, other: str, concepts: dict[str, Concept]) -> bool:
    if concepts[one].facet != concepts[other].facet:
        return True  # one word may prove a form and a group: restavek
    return one in _ancestors(other, concepts) or other in _ancestors(one, concepts)


def _ancestors(concept: str, concepts: dict[str, Concept]) -> tuple[str, ...]:
    found: list[str] = []
    queue = list(concepts[concept].broader)
    while queue:
        other = queue.pop(0)
        if other not in found:
            found.append(other)
            queue += concepts[other].broader
    return tuple(found)


def _path(concept: str, concepts: dict[str, Concept]) -> tuple[str, ...]:
    return (*reversed(_ancestors(concept, concepts)), concept)


def _entries(scheme: Scheme, concepts: Iterable[Concept], language: str) -> Iterator[Entry]:
    """Yield every phrase of one language with its owner, in a fixed order."""
    lists = (
        ("cue", scheme.cues),
        ("trap", scheme.traps),
        ("unrelated", scheme.unrelated),
        ("negation", scheme.negation),
    )
    for kind, patterns in lists:
        for pattern in patterns.get(language, ()):
            yield Entry(SCHEME, kind, pattern)
    for concept in sorted(concepts, key=lambda concept: concept.id):
        phrases = concept.phrases.get(language, PhraseSet())
        own = (("strong", phrases.strong), ("weak", phrases.weak), ("trap", phrases.traps))
        yield from (Entry(concept.id, kind, pattern) for kind, listed in own for pattern in listed)
