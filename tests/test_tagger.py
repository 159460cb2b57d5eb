"""The whole way, from a document to its result: what holds for any input, and"
" some behaviours of what ships."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mtag
from mtag import InputError, OptionError, Tagger, TagResult

ANY_TEXT = st.text(st.characters(exclude_categories=()))

ENGLISH = "The police freed three women from a brothel, and two men were charged with human trafficking."
FRENCH = (
    "La police a libéré trois femmes, et deux hommes ont été mis en examen pour traite des êtres humains."
)

GERMAN = (
    "Der Minister sagte am Montag, dass die Regierung das neue Gesetz noch in diesem Jahr vorlegen werde."
)

# Lines as they stand in real pages; the order is up to hypothesis.
LINES = [
    *(ENGLISH, FRENCH),
    "The court sentenced the two brothers to nine years in prison for forced labour on a farm in the valley.",
    "The two women had been promised work as waitresses and were held in debt bondage for almost two years.",
    "According to the ministry, the number of victims identified in 2019 rose by 12"
    " per cent to 1,204 people.",
    "“They took our passports on the first day,” one of the survivors told the court on Monday morning.",
    "Le tribunal a condamné les deux frères à neuf ans de prison pour travail forcé"
    " dans une exploitation agricole.",
    "« Ils ont pris nos passeports dès le premier jour », a raconté l’une des"
    " victimes à l’audience de lundi.",
    "The weather will be fine on Sunday, with some clouds over the hills in the north and in the east.",
    GERMAN,
    *(
        "Human trafficking ring dismantled",
        "Traite des êtres humains : un réseau démantelé",
        "VIENNA, 9 June 2017 – The",
    ),
    *(
        "Vienna, 3 May 2013",
        "Paris, le 1er février 2024",
        "3 May 2013",
        "Date: 23-24 October 2013",
        "Place: Vienna",
    ),
    *(
        "Source : Ministère de la Justice",
        "Fields of work:",
        "Human rights",
        "1. Identify the victims",
        "• Help them",
    ),
    *(
        "Home",
        "Accueil",
        "About us",
        "Contact",
        "News",
        "Search",
        "Menu",
        "Events",
        "Publications",
        "Où travaillons-nous",
    ),
    *(
        "We use cookies to improve your experience. Accept all cookies",
        "Tout accepter",
        "Share this page",
        "Tweet",
    ),
    *(
        "Leave a reply",
        "Your email address will not be published. Required fields are marked *",
        "Name *",
        "Read more",
    ),
    *(
        "À lire aussi",
        "Related articles",
        "© 2024 The Association. All rights reserved.",
        "Mentions légales",
        "2 comments",
    ),
    *(
        "12 The report says that the victims were identified late and that they were not"
        " given any help at all.",
        "",
        " ",
    ),
    *(
        "victims of human traffickinghuman trafficking",
        "Human trafficking is a crime.",
        "and women were freed.",
        "…",
        "—",
    ),
    'You may use these HTML tags and attributes: <a href="" title=""> <abbr'
    ' title=""> <b> <blockquote cite="">',
]
PAGES = st.lists(st.sampled_from(LINES), max_size=30).map("\n".join)

MARKUP = [
    *(f"<p>{line}</p>" for line in LINES[:10]),
    *(f"<li><a href=x>{name}</a></li>" for name in ("Home", "News", "Contact")),
    *(
        "<nav>",
        "</nav>",
        "<article>",
        "</article>",
        "<h1>Trafficking ring dismantled</h1>",
        "<div hidden>",
        "</div>",
    ),
    *(
        "<table><tr><td>Year</td><td>Victims</td></tr></table>",
        "<footer>© 2024</footer>",
        "<br>",
        "<ul>",
        "</ul>",
    ),
    *(
        "<script>x</script>",
        "<!-- c -->",
        "<aside>",
        "</aside>",
        "<",
        "&amp;",
        "\x00",
        "\ud800",
        "text",
        "<form>",
        "<td>",
    ),
]
HTML = st.lists(st.sampled_from(MARKUP), max_size=25).map("".join)


def assert_well_formed(result: TagResult) -> None:
    """What holds for every result."""
    text = result.text
    position = 0
    for block in result.blocks:
        assert position <= block.start < block.end <= len(text)
        assert 0 <= block.language_probability <= 1
        assert block.language in ("en", "fr", "other", "und")
        assert block.role
        assert block.reason
        position = block.end
    position = 0
    for artefact in result.artefacts:
        assert position <= artefact.start < artefact.end <= len(text)
        position = artefact.end
    position = 0
    for item in result.items:
        assert position <= item.start < item.end <= len(text)
        position = item.end
        for tag in item.tags:
            assert all(item.start <= e.start < e.end <= item.end for e in tag.evidence)
    for tag in (*result.tags, *(tag for item in result.items for tag in item.tags)):
        assert 0 < tag.probability < 1
        assert tag.evidence
        assert tag.status == "review" or tag.probability >= 0.5
        for e in tag.evidence:
            assert text[e.start : e.end] == e.quote != ""
    ids = [tag.id for tag in result.tags]
    assert len(ids) == len(set(ids))
    assert set(ids) == {tag.id for item in result.items for tag in item.tags}
    assert set(result.concept_ids) <= set(ids)
    assert (result.status == "empty") == (not result.content) == (not result.items)
    assert (result.status == "tagged") == bool(result.concept_ids)
    assert (result.status == "tagged") == (result.reason is None)
    if result.status == "empty":
        assert (result.language, result.clean_text) == ("und", "")
    if result.status == "unsupported_language":
        assert result.language not in ("en", "fr")
    assert result.languages == {} or abs(sum(result.languages.values()) - 1) < 0.01
    assert all(line.strip() for line in result.clean_text.split("\n")) or not result.clean_text
    if result.metadata.date is not None:
        assert result.metadata.date.ambiguous == (result.metadata.date.start is None)
    assert TagResult.model_validate_json(result.model_dump_json()) == result


# -- any input ---------------------------------------------------------------------------------------


@given(ANY_TEXT)
def test_any_text_gives_a_well_formed_result(shipped, text):
    result = shipped.tag(text, format="text")
    assert_well_formed(result)
    assert len(result.text) == len(text)


@given(PAGES)
def test_any_page_of_plain_text_gives_a_well_formed_result(shipped, text):
    result = shipped.tag(text, format="text")
    assert_well_formed(result)
    assert result.text == text


@given(HTML)
def test_any_page_of_html_gives_a_well_formed_result(shipped, html):
    assert_well_formed(shipped.tag(html, format="html"))


@given(st.binary(max_size=200) | PAGES.map(str.encode) | PAGES.map(lambda text: text.encode("utf-16")))
def test_any_bytes_give_a_well_formed_result_or_a_typed_error(shipped, data):
    try:
        result = shipped.tag(data)
    except InputError:
        return
    assert_well_formed(result)


@given(PAGES | HTML | ANY_TEXT)
def test_the_same_document_gives_the_same_bytes(shipped, source):
    assert shipped.tag(source).model_dump_json() == shipped.tag(source).model_dump_json()


@given(PAGES, PAGES)
def test_a_document_does_not_depend_on_the_one_before(shipped, one, other):
    alone = shipped.tag(one).model_dump_json()
    shipped.tag(other)
    assert shipped.tag(one).model_dump_json() == alone


@given(PAGES)
def test_cleaning_a_clean_text_changes_nothing(shipped, text):
    clean = shipped.clean(text, format="text").clean_text
    assert shipped.clean(clean, format="text").clean_text == clean


@pytest.mark.parametrize(
    "lines",
    [
        ("victims of human traffickinghuman trafficking", FRENCH),
        (FRENCH, GERMAN, "Publications", "VIENNA, 9 June 2017 – The", "Accueil"),
    ],
    ids=["tooltip", "lines-below-the-text"],
)
def test_cleaning_a_clean_text_changes_nothing_in_the_cases_that_once_failed(shipped, lines):
    clean = shipped.clean("\n".join(lines)).clean_text
    assert shipped.clean(clean).clean_text == clean


@given(PAGES)
def test_the_clean_text_holds_nothing_that_was_not_in_the_text(shipped, text):
    result = shipped.clean(text, format="text")
    position = 0
    for line in result.clean_text.split("\n"):
        for word in line.split():
            position = result.text.index(word, position)


@given(PAGES | HTML)
def test_cleaning_says_the_same_as_tagging(shipped, source):
    cleaned = shipped.clean(source)
    tagged = shipped.tag(source)
    assert cleaned.clean_text == tagged.clean_text
    assert cleaned.model_dump() == {name: tagged.model_dump()[name] for name in type(cleaned).model_fields}


@given(PAGES)
def test_a_tag_has_the_facet_and_labels_of_its_concept_in_the_order_of_the_taxonomy(shipped, text):
    taxonomy = shipped.taxonomy
    result = shipped.tag(text)
    places = [taxonomy.order[tag.id] for tag in result.tags]
    assert places == sorted(places)
    for tag in result.tags:
        concept = taxonomy[tag.id]
        assert (tag.facet, tag.label) == (concept.facet, concept.label)
    assert taxonomy.close(result.concept_ids) == set(result.concept_ids)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "\n",
            "\x00",
            "\ud800",
            "\ufeff",
            "a",
            "…",
            "\u202e",
            "\u0301",
            "<",
            "<html>",
            "😀" * 50,
            "\x85" * 9,
        ),
        *(
            "A" * 20_000,
            "a " * 20_000,
            ". " * 5_000,
            "\n" * 20_000,
            "- \n" * 2_000,
            "1\n" * 2_000,
            "é" * 20_000,
        ),
    ],
    ids=lambda text: ascii(text[:6]),
)
@pytest.mark.parametrize("format", ["auto", "text", "html"])
def test_odd_documents_give_a_well_formed_result(shipped, text, format):
    assert_well_formed(shipped.tag(text, format=format))


# -- status ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " \n\t", "\u00a0"])
def test_a_document_without_text_is_empty(shipped, text):
    result = shipped.tag(text)
    assert (result.status, result.reason) == ("empty", "the document has no text")


def test_a_page_that_is_only_a_menu_is_empty(shipped):
    result = shipped.tag(
        "\n".join(["Home", "About us", "News", "Events", "Publications", "Contact", "Search", "Login"] * 3)
    )
    assert result.status == "empty"
    assert "furniture" in result.reason


def test_content_about_something_else_is_off_topic(shipped):
    result = shipped.tag(
        "The weather will be fine on Sunday, with some clouds over the hills in the north and the east."
    )
    assert (result.status, result.tags, result.language) == ("off_topic", (), "en")
    assert "form" in result.reason


def test_content_in_another_language_is_unsupported(shipped):
    result = shipped.tag(
        "Der Minister sagte am Montag, dass die Regierung das neue Gesetz gegen den"
        " Menschenhandel noch in diesem"
        " Jahr vorlegen werde. Die Opposition kritisierte den Entwurf als unzureichend"
        " und forderte mehr Geld."
    )
    assert (result.status, result.language) == ("unsupported_language", "other")


@pytest.mark.parametrize(
    "text",
    [
        "Two men were jailed for human trafficking.",
        "The weather will be fine on Sunday.",
        "Deux hommes ont été condamnés pour traite des êtres humains.",
        "The police freed three women, and the court heard the two men on the same day. " * 400,
    ],
    ids=["seven-words", "off-topic", "french", "long-line"],
)
def test_a_document_of_one_line_of_prose_is_content(shipped, text):
    assert shipped.clean(text).clean_text == text.strip()


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (FRENCH, "fr")])
def test_content_on_topic_is_tagged(shipped, text, language):
    result = shipped.tag(text)
    assert (result.status, result.reason, result.language) == ("tagged", None, language)
    assert "form.trafficking" in result.concept_ids


# -- what is handed through --------------------------------------------------------------------------


def test_the_id_is_handed_through(shipped):
    assert shipped.tag(ENGLISH, id="page-7").id == "page-7"
    assert shipped.tag(ENGLISH).id is None


def test_a_result_names_what_made_it(shipped):
    versions = shipped.tag("").versions
    assert versions.mtag == mtag.__version__
    assert versions.taxonomy_digest == shipped.taxonomy.digest
    assert shipped.taxonomy.scheme.version in versions.taxonomy


def test_text_bytes_and_html_of_one_content_have_the_same_tags(shipped):
    text = shipped.tag(ENGLISH).concept_ids
    assert shipped.tag(ENGLISH.encode()).concept_ids == text
    assert shipped.tag(ENGLISH.encode("utf-16")).concept_ids == text
    assert (
        shipped.tag(
            f"<!DOCTYPE html><html><body><article><p>{ENGLISH}</p></article></body></html>"
        ).concept_ids
        == text
    )


def test_spans_count_code_points(shipped):
    text = "😀 " + ENGLISH.replace("human trafficking", "human traf\u00adficking")
    [evidence] = next(tag for tag in shipped.tag(text).tags if tag.id == "form.trafficking").evidence
    assert text[evidence.start : evidence.end] == evidence.quote
    assert "traf\u00adficking" in evidence.quote


def test_a_lone_surrogate_keeps_every_offset_and_can_be_written_out(shipped):
    text = f"\ud83d {ENGLISH} \udc00"
    result = shipped.tag(text)
    assert len(result.text) == len(text)
    assert json.loads(result.model_dump_json())["text"] == f"\ufffd {ENGLISH} \ufffd"
    assert "form.trafficking" in result.concept_ids


@pytest.mark.parametrize("source", [None, 3, ["text"]])
def test_what_is_no_document_is_an_option_error(shipped, source):
    with pytest.raises(OptionError):
        shipped.tag(source)


def test_the_module_tags_cleans_and_detects_with_what_ships(shipped):
    assert mtag.tag(ENGLISH) == shipped.tag(ENGLISH)
    assert mtag.clean(ENGLISH) == shipped.clean(ENGLISH)
    assert mtag.detect_language(FRENCH).code == "fr"


# -- another taxonomy --------------------------------------------------------------------------------


def test_another_taxonomy_of_the_same_shape_does_as_well(flood_tagger):
    result = flood_tagger.tag(
        "The farmers were evacuated when the river flood and the storm surge hit the villages at night."
    )
    assert set(result.concept_ids) == {
        *("hazard.water", "hazard.river", "hazard.coast", "group.farmers", "response.evacuation"),
    }
    assert result.tags[0].id == "hazard.water"
    assert result.tags[0].source == "broader"
    assert result.versions.taxonomy == "floods 1"


def test_a_tagger_is_made_from_a_compiled_file(floods, tmp_path):
    path = tmp_path / "floods.json"
    path.write_bytes(floods.compiled())
    assert Tagger.load(path).taxonomy.digest == floods.digest


# -- items -------------------------------------------------------------------------------------------


def test_the_items_of_a_digest_have_their_own_tags_and_the_page_their_union(shipped):
    filler = (
        "The inquiry went on for months, and the police of three countries took part in"
        " it from the beginning."
    )
    page = "\n".join(
        line
        for title, dateline, text in (
            (
                "Forced labour on a farm",
                "Vienna, 3 May 2013",
                "Two men were jailed for forced labour of harvest workers.",
            ),
            (
                "Children sold for begging",
                "Paris, 4 May 2013",
                "The children were trafficked for forced begging in the city.",
            ),
        )
        for line in (title, dateline, f"{text} {filler}", f"{filler} {text}")
    )
    result = shipped.tag(page)
    assert_well_formed(result)
    one, two = result.items
    assert (one.title, one.date.start, two.title, two.date.start) == (
        "Forced labour on a farm",
        "2013-05-03",
        "Children sold for begging",
        "2013-05-04",
    )
    assert "form.forced_labour" in one.concept_ids
    assert "form.forced_begging" not in one.concept_ids
    assert "form.forced_begging" in two.concept_ids
    assert set(result.concept_ids) == {*one.concept_ids, *two.concept_ids}


# -- what ships --------------------------------------------------------------------------------------


def concepts(shipped: Tagger, *sentences: str) -> set[str]:
    return set(shipped.tag(" ".join(sentences)).concept_ids)


@pytest.mark.parametrize(
    "text",
    [
        "The women were trafficked for sexual and labour exploitation in the capital.",
        "Les femmes ont été victimes de traite à des fins d'exploitation sexuelle et par"
        " le travail dans la capitale.",
    ],
)
def test_coordinated_forms_are_both_tagged(shipped, text):
    assert {"form.sexual_exploitation", "form.forced_labour"} <= concepts(shipped, text)


def test_modern_slavery_is_trafficking_not_slavery(shipped):
    found = concepts(
        shipped, "Modern slavery is a growing problem, the government said in its report on Monday."
    )
    assert "form.trafficking" in found
    assert "form.slavery_servitude" not in found


@pytest.mark.parametrize(
    "text",
    [
        "The Office of the Special Representative and Co-ordinator for Combating"
        " Trafficking in Human Beings moved to a"
        " new building on Monday.",
        pytest.param(
            "La Mission interministérielle pour la protection des femmes contre les"
            " violences et la lutte contre la traite des"
            " êtres humains a déménagé lundi.",
            marks=pytest.mark.xfail(reason="the model opens the gate, by 0.0003", strict=True),
        ),
    ],
)
def test_the_name_of_an_office_is_no_evidence(shipped, text):
    assert concepts(shipped, text) == set()


@pytest.mark.parametrize(
    "address",
    [
        "https://post.example/four-jailed-for-human-trafficking",
        "www.human-trafficking.example",
        "human-trafficking.org",
        "desk.news/human-trafficking/forced-labour",
        "desk@human-trafficking.example",
    ],
)
@pytest.mark.parametrize(
    "line", ["Write to {} about it.", "[Traders]({}) said so.", "<p>Write to {} about it.</p>"]
)
def test_the_words_of_an_address_are_no_evidence(shipped, line, address):
    text = "The council opened new bus lanes. Traders had handed in a petition. " + line.format(address)
    assert shipped.tag(text, format="html" if "<p>" in line else "text").status == "off_topic"


@pytest.mark.parametrize(
    ("tag", "quote"),
    [
        ("#EndHumanTrafficking", "HumanTrafficking"),
        ("#human_trafficking", "human_trafficking"),
        ("#StopHumanTRAFFICKINGNow", "HumanTRAFFICKING"),
        ("#TraiteDesÊtresHumains", "TraiteDesÊtresHumains"),
    ],
)
def test_the_words_of_a_hashtag_are_read(shipped, tag, quote):
    line = "Les gens ne sont pas à vendre." if "Traite" in tag else "Today people are not for sale."
    result = shipped.tag(f"{line} {line} {tag}")
    quotes = [one.quote for tag in result.tags for one in tag.evidence if tag.id == "form.trafficking"]
    assert quote in quotes


def test_a_name_with_capitals_inside_is_one_word_where_it_is_no_hashtag(shipped):
    assert shipped.tag("Today people are not for sale, says HumanTrafficking.").status == "off_topic"


def test_words_beside_an_address_are_evidence_and_no_phrase_crosses_it(shipped):
    found = shipped.tag("See https://a.example/b: he was jailed for human trafficking.")
    assert "form.trafficking" in found.concept_ids
    assert shipped.tag("It is human. www.a.example trafficking").status == "off_topic"


@pytest.mark.parametrize(
    "text",
    [
        "Several victims of human trafficking were found. The state has ratified the"
        " Protocol to Prevent, Suppress and"
        " Punish Trafficking in Persons, Especially Women and Children.",
        "Plusieurs victimes de la traite des êtres humains ont été trouvées. L'État a"
        " ratifié le Protocole visant à"
        " prévenir, réprimer et punir la traite des personnes, en particulier des femmes et des enfants.",
    ],
)
def test_the_title_of_the_protocol_gives_no_victim_group(shipped, text):
    found = concepts(shipped, text)
    assert "form.trafficking" in found
    assert not {"victim.women", "victim.children"} & found


@pytest.mark.parametrize(
    "text",
    [
        "Two men were arrested for drug trafficking after the police found cocaine in a lorry at the port.",
        "Deux hommes ont été arrêtés pour trafic de stupéfiants après la découverte de"
        " cocaïne dans un camion au port.",
        "L'éleveur se lève à cinq heures pour la traite des vaches, puis il part livrer"
        " son lait à la fromagerie.",
        "Le traité de Lisbonne est entré en vigueur en 2009 et a changé le"
        " fonctionnement de l'Union européenne.",
        "LE TRAITÉ DE LISBONNE EST ENTRÉ EN VIGUEUR EN 2009 ET A CHANGÉ LE"
        " FONCTIONNEMENT DE L'UNION EUROPÉENNE.",
        "AS Roma won the match in the last minute, and the fans sang in the streets of"
        " the city until the morning.",
        "The woman was not a victim of trafficking, the court found, and the case was"
        " closed on Monday afternoon.",
        "The ministers spoke of terrorism, drug trafficking, corruption, cyber-crime and human trafficking.",
        "Les ministres ont parlé du terrorisme, du trafic de drogue, de la corruption et"
        " de la traite des êtres humains.",
        "He wanted to exploit the natural resources of the region, such as gas, oil and"
        " the great forests of the north.",
        "Traffic was heavy on Monday morning, and many commuters were late for work in"
        " the centre of the city.",
    ],
    ids=lambda text: " ".join(text.split()[:5]),
)
def test_what_only_sounds_like_the_topic_is_off_topic(shipped, text):
    result = shipped.tag(text)
    assert (result.status, result.concept_ids) == ("off_topic", ())


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        (
            "The children were victims of trafficking and were forced to beg in the streets.",
            "form.forced_begging",
        ),
        (
            "Les enfants, victimes de traite, étaient contraints à mendier dans les rues.",
            "form.forced_begging",
        ),
        (
            "The smugglers were paid by the migrants; people smuggling is a crime, the court said.",
            "form.migrant_smuggling",
        ),
        ("Ten women were freed from a prostitution ring in which they were held by force.", "victim.women"),
        (
            "Dix femmes ont été libérées d'un réseau de prostitution où elles étaient retenues de force.",
            "victim.women",
        ),
        (
            "Victims of human trafficking are given shelter, legal aid and medical care.",
            "pillar.victim_assistance",
        ),
        (
            "Les victimes de la traite des êtres humains reçoivent une aide juridique.",
            "pillar.access_to_justice",
        ),
        ("Parliament adopted a new law against human trafficking on Monday.", "pillar.legislation"),
        (
            "Police officers were trained to identify victims of human trafficking.",
            "pillar.capacity_building",
        ),
    ],
)
def test_a_concept_is_found_with_those_it_implies(shipped, text, concept):
    found = concepts(shipped, text)
    assert concept in found
    assert set(shipped.taxonomy.ancestors(concept)) <= found


def test_another_language_inside_a_paragraph_is_read_in_its_own_words(shipped):
    text = (
        "The minister said the plan would be carried out before the summer in every part of the country."
        " « Nous devons protéger les victimes de la traite des êtres humains et poursuivre les trafiquants »,"
        " a déclaré la ministre à Bruxelles lundi. The plan was adopted in June."
    )
    quotes = {evidence.quote for tag in shipped.tag(text).tags for evidence in tag.evidence}
    assert any("traite des êtres humains" in quote for quote in quotes)


def test_another_language_is_named_only_when_asked():
    text = "El tribunal condenó a los tres hombres por el robo de un camión en las afueras de Madrid"
    assert mtag.detect_language(text).code == "other"
    assert mtag.detect_language(text, name_others=True).code == "es"


def test_a_language_that_is_tagged_is_not_named_anew():
    text = "The court sentenced the three men on Monday after a long trial"
    assert mtag.detect_language(text, name_others=True) == mtag.detect_language(text)


SITE = (
    "Maritime Labour Watch and Friends of the Harbour Trust",
    "Our patrons, our history and our yearly accounts since the founding of the trust",
)


def site_page(number):
    body = (
        f"Report number {number} of the season was read to the council on Monday evening in the old hall.",
        f"It counts {number} ships whose crews told the inspectors that they had not been paid since spring.",
        f"The council will come back to the {number} cases at its next meeting, the chairwoman said.",
    )
    return "\n".join((*SITE, *body, *SITE))


def test_a_tagger_for_a_site_leaves_out_the_lines_its_pages_share(shipped):
    pages = [site_page(number) for number in range(11, 16)]
    tagger = shipped.for_site(pages)
    for page in pages:
        kept = tagger.clean(page).clean_text
        assert not any(line in kept for line in SITE)
        assert "of the season was read to the council" in kept


def test_what_a_site_shares_does_not_depend_on_the_order_of_its_pages(shipped):
    pages = [site_page(number) for number in range(11, 16)]
    one, other = shipped.for_site(pages), shipped.for_site(reversed(pages))
    assert one.tag(pages[0]) == other.tag(pages[0])


def test_workers_know_the_site_too(shipped):
    pages = [site_page(number) for number in range(11, 16)]
    tagger = shipped.for_site(pages)
    assert list(tagger.tag_many(pages, n_jobs=2)) == list(tagger.tag_many(pages))


def test_an_unknown_extractor_is_refused_before_any_document():
    with pytest.raises(OptionError, match="extractor"):
        Tagger.load(extractor="other")


def test_a_tagger_for_a_site_leaves_the_first_one_as_it_was(flood_tagger):
    site = flood_tagger.for_site(["Home\nNews\n\nThe river flood took the bridge."] * 3)
    assert (flood_tagger.chrome, site.taxonomy) == (None, flood_tagger.taxonomy)
    assert site.chrome is not None


@pytest.mark.parametrize(
    ("declared", "line", "date"),
    [
        ('<meta property="article:published_time" content="2024-05-03">', "London, 4 May 2024", "2024-05-03"),
        ('<meta property="article:published_time" content="2024-05-03">', "Updated 4 May 2024", "2024-05-03"),
        ('<meta name="date" content="04/05/2024">', "London, 6 May 2024", "2024-05-06"),
        ("", "London, 4 May 2024", "2024-05-04"),
        ("", "Updated 4 May 2024", "2024-05-04"),
    ],
)
def test_the_date_that_a_page_declares_goes_before_one_in_its_text(shipped, declared, line, date):
    page = f"<head>{declared}</head><h1>Two jailed for forced labour</h1><p>{line}</p><p>{ENGLISH}</p>"
    assert shipped.tag(f"<html>{page}</html>").metadata.date.start == date


def test_the_author_that_a_page_declares_is_no_place(shipped):
    head = '<head><meta name="author" content="Hannah Cressing"></head><h1>Two jailed for forced labour</h1>'
    page = f"<html>{head}<p>Hannah Cressing 14 June 2023</p><p>{ENGLISH}</p></html>"
    metadata = shipped.tag(page).metadata
    assert (metadata.place, metadata.author) == (None, "Hannah Cressing")


QUESTIONS = "".join(
    f"<h2>{question}</h2><p>{ENGLISH}</p>" for question in ("What is trafficking?", "Who can help?")
)


def test_the_first_question_of_a_page_is_not_its_title(shipped):
    found = shipped.tag(f"<html><title>Questions and answers</title>{QUESTIONS}</html>")
    assert found.metadata.title == "Questions and answers"


def test_a_question_that_a_page_declares_as_its_title_is_its_title(shipped):
    found = shipped.tag(f"<html><title>What is trafficking?</title>{QUESTIONS}</html>")
    assert found.items[0].title == "What is trafficking?"
