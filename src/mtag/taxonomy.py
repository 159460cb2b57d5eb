"""The taxonomy that concepts make: load, compile, broader and narrower, phrases.

Nothing here knows what the taxonomy is about: another folder of the same shape loads as well.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

from mtag.concepts import TEXTS, Concept, Scheme, concept_of, entries, scheme_of
from mtag.concepts import ancestors as concept_ancestors
from mtag.errors import TaxonomyError
from mtag.lexicon import Lexicon, decode_line, encode_line
from mtag.lexiconfile import StoredLexicons, lexicon_line, lines_of, verify
from mtag.phrasebook import Phrasebook
from mtag.phrases import compile_lexicon
from mtag.taxonomycheck import check
from mtag.tokens import STEMMER, TOKENIZER
from mtag.values import Value

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 6
"""Format of the compiled file; a file of another format is refused."""

SHIPPED = os.path.join(os.path.dirname(__file__), "data", "taxonomy.jsonl")
"""The compiled taxonomy that ships with mtag."""

_SKOS = (".ttl", ".jsonld")
"""Ends of the names of SKOS files."""

_CONCEPTS, _TEXTS = "concepts", "texts"
"""Names of the lines of the compiled file that hold the scheme and its concepts, and the texts of these."""


Model = TypeVar("Model", bound=Value)


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
        """Load a taxonomy folder, a compiled or SKOS file, or (no path) the one that ships with mtag.

        A SKOS file is one whose name ends in `.ttl` or `.jsonld`; phrases are among what mtag writes there.

        Raises:
            TaxonomyError: nothing is there, or what is there is not a valid taxonomy.
            MissingExtraError: it is SKOS, and rdflib is not installed.
        """
        where = "mtag" if path is None else str(path)
        if path is not None and where.lower().endswith(_SKOS):
            from mtag import skosreader  # what ships with mtag is compiled

            return cls(*skosreader.read(path))
        if path is not None and os.path.isdir(path):
            return cls(*read_folder(path))
        try:
            with open(SHIPPED if path is None else path, "rb") as opened:
                data = opened.read()
        except OSError as error:
            raise TaxonomyError(f"no taxonomy at {where}: {error.strerror or error}") from error
        return cls._from_compiled(data, where)

    @classmethod
    def _from_compiled(cls, data: bytes, where: str) -> Taxonomy:
        try:
            head, *lines = lines_of(data)
            content = decode_line(head)
            if not isinstance(content, dict) or content.get("format") != FORMAT:
                raise TaxonomyError(f"{where}: not a compiled taxonomy of format {FORMAT}; compile it again")
            if (content["stemmer"], content["tokenizer"]) != (STEMMER, TOKENIZER):
                raise TaxonomyError(f"{where}: compiled with another stemmer or tokenizer; compile it again")
            digests = dict(content["lines"])
            stored = dict(zip(digests, lines, strict=True))
            verify(stored, digests)
            scheme, *concepts = decode_line(stored.pop(_CONCEPTS))
            texts = lru_cache(partial(decode_line, stored.pop(_TEXTS)))
            made = (concept_of(concept, texts) for concept in concepts)
            found = cls(scheme_of(scheme), made, StoredLexicons(stored))
            found.digest = str(content["digest"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise TaxonomyError(f"{where}: damaged compiled taxonomy: {error}") from error
        return found

    def compiled(self) -> bytes:
        """Return the compiled file: the same taxonomy always gives the same bytes.

        JSON lines: what it is, with the digests of the lines that follow; the scheme and its concepts; the
        texts of these; the phrases of each language.
        """
        scheme, *concepts = self._content()
        texts = {concept["id"]: {name: concept.pop(name) for name in TEXTS} for concept in concepts}
        lines = {
            _CONCEPTS: encode_line([scheme, *concepts]),
            _TEXTS: encode_line(texts),
            **{language: lexicon_line(self.lexicons, language) for language in self.lexicons},
        }
        content = {
            "format": FORMAT,
            "stemmer": STEMMER,
            "tokenizer": TOKENIZER,
            "digest": self.digest,
            "lines": {name: hashlib.sha256(line).hexdigest() for name, line in lines.items()},
        }
        return b"\n".join((encode_line(content), *lines.values(), b""))

    def _content(self) -> list[dict[str, Any]]:
        """The scheme and its concepts as plain data."""
        return [value.model_dump(mode="json") for value in (self.scheme, *self.concepts.values())]

    @property
    def lexicons(self) -> Mapping[str, Lexicon]:
        """The compiled phrases by language."""
        if self._lexicons is None:
            self._lexicons = {
                language: compile_lexicon(entries(self.scheme, self.concepts.values(), language), language)
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
    def gate_concepts(self) -> frozenset[str]:
        """The concepts of the facet without which nothing is tagged."""
        return frozenset(concept.id for concept in self if concept.facet == self.scheme.gate)

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
        return concept_ancestors(concept, self.concepts)

    def narrower(self, concept: str) -> tuple[str, ...]:
        """The concepts right below a concept."""
        return tuple(other.id for other in self if concept in other.broader)

    def close(self, concepts: Iterable[str]) -> frozenset[str]:
        """Add all broader concepts to a set of concepts."""
        found = set(concepts)
        return frozenset(found.union(*(self.ancestors(concept) for concept in found)))


def read_folder(folder: str | Path) -> tuple[Scheme, list[Concept]]:
    """Read `scheme.toml` and the concept files below it.

    Raises:
        TaxonomyError: a file is missing, is not TOML, or has not the shape of a concept.
    """
    from pathlib import Path  # what ships with mtag is compiled

    folder = Path(folder)
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

    if not path.is_file():
        problems.append(f"{path}: not a regular file, or a link to none")
        return None
    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{path}: {error}")
    except ValidationError as error:
        for fault in error.errors():
            place = ".".join(str(part) for part in fault["loc"])
            problems.append(f"{path}: {place}: {fault['msg']}")
    return None


def _path(concept: str, concepts: Mapping[str, Concept]) -> tuple[str, ...]:
    return (*reversed(concept_ancestors(concept, concepts)), concept)
