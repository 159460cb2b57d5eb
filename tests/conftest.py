"""What several test files share: hypothesis profiles, a small taxonomy about floods, the shipped tagger."""

import os
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

import tiny_corpus
from mtag import Tagger, Taxonomy
from mtag.concepts import Concept, Facet, PhraseSet, Scheme
from mtag.document import Block, Document, Language, Proofs, Role, Sentence
from mtag.fusion import ACCEPT
from mtag.model import TrainedModel
from mtag.phraseweights import Sentences
from mtag.pipeline import decision, phrase_tagging
from mtag.training.corpus import Example

settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", settings.get_profile("ci"), derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def _concept(
    id: str, label: tuple[str, str], english: PhraseSet, french: PhraseSet, broader: tuple[str, ...] = ()
) -> Concept:
    return Concept(
        id=id,
        facet=id.split(".")[0],
        broader=broader,
        label={"en": label[0], "fr": label[1]},
        scope={"en": f"{label[0]}.", "fr": f"{label[1]}."},
        phrases={"en": english, "fr": french},
    )


@pytest.fixture(scope="session")
def floods() -> Taxonomy:
    """A taxonomy of floods: nothing in the code knows the topic of the one that ships."""
    scheme = Scheme(
        id="floods",
        version="1",
        base_uri="https://example.org/floods/",
        title={"en": "Floods", "fr": "Inondations"},
        languages=("en", "fr"),
        gate="hazard",
        facets=(
            Facet(id="hazard", label={"en": "Hazard", "fr": "Aléa"}),
            Facet(id="group", label={"en": "People", "fr": "Personnes"}),
            Facet(id="response", label={"en": "Response", "fr": "Réponse"}),
        ),
        cues={"en": ("flood*", "inundat*", "high water"), "fr": ("inond*", "crue")},
        traps={
            "en": ("Flood Forecasting Centre", "Ministry ~4 Floods|Farmers"),
            "fr": ("Office des inondations",),
        },
        unrelated={
            "en": ("earthquake", "wildfire", "locust", "drought"),
            "fr": ("séisme", "incendie", "sécheresse"),
        },
        charges={"en": ("blamed|insured for",), "fr": ("assuré contre",)},
        negation={
            "en": ("no risk|sign of", "unlike", "rather than"),
            "fr": ("aucun risque de", "sans rapport avec"),
        },
    )
    concepts = [
        _concept(
            "hazard.water",
            ("Water disaster", "Catastrophe liée à l'eau"),
            PhraseSet(strong=("water disaster",)),
            PhraseSet(strong=("catastrophe ~2 eau",)),
        ),
        _concept(
            "hazard.river",
            ("River flood", "Inondation fluviale"),
            PhraseSet(
                strong=("river flood", "flood"),
                weak=("rising water",),
                traps=("flood of tears|complaints", "flood light"),
            ),
            PhraseSet(strong=("inondation fluviale", "inondation"), weak=("montée de eaux",)),
            broader=("hazard.water",),
        ),
        _concept(
            "hazard.coast",
            ("Coastal flood", "Submersion marine"),
            PhraseSet(strong=("coastal flood", "storm surge")),
            PhraseSet(strong=("inondation côtière", "submersion marine")),
            broader=("hazard.water",),
        ),
        _concept(
            "group.farmers",
            ("Farmers", "Agriculteurs"),
            PhraseSet(strong=("farmer",), weak=("herder",)),
            PhraseSet(strong=("agriculteur",), weak=("berger",)),
        ),
        _concept(
            "response.evacuation",
            ("Evacuation", "Évacuation"),
            PhraseSet(strong=("evacuated|evacuation",), weak=("shelter",)),
            PhraseSet(strong=("évacuer|évacuation",), weak=("abri",)),
        ),
    ]
    return Taxonomy(scheme, concepts)


@pytest.fixture(scope="session")
def flood_tagger(floods: Taxonomy) -> Tagger:
    """A tagger with the taxonomy of floods."""
    return Tagger(floods)


@pytest.fixture(scope="session")
def flood_examples() -> tuple[Example, ...]:
    """A tiny labelled corpus about floods, in words that its phrases do not know."""
    return tiny_corpus.make()


@pytest.fixture(scope="session")
def flood_model(floods: Taxonomy, flood_examples: tuple[Example, ...]) -> TrainedModel:
    """A model trained on the tiny corpus."""
    from mtag.training import fitting  # scikit-learn takes a second; most tests do without

    return fitting.fit(flood_examples, floods)


@pytest.fixture(scope="session")
def shipped() -> Tagger:
    """The tagger with the taxonomy that ships with mtag, loaded once."""
    return Tagger.load()


@dataclass(frozen=True)
class Judged:
    """One item after phrase tagging and decision."""

    text: str
    matches: tuple[phrase_tagging.SentenceMatches, ...]
    decisions: dict[str, decision.Decision]

    @property
    def accepted(self) -> set[str]:
        return {c for c, made in self.decisions.items() if made.probability >= ACCEPT}

    @property
    def quotes(self) -> list[str]:
        return [self.text[c.start : c.end] for found in self.matches for c in found.candidates]

    @property
    def concepts(self) -> set[str]:
        return {c.concept for found in self.matches for c in found.candidates}


@pytest.fixture(scope="session")
def judge(floods: Taxonomy) -> Callable[..., Judged]:
    """Tag given sentences as one item, with the steps after cleaning alone."""

    def judge(*lines: str, language: str = "en", title: bool = False) -> Judged:
        text = "\n".join(lines)
        sentences, position = [], 0
        for number, line in enumerate(lines):
            sentences.append(Sentence(position, position + len(line), number, language, title and not number))
            position += len(line) + 1
        found = phrase_tagging.tag_sentences(text, sentences, floods.phrasebook)
        titles = np.array([one.is_title for one in sentences], np.bool_)
        item = Sentences(np.array([0, len(lines)]), titles)
        [decisions] = decision.Decider(floods).decide(Proofs.of(found), item)
        return Judged(text, found, {made.concept: made for made in decisions})

    return judge


@dataclass(frozen=True)
class Page:
    """A plain-text document whose blocks have been given their roles by hand."""

    document: Document
    roles: tuple[Role, ...]
    languages: tuple[Language, ...]


@pytest.fixture(scope="session")
def page() -> Callable[..., Page]:
    """Build a page from (role, line) pairs, as if it had been read and cleaned."""

    def page(*lines: tuple[str, str], language: str = "en", declared: dict[str, str] | None = None) -> Page:
        blocks, position = [], 0
        for _, line in lines:
            blocks.append(Block(position, position + len(line)))
            position += len(line) + 1
        document = Document("\n".join(line for _, line in lines), tuple(blocks), declared=declared or {})
        roles = []
        for role, _ in lines:
            name, _, reason = role.partition(":")
            roles.append(Role(name, reason or "by hand"))
        return Page(document, tuple(roles), (Language(language, 0.99),) * len(lines))

    return page
