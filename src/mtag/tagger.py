"""The tagger: it puts the steps of the pipeline in order and makes results of their values."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from functools import lru_cache
from itertools import accumulate, chain
from typing import TYPE_CHECKING

import numpy as np

from mtag import results
from mtag.assembly import item_parts, page_parts, tag_parts
from mtag.blockfeatures import count
from mtag.chunks import read_chunks
from mtag.document import Document, Extractor, Format, Language, SentenceTable, Status
from mtag.model import TrainedModel
from mtag.phraseweights import Sentences
from mtag.pipeline import decision, language, model_tagging, phrase_tagging, reading
from mtag.preparation import Cleaned, prepare
from mtag.resultparts import Names, PageParts, Parts, TagParts, clean_result, tag_result
from mtag.sitechrome import SiteChrome
from mtag.taxonomy import Taxonomy
from mtag.textlines import lines_of
from mtag.version import __version__
from mtag.wordtable import read_words

if TYPE_CHECKING:
    from pathlib import Path  # loading it takes longer than tagging many documents

    from mtag.batch import Input

MODEL_FOLDER = os.path.join(os.path.dirname(__file__), "data", "model", "tagging")
"""The trained classifiers that ship with mtag; without them, phrases alone."""


class Tagger:
    """Tags documents with the concepts of a taxonomy; holds no state between documents.

    Example:
        >>> tagger = Tagger.load()
        >>> tagger.tag("Two men were jailed for human trafficking.").concept_ids[0]
        'form.trafficking'
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        model: TrainedModel | None = None,
        precision: float | None = None,
        extractor: Extractor = "mtag",
        chrome: SiteChrome | None = None,
    ) -> None:
        """Make a tagger of a taxonomy and, where there is one, a model trained for it; see `load`.

        `chrome` holds the lines that the pages of one site have in common; see `for_site`.
        """
        reading.check_extractor(extractor)
        self.taxonomy, self.model, self.precision = taxonomy, model, precision
        self.extractor, self.chrome = extractor, chrome
        self._model = None if model is None else model_tagging.Classifier(model, taxonomy.digest)
        self._decider = decision.Decider.of_model(taxonomy, model, precision)
        versions = {
            "mtag": __version__,
            "taxonomy": f"{taxonomy.scheme.id} {taxonomy.scheme.version}",
            "taxonomy_digest": taxonomy.digest,
        }
        self._names = Names(versions, [(one.id, one.facet, one.label) for one in taxonomy])

    @classmethod
    def load(
        cls,
        taxonomy: str | Path | Taxonomy | None = None,
        model: str | Path | TrainedModel | None = None,
        precision: float | None = None,
        extractor: Extractor = "mtag",
    ) -> Tagger:
        """Make a tagger; without arguments, of the taxonomy and the model that ship with mtag.

        Args:
            taxonomy: a taxonomy's folder, compiled file or SKOS file. Without `model`, its phrases alone tag.
            model: a folder that `mtag train` wrote for this taxonomy.
            precision: accept only tags as probable as the model's validation asks for this share of
                right ones among them (such as 0.9); the others are for review.
            extractor: `trafilatura` lets that library choose the content of HTML pages.

        Raises:
            TaxonomyError: the taxonomy is missing or not valid.
            ModelError: the model is missing, damaged, or was trained for another taxonomy.
            OptionError: there is no model, or none of its thresholds is for this precision; the extractor
                is unknown.
        """
        if model is None and taxonomy is None and os.path.isdir(MODEL_FOLDER):
            model = MODEL_FOLDER
        if model is not None and not isinstance(model, TrainedModel):
            model = TrainedModel.load(model, model_tagging.KIND)
        found = taxonomy if isinstance(taxonomy, Taxonomy) else Taxonomy.load(taxonomy)
        return cls(found, model, precision, extractor)

    def for_site(self, pages: Iterable[str | bytes | Input]) -> Tagger:
        """Return a tagger that knows the lines these pages of one site have in common.

        A line that stands on three of the pages is the site's, not a document's. Pages that cannot be
        read are passed over; memory is fixed, and the order of the pages does not matter.

        Args:
            pages: documents, or `mtag.Input` values, which are read in their format.
        """
        from mtag.batch import Input, attempt  # the batch stands above the tagger

        tagger = copy(self)
        tagger.chrome = chrome = SiteChrome()
        for page in pages:
            document = attempt(page if isinstance(page, Input) else Input(None, page), self.read)
            if isinstance(document, Document):
                chrome.learn(count(document.text, document.blocks))
        return tagger

    def tag(
        self, source: str | bytes, *, format: Format = "auto", id: str | None = None
    ) -> results.TagResult:
        """Tag one document.

        Args:
            source: a text or an HTML page, as `str` or as the bytes of a file.
            format: what `source` is; `auto` looks at how it begins, and a text that was escaped for HTML or
                read in a wrong encoding is put right. The text of a `str` given as `text` is that `str`.
            id: a name for the document; it is handed through.

        Raises:
            InputError: the document cannot be read (binary, or over the ceiling).
            OptionError: an argument has an impossible value.
        """
        [result] = self.tag_documents([self.read(source, format=format)], [id])
        return result

    def clean(self, source: str | bytes, *, format: Format = "auto") -> results.CleanResult:
        """Read and clean one document, without tagging it; arguments and errors as for `tag`."""
        return _clean_one(self.read(source, format=format), self.chrome, self.extractor)

    def tag_many(
        self, sources: Iterable[str | bytes | Input], *, n_jobs: int = 1
    ) -> Iterator[results.TagResult | results.ErrorResult]:
        """Tag many documents: lazily, in order, a bad document as an `ErrorResult` in its place.

        Args:
            sources: documents, or `mtag.Input` values that carry an id.
            n_jobs: number of processes; -1 for one a core. Results do not depend on it.
        """
        from mtag.batch import tag_many  # the batch stands above the tagger

        return tag_many(self, sources, n_jobs=n_jobs)

    def read(self, source: str | bytes, *, format: Format = "auto") -> Document:
        """Read one document; arguments and errors as for `tag`."""
        return reading.read(source, format, self.extractor)

    def tag_documents(
        self, documents: Sequence[Document], ids: Sequence[str | None]
    ) -> list[results.TagResult]:
        """Tag documents that `read` has read, all in one pass; a result does not depend on the others."""
        return [self.result(parts) for parts in self.tag_plainly(documents, ids)]

    def result(self, parts: Parts) -> results.TagResult:
        """Make a result of its parts."""
        return tag_result(parts, self._names)

    def tag_plainly(self, documents: Sequence[Document], ids: Sequence[str | None]) -> list[Parts]:
        """`tag_documents`, but what `result` takes: cheap to send from one process to another."""
        chunks = read_chunks([document.text for document in documents])
        cleaned = prepare(documents, chunks, self.chrome, self.extractor)
        words = read_words(
            chunks,
            [
                (number, segment.sentences, one.cleaning.artefacts)
                for number, one in enumerate(cleaned)
                for segment in one.segments
            ],
        )
        tables = [segment.sentences for one in cleaned for segment in one.segments]
        sentences = SentenceTable.end_to_end(tables)
        bounds = np.array([*accumulate(map(len, tables), initial=0)])
        proofs = phrase_tagging.find_proofs(words, sentences.languages, self.taxonomy.phrasebook)
        scores = None if self._model is None else self._model.tag_words(words, sentences.languages, bounds)
        decisions = self._decider.decide(proofs, Sentences(bounds, sentences.titles), scores)
        upcoming = iter(decisions)
        return [
            self._parts(one, [tag_parts(next(upcoming), self.taxonomy.order) for _ in one.segments], id)
            for one, id in zip(cleaned, ids, strict=True)
        ]

    def _parts(self, cleaned: Cleaned, tags: Sequence[list[TagParts]], id: str | None) -> Parts:
        """What a result is made of: the document, and the tags of each of its items."""
        page = page_parts(cleaned)
        return Parts(id, *self._status(page, tags), page, item_parts(cleaned, tags))

    def _status(self, page: PageParts, tags: Sequence[list[TagParts]]) -> tuple[Status, str | None]:
        if not tags:
            blank = not page.blocks.starts
            return (
                "empty",
                "the document has no text" if blank else "the document has no content, only page furniture",
            )
        if any(accepted for _, _, _, accepted, _ in chain.from_iterable(tags)):
            return "tagged", None
        if page.language not in self.taxonomy.scheme.languages:
            return (
                "unsupported_language",
                f"the content is not in {' or '.join(self.taxonomy.scheme.languages)}",
            )
        gate = self.taxonomy.scheme.gate
        return "off_topic", f"no passage of the content is about a concept of the facet {gate!r}"


def detect_lines(text: str, *, name_others: bool = False) -> tuple[tuple[int, int, Language], ...]:
    """Detect the language of each line of a plain text, decided together: (start, end, language)."""
    document = reading.read(text, "text")
    blocks = tuple(lines_of(document.text))
    lines = zip(blocks, language.detect_blocks(document.text, blocks), strict=True)
    return tuple(
        (line.start, line.end, _named(lang, document.text[line.start : line.end]) if name_others else lang)
        for line, lang in lines
    )


@lru_cache(maxsize=1)
def default_tagger() -> Tagger:
    """The tagger with what ships with mtag, loaded once."""
    return Tagger.load()


def tag(source: str | bytes, *, format: Format = "auto", id: str | None = None) -> results.TagResult:
    """Tag one document with the taxonomy that ships with mtag; see `Tagger.tag`."""
    return default_tagger().tag(source, format=format, id=id)


def clean(
    source: str | bytes, *, format: Format = "auto", extractor: Extractor = "mtag"
) -> results.CleanResult:
    """Read and clean one document, without tagging it.

    `extractor="trafilatura"` lets that library (extra `html`) choose the content of an HTML page; see
    `Tagger.tag` for the other arguments and the errors.
    """
    return _clean_one(reading.read(source, format, extractor), None, extractor)


def detect_language(text: str, *, name_others: bool = False) -> Language:
    """Detect the language of a text: `en`, `fr`, `other` or `und`, with a probability (0 to 1).

    With `name_others`, langdetect names an `other` (an ISO 639 code) where it knows the language.
    """
    found = language.detect(text)
    return _named(found, text) if name_others else found


def _named(found: Language, text: str) -> Language:
    name = language.name_other(text) if found.code == "other" else None
    return found if name is None else found._replace(code=name)


def _clean_one(document: Document, chrome: SiteChrome | None, extractor: Extractor) -> results.CleanResult:
    [cleaned] = prepare([document], read_chunks([document.text]), chrome, extractor)
    return clean_result(page_parts(cleaned))
