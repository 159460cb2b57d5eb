"""The tagger: it puts the steps of the pipeline in order and makes results of their values."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Literal

import numpy as np

from mtag import results
from mtag.assembly import Cleaned, item_parts, page_parts, tag_parts
from mtag.blockfeatures import count
from mtag.chunks import ChunkTable, read_chunks
from mtag.document import Cleaning, Document, Language, Segment
from mtag.errors import ModelError, OptionError
from mtag.fusion import Fusion
from mtag.model import TrainedModel
from mtag.phraseweights import Sentences, Worths
from mtag.pipeline import (
    cleaning,
    decision,
    language,
    metadata,
    model_tagging,
    phrase_tagging,
    reading,
    segmentation,
)
from mtag.resultparts import Names, PageParts, Parts, TagParts, clean_result, tag_result
from mtag.sitechrome import SiteChrome
from mtag.taxonomy import Taxonomy
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
        self, taxonomy: Taxonomy, model: TrainedModel | None = None, precision: float | None = None
    ) -> None:
        """Make a tagger of a taxonomy and, where there is one, a model trained for it; see `load`."""
        self.taxonomy = taxonomy
        self._model = None if model is None else model_tagging.Classifier(model, taxonomy.digest)
        self._decider = _decider(taxonomy, model, precision)
        self.model, self.precision = model, precision
        self.extractor: reading.Extractor = "mtag"
        self.chrome: SiteChrome | None = None
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
        extractor: reading.Extractor = "mtag",
    ) -> Tagger:
        """Make a tagger; without arguments, of the taxonomy and the model that ship with mtag.

        Args:
            taxonomy: a taxonomy folder or compiled file. Without `model`, its phrases alone tag.
            model: a folder that `mtag train` wrote for this taxonomy.
            precision: accept only tags as probable as the model's validation asks for this share of
                right ones among them (such as 0.9); the others are for review.
            extractor: `trafilatura` lets that library choose the content of HTML pages.

        Raises:
            TaxonomyError: the taxonomy is missing or not valid.
            ModelError: the model is missing, damaged, or was trained for another taxonomy.
            OptionError: there is no model, or none of its thresholds is for this precision.
        """
        if model is None and taxonomy is None and os.path.isdir(MODEL_FOLDER):
            model = MODEL_FOLDER
        if model is not None and not isinstance(model, TrainedModel):
            model = TrainedModel.load(model, model_tagging.KIND)
        tagger = cls(
            taxonomy if isinstance(taxonomy, Taxonomy) else Taxonomy.load(taxonomy), model, precision
        )
        tagger.extractor = extractor
        return tagger

    def for_site(self, pages: Iterable[str | bytes | Input]) -> Tagger:
        """Return a tagger that knows the lines these pages of one site have in common.

        A line that stands on three of the pages is the site's, not a document's. Pages that cannot be
        read are passed over; memory is fixed, and the order of the pages does not matter.

        Args:
            pages: documents, or `mtag.formats.Input` values, which are read in their format.
        """
        from mtag.batch import Input, attempt  # the batch stands above the tagger

        tagger = Tagger(self.taxonomy, self.model, self.precision)
        tagger.extractor, tagger.chrome = self.extractor, SiteChrome()
        for page in pages:
            document = attempt(page if isinstance(page, Input) else Input(None, page), self.read)
            if isinstance(document, Document):
                tagger.chrome.learn(count(document.text, document.blocks))
        return tagger

    def tag(
        self, source: str | bytes, *, format: reading.Format = "auto", id: str | None = None
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

    def clean(self, source: str | bytes, *, format: reading.Format = "auto") -> results.CleanResult:
        """Read and clean one document, without tagging it; arguments and errors as for `tag`."""
        return _clean_one(self.read(source, format=format), self.chrome, self.extractor)

    def tag_many(
        self, sources: Iterable[str | bytes], *, n_jobs: int = 1
    ) -> Iterator[results.TagResult | results.ErrorResult]:
        """Tag many documents: lazily, in order, a bad document as an `ErrorResult` in its place.

        Args:
            sources: documents, or `mtag.formats.Input` values that carry an id.
            n_jobs: number of processes; -1 for one a core. Results do not depend on it.
        """
        from mtag.batch import tag_many  # the batch stands above the tagger

        return tag_many(self, sources, n_jobs=n_jobs)

    def read(self, source: str | bytes, *, format: reading.Format = "auto") -> Document:
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
        cleaned = _clean_all(documents, chunks, self.chrome, self.extractor)
        segments = [(one, segment) for one in cleaned for segment in one.segments]
        words = read_words(
            chunks,
            [
                (number, segment.sentences, one.cleaning.artefacts)
                for number, one in enumerate(cleaned)
                for segment in one.segments
            ],
        )
        sentences = [sentence for _, segment in segments for sentence in segment.sentences]
        bounds = np.array([*accumulate((len(segment.sentences) for _, segment in segments), initial=0)])
        languages = [sentence.language for sentence in sentences]
        titles = np.array([sentence.is_title for sentence in sentences], np.bool_)
        proofs = phrase_tagging.find_proofs(words, languages, self.taxonomy.phrasebook)
        scores = None if self._model is None else self._model.tag_words(words, languages, bounds)
        decisions = self._decider.decide(proofs, Sentences(bounds, titles), scores)
        upcoming = iter(decisions)
        return [
            self._parts(one, [tag_parts(next(upcoming), self.taxonomy.order) for _ in one.segments], id)
            for one, id in zip(cleaned, ids, strict=True)
        ]

    def _parts(self, cleaned: Cleaned, tags: Sequence[list[TagParts]], id: str | None) -> Parts:
        """What a result is made of: the document, and the tags of each of its items."""
        page = page_parts(cleaned)
        return Parts(id, *self._status(page, tags), page, item_parts(cleaned, tags))

    def _status(
        self, page: PageParts, tags: Sequence[list[TagParts]]
    ) -> tuple[Literal["tagged", "off_topic", "unsupported_language", "empty"], str | None]:
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
    blocks = tuple(reading.lines_of(document.text))
    lines = zip(blocks, language.detect_blocks(document.text, blocks), strict=True)
    return tuple(
        (line.start, line.end, _named(lang, document.text[line.start : line.end]) if name_others else lang)
        for line, lang in lines
    )


@lru_cache(maxsize=1)
def default_tagger() -> Tagger:
    """The tagger with what ships with mtag, loaded once."""
    return Tagger.load()


def tag(source: str | bytes, *, format: reading.Format = "auto", id: str | None = None) -> results.TagResult:
    """Tag one document with the taxonomy that ships with mtag; see `Tagger.tag`."""
    return default_tagger().tag(source, format=format, id=id)


def clean(
    source: str | bytes, *, format: reading.Format = "auto", extractor: reading.Extractor = "mtag"
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


def _clean_one(
    document: Document, chrome: SiteChrome | None, extractor: reading.Extractor
) -> results.CleanResult:
    [cleaned] = _clean_all([document], read_chunks([document.text]), chrome, extractor)
    return clean_result(page_parts(cleaned))


def _clean_all(
    documents: Sequence[Document], chunks: ChunkTable, chrome: SiteChrome | None, extractor: reading.Extractor
) -> list[Cleaned]:
    """All the steps before tagging, the first ones in one pass over all documents; `chunks` are theirs."""
    detected = language.detect_pages([document.blocks for document in documents], chunks)
    own = {
        number: (document, found.languages)
        for number, (document, found) in enumerate(zip(documents, detected, strict=True))
        if extractor == "mtag" or document.format != "html"
    }
    cleaned = cleaning.clean_pages(own, chunks, chrome)
    return _cut(
        documents,
        detected,
        [cleaned[n] if n in cleaned else cleaning.keep_all(one) for n, one in enumerate(documents)],
        chunks,
    )


def _cut(
    documents: Sequence[Document],
    detected: Sequence[language.Detected],
    cleaned: Sequence[Cleaning],
    chunks: ChunkTable,
) -> list[Cleaned]:
    """Cleaned documents in segments, with what they say of themselves."""
    pages = [
        (document, own, languages, runs)
        for document, (languages, runs), own in zip(documents, detected, cleaned, strict=True)
    ]
    segments = segmentation.segment_pages(pages, chunks)
    return [*map(_with_facts, documents, detected, cleaned, segments)]


def _with_facts(
    document: Document, detected: language.Detected, cleaned: Cleaning, segments: tuple[Segment, ...]
) -> Cleaned:
    """A document in segments, with what it says of itself."""
    facts = metadata.read_metadata(document, cleaned.roles, cleaned.content)
    items = [metadata.item_facts(document, cleaned.roles, segment) for segment in segments]
    if len(items) == 1:
        items = [_merge(items[0], facts)]
        facts = facts._replace(
            title=items[0].title, date=items[0].date, date_text=items[0].date_text, place=items[0].place
        )
    return Cleaned(document, detected.languages, cleaned, segments, facts, tuple(items))


def _merge(item: metadata.Facts, page: metadata.Facts) -> metadata.Facts:
    """What the only item says, then what the page declares."""
    own_date = item.date is not None
    return item._replace(
        title=item.title or page.title,
        date=item.date if own_date else page.date,
        date_text=item.date_text if own_date else page.date_text,
        place=page.place or item.place,
    )


def _decider(taxonomy: Taxonomy, model: TrainedModel | None, precision: float | None) -> decision.Decider:
    """The rules of a taxonomy and of a model's manifest.

    Raises:
        ModelError: the rules are not there, or not in their shape.
    """
    floor = _floor(model, precision)
    if model is None:
        return decision.Decider(taxonomy, floor=floor)
    if tuple(model.settings["concepts"]) != tuple(taxonomy.concepts):
        raise ModelError("settings.concepts: not the concepts of the taxonomy, in its order")
    try:
        fusions = {code: Fusion(**model.settings["fusion"][code]) for code in model.settings["languages"]}
        return decision.Decider(taxonomy, fusions, _worths(model), floor)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ModelError(f"settings.fusion: not the rules of a tagging model ({error})") from error


def _worths(model: TrainedModel) -> Worths:
    """What a model learned of strong phrases; a model made before there was that has nothing.

    Raises:
        ModelError: it is not in its shape.
    """
    try:
        listed = model.settings.get("worths", ())
        return {(str(concept), str(phrase)): float(worth) for concept, phrase, worth in listed}
    except (TypeError, ValueError) as error:
        raise ModelError(f"settings.worths: not the worths of phrases ({error})") from error


def _floor(model: TrainedModel | None, precision: float | None) -> float:
    if precision is None:
        return 0.0
    if model is None:
        raise OptionError(f"precision={precision} needs a trained model; phrases alone have no thresholds")
    floors: dict[str, float] = dict(model.settings.get("precision", {}))
    if str(precision) not in floors:
        known = ", ".join(sorted(floors)) or "none"
        raise OptionError(f"precision={precision}: the model has thresholds for {known}")
    return float(floors[str(precision)])
