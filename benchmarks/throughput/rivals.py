"""What mtag is timed beside: (name, work on a list of texts), each where its packages are installed.

All share the documents of the run; classifiers are fitted on the project's corpus, outside the clock.
"""

import re
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

from texts import SEEDS

from mtag import Taxonomy
from mtag.training import corpus, evaluation

_LINE_END = (".", "!", "?", ":", "”", "»", '"')


def langdetect():
    from langdetect import DetectorFactory, detect

    DetectorFactory.seed = 0
    return lambda texts: [detect(text) for text in texts]


def classifier():
    """TF-IDF of words and pairs, one-vs-rest logistic regression, as a user would write it."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    taxonomy = Taxonomy.load()
    gold = evaluation.from_examples(corpus.read_corpus(SEEDS, taxonomy))[::3]
    wanted = [[int(c in taxonomy.close(g.labels)) for c in taxonomy.concepts] for g in gold]
    vectors = TfidfVectorizer(ngram_range=(1, 2), max_features=20_000, sublinear_tf=True)
    return vectors, OneVsRestClassifier(LogisticRegression()).fit(
        vectors.fit_transform([g.text for g in gold]), wanted
    )


def _justext():
    import justext

    words = justext.get_stoplist("English") | justext.get_stoplist("French")

    def clean(text):
        page = "".join(f"<p>{line}</p>" for line in text.split("\n") if line.strip())
        found = justext.justext(page.encode(), words)
        return "\n".join(part.text for part in found if not part.is_boilerplate)

    return clean


def _trafilatura():
    import trafilatura

    def clean(text):
        page = "".join(f"<p>{line}</p>" for line in text.split("\n") if line.strip())
        return trafilatura.extract(f"<html><body>{page}</body></html>") or text

    return clean


def glue(clean, detect, fitted, *, batched):
    vectors, model = fitted

    def work(texts):
        detect(texts)
        cleaned = [clean(text) for text in texts]
        if batched:
            return model.predict_proba(vectors.transform(cleaned))
        return [model.predict_proba(vectors.transform([text])) for text in cleaned]

    return work


def tuned(fitted):
    """pycld2, a rule on lines, batched TF-IDF, one matrix product, Aho-Corasick over the phrases."""
    import ahocorasick_rs
    import numpy as np
    import pycld2

    vectors, model = fitted
    weights = np.vstack([one.coef_ for one in model.estimators_]).T
    taxonomy = Taxonomy.load()
    entries = {e.pattern for lexicon in taxonomy.lexicons.values() for e in lexicon.entries}
    plain = sorted(p.casefold() for p in entries if re.fullmatch(r"[\w ]+", p))
    automaton = ahocorasick_rs.AhoCorasick(plain, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    def work(texts):
        cleaned = []
        for text in texts:
            pycld2.detect(text)
            lines = text.split("\n")
            kept = "\n".join(s for s in lines if s.endswith(_LINE_END) or s.count(" ") >= 9)
            automaton.find_matches_as_indexes(kept.lower(), overlapping=False)
            cleaned.append(kept)
        return vectors.transform(cleaned) @ weights

    return work


def labellers(say):
    """The classifiers of `accuracy/peers.py`, on labels alone: no cleaning, no language, no evidence."""
    sys.path.append(str(Path(__file__).parents[1] / "accuracy"))
    import peers

    taxonomy = Taxonomy.load()
    gold = evaluation.from_examples(corpus.read_corpus(SEEDS, taxonomy))[::8]
    for name in ("fastText ova", "spaCy textcat (BOW)", "Annif TF-IDF"):
        package, fit = peers.PEERS[name]
        if find_spec(package) is None:
            say(f"skipped: {name}, since {package} is not installed")
            continue
        predict = fit(gold, taxonomy)
        yield (
            f"{name}, labels alone",
            lambda texts, predict=predict: predict(
                [SimpleNamespace(text=text, language="en") for text in texts]
            ),
        )


def limits():
    word = re.compile(r"\b\w\w+\b")
    yield "re.findall of words", lambda texts: [word.findall(text.lower()) for text in texts]
    yield "str.split", lambda texts: [text.split() for text in texts]


def all_of_them(say):
    """Every peer whose packages are here; `say` is told which are not."""
    detect, fitted = langdetect(), classifier()
    yield "langdetect", detect
    for package, make in (("justext", _justext), ("trafilatura", _trafilatura)):
        if find_spec(package) is None:
            say(f"skipped: the glue with {package}, which is not installed")
            continue
        clean = make()
        yield f"glue with {package}, one by one", glue(clean, detect, fitted, batched=False)
        yield f"glue with {package}, batched", glue(clean, detect, fitted, batched=True)
    if find_spec("pycld2") and find_spec("ahocorasick_rs"):
        yield "tuned stack", tuned(fitted)
    else:
        say("skipped: the tuned stack, since pycld2 or ahocorasick-rs is not installed")
    yield from labellers(say)
    yield from limits()
