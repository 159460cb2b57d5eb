"""Cleaning: what is kept and left out, why, and what must hold for any text at all."""

import itertools
import json
import re
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtag.artefacts import _WHITE_SPACE, find_artefacts
from mtag.blockfeatures import count
from mtag.blockmodel import best_sequence
from mtag.chrome import FURNITURE, METADATA_LABEL, declared_field, furniture_role
from mtag.chunks import read_chunks
from mtag.document import BOILERPLATE_ROLES, CONTENT_ROLES, Block, Language
from mtag.furniture import KINDS, phrases
from mtag.pipeline.cleaning import _models, clean, clean_pages
from mtag.pipeline.language import detect_blocks
from mtag.pipeline.reading import read
from mtag.results import join_content
from mtag.sitechrome import SiteChrome
from mtag.wordhash import _hashes, hash_word

PAGES = Path(__file__).parent / "cases" / "pages"
TEXT_PAGES = sorted(PAGES.glob("*.txt"))
MENU = "\n".join(
    (
        "Home,About us,Our work,- Projects,- Publications,- Events,Press room,Contact,Jobs,Search,English,"
        "Français,Donate,Newsletter,Accueil,Qui sommes-nous,Actualités,- Agenda,Espace presse,Nous contacter"
    ).split(",")
)
ARTICLE = """Police free nine workers from a farm
LYON, 3 March 2021 – Police freed nine workers from a farm near the city on Tuesday, a judge said.
They had been promised good wages and a room of their own. Instead they slept in a barn and were never paid.
Two men were arrested and will appear before a judge this week. The workers are now cared for by a charity."""

LONG = " ".join(ARTICLE.split("\n")[1:])


def cleaned(source, format="auto", **options):
    document = read(source, format)
    return document, clean(document, detect_blocks(document.text, document.blocks), **options)


def kept(source, format="auto", **options):
    document, result = cleaned(source, format, **options)
    return [
        document.text[b.start : b.end]
        for b, r in zip(document.blocks, result.roles, strict=True)
        if r.is_content
    ]


def clean_text(document, result):
    spans = [(b.start, b.end) for b, r in zip(document.blocks, result.roles, strict=True) if r.is_content]
    return join_content(document.text, spans, list(result.artefacts))


def test_an_article_without_furniture_is_kept_whole():
    assert kept(ARTICLE) == ARTICLE.split("\n")


@pytest.mark.parametrize("rule", ["---", "* * *", "•", "—"])
def test_lines_of_symbols_between_short_texts_leave_out_none_of_them(rule):
    texts = [*ARTICLE.split("\n"), "A second shelter", *BODY]
    assert kept(f"\n{rule}\n".join(texts)) == texts


def test_a_menu_above_and_a_comment_form_below_are_left_out():
    form = "Leave a Reply\n"
    form += "Your email address will not be published. Required fields are marked *\nName *\nEmail *"
    _, result = cleaned(f"{MENU}\n{ARTICLE}\n{form}")
    assert [role.is_content for role in result.roles] == [False] * 20 + [True] * 4 + [False] * 4
    assert result.roles[-4].name == "comment_form"


def test_every_role_is_known_and_has_a_reason():
    known = {*CONTENT_ROLES, *BOILERPLATE_ROLES, "metadata"}
    for path in sorted(PAGES.glob("*.[th][xt]*")):
        _, result = cleaned(path.read_bytes())
        assert all(role.name in known and role.reason for role in result.roles)


def test_a_label_before_two_sentences_marks_no_field():
    _, result = cleaned(f"{ARTICLE}\nCountry: Ghana. Children are sold to boats.")
    assert result.roles[-1].is_content


def test_metadata_labels_and_their_values_are_marked():
    _, result = cleaned(f"- Date:\n- Place:\n- Geneva\n- Source:\n- Press office\n{ARTICLE}")
    assert [role.name for role in result.roles[:5]] == ["metadata"] * 5


def test_a_list_of_other_documents_is_related_whatever_its_words():
    item = "Report on water\nReport on water The committee met in Bonn and adopted it.\nMore information"
    _, result = cleaned(
        ARTICLE + "\n" + "\n".join(item.replace("water", word) for word in ("oil", "salt", "rice", "tin"))
    )
    assert {role.name for role in result.roles[4:]} == {"related"}


OTHERS = """Two men jailed for human trafficking in Leeds
New hotline for victims of forced labour
How to spot the signs of modern slavery"""


@pytest.mark.parametrize(
    "opener", ["Related articles", "Most read", "Read also", "À lire aussi", "Articles liés"]
)
def test_headlines_under_a_line_that_announces_others_are_related(opener):
    assert kept(f"{ARTICLE}\n{opener}\n{OTHERS}\nShare", "text") == ARTICLE.split("\n")


def test_excerpts_under_such_a_line_go_with_their_headlines():
    excerpt = "Nine women were freed from a house in the north of the city."
    others = "\n".join(f"{headline}\n{excerpt}" for headline in OTHERS.split("\n"))
    text = f"{ARTICLE}\n{LONG}"
    assert kept(f"{text}\nRelated articles\n{others}", "text") == text.split("\n")


def test_a_text_that_goes_on_below_such_a_line_keeps_its_headline():
    found = kept(f"All the news from Lyon and the valley, every day.\nMost read\n{OTHERS}\n{ARTICLE}", "text")
    assert found[-4:] == ARTICLE.split("\n")


def test_the_rest_of_a_text_below_such_a_list_has_no_headline():
    found = kept("\n".join([*ARTICLE.split("\n"), "Read also", *OTHERS.split("\n"), *BODY, *BODY]), "text")
    assert found == [*ARTICLE.split("\n"), *BODY, *BODY]


@pytest.mark.parametrize("opener", ["Read also", "See also:", "Lire aussi", "À lire également"])
def test_one_headline_that_is_announced_amid_a_text_is_another_documents(opener):
    body = "\n".join(ARTICLE.split("\n")[1:])
    found = kept(f"{ARTICLE}\n{opener}\n{OTHERS.splitlines()[0]}\n{body}", "text")
    assert found == [*ARTICLE.split("\n"), *body.split("\n")]


BODY = ARTICLE.split("\n")[1:]
BOX = ["Two men jailed for human trafficking in Leeds", "New hotline for victims of forced labour"]


def paragraphs(lines):
    return "".join(f"<p>{line}</p>" for line in lines)


def test_a_list_of_others_amid_a_text_does_not_end_it():
    after = ["The workers are now cared for by a charity.", "They will go home when the trial is over."]
    text = "\n".join([*ARTICLE.split("\n"), "Related articles", *BOX, *after])
    assert kept(text, "text") == [*ARTICLE.split("\n"), *after]


def test_a_list_of_others_amid_the_paragraphs_of_a_page_does_not_end_them():
    links = "".join(f'<li><a href="/x">{line}</a></li>' for line in BOX)
    box = f"<div class=more><h4>Related articles</h4><ul>{links}</ul></div>"
    last = "The workers are now cared for by a charity."
    page = f"<article>{paragraphs([*BODY, *BODY])}{box}{paragraphs([last])}</article>"
    assert kept(page, "html") == [*BODY, *BODY, last]


HEADLINE = BOX[0]
EXCERPT = "The brothers kept nine women in a house near the station, the jury was told."


@pytest.mark.parametrize(
    "card",
    [
        f'<a href="/x"><h4>{HEADLINE}</h4><div>{EXCERPT}</div><div>12 May 2023</div></a>',
        f'<div class=css-1><h3><a href="/x">{HEADLINE}</a></h3><p>{EXCERPT}</p></div>',
        f'<div class=css-1><div><a href="/x">{HEADLINE}</a></div><div>{EXCERPT}</div></div>',
        f'<p class=r1><a href="/x">{HEADLINE}</a></p><p class=r2>{EXCERPT}</p><p class=r2>12 May 2023</p>',
        f'<p><strong><a href="/x">{HEADLINE}</a></strong></p>',
        f'<blockquote><p><a href="/x">{HEADLINE}</a></p></blockquote>',
        f'<ul><li><a href="/x">{HEADLINE}</a></li><li><a href="/y">{BOX[1]}</a></li></ul>',
        f'<aside><p>Read also</p><h3><a href="/x">{HEADLINE}</a></h3><p>{EXCERPT}</p></aside>',
    ],
    ids=["one link", "heading", "divs", "classes", "strong", "quotation", "list", "announced"],
)
def test_a_card_of_another_document_amid_a_text_is_no_content(card):
    page = f"<h1>Nine workers freed</h1>{paragraphs([*BODY, *BODY])}{card}{paragraphs(BODY)}"
    assert kept(page, "html") == ["Nine workers freed", *BODY * 3]


@pytest.mark.parametrize(
    "own",
    [
        f'<p><a href="/x">{EXCERPT}</a></p>',
        f'<h2><a href="#how">{HEADLINE}</a></h2>',
        f'<h2>Resources</h2><ul><li><a href="/x">{HEADLINE}</a></li></ul>',
        f'<p>Two guides have come out:</p><ul><li><a href="/x">{HEADLINE}</a></li></ul>',
        f'<ul><li>They slept in a barn</li><li><a href="/x">{HEADLINE}</a></li></ul>',
        f'<ol><li><a href="/x">{HEADLINE}</a></li><li><a href="/y">{BOX[1]}</a></li></ol>',
        f'<section><h3><a href="/x">{HEADLINE}</a></h3><p>{EXCERPT}</p></section>',
    ],
    ids=["sentence", "heading", "list below a heading", "announced list", "list", "numbered", "section"],
)
def test_a_link_of_the_text_itself_is_no_card(own):
    found = kept(f"<main>{paragraphs([*BODY, *BODY])}{own}{paragraphs(BODY)}</main>", "html")
    assert {HEADLINE, EXCERPT} & {*found}


OWN_LINKS = "".join(f'<p><a href="/x">{line}</a></p>' for line in BOX)


@pytest.mark.parametrize("after", [[], BODY], ids=["below", "amid"])
@pytest.mark.parametrize(
    "own",
    [
        f"<p>The report says two things:</p>{OWN_LINKS}",
        f"<p>The report says two things:</p><div class=box>{OWN_LINKS}</div>",
        f"<p>The report says two things:<br><a href='/x'>{BOX[0]}</a><br><a href='/y'>{BOX[1]}</a></p>",
        f"<p><strong>Our partners</strong></p>{OWN_LINKS}",
        f"<h2>Sources</h2>{OWN_LINKS}",
        f"<div class=box><h3>Documents annexed to the report</h3>{OWN_LINKS}</div>",
    ],
    ids=["paragraphs", "box", "line breaks", "bold label", "heading", "box with a heading"],
)
def test_a_list_of_links_that_the_text_announces_is_content(own, after):
    page = f"<nav><a>Home</a></nav><main>{paragraphs(BODY * 2)}{own}{paragraphs(after)}</main>"
    assert {*BOX, *BODY} <= {*kept(page, "html")}


def test_a_list_of_links_under_a_heading_is_content_amid_a_text_and_none_below_it():
    links = "".join(f'<p><a href="/x">{line}</a></p>' for line in OTHERS.split("\n"))
    listed = f"<h2>What the press says</h2>{links}"
    amid = f"<nav><a>Home</a></nav><main>{paragraphs(BODY)}{listed}{paragraphs(BODY * 2)}</main>"
    below = f"<nav><a>Home</a></nav><main>{paragraphs(BODY * 3)}{listed}</main>"
    assert {*OTHERS.split("\n")} <= {*kept(amid, "html")}
    assert not {*OTHERS.split("\n")} & {*kept(below, "html")}


@pytest.mark.parametrize("label", ["You might also like:", "On the same topic:", "On this page:"])
def test_a_colon_may_announce_other_documents(label):
    page = f"<main>{paragraphs(BODY * 2)}<p>{label}</p>{OWN_LINKS}{paragraphs(BODY)}</main>"
    assert not {*BOX} & {*kept(page, "html")}


def test_links_to_the_headings_below_them_are_a_table_of_contents():
    parts = "".join(f"<h2>{line}</h2>{paragraphs(BODY)}" for line in BOX)
    page = f"<main>{paragraphs(BODY)}<p>What you will find here:</p>{OWN_LINKS}{parts}</main>"
    found = kept(page, "html")
    assert [found.count(line) for line in BOX] == [1, 1]


def test_the_linked_titles_of_a_digest_are_no_cards():
    parts = [f'<p class=t><a href="/x">{line}</a></p>{paragraphs(BODY)}' for line in OTHERS.split("\n")]
    assert {*OTHERS.split("\n")} <= {*kept(f"<main>{''.join(parts)}</main>", "html")}


SHORT = [
    *(
        "Police freed nine workers from a farm near the city on Tuesday, a judge said.",
        "They slept in a barn.",
    ),
    "They had been promised good wages and a room of their own by a man in their village.",
    *("Two men were arrested at dawn and will appear before a judge this week.", "A third man is sought."),
]
CARDS = [
    (line, f"A court has heard both sides and will decide in {month}.")
    for line, month in zip(OTHERS.split("\n"), ("May", "June", "July"), strict=True)
]


@pytest.mark.parametrize(
    "below",
    [
        "<div>More on this story</div>"
        + "".join(f'<div><a href="/">{a}</a><p>{b}</p></div>' for a, b in CARDS),
        "".join(f'<div><h4><a href="/">{a}</a></h4><p>{b}</p></div>' for a, b in CARDS),
        "<h3>More on farms</h3>" + "".join(f'<a href="/"><h4>{a}</h4><p>{b}</p></a>' for a, b in CARDS),
        "<h3>More on human trafficking</h3>",
    ],
    ids=["announced", "cards", "a heading of their own", "a heading alone"],
)
def test_what_leads_to_others_below_short_paragraphs_is_no_content(below):
    page = f"<nav><a>Home</a></nav><h1>Nine workers freed</h1>{paragraphs(SHORT * 3)}<div>{below}</div>"
    assert kept(f"{page}<footer>Contact</footer>", "html") == ["Nine workers freed", *SHORT * 3]


BYLINES = (
    "",
    "<div class=author>by Jane Doe</div><div class=date>8 March 2024</div>",
    "<ul class=share><li><a>Facebook</a></li><li><a>Twitter</a></li></ul>",
    "<p>3 min read</p><p>by Jane Doe</p>",
)


@pytest.mark.parametrize("byline", BYLINES)
def test_the_headline_of_a_page_is_content_whatever_stands_below_it(byline):
    head = "<title>Nine workers freed – The Daily</title>"
    page = f"{head}<nav><a>Home</a></nav><h1>Nine workers freed</h1>{byline}{paragraphs(BODY)}"
    assert kept(page, "html")[0] == "Nine workers freed"


@pytest.mark.parametrize("byline", BYLINES)
@pytest.mark.parametrize("tag", ["p", "h2", "div"])
def test_what_a_page_declares_to_be_about_is_content_below_its_headline(byline, tag):
    summary = "Nine men slept in a barn and were never paid"
    head = f"<title>Nine workers freed</title><meta name=description content='{summary}.'>"
    page = f"{head}<h1>Nine workers freed</h1><{tag}>{summary}</{tag}>{byline}<p>1243</p>{paragraphs(BODY)}"
    assert kept(page, "html")[:2] == ["Nine workers freed", summary]


def test_what_a_page_declares_is_no_content_above_its_headline():
    summary = "All the news from Lyon and the valley"
    head = f"<title>Nine workers freed</title><meta name=description content='{summary}'>"
    page = f"{head}{BYLINES[2]}<div>{summary}</div><h1>Nine workers freed</h1>{paragraphs(BODY)}"
    assert kept(page, "html") == ["Nine workers freed", *BODY]


def test_the_name_of_the_site_is_no_headline():
    head = "<title>Nine workers freed – Ministry of the Interior and Justice</title>"
    page = f"{head}<h1>Ministry of the Interior and Justice</h1>{BYLINES[2]}{paragraphs(BODY)}"
    assert kept(page, "html") == BODY


def test_a_line_that_says_the_declared_title_is_the_headline_and_not_the_heading_of_the_site():
    head = "<title>The Daily - Nine workers freed</title><meta property=og:site_name content='The Daily'>"
    lines = "<div class=headline>Nine workers freed</div>" + BYLINES[1]
    page = f"{head}<h1>Daily news from Lyon</h1><ul><li>Sport</li></ul>{lines}{paragraphs(BODY)}"
    found = kept(page, "html")
    assert "Nine workers freed" in found
    assert "Daily news from Lyon" not in found


def test_a_heading_above_the_declared_headline_is_that_of_the_site():
    page = "<title>Nine workers freed</title><h1>Office for Home Affairs</h1><h2>Nine workers freed</h2>"
    assert kept(page + paragraphs(BODY), "html") == ["Nine workers freed", *BODY]


def test_a_first_heading_is_the_headline_of_a_page_that_declares_no_title():
    page = f"<h1>Nine workers freed near Lyon</h1>{BYLINES[1]}{paragraphs(BODY)}"
    assert kept(page, "html")[0] == "Nine workers freed near Lyon"


FIELDS = "<dl><dt>Reference</dt><dd>2024-118</dd><dt>Issued by</dt><dd>Press office</dd></dl>"


def test_the_only_first_heading_is_the_headline_of_a_text_that_begins_with_a_heading():
    head = "<title>County police</title><nav><a>Home</a></nav><main><h1>Raid on a farm</h1>"
    page = f"{head}{FIELDS}<h2>What happened</h2>{paragraphs(BODY)}</main><footer>Copyright</footer>"
    found = kept(page, "html")
    assert (found[0], found[-4:]) == ("Raid on a farm", ["What happened", *BODY])


def test_a_first_heading_above_a_menu_is_that_of_the_site():
    menu = "".join(f"<li><a href='/'>{line}</a></li>" for line in MENU.split("\n")[:8])
    page = f"<h1>Office for Home Affairs</h1><ul>{menu}</ul><h2>Nine workers freed</h2>{paragraphs(BODY)}"
    assert kept(page, "html") == ["Nine workers freed", *BODY]


@pytest.mark.parametrize("mark", [" ", " · ", "<br>"])
@pytest.mark.parametrize("tag", ["header", "p"])
def test_the_menu_of_a_page_without_other_furniture_is_no_content(mark, tag):
    links = mark.join(f'<a href="/x">{line}</a>' for line in ("Home", "Human trafficking", "Contact"))
    page = f"<title>Nine workers freed</title><{tag}>{links}</{tag}><h1>Nine workers freed</h1>"
    assert kept(page + paragraphs(BODY), "html") == ["Nine workers freed", *BODY]


def test_captions_and_offers_to_subscribe_stand_beside_the_text():
    figure = "<figure><img src=x><figcaption>The farm near Lyon. Photo: Reuters</figcaption></figure>"
    offer = "<div class=newsletter-box><p>Get the latest on modern slavery every Friday.</p></div>"
    page = f"<article>{paragraphs(BODY)}{figure}{offer}{paragraphs(BODY)}</article>"
    assert kept(page, "html") == BODY * 2


def test_a_gallery_that_tells_its_story_in_captions_is_content():
    figures = "".join(f"<figure><img src=x><figcaption>{line}</figcaption></figure>" for line in SHORT * 2)
    page = f"<nav><a>Home</a></nav><h1>Nine workers freed</h1><div>{figures}</div><footer>Contact</footer>"
    assert kept(page, "html") == ["Nine workers freed", *SHORT * 2]


QUESTIONS = [
    ("What is human trafficking?", "People are recruited by force or fraud so that others may exploit them."),
    ("Where do the victims come from?", "Mostly from Romania, Bulgaria and Vietnam."),
    ("What help can they get?", "A place to live, a doctor and, for three months, a permit to stay."),
    ("Can victims be punished?", "No. A victim who was forced to steal is not prosecuted."),
    ("Who can I call?", "116 016, round the clock and free."),
]


@pytest.mark.parametrize(
    "form",
    [
        '<h2><button data-bs-target="#c{0}" aria-expanded="false">{1}</button></h2><div id=c{0}>{2}</div>',
        '<button data-bs-target="#c{0}" aria-expanded="false">{1}</button><div id="c{0}">{2}</div>',
        "<details><summary>{1}</summary><p>{2}</p></details>",
        '<h3>{1}</h3><div style="display:none"><p>{2}</p></div>',
        '<h3>{1}</h3><div aria-hidden="true"><p>{2}</p></div>',
    ],
    ids=["heading", "button", "details", "script", "aria"],
)
def test_questions_and_answers_that_unfold_are_content_from_the_first_to_the_last(form):
    items = "".join(f"<div>{form.format(n, *pair)}</div>" for n, pair in enumerate(QUESTIONS))
    head = "<title>FAQ</title><nav><a>Ministry</a> <a>Topics</a></nav><h1>Frequently asked questions</h1>"
    found = kept(f"{head}<div>{items}</div><footer class=footer>Imprint</footer>", "html")
    assert found[-2 * len(QUESTIONS) :] == [line for pair in QUESTIONS for line in pair]


@pytest.mark.parametrize("start", ["<div onclick='show(0)'>", "<a href='javascript:show(0)'>"])
def test_an_answer_that_a_script_shows_is_content(start):
    question = f"<div>{start}Who are they?</div></a><div style='display:none'><p>{BODY[1]}</p></div>"
    page = f"<main><h1>Questions</h1>{paragraphs(BODY)}{question}{paragraphs(BODY)}</main>"
    assert kept(page, "html").count(BODY[1]) == 3


def test_a_summary_in_the_other_language_is_content():
    french = [
        "La police a libéré neuf ouvriers d’une ferme près de Lyon, où ils dormaient dans une grange et"
        " n’étaient jamais payés, malgré les promesses d’un bon salaire et d’une chambre à eux.",
    ]
    assert set(french) <= set(kept("\n".join([*french, *BODY, *BODY, *BODY]), "text"))
    assert set(french) <= set(kept("\n".join([*BODY, *BODY, *BODY, *french]), "text"))


def test_a_short_last_sentence_is_content_and_a_label_below_it_is_not():
    text = "\n".join([*BODY, "They will be sentenced in May.", "Share on Facebook", "© 2024 The Daily"])
    assert kept(text, "text") == [*BODY, "They will be sentenced in May."]


def test_a_last_sentence_of_three_words_is_content_in_the_elements_of_the_text():
    last = ["They are well now.", "The trial continues."]
    page = f"<main>{paragraphs([*BODY, *BODY, *last])}</main><footer><p>Contact us.</p></footer>"
    assert kept(page, "html") == [*BODY, *BODY, *last]


@pytest.mark.parametrize(
    "heading",
    [
        *("Search for missing girls", "Related arrests in Spain", "Loading dock workers freed"),
        *("Privacy of victims in court", "Terms and conditions that trap workers", "Views of survivors"),
        *("Recherche de victimes", "Lecture du jugement vendredi", "Partager l’information avec Europol"),
        *("Conditions générales d’emploi", "Chargement des migrants à bord", "12.03.2024", "2019 - 2023"),
    ],
)
def test_a_heading_that_begins_like_furniture_is_none(heading):
    assert furniture_role(heading) is None


@pytest.mark.parametrize(
    "line",
    [
        *("Search", "Search this site", "Rechercher :", "Related articles", "Related: how we work"),
        *("Loading…", "Privacy policy", "Terms of use", "1,203 views".replace(",", ""), "View profile"),
        *("Partager cet article", "Temps de lecture : 3 min", "Conditions générales d’utilisation"),
        *("+33 1 99 00 12 34", "Chargement en cours", "Accessibilité : non conforme", "Copyright 2024"),
    ],
)
def test_furniture_is_known_by_more_than_its_first_word(line):
    assert furniture_role(line) is not None


def test_a_row_of_numbers_is_no_list_of_pages():
    rows = "".join(f"<tr><td>{year}</td><td>214</td><td>88</td></tr>" for year in (2021, 2022, 2023))
    page = f"<article>{paragraphs(BODY)}<table>{rows}</table>{paragraphs(BODY)}</article>"
    assert "2021 | 214 | 88" in kept(page, "html")


def test_a_heading_with_a_colon_is_no_declared_field():
    page = (
        f"<article>{paragraphs(BODY)}<h2>Place: the farm where it happened</h2>{paragraphs(BODY)}</article>"
    )
    assert "Place: the farm where it happened" in kept(page, "html")


def printed(pages, head, foot):
    return "\n".join(
        "\n".join([head, *(BODY * 3), foot.format(number)]) for number in range(1, pages + 1)
    ).split("\n")


@pytest.mark.parametrize("foot", ["Page {} of 4", "{}", "- {} -", "Annual report | {}"])
def test_running_heads_and_numbers_of_pages_are_no_content(foot):
    head = "Ministry of Justice: annual report on human trafficking"
    lines = printed(4, head, foot)
    assert kept("\n".join(lines), "text") == [line for line in lines if line in BODY]


def test_what_comes_again_beside_no_number_is_content():
    speakers = [line for answer in BODY * 4 for line in ("Mr Smith (Leeds)", answer)]
    _, result = cleaned("\n".join(speakers), "text")
    assert all(role.reason != "on every page" for role in result.roles)


def test_a_link_that_closes_an_excerpt_announces_nothing():
    found = kept(f"{ARTICLE}\nRead more\nWhat the law says about such farms\n{ARTICLE}", "text")
    assert "What the law says about such farms" in found


def page_of(body):
    return f"<!doctype html><body><div><p>{LONG}</p><p>{LONG}</p>{body}</div></body>"


def test_links_below_a_text_lead_away_from_it():
    links = "<br>".join(f'<a href="/{number}">{line}</a>' for number, line in enumerate(OTHERS.split("\n")))
    assert kept(page_of(f"<p>{links}</p>")) == [LONG, LONG]


def test_cards_under_a_heading_that_announces_others_are_related():
    cards = "".join(
        f"<h3>{line}</h3><p>The court heard both sides on Monday.</p>" for line in OTHERS.split("\n")
    )
    assert kept(page_of(f"<h2>Related articles</h2>{cards}")) == [LONG, LONG]


def test_links_to_the_pages_before_and_after_are_no_content_though_they_look_quoted():
    links = '<a href="/1">« Five charged with trafficking</a> <a href="/2">A boat and its crew »</a>'
    assert kept(page_of(f"<div>{links}</div>")) == [LONG, LONG]


def test_a_sentence_apart_from_the_one_paragraph_of_a_page_is_not_kept_with_it():
    menu = "".join(f"<li><a href='/'>{line}</a></li>" for line in MENU.split("\n")[:8])
    comment = "They should lock up such people for good, and I say so as a farmer."
    comments = (
        f'<div id="comments"><h3>2 comments</h3><ol><li><div>John</div><p>{comment}</p></li></ol></div>'
    )
    footer = '<div id="footer"><a href="/c">Contact</a><p>© 2024 Ministry</p></div>'
    page = f'<div id="nav"><ul>{menu}</ul></div><p>{LONG}</p>{comments}{footer}'
    assert kept(f"<html><body>{page}</body></html>") == [LONG]


def test_a_whole_paragraph_in_a_heading_element_is_no_title():
    _, result = cleaned(f"<!doctype html><body><h1>{LONG}</h1><p>{LONG}</p></body>")
    assert [role.name for role in result.roles] == ["paragraph", "paragraph"]


def test_many_headlines_above_the_text_are_related_too():
    text = f"Latest news\n{OTHERS}\nA minister opens a new bridge in the north\n{ARTICLE}"
    assert kept(text, "text") == ARTICLE.split("\n")


@pytest.mark.parametrize("place", ["above", "below"])
def test_headlines_that_nothing_announces_are_no_content(place):
    others = f"{OTHERS}\nMinister opens a new bridge in the north"
    article = f"{ARTICLE.split(chr(10))[0]}\n{LONG}\n{LONG}"
    text = f"{others}\n{article}" if place == "above" else f"{article}\n{others}"
    assert kept(text, "text") == article.split("\n")


def test_a_few_lines_above_the_text_are_its_own():
    head = "Freed from a barn\nNine workers slept on straw for a year\nThe farm near the river is closed now"
    assert kept(f"{head}\n{LONG}", "text") == f"{head}\n{LONG}".split("\n")


def test_two_lines_above_the_text_may_be_its_own():
    head = "Freed from a barn\nNine workers slept on straw for a year"
    _, result = cleaned(f"Latest news\n{head}\n{ARTICLE}", "text")
    assert "in a list of other documents" not in {role.reason for role in result.roles}


def test_a_headline_with_lines_of_its_own_is_no_list():
    own = "Nine workers slept on straw\nBy Nuala Prentice, courts correspondent\nA barn near the river"
    text = "\n".join(("Latest news", ARTICLE.split("\n")[0], own, *ARTICLE.split("\n")[1:]))
    _, result = cleaned(text, "text")
    assert "in a list of other documents" not in {role.reason for role in result.roles}


def test_a_page_of_nothing_but_headlines_is_not_empty():
    assert {*OTHERS.split("\n")} <= {*kept(f"Latest news\n{OTHERS}", "text")}


COMMENTS = """2 comments
John Miller
March 3, 2021 at 4:12 pm
They should lock up such people for good, and I say so as a farmer.
Reply
Leave a comment
Your email address will not be published.
Name"""


def test_comments_of_readers_are_no_content():
    assert kept(f"{ARTICLE}\n{COMMENTS}", "text") == ARTICLE.split("\n")


def test_a_count_of_comments_above_the_text_does_not_take_the_text():
    assert set(ARTICLE.split("\n")) <= {
        *kept(f"Freed from a barn\n3 comments\n{ARTICLE}\n{COMMENTS}", "text")
    }


@pytest.mark.parametrize(
    "lines",
    [
        "Previous article\nFive charged with trafficking\nNext article\nA boat and its crew",
        "« Five charged with trafficking women\nA boat and its crew are found »",
        "Subscribe to our newsletter\nAll about such cases, in your inbox every week.\nYour email address",
    ],
    ids=["before and after", "arrows", "newsletter"],
)
def test_what_leads_away_from_a_page_is_no_content(lines):
    assert kept(f"{ARTICLE}\n{lines}", "text") == ARTICLE.split("\n")


@pytest.mark.parametrize(
    "way",
    [
        "Home > Topics > Human trafficking > Farms",
        "Home / Human trafficking",
        "Vous êtes ici : Accueil / Traite des êtres humains",
    ],
)
def test_the_way_to_a_page_is_no_content(way):
    assert kept(f"{way}\n{ARTICLE}", "text") == ARTICLE.split("\n")


def test_excerpts_with_a_link_to_read_on_are_of_other_documents():
    excerpt = "{}\nThe court heard both sides on Monday.\nRead more"
    above = "\n".join(map(excerpt.format, OTHERS.split("\n")))
    assert kept(f"{above}\n{ARTICLE}\n{ARTICLE}", "text") == ARTICLE.split("\n") * 2


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_a_text_that_has_lost_its_line_ends_is_content_between_any_lines(parts):
    lines = [" ".join([ARTICLE.replace("\n", " ")] * 3)] * parts
    assert kept("\n".join((MENU, *lines, "Share", MENU)), "text") == lines


def test_a_line_below_the_last_sentence_is_no_heading():
    _, result = cleaned(f"{ARTICLE}\nNext week in this place", "text")
    assert [role.name for role in result.roles] == ["title", *["paragraph"] * 4]


ABOUT = "Founded in 1994, Hope House offers a safe home to women who have left their traffickers."


@pytest.mark.parametrize(
    "head",
    [
        *("About Hope House", "About Us", "About the Author", "Who we are", "Qui sommes-nous ?"),
        *("À propos de la Maison Hope", "ABOUT THE HOPE HOUSE TRUST", "ENDS", "-ENDS-", "FIN"),
    ],
)
def test_what_stands_below_the_end_of_a_text_is_no_content(head):
    assert kept(f"{ARTICLE}\n{head}\n{ABOUT}", "text") == ARTICLE.split("\n")
    page = f"<article>{paragraphs(BODY)}<h3>{head}</h3>{paragraphs([ABOUT])}</article>"
    assert kept(page, "html") == BODY


def test_an_organisation_may_speak_of_itself_behind_a_colon():
    assert kept(f"{ARTICLE}\nAbout Hope House: {ABOUT}", "text") == ARTICLE.split("\n")


def test_releases_may_follow_one_another_each_with_its_end():
    releases = [line for head in BOX for line in (head, *BODY, "ENDS")]
    found = kept("\n".join(releases), "text")
    assert {*BOX, *BODY} <= {*found}
    assert found.count(BODY[0]) == len(BOX)


@pytest.mark.parametrize(
    "last",
    [
        "Jane Roe is a reporter covering labour and courts for The Daily.",
        "Jane Roe and Tom Keller are investigative journalists in Lyon.",
        "Marie Duval est journaliste à La Gazette, où elle suit les tribunaux.",
        "Journaliste indépendante, Marie Duval écrit pour La Gazette.",
    ],
)
def test_the_life_of_an_author_below_a_text_is_no_content(last):
    assert kept(f"<article>{paragraphs([*BODY, *BODY, last])}</article>", "html") == BODY * 2


def test_whoever_signs_above_a_text_is_its_author_whatever_her_work():
    last = "Jane Roe is a barrister in London."
    page = f"<article>{paragraphs(BODY * 2)}<p>{last}</p></article>"
    assert last in kept(page, "html")
    assert last not in kept(f"<p>By Jane Roe</p>{page}", "html")


@pytest.mark.parametrize(
    "last",
    [
        "Jane Roe is a picker who left the farm in July and lives in a shelter.",
        "Ion Rusu is a journalist who was beaten when he tried to film the barn.",
        "The new law covers all who work on farms for a season.",
    ],
)
def test_a_text_may_end_with_the_people_it_tells_of(last):
    assert kept(f"<article>{paragraphs([*BODY, *BODY, last])}</article>", "html") == [*BODY * 2, last]


def test_a_writer_whom_the_text_names_is_part_of_it():
    lines = ["“Nobody was paid,” Ann Marsh said at the trial on Monday.", *BODY, *BODY]
    last = "Ann Marsh is a lecturer in law at Leeds."
    assert last in kept(f"<article>{paragraphs([*lines, last])}</article>", "html")


@pytest.mark.parametrize(
    "last",
    [
        "Reporting by Jane Roe; editing by Tom Keller",
        "Support us with a gift from five euros a month.",
        "Sign up to our newsletter to get such stories every week in your inbox.",
    ],
)
def test_credits_and_appeals_below_a_text_are_no_content(last):
    assert kept(f"<article>{paragraphs([*BODY, *BODY, last])}</article>", "html") == BODY * 2


@pytest.mark.parametrize(
    "lines",
    [
        "<p>Press contact</p><p>Jane Roe, press officer</p><p>+33 1 99 00 11 22</p>",
        "<h3>Contact presse</h3><p>Jane Roe, presse<br>01 99 00 11 22<br>presse@maison.example</p>",
        "<p><strong>Media contact:</strong> Jane Roe, press officer, +33 1 99 00 11 22</p>",
    ],
)
def test_who_speaks_to_the_press_is_no_content(lines):
    assert kept(f"<article>{paragraphs(BODY * 2)}{lines}</article>", "html") == BODY * 2


@pytest.mark.parametrize("rubric", ["<p class=kicker>Labour and migration</p>", "<p>Press release</p>"])
def test_a_rubric_above_the_headline_is_no_content(rubric):
    head = "<title>Nine workers freed</title><nav><a>Home</a></nav>"
    page = f"{head}<main>{rubric}<h1>Nine workers freed</h1>{paragraphs(BODY)}</main>"
    assert kept(page, "html") == ["Nine workers freed", *BODY]


@pytest.mark.parametrize("button", ["<a href=/d>Donate now</a>", "<button>Give £24 today</button>"])
def test_an_appeal_in_a_box_amid_a_text_is_no_content(button):
    appeal = (
        "<h3>Your gift pays for beds</h3><p>With ten euros a month you pay a night of safety. Give today.</p>"
    )
    page = f"<article>{paragraphs(BODY)}<div class=cta-box>{appeal}{button}</div>{paragraphs(BODY)}</article>"
    assert kept(page, "html") == BODY * 2


def test_a_caption_is_known_by_the_name_of_its_element_too():
    caption = "<div class=wp-caption><p class=wp-caption-text>The farm near Lyon. Photo: Reuters</p></div>"
    page = f"<article>{paragraphs(BODY)}{caption}{paragraphs(BODY)}</article>"
    assert kept(page, "html") == BODY * 2


@pytest.mark.parametrize("tag", ["p", "h2", "h4"])
@pytest.mark.parametrize("line", ["Need help? Call 116 006", "Victimes : appelez le 0 800 555 111"])
def test_a_number_to_call_in_the_words_of_the_text_is_content(tag, line):
    page = f"<main>{paragraphs(BODY * 2)}<{tag}>{line}</{tag}></main><footer>Contact</footer>"
    assert line in kept(page, "html")


def test_a_number_to_call_in_a_box_of_the_site_is_no_content():
    box = "<div class='widget help'><h3>Need help? Call 116 006</h3></div>"
    assert kept(f"<main>{paragraphs(BODY * 2)}{box}</main><footer>Contact</footer>", "html") == BODY * 2


def test_an_author_who_stands_in_a_list_of_the_text_is_part_of_it():
    head = "<title>Nine workers freed</title><meta name=author content='Jane Doe'>"
    people = "".join(
        f"<li>{name} brought food to the workers every day.</li>" for name in ("Ann Lee", "Jane Doe")
    )
    page = f"{head}<h1>Nine workers freed</h1>{paragraphs(BODY)}<h3>Who helped</h3><ul>{people}</ul>"
    assert "Jane Doe brought food to the workers every day." in kept(page, "html")


@pytest.mark.parametrize("name", ["", "<h4>Jane Doe</h4>"])
def test_what_a_page_tells_of_its_author_below_the_text_is_no_content(name):
    head = "<title>Nine workers freed</title><meta name=author content='Jane Doe'>"
    life = "Jane Doe covers courts and human trafficking. She has won two awards for her reports."
    page = f"{head}<h1>Nine workers freed</h1>{paragraphs(BODY)}<div class=b7>{name}<p>{life}</p></div>"
    assert kept(page, "html") == ["Nine workers freed", *BODY]
    own = f"{head}<h1>Nine workers freed</h1>{paragraphs([*BODY, life])}"
    assert life in kept(own, "html")


def test_what_a_form_amid_a_text_is_for_is_no_content():
    offer = "<p class=o>Get our letter on modern slavery and human trafficking every Friday.</p>"
    form = f"<div class=c9>{offer}<form><input><button>OK</button></form></div>"
    page = f"<nav><a>Home</a></nav>{paragraphs([*BODY, *BODY])}{form}{paragraphs(BODY)}"
    assert "every Friday" not in "".join(kept(page, "html"))


def test_several_organisations_and_their_contacts_may_stand_below_a_text():
    lines = ["About Hope House", ABOUT, "About Anker", ABOUT, "Media contact", "Joy Adler, +41 00 000 00 00"]
    assert kept("\n".join([ARTICLE, *lines]), "text") == ARTICLE.split("\n")


@pytest.mark.parametrize(
    "lines",
    [
        ["About Farm Work", "Few of those who do farm work are told what they will be paid for it."],
        ["About Hope House", ABOUT, "What happens next", BODY[0]],
        ["About Hope House", *[ABOUT] * 5],
        ["About the wages", BODY[1]],
        ["About the Farm Work Act", "The Farm Work Act says what workers are paid for and when."],
    ],
    ids=["a subject", "the text goes on", "longer than the text", "no name", "a law"],
)
def test_a_part_of_the_text_is_not_what_its_author_says_of_itself(lines):
    page = f"<article>{paragraphs(BODY)}<h3>{lines[0]}</h3>{paragraphs(lines[1:])}</article>"
    assert kept(page, "html") == [*BODY, *lines]


def test_html_hints_part_content_from_furniture():
    article = "".join(f"<p>{line}</p>" for line in ARTICLE.split("\n")[1:])
    menu = "".join(f'<li><a href="#">{line}</a></li>' for line in MENU.split("\n"))
    page = (
        f"<html><body><nav><ul>{menu}</ul></nav><main><h1>{ARTICLE.split(chr(10))[0]}</h1>{article}</main>"
        "<footer><p>© 2021 The Daily Farm. All rights reserved.</p></footer></body></html>"
    )
    assert kept(page) == ARTICLE.split("\n")


@pytest.mark.parametrize("path", TEXT_PAGES, ids=lambda path: path.stem)
def test_cleaning_a_cleaned_page_changes_nothing(path):
    first = clean_text(*cleaned(path.read_bytes()))
    if first:
        assert clean_text(*cleaned(first, "text")) == first


@pytest.mark.parametrize("path", TEXT_PAGES, ids=lambda path: path.stem)
def test_a_menu_above_changes_nothing_below(path):
    text = path.read_text("utf-8")
    alone, under = kept(text, "text"), kept(f"{MENU}\n{text}", "text")
    assert under == alone


def test_an_article_on_two_pages_is_content_and_a_line_on_three_is_the_sites():
    chrome = SiteChrome()
    pages = [
        f"Un média libre depuis 1996 pour toute la région\n{ARTICLE.replace('nine', word)}"
        for word in ("six", "ten", "two")
    ]
    pages.append(pages[0])
    for page in pages:
        document = read(page, "text")
        chrome.learn(count(document.text, document.blocks), "example.org")
    document, result = cleaned(pages[0], chrome=chrome, site="example.org")
    assert result.roles[0].name == "duplicate"
    assert kept(pages[0], chrome=chrome, site="other.org") == kept(pages[0])


def test_what_a_batch_learns_does_not_depend_on_its_order():
    documents = [read(path.read_text("utf-8"), "text") for path in TEXT_PAGES]
    tables = []
    for order in (documents, documents[::-1]):
        chrome = SiteChrome()
        for document in order:
            chrome.learn(count(document.text, document.blocks))
        tables.append(chrome._table)
    assert np.array_equal(*tables)


def artefacts_of(text):
    document = read(text, "text")
    return [text[span.start : span.end] for span in find_artefacts(text, document.blocks)]


def test_page_numbers_of_a_transcription_are_artefacts():
    pages = [
        f"{number} {'and so the meeting went on to the next point of its agenda ' * 10}"
        for number in (1, 2, 3)
    ]
    assert artefacts_of("\n".join(pages)) == ["1 ", "2 ", "3 "]


def test_a_number_in_a_sentence_is_no_artefact():
    assert artefacts_of("The law of 12 June names 3 men and 4 women. " * 30) == []


def test_a_tooltip_copy_is_an_artefact_and_the_sentence_goes_on():
    text = (
        "We trained labour inspectorslabour inspectors\nLabour inspectors visit factories. from two states."
    )
    assert artefacts_of(text) == ["labour inspectors\nLabour inspectors visit factories."]


def test_read_more_and_note_marks_are_artefacts():
    assert artefacts_of("The court sat on Monday.[12] It will rule in May. Read more »") == [
        "[12]",
        " Read more »",
    ]


@pytest.mark.parametrize(
    "line", ["Lire la suite\u00a0»", "READ MORE...", "pluſ : en savoir pluſ", "[Read more]"]
)
def test_what_asks_to_read_on_is_an_artefact_in_any_dress(line):
    assert artefacts_of(f"The court sat. {line}") == [" " + line.removeprefix("pluſ : ")]


def test_best_sequence_keeps_a_dip_and_drops_a_stray():
    assert best_sequence([2.0, -0.5, 2.0, -3.0, -3.0, 0.5, -3.0], 1.0) == [True] * 3 + [False] * 4


def plain_best_sequence(scores, switch):
    """Viterbi as it is written in books."""
    ways = {False: (0.0, []), True: (-switch, [])}
    for score in scores:
        ways = {
            state: max(
                (total - switch * (state != before) + score * state, before == state, [*path, before])
                for before, (total, path) in ways.items()
            )[::2]
            for state in (False, True)
        }
    best = ways[True][0] - switch > ways[False][0]
    return [*ways[best][1], best][1:]


@given(
    st.lists(st.integers(-40, 40).map(lambda value: value / 8), max_size=30), st.sampled_from((0.5, 1.0, 3.0))
)
def test_best_sequence_is_the_one_of_viterbi(scores, switch):
    assert best_sequence(scores, switch) == plain_best_sequence(scores, switch)


def test_all_white_space_may_end_what_asks_to_read_on():
    assert sorted(_WHITE_SPACE) == [*filter(str.isspace, map(chr, range(sys.maxunicode + 1)))]


furniture_lines = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["Share this", "S’inscrire", "Leave a Reply", "SITE MAP", "a.b@c.org", "Suite", "© 2021"]
    ),
    st.sampled_from([pattern.pattern for _, pattern in FURNITURE]).flatmap(
        lambda pattern: st.from_regex(re.compile(pattern, re.IGNORECASE)).map(lambda line: line[:80])
    ),
)


@settings(deadline=None)
@given(furniture_lines, st.sampled_from((str, str.upper, str.title, lambda line: line.replace("s", "ſ"))))
def test_a_line_is_furniture_by_the_first_pattern_that_it_begins_with(line, change):
    line = change(line)
    plain = next((role for role, pattern in FURNITURE if pattern.match(line)), None)
    assert furniture_role(line) == plain


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.one_of(st.text(min_size=1, max_size=40), st.sampled_from(MENU.split("\n"))))))
def test_a_page_is_cleaned_alike_alone_and_among_others(pages):
    documents = [read("\n".join(page), "text") for page in pages]
    languages = [[Language("en", 1.0)] * len(document.blocks) for document in documents]
    chunks = read_chunks([document.text for document in documents])
    together = clean_pages(dict(enumerate(zip(documents, languages, strict=True))), chunks)
    assert [together[number] for number in range(len(documents))] == [
        clean(*page) for page in zip(documents, languages, strict=True)
    ]
    model = _models()["text"]
    scores, _ = model.scores([(n, document.blocks) for n, document in enumerate(documents)], chunks)
    alone = [model.scores([(0, one.blocks)], read_chunks([one.text]))[0] for one in documents]
    assert scores.tolist() == [score for own in alone for score in own.tolist()]


def test_words_are_hashed_alike_alone_and_in_a_text():
    counts = count("Qui sommes-nous ?", [Block(0, 17)])
    assert counts.kind[0] == KINDS.index("footer")
    assert len({hash_word(word) for _, words in phrases() for word in words}) == len(
        {word for _, words in phrases() for word in words}
    )


lines = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(
            [*MENU.split("\n"), *ARTICLE.split("\n"), "Date:", "More information", "Share", "* * *"]
        ),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(lines)
def test_any_text_gives_a_role_for_each_block_and_ordered_artefacts(found):
    document, result = cleaned("\n".join(found), "text")
    assert len(result.roles) == len(document.blocks)
    spans = result.artefacts
    assert all(span.start < span.end for span in spans)
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))


@settings(max_examples=60, deadline=None)
@given(lines)
def test_what_is_kept_of_any_text_is_kept_again(found):
    first = "\n".join(kept("\n".join(found), "text"))
    assert "\n".join(kept(first, "text")) == first


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_html_is_cleaned_without_an_error(text):
    document, result = cleaned(f"<html><body><p>{text}</p><ul><li>{text}</li></ul></body></html>", "html")
    assert len(result.roles) == len(document.blocks)


@pytest.mark.parametrize(
    "source",
    [
        "a word " * 1_400_000,
        "Home\n" * 1_000_000,
        f"{ARTICLE}\n" + "Related\n3 comments\n« x\nNext\nReply\nRead more\n" * 50_000 + ARTICLE,
        f"<html><body><p>{LONG}</p>" + "<p>Related</p>" * 50_000 + "<div>Done now.</div>",
        "\n".join(f"Annual report | {number}\n{LONG}" for number in range(1, 1_800)),
        "<html><body>" + "<div>" * 100_000 + "deep" + "</div>" * 100_000,
    ],
    ids=["one line of 10 MB", "a million lines", "lists", "lists in HTML", "printed pages", "nested tags"],
)
def test_hostile_input_takes_linear_time(source):
    document = read(source)
    start = time.perf_counter()
    result = clean(document, detect_blocks(document.text, document.blocks[:1]) * len(document.blocks))
    assert len(result.roles) == len(document.blocks)
    assert time.perf_counter() - start < 60


def test_the_weights_name_their_source():
    manifest = Path(__file__).parent.parent / "src/mtag/data/model/cleaning/manifest.json"
    sources = json.loads(manifest.read_text("utf-8"))["sources"]
    assert any("WCXB" in source["name"] and source["licence"] == "CC-BY-4.0" for source in sources)


def test_blocks_of_a_page_need_no_hints():
    page = read("<p>Two men were jailed in Lyon on Monday.<p>They had sold women.", "html")
    bare = page._replace(blocks=tuple(block._replace(hints=None) for block in page.blocks))
    assert [role.name for role in clean(bare, [Language("en", 0.9)] * 2).roles] == ["paragraph"] * 2


def test_the_known_words_are_hashed_together_as_one_by_one():
    assert {word: hash_word(word) for word in _hashes()} == _hashes()


LABELS = (
    "date|published|released|place|location|lieu|source|field of work|domaine d'action|topic|thème|subject"
    "|sujet|rubrique|author|by|par|headline|section|length|publication-type|référence|reporter|journaliste"
    "|ministère interrogé|question n°|keywords|catégorie|country|pays|language|type|contact presse|embargo"
).split("|")


@pytest.mark.parametrize("label", LABELS)
def test_fields_are_known_by_the_beginnings_of_their_labels(label):
    value = "12 words" if label == "length" else "Lyon"
    for line in (f"{label}: {value}", f"- {label.upper()}: {value}", f"\x1c{label.title()} : {value}"):
        assert METADATA_LABEL.match(line)
        assert declared_field(line)
    assert declared_field("Lyon: one man was jailed") is None
