"""The errors mtag raises; each message says what was wrong, where, and what to do.

MtagError
├── InputError            a document that cannot be read
│   ├── BinaryInputError      bytes that are not text or HTML
│   ├── InputTooLargeError    a document over the ceiling
│   └── FormatError           a file (JSONL, CSV, …) that is not what its name says
├── OptionError           an argument with an impossible value
├── FaultsError           several faults at once, listed in `problems`
│   ├── TaxonomyError         a taxonomy folder or file that is not valid
│   └── CorpusError           a labelled corpus with faulty records
├── ModelError            a model folder that is damaged, tampered with, newer, or of another kind
└── MissingExtraError     an optional part that is not installed
"""

_SHOWN = 20
"""Faults that a message shows; a list of hundreds would hide how it began."""


class MtagError(Exception):
    """Base of every error that mtag raises on purpose."""


class InputError(MtagError):
    """A document cannot be read."""


class BinaryInputError(InputError):
    """The bytes are not text: an image, a PDF, an archive and the like."""


class InputTooLargeError(InputError):
    """The document is over the ceiling in characters or bytes."""


class FormatError(InputError):
    """A file of many documents is malformed, or of a kind that mtag does not read."""


class OptionError(MtagError, ValueError):
    """An argument has a value that cannot be used."""


class FaultsError(MtagError):
    """A collection of files has faults; `problems` lists each with the file or concept it is in.

    The message shows the first twenty.
    """

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        more = len(problems) - _SHOWN
        rest = (f"and {more} more",) if more > 0 else ()
        super().__init__("\n  ".join((message, *problems[:_SHOWN], *rest)))
        self.problems = problems


class TaxonomyError(FaultsError):
    """A taxonomy is invalid."""


class CorpusError(FaultsError):
    """A labelled corpus is missing or has faulty records."""


class ModelError(MtagError):
    """A model folder does not verify; the message says which part of it."""


class MissingExtraError(MtagError, ImportError):
    """An optional dependency is not installed; the message gives the pip line."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what} needs an optional part of mtag: pip install "mtag[{extra}]"')
        self.extra = extra
