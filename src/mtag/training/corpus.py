"""The labelled corpus: read it, check it, find near-duplicates, split it by family.

A corpus is a folder of JSONL files; `seeds/README.md` describes a record. Everything is kept in the
order of file names and lines, so that the same folder always gives the same corpus.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

from mtag.errors import CorpusError
from mtag.synonyms import NO_SYNONYMS, Synonyms
from mtag.taxonomy import Taxonomy
from mtag.tokens import fold, tokenize

Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")

_FIELDS = dict.fromkeys(("id", "lang", "genre", "title", "text", "family"), str)
"""What a record has beside its labels and their evidence."""

_T = TypeVar("_T")

_SHINGLE = 5
"""Words in a shingle (Broder 1997)."""

_NEAR = 0.5
"""Share of common shingles (Jaccard) from which two documents count as the same."""

_KEEP_ONE_IN = 4
"""Shingles are sampled by hash, one in four, the same in every document."""


class Example(NamedTuple):
    """A labelled document.

    `labels` are the narrowest concepts, `optional` those on which careful readers could differ;
    `evidence` gives, for each label, the span of the sentence that proves it, in characters of
    `full_text`.
    """

    id: str
    language: str
    genre: str
    title: str
    text: str
    labels: frozenset[str]
    optional: frozenset[str]
    family: str
    evidence: dict[str, tuple[int, int]]
    near_miss: bool

    @property
    def full_text(self) -> str:
        """The title on a line of its own, then the text."""
        return f"{self.title}\n\n{self.text}"


def read_corpus(folder: str | Path, taxonomy: Taxonomy) -> tuple[Example, ...]:
    """Read and check every `*.jsonl` file of a folder.

    Raises:
        CorpusError: there is no file, or records are faulty; `problems` lists each with file and line.
    """
    paths = sorted(path for path in Path(folder).glob("*.jsonl") if path.is_file())
    if not paths:
        raise CorpusError(f"no *.jsonl file in {folder}")
    problems: list[str] = []
    examples = [
        example
        for path in paths
        for example in read_records(path, lambda record: _example(record, taxonomy), problems)
    ]
    repeated = [name for name, count in Counter(e.id for e in examples).items() if count > 1]
    problems += [f"the id {name!r} is used more than once" for name in repeated]
    if problems:
        raise CorpusError(f"{folder}: {len(problems)} faults", tuple(problems))
    return tuple(examples)


def read_records(path: str | Path, make: Callable[[Any], _T], problems: list[str]) -> list[_T]:
    """What `make` makes of each record of a JSONL file, empty lines left out.

    `problems` is told of each record from which that cannot be made, with file and line.
    """
    made = []
    # At line feeds alone: a text may hold other characters that end a line.
    for number, line in enumerate(Path(path).read_bytes().split(b"\n"), start=1):
        if line.strip(b"\xef\xbb\xbf \t\r"):
            try:
                made.append(make(json.loads(line.decode("utf-8-sig"))))
            except (ValueError, RecursionError) as error:
                problems.append(f"{path}:{number}: {error}")
    return made


def check_fields(record: Any, fields: Mapping[str, type]) -> None:
    """Check that a record has these fields, of these types.

    Raises:
        ValueError: it has not.
    """
    if not isinstance(record, dict):
        raise ValueError(f"a record is an object with {', '.join(fields)}, not {type(record).__name__}")
    for name, kind in fields.items():
        if name not in record:
            raise ValueError(f"the record has no {name!r}")
        if not isinstance(record[name], kind):
            raise ValueError(f"{name!r} is of type {type(record[name]).__name__}, not {kind.__name__}")


def labels_of(record: dict[str, Any], taxonomy: Taxonomy) -> tuple[frozenset[str], frozenset[str]]:
    """The labels of a record and, if any, its optional ones.

    Raises:
        ValueError: they are no lists, or hold what is not a concept of the taxonomy.
    """
    check_fields({"opt": [], **record}, {"labels": list, "opt": list})
    labels, optional = record["labels"], record.get("opt", [])
    known = [*taxonomy.concepts]
    if unknown := [label for label in (*labels, *optional) if label not in known]:
        raise ValueError(f"unknown concepts {unknown}")
    return frozenset(labels), frozenset(optional)


def read_synonyms(folder: str | Path) -> Synonyms:
    """Read `synonyms.toml` of a corpus folder: under each name, for each language, words parted by spaces.

    None where there is no such file.

    Raises:
        CorpusError: the file cannot be read, or holds what is no group of words.
    """
    path = Path(folder) / "synonyms.toml"
    if not path.exists():
        return NO_SYNONYMS
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        groups = {name: {code: found[code].split() for code in found} for name, found in content.items()}
        return Synonyms.from_groups(groups)
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise CorpusError(f"{path}: {error}") from error


def _example(record: Any, taxonomy: Taxonomy) -> Example:
    check_fields(record, _FIELDS)
    check_fields({"evidence": {}, **record}, {"evidence": dict})
    labels, optional = labels_of(record, taxonomy)
    if both := sorted(labels & optional):
        raise ValueError(f"both a label and optional: {both}")
    if implied := sorted(labels & {broader for label in labels for broader in taxonomy.ancestors(label)}):
        raise ValueError(f"labels that a narrower label implies: {implied}")
    if labels and taxonomy.gate_concepts.isdisjoint(labels):
        raise ValueError(f"labels without one of the facet {taxonomy.scheme.gate!r}")
    if record["lang"] not in taxonomy.scheme.languages:
        raise ValueError(f"unknown language {record['lang']!r}")
    title, text = record["title"].strip(), record["text"].strip()
    example = Example(
        id=record["id"],
        language=record["lang"],
        genre=record["genre"],
        title=title,
        text=text,
        labels=labels,
        optional=optional,
        family=record["family"],
        evidence={},
        near_miss=bool(record.get("near_miss", False)),
    )
    for label in sorted(labels):
        quote = record.get("evidence", {}).get(label)
        start = example.full_text.find(quote) if isinstance(quote, str) else -1
        if not quote or start < 0:
            raise ValueError(f"the evidence of {label} is not in the text: {quote!r}")
        example.evidence[label] = (start, start + len(quote))
    return example


def near_duplicates(examples: Sequence[Example]) -> list[tuple[str, str, float]]:
    """Return the pairs of ids of different families whose shingles overlap by `_NEAR` or more."""
    shingles = [_shingles(example.full_text) for example in examples]
    holders: dict[int, list[int]] = {}
    for number, found in enumerate(shingles):
        for shingle in found:
            holders.setdefault(shingle, []).append(number)
    common: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        common.update((one, two) for n, one in enumerate(numbers) for two in numbers[n + 1 :])
    pairs = []
    for (one, two), count in sorted(common.items()):
        share = count / len(shingles[one] | shingles[two])
        if share >= _NEAR and examples[one].family != examples[two].family:
            pairs.append((examples[one].id, examples[two].id, round(share, 3)))
    return pairs


def _shingles(text: str) -> frozenset[int]:
    words = [fold(surface) for surface, _, _ in tokenize(text)]
    found = set()
    for start in range(max(1, len(words) - _SHINGLE + 1)):
        digest = hashlib.blake2b(" ".join(words[start : start + _SHINGLE]).encode(), digest_size=8).digest()
        value = int.from_bytes(digest, "big")
        if value % _KEEP_ONE_IN == 0:
            found.add(value)
    return frozenset(found)


def part_of(family: str) -> Part:
    """The part a family belongs to by its hash: seven tenths train, one validation, two test.

    The split is fixed in `seeds/splits.json`; this rule makes that file and places new families.
    """
    value = int.from_bytes(hashlib.blake2b(family.encode(), digest_size=8).digest(), "big") % 10
    return "train" if value < 7 else "validation" if value < 8 else "test"


def digest(examples: Iterable[Example]) -> str:
    """SHA-256 of the corpus, in hexadecimal."""
    content = [
        (e.id, e.language, e.title, e.text, sorted(e.labels), sorted(e.optional), e.family) for e in examples
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
