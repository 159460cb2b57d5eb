"""The terms of SKOS and of mtag's own namespace that writing and reading share."""

from __future__ import annotations

import re

from mtag.concepts import Crosswalk, PhraseSet

SKOS = "http://www.w3.org/2004/02/skos/core#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
DCTERMS = "http://purl.org/dc/terms/"
EUROVOC = "http://eurovoc.europa.eu/"

PHRASES = tuple(PhraseSet.model_fields)
SCHEME_LISTS = ("cues", "traps", "unrelated", "charges", "negation")
MATCHES = tuple(Crosswalk.model_fields)
RELATIONS = ("broader", "related", *(f"{match}Match" for match in MATCHES))


def namespace(base_uri: str) -> str:
    """The namespace of mtag's own properties, below the base URI of a scheme."""
    # An IRI has one fragment at most.
    return base_uri + ("ns/" if "#" in base_uri else "ns#")


def target_of(code: str) -> str:
    """The target of a mapping: the IRI of a EuroVoc code, any other code as it is."""
    return EUROVOC + code.removeprefix("eurovoc:") if re.fullmatch("eurovoc:[0-9]+", code) else code


def code_of(target: str) -> str:
    """The code of a target: `target_of` the other way round."""
    number = target.removeprefix(EUROVOC)
    return f"eurovoc:{number}" if number != target and re.fullmatch("[0-9]+", number) else target
