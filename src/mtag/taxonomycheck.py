"""Checks a taxonomy: every fault is told, with the concept it is in."""

from __future__ import annotations

from collections.abc import Mapping

from mtag.concepts import Concept, PhraseSet, Scheme, ancestors, entries
from mtag.phrases import PhraseSyntaxError, parse
from mtag.tokens import LANGUAGES


def check(scheme: Scheme, concepts: list[Concept], *, phrases: bool = True) -> list[str]:
    """Return every fault found, each with the concept it is in; an empty list means a valid taxonomy.

    `phrases=False` leaves the texts and the patterns out, for a file whose phrases are compiled already.
    """
    problems: list[str] = []
    by_id: dict[str, Concept] = {}
    facets = {facet.id for facet in scheme.facets}
    if not concepts:
        problems.append("there is no concept")
    if scheme.gate not in facets:
        problems.append(f"scheme: the gate {scheme.gate!r} is not a facet")
    if unknown := set(scheme.languages) - set(LANGUAGES):
        problems.append(
            f"scheme: no tokenizer for {', '.join(sorted(unknown))}; known: {', '.join(LANGUAGES)}"
        )
        return problems
    for concept in concepts:
        if concept.id in by_id:
            problems.append(f"{concept.id}: this id is used twice")
        by_id[concept.id] = concept
    labels: dict[tuple[str, str], str] = {}
    for concept in concepts:
        if concept.facet not in facets:
            problems.append(f"{concept.id}: unknown facet {concept.facet!r}")
        for language in scheme.languages:
            problems += [
                f"{concept.id}: {name} has no {language!r}"
                for name in (("label", "scope", "phrases") if phrases else ("label",))
                if not getattr(concept, name).get(language)
            ]
            key = (language, concept.label.get(language, concept.id).casefold())
            if labels.setdefault(key, concept.id) != concept.id:
                problems.append(f"{concept.id}: has the {language} label of {labels[key]}")
        for name in ("broader", "related"):
            for other in getattr(concept, name):
                if other not in by_id:
                    problems.append(f"{concept.id}: {name} {other!r} is not a concept")
                elif name == "broader" and by_id[other].facet != concept.facet:
                    problems.append(f"{concept.id}: broader {other!r} is of another facet")
    if problems:
        return problems
    problems += [f"{i}: is broader than itself" for i in by_id if i in ancestors(i, by_id)]
    return problems or (_check_phrases(scheme, by_id) if phrases else [])


def _check_phrases(scheme: Scheme, concepts: Mapping[str, Concept]) -> list[str]:
    problems: list[str] = []
    for language in scheme.languages:
        proofs: dict[object, str] = {}
        for owner, kind, pattern in entries(scheme, concepts.values(), language):
            try:
                parse(pattern, language)
            except PhraseSyntaxError as error:
                problems.append(f"{owner}: phrases.{language}.{kind}: {error}")
        if problems:
            continue
        for concept in concepts.values():
            phrases = concept.phrases.get(language, PhraseSet())
            seen: dict[object, str] = {}
            for kind, patterns in (
                ("strong", phrases.strong),
                ("weak", phrases.weak),
                ("trap", phrases.traps),
            ):
                for pattern in patterns:
                    key = frozenset(parse(pattern, language))
                    if key in seen:
                        problems.append(
                            f"{concept.id}: {language} phrase {pattern!r} is {seen[key]} and {kind}"
                        )
                    seen[key] = kind
                    if kind != "strong":
                        continue
                    other = proofs.setdefault(key, concept.id)
                    if other != concept.id and not _akin(other, concept.id, concepts):
                        problems.append(
                            f"{concept.id}: {language} strong phrase {pattern!r} is also in {other}"
                        )
    return problems


def _akin(one: str, other: str, concepts: Mapping[str, Concept]) -> bool:
    if concepts[one].facet != concepts[other].facet:
        return True  # one word may prove a form and a group: restavek
    return one in ancestors(other, concepts) or other in ancestors(one, concepts)
