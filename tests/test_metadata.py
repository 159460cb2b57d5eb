"""Metadata: declared fields, datelines, what HTML says of itself."""

import pytest

from mtag.document import content_of
from mtag.pipeline.metadata import item_facts, read_metadata
from mtag.pipeline.segmentation import segment

VALUE = "metadata:value of a declared field"


def declared(built):
    return read_metadata(built.document, built.roles, content_of(built.roles))


def facts(built):
    [only] = segment(built.document, built.roles, built.languages, ())
    return item_facts(built.document, built.roles, only)


# -- declared blocks ---------------------------------------------------------------------------------


def test_an_english_block_is_read(page):
    found = declared(
        page(
            ("title", "A seminar"),
            ("metadata", "Date: 23-24 October 2013"),
            ("metadata", "Place: Vienna"),
            ("metadata", "Source: OSCE"),
            ("metadata", "Author: Ann Smith"),
            ("metadata", "Fields of work: Human rights, Trafficking; Gender"),
        )
    )
    assert (found.date.first, found.date.last, found.date_text) == (
        "2013-10-23",
        "2013-10-24",
        "23-24 October 2013",
    )
    assert (found.place, found.source, found.author) == ("Vienna", "OSCE", "Ann Smith")
    assert found.fields == ("Human rights", "Trafficking", "Gender")


def test_a_french_block_is_read(page):
    found = declared(
        page(
            ("metadata", "Date : 1er février 2024"),
            ("metadata", "Lieu : Paris"),
            ("metadata", "Source : Ministère de la Justice"),
            ("metadata", "Auteur : Anne Dupont"),
            ("metadata", "Domaines de travail : Droits humains"),
            language="fr",
        )
    )
    assert found.date.first == "2024-02-01"
    assert (found.place, found.source, found.author) == ("Paris", "Ministère de la Justice", "Anne Dupont")
    assert found.fields == ("Droits humains",)


def test_the_lines_of_a_press_database_are_read(page):
    found = declared(page(("metadata", "HEADLINE: Four jailed"), ("metadata", "BYLINE: Ann Lee")))
    assert (found.title, found.author) == ("Four jailed", "Ann Lee")


def test_values_on_the_lines_below_their_label_are_read(page):
    found = declared(
        page(
            ("metadata", "Place:"),
            (VALUE, "Vienna"),
            ("metadata", "Fields of work:"),
            (VALUE, "- Human rights"),
            (VALUE, "- Gender"),
        )
    )
    assert found.place == "Vienna"
    assert found.fields == ("Human rights", "Gender")


def test_every_field_is_kept_by_its_own_name(page):
    found = declared(page(("metadata", "Place: Vienna"), ("metadata", "Source: OSCE")))
    assert found.declared == (("Place", "Vienna"), ("Source", "OSCE"))


def test_the_first_of_two_fields_counts(page):
    found = declared(
        page(("metadata", "Date: 3 May 2013"), ("metadata", "Date: 4 May 2014"), ("metadata", "Place: Rome"))
    )
    assert found.date.first == "2013-05-03"


def test_only_metadata_blocks_are_declared_fields(page):
    found = declared(page(("paragraph", "Place: Vienna"), ("menu", "Source: Home")))
    assert (found.place, found.source, found.declared) == (None, None, ())


def test_a_short_line_right_above_the_text_gives_the_date_where_nothing_declares_one(page):
    found = declared(page(("chrome", "Posted 3 May 2013 by admin"), ("paragraph", "The court sat today.")))
    assert found.date.first == "2013-05-03"


def test_a_declared_date_goes_before_one_beside_the_text(page):
    found = declared(
        page(("chrome", "Updated 4 May 2013"), ("metadata", "Date: 3 May 2013"), ("paragraph", "Text."))
    )
    assert found.date.first == "2013-05-03"


@pytest.mark.parametrize("line", ["Updated on 4 May 2013", "Mis à jour le 4 mai 2013"])
def test_the_date_of_a_change_goes_behind_all_others(page, line):
    built = page(("chrome", line), ("chrome", "Posted 3 May 2013"), ("paragraph", "Text."))
    assert declared(built).date.first == "2013-05-03"
    assert declared(page(("chrome", line), ("paragraph", "Text."))).date.first == "2013-05-04"


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Updated 4 May 2013, published 3 May 2013", "2013-05-03"),
        ("Published 3 May 2013, updated 4 May 2013", "2013-05-03"),
        ("Updated 4 May 2013", "2013-05-04"),
    ],
)
def test_the_date_of_a_change_is_no_place_and_counts_where_it_is_alone(page, line, date):
    found = facts(page(("title", "Head"), ("dateline", line), ("paragraph", "Text.")))
    assert (found.place, found.date.first) == (None, date)


def test_an_ambiguous_date_keeps_its_readings(page):
    found = declared(page(("metadata", "Date: 03/04/2024")))
    assert found.date.is_ambiguous
    assert found.date.alternatives == ("2024-03-04", "2024-04-03")
    assert found.date_text == "03/04/2024"


def test_a_date_field_without_a_date_is_kept_but_not_read(page):
    found = declared(page(("metadata", "Date: last week")))
    assert found.date is None
    assert found.declared == (("Date", "last week"),)


def test_a_line_of_publication_is_a_date(page):
    assert declared(page(("metadata", "Publié le 1er février 2024"))).date.first == "2024-02-01"
    assert declared(page(("metadata", "Published on 3 May 2013"))).date.first == "2013-05-03"


# -- datelines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "place", "date"),
    [
        ("VIENNA, 9 June 2017 – The OSCE said so today in the capital.", "VIENNA", "2017-06-09"),
        ("Vienna, 9 June 2017 – The OSCE said so today in the capital.", "Vienna", "2017-06-09"),
        ("VIENNA, Austria, 9 June 2017 — The OSCE said so today.", "VIENNA, Austria", "2017-06-09"),
        ("Paris, le 1er février 2024 – Le ministre a dit non.", "Paris", "2024-02-01"),
        ("LA HAYE, 9 juin 2017 - Le procès commence.", "LA HAYE", "2017-06-09"),
        ("THE HAGUE, 9 June 2017 - The trial begins.", "THE HAGUE", "2017-06-09"),
    ],
)
def test_a_paragraph_may_begin_with_place_and_date_the_place_as_it_is_written(page, line, place, date):
    found = facts(page(("title", "Head"), ("paragraph", line)))
    assert (found.title, found.place, found.date.first) == ("Head", place, date)


@pytest.mark.parametrize("place", ["The Hague", "La Haye", "Le Caire"])
def test_a_place_may_begin_with_an_article(page, place):
    found = facts(page(("title", "Head"), ("paragraph", f"{place}, 9 June 2017 – The trial begins.")))
    assert (found.place, found.date.first) == (place, "2017-06-09")


@pytest.mark.parametrize(
    ("line", "place", "date"),
    [
        ("Vienna, 3 May 2013", "Vienna", "2013-05-03"),
        ("Vienna (Austria), 3 May 2013", "Vienna", "2013-05-03"),
        ("3 May 2013", None, "2013-05-03"),
        ("Paris, le 3 mai 2013", "Paris", "2013-05-03"),
        ("Paris, le vendredi 3 mai 2013", "Paris", "2013-05-03"),
        ("London, Friday, 3 May 2013", "London", "2013-05-03"),
        ("Fait à Paris, le 3 mai 2013", "Paris", "2013-05-03"),
        ("NOTE DE SERVICE\t\tParis, le 3 mai 2013", "Paris", "2013-05-03"),
        ("Audience du 3 mai 2013", None, "2013-05-03"),
        ("DU 3 MAI 2013", None, "2013-05-03"),
        ("Member since 3 May 2013", None, "2013-05-03"),
        ("Friday 3 May 2013", None, "2013-05-03"),
        ("Ann Lee · 3 May 2013", None, "2013-05-03"),
        ("Published on 3 May 2013", None, "2013-05-03"),
    ],
)
def test_a_dateline_gives_place_and_date(page, line, place, date):
    found = facts(page(("title", "Head"), ("dateline", line), ("paragraph", "Text.")))
    assert (found.place, found.date.first) == (place, date)


def test_a_place_in_capitals_before_a_dash_needs_no_date(page):
    found = facts(page(("title", "Head"), ("paragraph", "GENEVA (ILO) – The office said so today.")))
    assert (found.place, found.date) == ("GENEVA", None)


@pytest.mark.parametrize(
    ("line", "place", "date"),
    [
        ("LILLE, 7 mars 2024 (AFP) - Le tribunal a jugé.", "LILLE", "2024-03-07"),
        ("NEW YORK, Feb. 6, 2024 (GLOBE NEWSWIRE) -- A house opened.", "NEW YORK", "2024-02-06"),
        ("NAIROBI, Kenya, March 7, 2024/APO Group/ -- A house opened.", "NAIROBI, Kenya", "2024-03-07"),
        ("GENEVA (7 March 2024) – A house opened.", "GENEVA", "2024-03-07"),
        ("Lilongwe (Malawi), le 22 mars 2023 — Des juges ont appris.", "Lilongwe", "2023-03-22"),
        ("PARIS (AFP) - Le tribunal a jugé.", "PARIS", None),
        ("Paris (AFP) - Le tribunal a jugé.", "Paris", None),
        ("ABUJA, Nigeria (Reuters) - A house opened.", "ABUJA", None),
        ("PHNOM PENH, March 7 (Xinhua) -- A house opened.", "PHNOM PENH", None),
        ("GAND 07/03 (BELGA) = Le tribunal a jugé.", "GAND", None),
        ("GENEVA (15 May) – A house opened.", "GENEVA", None),
        ("JUBA/PIBOR – A house opened.", "JUBA/PIBOR", None),
        ("IAȘI, 23 May – A house opened.", "IAȘI", None),
        ("Strasbourg, 6 June – A house opened.", "Strasbourg", None),
    ],
)
def test_an_agency_or_a_day_may_stand_between_the_place_and_the_dash(page, line, place, date):
    found = facts(page(("title", "Head"), ("paragraph", line)))
    assert (found.place, found.date and found.date.first) == (place, date)


@pytest.mark.parametrize(
    "line",
    [
        "Bread machines – The best of this year.",
        "Our kitchen - A house opened.",
        "Human Rights Watch (HRW) – A house opened.",
        "By John Smith (AFP) - A house opened.",
        "Ms SMITH (Malta) – The house opened.",
        "The house on the hill (Leeds) – It opened.",
        "Kafala (sponsorship) – A house opened.",
        "Amina (not her real name) – A house opened.",
    ],
)
def test_words_before_a_dash_are_mostly_no_place(page, line):
    assert facts(page(("title", "Head"), ("paragraph", line))).place is None


@pytest.mark.parametrize(
    "line",
    [
        "The law of 3 May 2013 was changed by parliament.",
        "On 3 May 2013 the police came.",
        "The police came early and left late, and wrote a long report on the whole of it"
        " on 3 May 2013 – twice.",
        "Nothing was said of when it was.",
    ],
)
def test_a_date_in_running_text_is_no_dateline(page, line):
    found = facts(page(("title", "Head"), ("paragraph", line)))
    assert (found.place, found.date) == (None, None)


def test_an_item_without_a_title_has_none(page):
    assert facts(page(("paragraph", "Some text. And more of it."), ("paragraph", "Last."))).title is None


@pytest.mark.parametrize(
    "line", ["On Thu, 7 Mar 2024, Bob wrote:", "Le jeudi 7 mars 2024, Bob a écrit\u00a0:"]
)
def test_the_line_over_a_mail_that_is_answered_is_no_dateline(page, line):
    for role in ("dateline", "paragraph"):
        found = facts(page(("title", "Head"), (role, line), ("paragraph", "> Text.")))
        assert (found.place, found.date) == (None, None)


@pytest.mark.parametrize("line", ["On Thu, 7 March 2024", "On Thursday, 7 March 2024 – The court sat."])
def test_a_day_of_the_week_is_no_place(page, line):
    role = "dateline" if line.endswith("2024") else "paragraph"
    found = facts(page(("title", "Head"), (role, line), ("paragraph", "Text.")))
    assert (found.place, found.date.first) == (None, "2024-03-07")


def test_a_paragraph_tells_the_place_where_the_line_with_the_date_does_not(page):
    lines = ("dateline", "Friday 3 May 2013"), ("paragraph", "PARIS – The court sat.")
    found = facts(page(("title", "Head"), *lines))
    assert (found.place, found.date.first) == ("PARIS", "2013-05-03")


@pytest.mark.parametrize("title", ["# Head", "### Head", "#\tHead"])
def test_a_title_is_without_the_marks_of_markdown(page, title):
    assert facts(page(("title", title), ("paragraph", "Text."))).title == "Head"
    assert declared(page(("duplicate", title), ("paragraph", "Text."))).title == "Head"


@pytest.mark.parametrize(
    "above",
    [
        [],
        ["![logo](logo.svg)"],
        ["[![Site](https://x.example/logo.svg)](https://x.example/)"],
        ["[Home](https://x.example/) | [News](https://x.example/news)"],
        ["Site name", "A claim of the site"],
    ],
)
def test_the_only_heading_of_the_first_order_is_the_title_of_a_text_in_markdown(page, above):
    lines = ("title", "# Four jailed"), ("paragraph", "Text."), ("title", "## The trial")
    assert facts(page(*(("title", line) for line in above), *lines)).title == "Four jailed"


@pytest.mark.parametrize("line", ["![logo](logo.svg)", "[Home](https://x.example/) [News](/n)"])
def test_links_and_images_alone_are_no_title(page, line):
    assert (
        facts(page(("title", line), ("title", "Four jailed"), ("paragraph", "Text."))).title == "Four jailed"
    )


@pytest.mark.parametrize(
    "above",
    [
        ["paragraph:Ouest-Matin", "dateline:Région, vendredi 8 mars 2024 611 mots, p. 5"],
        ["title:Le Soir, no. 24785", "dateline:Le Soir, vendredi 8 mars 2024, p. A12", "paragraph:Société"],
        ["paragraph:Le Soir • 611 mots • p. 5", "dateline:vendredi 8 mars 2024"],
        ["dateline:8 mars 2024", "title:Le Soir (site web)", "dateline:Société, 8 mars 2024 743 mots"],
        ["paragraph:Le Soir", "dateline:8 mars 2024 611 mots", "title:Aussi paru dans Le Midi"],
    ],
)
def test_what_a_press_database_writes_above_an_article_is_neither_its_title_nor_a_place(page, above):
    lines = [tuple(line.split(":", 1)) for line in above]
    found = facts(page(*lines, ("paragraph", "Huit ans de prison"), ("paragraph", "Le tribunal a jugé.")))
    assert (found.title, found.place, found.date.first) == ("Huit ans de prison", None, "2024-03-08")


def test_a_headline_may_stand_above_the_length_of_its_article(page):
    lines = ("title", "Huit ans de prison"), ("paragraph", "Ann Lee"), ("paragraph", "742 mots")
    assert facts(page(*lines, ("paragraph", "Le tribunal a jugé."))).title == "Huit ans de prison"


@pytest.mark.parametrize("line", ["The Leighton Post, 7 March 2024, p. 12", "Le Soir, 8 mars 2024 611 mots"])
def test_a_headline_may_stand_above_the_line_of_its_newspaper(page, line):
    lines = ("paragraph", "Eight years for two brothers in Leighton"), ("dateline", line)
    found = facts(page(*lines, ("paragraph", "The court sentenced them on Monday.")))
    assert found.title == "Eight years for two brothers in Leighton"


def test_a_bar_may_part_a_place_from_its_date(page):
    found = facts(page(("title", "Head"), ("dateline", "London | 7 March 2024"), ("paragraph", "Text.")))
    assert (found.place, found.date.first) == ("London", "2024-03-07")


def test_a_title_has_no_marks_without_width_at_its_ends(page):
    assert facts(page(("title", "\u200bFour jailed\ufeff"), ("paragraph", "Text."))).title == "Four jailed"
    built = page(("paragraph", "Text."), declared={"title": "\u200bFour jailed"})
    assert declared(built).title == "Four jailed"


def test_a_title_is_without_its_label(page):
    assert facts(page(("title", "Title: Four jailed"), ("paragraph", "Text."))).title == "Four jailed"


def test_a_title_may_begin_with_a_hash_tag(page):
    assert facts(page(("title", "#MeToo in court"), ("paragraph", "Text."))).title == "#MeToo in court"


@pytest.mark.parametrize(
    "above",
    [
        ["dateline:London, 3 May 2024"],
        ["paragraph:PRESS RELEASE"],
        ["title:Communiqué de presse n° 12/2024"],
        ["title:COMMUNIQUÉ DE PRESSE", "dateline:Paris, le 3 mai 2024"],
        ["paragraph:For immediate release", "paragraph:Lyon, le 3 mai"],
    ],
)
def test_a_headline_may_stand_below_the_date_and_the_kind_of_text(page, above):
    lines = [tuple(line.split(":", 1)) for line in above]
    for role in ("paragraph", "title"):
        assert facts(page(*lines, (role, "Four jailed"), ("paragraph", "They fled."))).title == "Four jailed"


@pytest.mark.parametrize("line", ["They fled.", "She said: “We fled.”", "Lee", "He said that he fled " * 8])
def test_a_sentence_below_the_date_is_no_headline(page, line):
    lines = ("dateline", "London, 3 May 2024"), ("paragraph", line), ("paragraph", "Text.")
    assert facts(page(*lines)).title is None


def test_a_line_below_the_date_that_goes_on_is_no_headline(page):
    lines = ("dateline", "3 May 2024"), ("paragraph", "The police came"), ("paragraph", "at dawn.")
    assert facts(page(*lines)).title is None


def test_what_a_letter_names_as_its_subject_is_its_title(page):
    lines = ("title", "COMMUNIQUÉ DE PRESSE"), ("paragraph", "Objet : un réseau démantelé")
    assert facts(page(*lines, ("paragraph", "Huit personnes."))).title == "un réseau démantelé"


# -- mail --------------------------------------------------------------------------------------------


def test_the_subject_of_a_mail_is_its_title_and_no_topic(page):
    found = declared(
        page(
            ("footer", "From: press@x.org"),
            ("menu", "To: all@x.org"),
            ("metadata", "Date: Fri, 8 Mar 2024 10:12:00 +0000"),
            ("metadata", "Subject: Seven jailed, judge says"),
            ("paragraph", "Text."),
        )
    )
    assert (found.title, found.date.first, found.fields) == ("Seven jailed, judge says", "2024-03-08", ())


def test_the_head_of_a_french_mail_gives_its_title_and_its_date(page):
    built = page(
        ("title", "De : Service de presse <presse@x.fr>"),
        ("menu", "À : redaction@x.fr"),
        ("chrome", "Envoyé : vendredi 8 mars 2024 10:12"),
        ("title", "Objet : Marseille : un réseau démantelé"),
        ("paragraph", "Huit personnes ont été écrouées vendredi."),
        language="fr",
    )
    assert declared(built).title == facts(built).title == "Marseille : un réseau démantelé"
    assert declared(built).date.first == "2024-03-08"


def test_the_codes_above_an_article_from_factiva_are_read(page):
    codes = "HD  Four jailed", "BY  By Ann Lee", "WC  310 words", "PD  14 March 2024", "SN  The Herald"
    built = page(
        *(("menu", line) for line in codes),
        ("title", "CY  (c) 2024 The Herald"),
        ("paragraph", "LP"),
        ("paragraph", "Four people were jailed."),
    )
    found = declared(built)
    assert found.title == facts(built).title == "Four jailed"
    assert (found.date.first, found.author, found.source) == ("2024-03-14", "Ann Lee", "The Herald")


def test_a_subject_without_a_sender_is_a_topic(page):
    found = declared(page(("metadata", "Subject: Labour"), ("paragraph", "Text.")))
    assert (found.title, found.fields) == (None, ("Labour",))


# -- HTML --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "field", "expected"),
    [
        ({"title": "A | Site", "og:title": "A"}, "title", "A"),
        ({"title": "A"}, "title", "A"),
        ({"json-ld:headline": "A", "title": "B"}, "title", "A"),
        ({"author": "Ann"}, "author", "Ann"),
        ({"article:author": "https://www.facebook.com/x"}, "author", None),
        ({"article:author": "https://www.facebook.com/x", "json-ld:author": "Ann"}, "author", "Ann"),
        ({"article:tag": "one; two; one"}, "fields", ("one", "two")),
        ({"og:site_name": "Site"}, "source", "Site"),
        ({"keywords": "one, two"}, "fields", ("one", "two")),
        ({}, "title", None),
    ],
)
def test_html_declares_what_the_text_leaves_open(page, html, field, expected):
    assert getattr(declared(page(("paragraph", "Text."), declared=html)), field) == expected


@pytest.mark.parametrize(
    "name",
    [
        "article:published_time",
        "og:published_time",
        "json-ld:datePublished",
        "parsely-pub-date",
        "sailthru.date",
        "dc.date",
        "dcterms.created",
        "date",
        "time",
    ],
)
def test_html_declares_a_date_in_many_ways(page, name):
    found = declared(page(("paragraph", "Text."), declared={name: "2024-02-01T10:00:00+01:00"}))
    assert (found.date.first, found.date_text) == ("2024-02-01", "2024-02-01")


@pytest.mark.parametrize("value", ["20240201", "20240201T100000Z", "1706781600", "1706781600000"])
def test_a_declared_date_may_be_without_marks_or_in_seconds(page, value):
    found = declared(page(("paragraph", "Text."), declared={"date": value}))
    assert (found.date.first, found.date_text) == ("2024-02-01", value)


def test_the_text_comes_before_the_html(page):
    built = page(
        ("metadata", "Date: 3 May 2013"),
        ("metadata", "Author: Ann"),
        declared={"date": "2024-02-01", "author": "Bob"},
    )
    assert (declared(built).date.first, declared(built).author) == ("2013-05-03", "Ann")


def test_topics_of_many_lines_are_gathered_once_each(page):
    lines = [("metadata", f"Topics: subject {number % 2000}; labour") for number in range(4000)]
    assert declared(page(*lines)).fields == ("subject 0", "labour", *(f"subject {n}" for n in range(1, 2000)))
