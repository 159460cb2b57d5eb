"""mtag tags English and French texts about human trafficking and migrant smuggling.

For each document: its language, its real content, the concepts it is about, and the words that
prove them.

    >>> import mtag
    >>> result = mtag.tag("Three women were freed from a prostitution ring.")
    >>> result.language
    'en'

`import mtag` itself is light: each public name is imported from its module at its first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from mtag.version import __version__

if TYPE_CHECKING:
    from mtag.batch import Input
    from mtag.concepts import Concept
    from mtag.document import Language
    from mtag.errors import (
        BinaryInputError,
        CorpusError,
        FaultsError,
        FormatError,
        InputError,
        InputTooLargeError,
        MissingExtraError,
        ModelError,
        MtagError,
        OptionError,
        TaxonomyError,
    )
    from mtag.results import CleanResult, ErrorResult, Evidence, Item, Metadata, Tag, TagResult
    from mtag.tagger import Tagger, clean, detect_language, tag
from mtag.taxonomy import Taxonomy

__all__ = [
    "BinaryInputError",
    "CleanResult",
    "Concept",
    "CorpusError",
    "ErrorResult",
    "Evidence",
    "FaultsError",
    "FormatError",
    "Input",
    "InputError",
    "InputTooLargeError",
    "Item",
    "Language",
    "Metadata",
    "MissingExtraError",
    "ModelError",
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

_HOMES = {
    "mtag.batch": ("Input",),
    "mtag.document": ("Language",),
    "mtag.results": ("CleanResult", "ErrorResult", "Evidence", "Item", "Metadata", "Tag", "TagResult"),
    "mtag.tagger": ("Tagger", "clean", "detect_language", "tag"),
    "mtag.taxonomy": ("Concept", "Taxonomy"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name, "mtag.errors" if name.endswith("Error") else None)
    if home is None or name not in __all__:
        raise AttributeError(f"module 'mtag' has no attribute {name!r}")
    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return __all__
