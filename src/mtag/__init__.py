"""mtag tags English and French texts about human trafficking and migrant smuggling.

For each document: its language, its real content, the concepts it is about, and the words that
prove them.

    >>> import mtag
    >>> result = mtag.tag("Three women were freed from a prostitution ring.")
    >>> result.language
    'en'
"""

from __future__ import annotations

from mtag.document import Language
from mtag.errors import (
    BinaryInputError,
    FormatError,
    InputError,
    InputTooLargeError,
    MissingExtraError,
    MtagError,
    OptionError,
    TaxonomyError,
)
from mtag.results import CleanResult, ErrorResult, Evidence, Item, Metadata, Tag, TagResult
from mtag.tagger import Tagger, default_tagger
from mtag.taxonomy import Concept, Taxonomy
from mtag.version import __version__

__all__ = [
    "BinaryInputError",
    "CleanResult",
    "Concept",
    "ErrorResult",
    "Evidence",
    "FormatError",
    "InputError",
    "InputTooLargeError",
    "Item",
    "Language",
    "Metadata",
    "MissingExtraError",
    "MtagError",
    "OptionError",
    "Tag",
    "TagResult",
    "Tagger",
    "Taxonomy",
    "TaxonomyError",
    "__version__",
    "clean",
    "detect_language",
    "tag",
]


def tag(source: str | bytes, *, format: str = "auto", id: str | None = None) -> TagResult:
    """Tag one document with the taxonomy that ships with mtag; see `Tagger.tag`."""
    return default_tagger().tag(source, format=format, id=id)  # type: ignore[arg-type]  # checked there


def clean(source: str | bytes, *, format: str = "auto") -> CleanResult:
    """Read and clean one document; see `Tagger.clean`."""
    return default_tagger().clean(source, format=format)  # type: ignore[arg-type]  # checked there


def detect_language(text: str) -> Language:
    """Detect the language of a text: `en`, `fr`, `other` or `und`, with a probability (0 to 1)."""
    from mtag.pipeline.language import detect

    return detect(text)
