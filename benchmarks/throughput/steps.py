"""The steps of the path on one batch of documents, each ready to run on what the steps before it made."""

from itertools import accumulate

from mtag.assembly import make_tags
from mtag.chunks import read_chunks
from mtag.pipeline import cleaning, decision, language, model_tagging, phrase_tagging
from mtag.results import TagResult
from mtag.tagger import _LEAST_ODDS, _cut
from mtag.wordtable import read_words


def steps(tagger, texts):
    """Name and work of each step, in order; `whole` is all of them together."""
    documents = [tagger.read(text) for text in texts]
    chunks = read_chunks([one.text for one in documents])
    found = language.detect_pages([one.blocks for one in documents], chunks)
    cleaned = cleaning.clean_pages(
        list(zip(documents, (one.languages for one in found), strict=True)), chunks
    )
    cut = [_cut(*three) for three in zip(documents, found, cleaned, strict=True)]
    items = [(page, item) for page in cut for item in page.segments]
    passages = [
        (number, item.sentences, page.cleaning.artefacts)
        for number, page in enumerate(cut)
        for item in page.segments
    ]
    words = read_words(chunks, passages)
    languages = [sentence.language for _, item in items for sentence in item.sentences]
    bounds = list(accumulate((len(item.sentences) for _, item in items), initial=0))
    matches = phrase_tagging.tag_words(words, languages, tagger.taxonomy.phrasebook)

    def score():
        return tagger._model.tag_words(words, languages, bounds, _LEAST_ODDS)

    def decide(scores):
        plans = [
            decision.plan(
                item,
                matches[first:last],
                tagger._facet_of,
                tagger.taxonomy.scheme.gate,
                own,
                tagger._fusions,
                worths=tagger._worths,
            )
            for (_, item), first, last, own in zip(items, bounds, bounds[1:], scores, strict=False)
        ]
        model_tagging.expect_words(
            (scored, [one.concept for one in suggestions if one.needs_words])
            for planned in plans
            for scored, suggestions in planned.suggestions or ()
        )
        return [
            make_tags(
                page.document.text, decision.decide(planned, tagger.taxonomy.ancestors), tagger.taxonomy
            )
            for (page, _), planned in zip(items, plans, strict=True)
        ]

    tags = decide(score())
    per_page = list(accumulate((len(page.segments) for page in cut), initial=0))
    return {
        "reading": lambda: [tagger.read(text) for text in texts],
        "chunks": lambda: read_chunks([one.text for one in documents]),
        "language": lambda: language.detect_pages([one.blocks for one in documents], chunks),
        "cleaning": lambda: cleaning.clean_pages(
            list(zip(documents, (one.languages for one in found), strict=True)), chunks
        ),
        "items, sentences, metadata": lambda: [
            _cut(*three) for three in zip(documents, found, cleaned, strict=True)
        ],
        "words": lambda: read_words(chunks, passages),
        "phrases": lambda: phrase_tagging.tag_words(words, languages, tagger.taxonomy.phrasebook),
        "scores of the model": score,
        "scores, decision, evidence, tags": lambda: decide(score()),
        "results": lambda: [
            TagResult.of(tagger._values(page, tags[first:last], None))
            for page, first, last in zip(cut, per_page, per_page[1:], strict=False)
        ],
        "whole": lambda: tagger.tag_documents([tagger.read(text) for text in texts], [None] * len(texts)),
    }
