"""SKOS and Annif: what goes out, what comes back, and what is refused."""

import json
import re
import socket
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtag.annif import AnnifSubject, from_annif_csv, from_annif_tsv, to_annif_csv, to_annif_tsv
from mtag.concepts import Concept, Crosswalk, Facet, PhraseSet, Scheme
from mtag.errors import MissingExtraError, OptionError, TaxonomyError
from mtag.skos import export, from_jsonld, from_turtle, to_jsonld, to_turtle
from mtag.skosreader import read
from mtag.taxonomy import Taxonomy

BASE = "https://example.org/mtag/"
TRICKY = 'a "quote", a \\backslash\\, a\nnewline, a\ttab, a\rreturn, é, 😀, \u2028, \x00, \ufeff, <b>, @fr .'
ROUND_TRIPS = pytest.mark.parametrize(
    ("write", "parse"), [(to_turtle, from_turtle), (to_jsonld, from_jsonld)], ids=["turtle", "json-ld"]
)


@pytest.fixture
def taxonomy() -> Taxonomy:
    scheme = Scheme(
        id="mtag-test",
        version="1.2.0",
        base_uri=BASE,
        title={"en": "Test", "fr": "Épreuve"},
        languages=("fr", "en"),
        gate="form",
        facets=(
            Facet(id="victim", label={"en": "Victims"}),
            Facet(id="form", label={"en": "Forms", "fr": "Formes"}),
        ),
        cues={"en": ("zebra", "apple"), "fr": ()},
        traps={"en": ("=Beta Office",)},
        negation={"fr": ("aucun|sans",)},
    )
    concepts = [
        Concept(
            id="form.trafficking",
            facet="form",
            label={"en": "Trafficking", "fr": "Traite", "pt-BR": "Tráfico"},
            alt={"en": ("Zeta", "Alpha", "Zeta"), "fr": ()},
            scope={"en": TRICKY, "fr": "Champ"},
            phrases={
                "en": PhraseSet(strong=("traffick* ~3 person", "THB"), traps=("drug traffick*",)),
                "fr": PhraseSet(strong=("traite de personne",)),
            },
            match=Crosswalk(
                exact=("ICCS:0204", "eurovoc:5933", "CTDC:isTrafficked"),
                close=("http://eurovoc.europa.eu/12", "https://example.net/t/1"),
                broad=('EU:2011/36 "art. 2"',),
            ),
        ),
        Concept(
            id="form.labour",
            facet="form",
            broader=("form.trafficking",),
            related=("victim.workers", "form.begging/ü#1"),
            label={"en": TRICKY, "fr": "Travail"},
            scope={"en": "x", "fr": "y"},
            phrases={"en": PhraseSet(weak=("z word", "a word")), "fr": PhraseSet()},
        ),
        Concept(
            id="form.begging/ü#1",
            facet="form",
            broader=("form.trafficking", "form.labour"),
            label={"en": "Begging", "fr": "Mendicité"},
            scope={"en": "x", "fr": "y"},
            phrases={"en": PhraseSet(strong=("=beg",)), "fr": PhraseSet(strong=("mendier",))},
        ),
        Concept(
            id="victim.workers",
            facet="victim",
            label={"en": 'Workers, "all"', "fr": "Travailleurs"},
            scope={"en": "x", "fr": "y"},
            phrases={"en": PhraseSet(strong=("worker",)), "fr": PhraseSet(strong=("travailleur",))},
        ),
    ]
    return Taxonomy(scheme, concepts)


def changed(taxonomy: Taxonomy, **scheme: object) -> Taxonomy:
    return Taxonomy(taxonomy.scheme.model_copy(update=scheme), taxonomy)


@ROUND_TRIPS
def test_a_round_trip_loses_nothing(taxonomy, write, parse):
    again = Taxonomy(*parse(write(taxonomy)))
    assert again.scheme == taxonomy.scheme
    assert list(again) == list(taxonomy)
    assert again.digest == taxonomy.digest


@ROUND_TRIPS
@pytest.mark.parametrize(
    "base_uri", ["https://example.org/mtag#", "urn:mtag:test", "https://example.org/é?x=1"]
)
def test_any_kind_of_base_uri_survives(taxonomy, write, parse, base_uri):
    taxonomy = changed(taxonomy, base_uri=base_uri)
    assert Taxonomy(*parse(write(taxonomy))).digest == taxonomy.digest


@ROUND_TRIPS
def test_the_taxonomy_of_the_project_survives(write, parse):
    folder = Path(__file__).parents[1] / "taxonomy"
    if not (folder / "scheme.toml").is_file():
        pytest.skip("the taxonomy folder is not in this checkout")
    taxonomy = Taxonomy.load(folder)
    assert Taxonomy(*parse(write(taxonomy))).digest == taxonomy.digest


@ROUND_TRIPS
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1), words=st.lists(st.text(), max_size=4))
def test_any_text_survives(taxonomy, write, parse, text, words):
    scheme = taxonomy.scheme.model_copy(update={"gate": "victim", "title": {"en": text}})
    concept = taxonomy["victim.workers"].model_copy(
        update={
            "label": {"en": text, "fr": text},
            "alt": {"fr": tuple(words)},
            "match": Crosswalk(broad=tuple(words)),
        }
    )
    one = Taxonomy(scheme, [concept])
    assert Taxonomy(*parse(write(one))).digest == one.digest


@pytest.mark.parametrize("write", [to_turtle, to_jsonld, to_annif_csv])
def test_the_order_of_the_input_does_not_matter(taxonomy, write):
    shuffled = Taxonomy(taxonomy.scheme, reversed(list(taxonomy)))
    assert write(shuffled) == write(taxonomy)


def test_turtle_and_jsonld_say_the_same(taxonomy):
    rdflib = pytest.importorskip("rdflib")
    compare = pytest.importorskip("rdflib.compare")
    from rdflib.plugins.parsers.jsonld import to_rdf

    turtle = rdflib.Graph().parse(data=to_turtle(taxonomy), format="turtle")
    jsonld = rdflib.Graph()
    to_rdf(json.loads(to_jsonld(taxonomy)), jsonld)
    assert compare.isomorphic(turtle, jsonld)


def test_the_turtle_is_standard_skos(taxonomy):
    rdflib = pytest.importorskip("rdflib")
    graph = rdflib.Graph().parse(data=to_turtle(taxonomy), format="turtle")
    skos, scheme = rdflib.SKOS, rdflib.URIRef(BASE)
    top = rdflib.URIRef(BASE + "form.trafficking")
    labour = rdflib.URIRef(BASE + "form.labour")
    begging = rdflib.URIRef(BASE + "form.begging%2F%C3%BC%231")
    expected = {
        (scheme, rdflib.RDF.type, skos.ConceptScheme),
        (scheme, skos.hasTopConcept, top),
        (top, rdflib.RDF.type, skos.Concept),
        (top, skos.topConceptOf, scheme),
        (top, skos.inScheme, scheme),
        (top, skos.notation, rdflib.Literal("form.trafficking")),
        (top, skos.prefLabel, rdflib.Literal("Traite", lang="fr")),
        (top, skos.altLabel, rdflib.Literal("Alpha", lang="en")),
        (top, skos.scopeNote, rdflib.Literal(TRICKY, lang="en")),
        (begging, skos.broader, labour),
        (labour, skos.related, begging),
        (rdflib.URIRef(BASE + "facet/form"), rdflib.RDF.type, skos.Collection),
        (rdflib.URIRef(BASE + "facet/form"), skos.member, labour),
    }
    assert expected <= set(graph)
    assert (labour, skos.topConceptOf, scheme) not in graph


def test_mappings_with_an_iri_are_links_and_the_others_literals(taxonomy):
    rdflib = pytest.importorskip("rdflib")
    graph = rdflib.Graph().parse(data=to_turtle(taxonomy), format="turtle")
    top = rdflib.URIRef(BASE + "form.trafficking")
    assert list(graph.objects(top, rdflib.SKOS.exactMatch)) == [
        rdflib.URIRef("http://eurovoc.europa.eu/5933")
    ]
    codes = graph.objects(top, rdflib.URIRef(BASE + "ns#exactMatch"))
    assert set(codes) == {rdflib.Literal("ICCS:0204"), rdflib.Literal("CTDC:isTrafficked")}


def test_what_is_added_in_a_skos_editor_is_read(taxonomy):
    added = f"""
        <{BASE}form.labour> skos:altLabel "Added"@en ; skos:exactMatch <http://eurovoc.europa.eu/7> .
        <{BASE}form.trafficking> skos:altLabel "Added"@en ; skos:narrower <{BASE}victim.workers> .
    """
    concepts = {concept.id: concept for concept in from_turtle(to_turtle(taxonomy) + added)[1]}
    assert concepts["form.labour"].alt == {"en": ("Added",)}
    assert concepts["form.labour"].match.exact == ("eurovoc:7",)
    assert concepts["form.trafficking"].alt["en"] == ("Zeta", "Alpha", "Zeta", "Added")
    assert concepts["victim.workers"].broader == ("form.trafficking",)


FOREIGN = """
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix : <http://example.net/thes/> .
    <http://example.net/thes> a skos:ConceptScheme ; skos:prefLabel "Thesaurus"@en ; owl:versionInfo "3" .
    :animals a skos:Concept ; skos:prefLabel "Animals"@en, "Animaux"@fr, "Tiere"@de ; skos:narrower :c1 .
    :c1 a skos:Concept ; skos:notation "cat" ; skos:prefLabel "Cat"@en ; skos:definition "Purrs."@en .
    :c2 a skos:Concept ; skos:prefLabel "Oak"@en ; skos:closeMatch <http://example.com/oak> .
    :old a skos:Concept ; skos:prefLabel "Old"@en ; owl:deprecated true .
    :plants a skos:Collection ; skos:prefLabel "Plants"@en ; skos:member :c2 .
"""


def test_foreign_skos_is_read_as_far_as_it_goes():
    scheme, concepts = from_turtle(FOREIGN)
    assert (scheme.id, scheme.version, scheme.base_uri) == ("thes", "3", "http://example.net/thes/")
    assert scheme.languages == ("en", "fr")
    assert [facet.id for facet in scheme.facets] == ["plants", "animals"]
    assert [(c.id, c.facet, c.broader) for c in concepts] == [
        ("animals", "animals", ()),
        ("cat", "animals", ("animals",)),
        ("c2", "plants", ()),
    ]
    assert concepts[0].label == {"en": "Animals", "fr": "Animaux", "de": "Tiere"}
    assert concepts[1].scope == {"en": "Purrs."}
    assert concepts[2].match.close == ("http://example.com/oak",)


def test_what_foreign_skos_lacks_is_named_by_the_check():
    with pytest.raises(TaxonomyError) as caught:
        Taxonomy(*from_turtle(FOREIGN))
    assert {"cat: label has no 'fr'", "cat: scope has no 'fr'", "c2: phrases has no 'en'"} <= set(
        caught.value.problems
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<a> <b>\n<c> ;\n nonsense", "line 3"),
        ("<a> <b> ( ( (", "not Turtle"),
        ("(" * 5000, "nested too deeply"),
        ("", "one skos:ConceptScheme"),
        (FOREIGN + "<http://example.net/b> a skos:ConceptScheme .", "holds 2"),
        (FOREIGN + ':c1 skos:prefLabel "Tom"@en .', "two skos:prefLabel in 'en'"),
        (FOREIGN + "[] a skos:Concept .", "neither an IRI nor a skos:notation"),
        ("<urn:s> a <http://www.w3.org/2004/02/skos/core#ConceptScheme> .", "no skos:Concept"),
    ],
)
def test_turtle_that_cannot_be_used_is_refused_with_the_reason(text, message):
    with pytest.raises(TaxonomyError, match=message):
        from_turtle(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n"a": }', "line 2"),
        ("[" * 100_000, "not JSON"),
        ('"text"', "neither an object nor an array"),
        ('{"@context": 5}', "not JSON-LD"),
        ("{}", "one skos:ConceptScheme"),
    ],
)
def test_jsonld_that_cannot_be_used_is_refused_with_the_reason(text, message):
    with pytest.raises(TaxonomyError, match=message):
        from_jsonld(text)


@pytest.mark.parametrize("end", ["_:b1", "_:b2", "_:b3"])
def test_a_list_that_does_not_end_is_refused(taxonomy, end):
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    text = re.sub(r"mtag:languages \(.*?\)", "mtag:languages _:b1", to_turtle(taxonomy), flags=re.DOTALL)
    text += f'_:b1 <{rdf}first> "en" ; <{rdf}rest> _:b2 . _:b2 <{rdf}first> "fr" ; <{rdf}rest> {end} .'
    with pytest.raises(TaxonomyError, match="broken list"):
        from_turtle(text)


REMOTE = "https://example.org/context.jsonld"


@pytest.mark.parametrize(
    "document",
    [
        {"@context": REMOTE},
        {"@context": [{}, [REMOTE]]},
        {"@context": {"@import": REMOTE}},
        {"@context": {"term": {"@id": "urn:t", "@context": REMOTE}}},
        [{"@graph": [{"@context": REMOTE}]}],
        {"@context": "local.jsonld"},
    ],
)
def test_a_remote_context_is_refused_and_not_fetched(document, monkeypatch):
    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("a connection was opened"))
    with pytest.raises(TaxonomyError, match="write it inline"):
        from_jsonld(json.dumps(document))


@pytest.mark.parametrize("parse", [from_turtle, from_jsonld])
def test_without_rdflib_the_message_says_what_to_install(parse, monkeypatch):
    monkeypatch.setitem(sys.modules, "rdflib", None)
    with pytest.raises(MissingExtraError, match=r'pip install "mtag\[skos\]"'):
        parse("{}")


def test_writing_needs_no_rdflib(taxonomy, monkeypatch):
    monkeypatch.setitem(sys.modules, "rdflib", None)
    assert to_turtle(taxonomy)
    assert to_jsonld(taxonomy)


@pytest.mark.parametrize(
    ("scheme", "message"),
    [
        ({"base_uri": "not an IRI"}, "not an http, https or urn IRI"),
        ({"title": {"en us": "x"}}, "not a language tag"),
        ({"title": {"en": "x", "EN": "y"}}, "differ only by case"),
        ({"title": {"en": "\ud800"}}, "lone surrogate"),
        (
            {
                "facets": (
                    Facet(id="form", label={}),
                    Facet(id="victim", label={}),
                    Facet(id="form", label={}),
                )
            },
            "same id",
        ),
    ],
)
def test_what_rdf_cannot_say_is_refused(taxonomy, scheme, message):
    with pytest.raises(TaxonomyError, match=message):
        to_turtle(changed(taxonomy, **scheme))


def test_annif_csv_has_the_columns_annif_reads(taxonomy):
    lines = to_annif_csv(changed(taxonomy, languages=("en", "fr"))).splitlines()
    assert lines[0] == "uri,label_en,label_fr,notation"
    assert lines[1] == f'{BASE}victim.workers,"Workers, ""all""",Travailleurs,victim.workers'


def test_annif_csv_keeps_ids_and_labels(taxonomy):
    subjects = from_annif_csv(to_annif_csv(taxonomy))
    assert [subject.notation for subject in subjects] == list(taxonomy.concepts)
    assert [subject.labels for subject in subjects] == [
        {language: concept.label[language] for language in ("en", "fr")} for concept in taxonomy
    ]


def test_annif_tsv_keeps_ids_and_labels_of_one_language(taxonomy):
    subjects = from_annif_tsv(to_annif_tsv(taxonomy, "fr"), "fr")
    assert [(subject.notation, subject.labels) for subject in subjects] == [
        (concept.id, {"fr": concept.label["fr"]}) for concept in taxonomy
    ]


def test_annif_tsv_writes_tabs_and_line_ends_as_spaces(taxonomy):
    labels = {
        subject.notation: subject.labels["en"]
        for subject in from_annif_tsv(to_annif_tsv(taxonomy, "en"), "en")
    }
    assert labels["form.labour"] == TRICKY.replace("\n", " ").replace("\t", " ").replace("\r", " ")


def test_annif_tables_may_begin_with_a_bom_and_hold_deprecated_subjects():
    table = "\ufeffuri,label_en,label_fr,notation\r\n<urn:1>,One,,\r\nurn:2,,,old\r\n"
    assert from_annif_csv(table) == [AnnifSubject("urn:1", None, {"en": "One"})]
    lines = "\ufeff<urn:1>\tUn\r\n<urn:2>\r\n\r\n<urn:3>\tTrois\t3"
    assert from_annif_tsv(lines, "fr") == [
        AnnifSubject("urn:1", None, {"fr": "Un"}),
        AnnifSubject("urn:3", "3", {"fr": "Trois"}),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1"),
        ("uri,notation\nurn:1,1", "line 1"),
        ("uri,label_en\nurn:1,One\nurn:2", "line 3"),
        ("uri,label_en\nurn:1,One,more", "line 2"),
        ('uri,label_en\nurn:1,"One', "line 2"),
        ("uri,label_en\n,One", "line 2: there is no URI"),
    ],
)
def test_a_malformed_annif_csv_is_refused_with_the_line(text, message):
    with pytest.raises(TaxonomyError, match=message):
        from_annif_csv(text)


def test_a_malformed_annif_tsv_is_refused_with_the_line():
    with pytest.raises(TaxonomyError, match="line 2: there is no URI"):
        from_annif_tsv("<urn:1>\tOne\n\tTwo\n", "en")


@pytest.mark.parametrize(
    ("format", "language", "write"),
    [("skos-ttl", None, to_turtle), ("skos-jsonld", None, to_jsonld), ("annif-csv", None, to_annif_csv)],
)
def test_export_writes_the_format_asked_for(taxonomy, format, language, write):
    assert export(taxonomy, format, language) == write(taxonomy)


def test_export_of_annif_tsv_takes_a_language(taxonomy):
    assert export(taxonomy, "annif-tsv", "fr") == to_annif_tsv(taxonomy, "fr")


@pytest.mark.parametrize(
    ("format", "language"), [("annif-tsv", None), ("annif-tsv", "de"), ("skos-ttl", "fr"), ("rdf-xml", None)]
)
def test_export_refuses_options_that_make_no_sense(taxonomy, format, language):
    with pytest.raises(OptionError):
        export(taxonomy, format, language)


@pytest.mark.parametrize(
    ("name", "write"), [("t.ttl", to_turtle), ("t.jsonld", to_jsonld), ("t.JSON", to_jsonld)]
)
def test_read_goes_by_the_suffix(taxonomy, tmp_path, name, write):
    (tmp_path / name).write_text("\ufeff" + write(taxonomy), encoding="utf-8", newline="")
    assert Taxonomy(*read(tmp_path / name)).digest == taxonomy.digest


def test_read_names_the_file_it_cannot_read(tmp_path):
    (tmp_path / "t.ttl").write_bytes(b"\xff")
    with pytest.raises(TaxonomyError, match=r"t\.ttl: not UTF-8"):
        read(tmp_path / "t.ttl")
    with pytest.raises(TaxonomyError, match=r"none\.json: No such file"):
        read(tmp_path / "none.json")
    with pytest.raises(OptionError, match=r"t\.xml"):
        read(tmp_path / "t.xml")


@pytest.mark.parametrize(("suffix", "write"), [(".ttl", to_turtle), (".jsonld", to_jsonld)])
def test_a_taxonomy_is_loaded_from_a_skos_file(floods, tmp_path, suffix, write):
    path = tmp_path / f"floods{suffix}"
    path.write_text(write(floods), encoding="utf-8")
    assert Taxonomy.load(path).digest == floods.digest
