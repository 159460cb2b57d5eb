"""The steps of the path on one batch of documents, each ready to run on what the steps before it made."""

from itertools import accumulate

import numpy as np

from mtag.assembly import tag_parts
from mtag.chunks import read_chunks
from mtag.document import SentenceTable
from mtag.phraseweights import Sentences
from mtag.pipeline import cleaning, language, phrase_tagging
from mtag.preparation import cut
from mtag.wordtable import read_words


def steps(tagger, texts):
    """Name and work of each step, in order; `whole` is all of them together."""
    documents = [tagger.read(text) for text in texts]
    chunks = read_chunks([one.text for one in documents])
    found = language.detect_pages([one.blocks for one in documents], chunks)
    pages = dict(enumerate(zip(documents, (one.languages for one in found), strict=True)))
    cleaned = cleaning.clean_pages(pages, chunks)

    def cut_all():
        return cut(documents, found, [cleaned[number] for number in range(len(documents))], chunks)

    pages_cut = cut_all()
    items = [(page, item) for page in pages_cut for item in page.segments]
    passages = [
        (number, item.sentences, page.cleaning.artefacts)
        for number, page in enumerate(pages_cut)
        for item in page.segments
    ]
    words = read_words(chunks, passages)
    sentences = SentenceTable.end_to_end([item.sentences for _, item in items])
    languages = sentences.languages
    titles = sentences.titles
    bounds = np.array([*accumulate((len(item.sentences) for _, item in items), initial=0)])
    proofs = phrase_tagging.find_proofs(words, languages, tagger.taxonomy.phrasebook)

    def score():
        return tagger._model.tag_words(words, languages, bounds)

    scores = score()

    def decide():
        decisions = tagger._decider.decide(proofs, Sentences(bounds, titles), scores)
        return [tag_parts(made, tagger.taxonomy.order) for made in decisions]

    tags = decide()
    per_page = list(accumulate((len(page.segments) for page in pages_cut), initial=0))
    return {
        "reading": lambda: [tagger.read(text) for text in texts],
        "chunks": lambda: read_chunks([one.text for one in documents]),
        "language": lambda: language.detect_pages([one.blocks for one in documents], chunks),
        "cleaning": lambda: cleaning.clean_pages(pages, chunks),
        "items, sentences, metadata": cut_all,
        "words": lambda: read_words(chunks, passages),
        "phrases": lambda: phrase_tagging.find_proofs(words, languages, tagger.taxonomy.phrasebook),
        "scores of the model": score,
        "decision, evidence, tags": decide,
        "results": lambda: [
            tagger.result(tagger._parts(page, tags[first:last], None))
            for page, first, last in zip(pages_cut, per_page, per_page[1:], strict=False)
        ],
        "whole": lambda: tagger.tag_documents([tagger.read(text) for text in texts], [None] * len(texts)),
    }
