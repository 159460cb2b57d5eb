"""Reading: one text and its blocks from str, bytes or HTML, whatever state they are in."""

import html
import json
import re
import sys
import tracemalloc
import types

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mtag
from mtag.errors import BinaryInputError, InputError, InputTooLargeError, MissingExtraError, OptionError
from mtag.pagehtml import _words
from mtag.pagetags import tamed
from mtag.pipeline.reading import MAX_BYTES, MAX_CHARS, decode, looks_like_html, read

FRENCH = "La lutte contre l’exploitation : 3 000 € d’amende, « déjà » prononcée à Besançon.\n"


def blocks(source: str | bytes, format: str = "auto") -> list[str]:
    document = read(source, format)
    return [document.text[block.start : block.end] for block in document.blocks]


# -- plain text --------------------------------------------------------------------------------------


def test_the_text_of_a_plain_text_is_the_text_itself():
    text = " \tOne.\r\n\r\nTwo.\u00a0\n"
    assert read(text).text == text
    assert read(text).format == "text"
    assert read(text).encoding is None


@pytest.mark.parametrize(
    "end",
    ["\n", "\r\n", "\r", "\n\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\n\r\n"],
)
def test_every_kind_of_line_end_parts_blocks(end):
    assert blocks(f"one{end}two") == ["one", "two"]


@pytest.mark.parametrize("space", [" ", "\t", "\u00a0", "\u202f", "\u3000", "  \t "])
def test_blocks_have_no_white_space_at_their_ends(space):
    assert blocks(f"{space}one two{space}\n{space}\nthree") == ["one two", "three"]


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "\t\u00a0\r\n", "\x85"])
def test_a_text_without_words_has_no_blocks(text):
    assert blocks(text) == []


@given(
    st.text(
        st.sampled_from(
            "ab\u00e9\U0001f600\u0000 \t\u00a0\u1680\u3000\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"
        )
    )
)
def test_blocks_are_the_lines_of_the_text_that_have_words(text):
    line = re.compile("\\S(?:[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]*\\S)?")
    assert [(one.start, one.end) for one in read(text, "text").blocks] == [
        match.span() for match in line.finditer(text) if any(map(str.isalnum, match[0]))
    ]


@pytest.mark.parametrize(
    "rule", ["---", "***", "* * *", "=====", "_____", "•", "–", "|:---|---:|", "\U0001f64f"]
)
def test_a_line_of_symbols_is_no_block(rule):
    assert blocks(f"One title\n{rule}\n{rule}\nA text.") == ["One title", "A text."]


@given(st.text(st.characters(exclude_categories=())))
def test_blocks_of_any_text_are_ordered_disjoint_and_trimmed(text):
    document = read(text, "text")
    assert len(document.text) == len(text)
    position = 0
    for block in document.blocks:
        assert position <= block.start < block.end <= len(text)
        line = document.text[block.start : block.end]
        assert line == line.strip() != ""
        position = block.end
    inside = {place for block in document.blocks for place in range(block.start, block.end)}
    assert all(place in inside for place, letter in enumerate(document.text) if letter.isalnum())


def test_nul_characters_stay_where_they_are():
    assert read("one\x00two").text == "one\x00two"


def test_a_lone_surrogate_becomes_one_replacement_character():
    document = read("a\ud800b\udfff c")
    assert document.text == "a\ufffdb\ufffd c"
    assert json.loads(json.dumps(document.text, ensure_ascii=False).encode()) == document.text


def test_a_character_outside_the_basic_plane_is_no_surrogate():
    assert read("a😀b").text == "a😀b"


# -- bytes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (FRENCH.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + FRENCH.encode(), "utf-8"),
        (b"\xff\xfe" + FRENCH.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + FRENCH.encode("utf-16-be"), "utf-16-be"),
        (FRENCH.encode("utf-16-le"), "utf-16-le"),
        (FRENCH.encode("utf-16-be"), "utf-16-be"),
        (b"\xff\xfe\x00\x00" + FRENCH.encode("utf-32-le"), "utf-32-le"),
        (b"\x00\x00\xfe\xff" + FRENCH.encode("utf-32-be"), "utf-32-be"),
        (FRENCH.encode("cp1252"), "cp1252"),
        (b"plain ascii", "utf-8"),
        (b"", "utf-8"),
    ],
    ids=[
        "utf8",
        "utf8-mark",
        "16le-mark",
        "16be-mark",
        "16le",
        "16be",
        "32le",
        "32be",
        "cp1252",
        "ascii",
        "empty",
    ],
)
def test_the_encoding_of_bytes_is_found(data, encoding):
    text, found = decode(data)
    assert found == encoding
    assert text == (FRENCH if len(data) > 20 else data.decode("ascii"))
    assert read(data).encoding == encoding


@pytest.mark.parametrize("charset", ["iso-8859-1", "latin-1", "ISO-8859-1", "windows-1252"])
def test_a_page_that_declares_latin_1_is_read_as_browsers_do(charset):
    page = f'<html><head><meta charset="{charset}"></head><body><p>{FRENCH}</p></body></html>'.encode(
        "cp1252"
    )
    assert read(page).encoding == "cp1252"
    assert blocks(page) == [FRENCH.strip()]


def test_a_declared_charset_in_the_older_form_is_honoured():
    head = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2"></head>'
    page = (head + "<body><p>Łódź</p></body></html>").encode("iso-8859-2")
    assert blocks(page) == ["Łódź"]


@pytest.mark.parametrize("charset", ["no-such-charset", "utf-16", "hex", "utf-8", "ascii", ""])
def test_a_declared_charset_that_is_wrong_is_passed_over(charset):
    page = f'<html><head><meta charset="{charset}"></head><body><p>Le déjeuner</p></body></html>'
    assert blocks(page.encode()) == ["Le déjeuner"]


@pytest.mark.parametrize("charset", ["idna", "punycode", "utf-7", "rot13"])
def test_a_declared_charset_that_cannot_be_is_passed_over(charset):
    page = rf'<html><head><meta charset="{charset}"></head><body><p>C:\data \u0041 déjà</p></body></html>'
    assert blocks(page.encode()) == [r"C:\data \u0041 déjà"]


@pytest.mark.parametrize("charset", ["undefined", "charmap", "unicode_escape", "raw_unicode_escape"])
def test_a_declared_charset_that_only_python_knows_does_no_harm(charset):
    page = rf'<html><head><meta charset="{charset}"></head><body><p>C:\data \u0041 déjà</p></body></html>'
    assert blocks(page.encode()) == [r"C:\data \u0041 déjà"]


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n...",
        b"PK\x03\x04....",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF\x24\n\x01\x00WEBPVP8 ",
        b"ID3\x04\x00\x00",
        b"BZh91AY&SY",
        b"Rar!\x1a\x07\x01\x00",
        b"OggS\x00\x02",
        b"\xff\xd8\xff\xe0",
        b"\x1f\x8b\x08\x00",
        b"\x7fELF\x02",
        b"\xd0\xcf\x11\xe0\xa1\xb1",
        b"{\\rtf1\\ansi}",
        bytes(range(256)) * 20,
        b"\x00" * 100,
        b"abc\x00\x01\x02\x03\x04",
    ],
)
def test_binary_bytes_are_refused(data):
    with pytest.raises(BinaryInputError, match="extract the text first"):
        read(data)


@pytest.mark.parametrize("word", ["RIFF", "ID3", "GIF8", "BZh", "Rar!", "OggS", "%PDF"])
def test_a_text_may_begin_with_the_letters_of_a_binary_format(word):
    text = f"{word} between gangs: 12 women freed"
    assert read(text.encode()).text == text


def test_a_stray_control_character_does_not_make_a_text_binary():
    assert read(b"A long enough line of text\x07, with one bell in it.").text.count("\x07") == 1


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_typed_error(data):
    try:
        document = read(data)
    except InputError:
        return
    document.text.encode()


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_of_every_kind_are_read(kind):
    assert read(kind("déjà".encode())).text == "déjà"


# -- ceilings and arguments --------------------------------------------------------------------------


def test_a_text_over_the_ceiling_is_refused():
    with pytest.raises(InputTooLargeError, match="characters"):
        read("a" * (MAX_CHARS + 1))


def test_fifty_megabytes_are_refused_before_they_are_decoded():
    with pytest.raises(InputTooLargeError, match="50,000,000 bytes"):
        read(bytes(50_000_000))


def test_the_ceilings_are_those_of_the_documentation():
    assert (MAX_CHARS, MAX_BYTES) == (20_000_000, 40_000_000)


@pytest.mark.parametrize("source", [None, 3, ["text"], object()])
def test_what_is_neither_text_nor_bytes_is_refused(source):
    with pytest.raises(OptionError, match="str or bytes"):
        read(source)


def test_an_unknown_format_is_refused():
    with pytest.raises(OptionError, match="'pdf'"):
        read("text", "pdf")


# -- text or HTML ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><html><body><p>One</p></body></html>",
        "\n  <!doctype HTML>\n<title>x</title><p>One",
        "<html lang=fr><p>One",
        "<!-- saved -->\n<html><p>One",
        "<body><p>One",
        "<div><p>One</p><p>Two</p></div>",
        "<h1>Head</h1>\n<p>One</p>\n<p>Two</p>",
        "Intro" + "<p>One</p>" * 12,
        "One<br>\nTwo<br />\nThree<br/>",
    ],
)
def test_pages_and_fragments_are_html(text):
    assert looks_like_html(text)
    assert read(text).format == "html"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "One < two > three",
        'You may use these HTML tags and attributes: <a href="" title=""> <abbr'
        ' title=""> <b> <blockquote cite="">'
        ' <cite> <code> <del datetime=""> <em> <i> <q cite=""> <s> <strike> <strong>',
        "The tag <p> opens a paragraph and </p> closes it; <div> and </div> do so for a part.",
        "<3 this page </p>",
        "<name@example.org> wrote:\nHello",
        "A page\nabout <html>",
        "<https://example.org/>",
    ],
)
def test_a_text_that_shows_tags_stays_text(text):
    assert not looks_like_html(text)
    assert read(text).text == text


def test_the_format_may_be_given():
    assert blocks("<b>bold</b> text", "html") == ["bold text"]
    assert blocks("<html><p>x</p></html>", "text") == ["<html><p>x</p></html>"]


# -- damage ------------------------------------------------------------------------------------------

ACCENTS = "L’été à Besançon, où l’œuvre a coûté 30 € : « voilà ». Â côté, Élodie naïve — Noël."


def test_character_references_in_a_text_are_read():
    assert read(html.escape(ACCENTS)).text == ACCENTS
    assert read(ACCENTS.encode("ascii", "xmlcharrefreplace").decode()).text == ACCENTS
    assert read("d&eacute;j&agrave; vu&nbsp;&#33;").text == "déjà vu\u00a0!"


@pytest.mark.parametrize("end", ["\\n", "\\r\\n", "\\n\\n", "\\r\\n\\r\\n"])
def test_line_ends_that_are_written_out_end_lines(end):
    assert blocks(end.join(["One", "two", "Three", "four"]) + "\n") == ["One", "two", "Three", "four"]


def test_what_was_escaped_with_line_ends_is_read_too():
    escaped = r"Il a \u00e9t\u00e9 jug\xe9.\nDit \"oui\".\nL\'an \ud83d\ude4f \ud83d.\nFin"
    assert blocks(escaped) == ["Il a été jugé.", 'Dit "oui".', "L'an \U0001f64f \ufffd.", "Fin"]


@pytest.mark.parametrize(
    "text", [r"In C:\new and C:\nine", r"In \news\nigeria\notes", "A line.\nIn \\n, \\n, \\n and \\n."]
)
def test_a_few_escapes_and_those_beside_real_line_ends_stay(text):
    assert read(text).text == text


def test_the_scripts_of_a_page_of_one_line_are_no_escaped_text():
    page = r'<html><script>var a = "\n\n\n"</script><p>One.</p><p>Two \n.</p></html>'
    assert blocks(page) == ["One.", r"Two \n."]


def test_line_ends_that_are_written_out_stay_in_what_is_given_as_text():
    assert read(r"a\nb\nc\nd", "text").text == r"a\nb\nc\nd"


def test_what_is_no_character_reference_stays():
    text = "R&D; AT&T, &nosuch; &amp and ?a=1&copy=2"
    assert read(text).text == text


def test_what_is_html_when_it_is_no_longer_escaped_is_html():
    feed = html.escape("<p>L&rsquo;été</p><p>Two</p><p>Three</p>")
    assert read(feed).format == "html"
    assert blocks(feed) == ["L’été", "Two", "Three"]


def test_references_that_were_escaped_twice_are_read_in_html():
    assert blocks("<p>d&amp;eacute;j&amp;agrave;</p> &amp;lt;p&amp;gt;", "html") == ["déjà", "&lt;p&gt;"]


@pytest.mark.parametrize("wrong", ["cp1252", "latin-1"])
@pytest.mark.parametrize("times", [1, 2])
def test_utf_8_that_was_read_in_another_encoding_is_put_right(wrong, times):
    text = ACCENTS
    for _ in range(times):
        text = "".join(bytes([byte]).decode(wrong, "ignore") or chr(byte) for byte in text.encode())
    assert read(text).text == ACCENTS
    assert read(text.encode(), "text").text == ACCENTS


def test_a_no_break_space_lost_in_a_wrong_reading_is_no_letter_lost():
    assert read("VoilÃ  que l’Ã©tÃ© va Ã Paris").text == "Voilà que l’été va à Paris"


@pytest.mark.parametrize("text", [ACCENTS, "SÃO PAULO, MANHÃ »", "« privé\u00a0»", "Une Ã©tape", "Ângela"])
def test_a_text_in_its_right_encoding_stays_as_it_is(text):
    assert read(text).text == text


PARTED = """The officers found nine men who had been told that they would be paid, and that the debt
would be settled by the end of the year. None of them had a con-
tract, and each slept in a pack-
ing shed whose door was locked at night. The anti-
trafficking unit was called by a neigh-
bour on Monday morning, and the inspectors came with it to see the place."""


def test_words_parted_at_line_ends_are_whole():
    document = read(PARTED)
    [block] = document.blocks
    text = document.text[block.start : block.end]
    assert all(
        word in text for word in ("a contract,", "a packing shed", "anti-trafficking unit", "a neighbour on")
    )
    assert "-\n" not in document.text


def test_a_megabyte_of_letters_beside_parted_words_comes_to_an_end():
    lines = PARTED.split("\n")
    text = "\n".join((*lines * 15, "a" * 1_000_000, *lines))
    assert "a contract," in read(text).text


def test_parted_words_stay_in_what_is_given_as_text_and_where_there_are_few():
    few = "\n".join(PARTED.split("\n")[:4])
    assert read(PARTED, "text").text == PARTED
    assert read(few).text == few


@given(st.lists(st.sampled_from(["word-", "Anti-", "part", "a b c d e f g h", "-", ""]), max_size=30))
def test_blocks_of_whole_words_stand_in_their_text(lines):
    document = read("\n".join(lines))
    for block in document.blocks:
        line = document.text[block.start : block.end]
        assert line
        assert line == line.strip()
    assert sum(b.end - b.start for b in document.blocks) <= len(document.text)


@given(st.text(st.sampled_from("ÃÂâ€™©é »\u00a0&;#x4amp\x80\x99a"), max_size=60))
def test_a_text_that_is_given_as_text_is_never_changed(text):
    assert read(text, "text").text == text


@given(st.text(st.sampled_from("ÃÂâ€™©é »\u00a0\x80\x99a"), max_size=60))
def test_what_was_put_right_is_not_put_right_again(text):
    once = read(text).text
    assert read(once).text == once


# -- HTML --------------------------------------------------------------------------------------------


def body(markup: str) -> list[str]:
    return blocks(f"<!DOCTYPE html><html><head><title>T</title></head><body>{markup}</body></html>")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One</p><p>Two</p>", ["One", "Two"]),
        ("<p>One<p>Two", ["One", "Two"]),
        ("<div>One<p>Two</p>Three</div>", ["One", "Two", "Three"]),
        ("<p>One <b>bold</b>, <a href=x>linked</a>.</p>", ["One bold, linked."]),
        ("<p>in<b>side</b></p>", ["inside"]),
        ("<p>One<br>Two<br/>Three</p>", ["One", "Two", "Three"]),
        ("<ul><li>One</li><li>Two</li></ul>", ["One", "Two"]),
        ("<h1>Head</h1>Text", ["Head", "Text"]),
        ("<p>  One\n\t two&nbsp;three </p>", ["One two three"]),
        ("<p>caf&eacute; &amp; th&#233; &lt;b&gt;</p>", ["café & thé <b>"]),
        ("<p></p><p> </p><p>&nbsp;</p>", []),
        ("One<hr>Two", ["One", "Two"]),
    ],
)
def test_each_text_block_of_a_page_is_a_block_in_order(markup, expected):
    assert body(markup) == expected


@pytest.mark.parametrize(
    "markup",
    [
        "<script>var hidden = 1;</script>",
        "<style>p { color: red }</style>",
        "<!-- hidden -->",
        "<template><p>hidden</p></template>",
        "<svg><title>hidden</title><text>hidden</text></svg>",
        "<select><option>hidden</option></select>",
        "<textarea>hidden</textarea>",
        "<iframe>hidden</iframe>",
        "<noscript>hidden</noscript>",
        "<div hidden>hidden</div>",
        "<div hidden><p>hidden</p><ul><li>hidden</ul></div>",
        '<div style="display:none">hidden</div>',
        '<p style="color: red; DISPLAY : none">hidden</p>',
        '<p style="visibility:hidden">hidden</p>',
        '<div aria-hidden="true">hidden</div>',
        "<span hidden>hidden</span>",
    ],
)
def test_what_a_reader_does_not_see_is_left_out(markup):
    assert body(f"<p>Seen.</p>{markup}<p>Seen too.</p>") == ["Seen.", "Seen too."]


ANSWER = "The helpline is free, and nobody asks for a name."


@pytest.mark.parametrize("hidden", ["hidden", 'style="display:none"', 'aria-hidden="true"'])
@pytest.mark.parametrize(
    "markup",
    [
        '<h3><button aria-expanded="false">Asked</button></h3><div {}><p>{}</p></div>',
        '<button aria-controls="a">Asked</button><p>Seen.</p><div id="a" {}>{}</div>',
        '<div {} id="a">{}</div><button data-bs-target="#a">Asked</button>',
        '<a href="#a">Asked</a><div {} id="a">{}</div>',
        '<button href="#a">Asked</button><div {} id="a">{}</div>',
        '<dl><dt><button id="q">Asked</button><dd aria-labelledby="q" {}>{}</dl>',
        '<h3>Asked</h3><div role="tabpanel" {}>{}</div>',
        '<button aria-controls="a">Asked</button><div id="a" {}><div hidden>No.</div><p>{}</p></div>',
    ],
)
def test_what_a_button_or_a_link_shows_is_read(markup, hidden):
    found = body(markup.format(hidden, ANSWER))
    assert {"Asked", ANSWER} <= {*found} <= {"Asked", ANSWER, "Seen."}


@pytest.mark.parametrize(
    "markup",
    [
        '<div id="a" class="modal-body" hidden>No.</div>',
        '<div id="a" role="dialog" hidden>No.</div>',
        '<div id="a" class="cookie-settings" style="display:none">No.</div>',
        '<nav id="a" hidden>No.</nav>',
        '<header><div id="a" hidden>No.</div></header>',
        '<div id="a" hidden><a href="/1">No.</a> <a href="/2">No.</a></div>',
        '<div hidden><div role="tabpanel" hidden>No.</div></div>',
        '<div id="b" hidden>No.</div>',
        "<p>Seen.</p><div hidden>No.</div>",
    ],
)
def test_menus_and_dialogs_stay_hidden_whatever_shows_them(markup):
    opener = '<button aria-expanded="false" aria-controls="a">Open</button><p>Seen.</p>'
    assert "No." not in " ".join(body(opener + markup))


def test_a_button_that_shows_a_panel_is_its_heading():
    document = read('<html><body><button aria-controls="a">Asked</button><p id="a" hidden>Answer.</p>')
    assert [block.hints.tags for block in document.blocks] == [("body", "h3"), ("body", "p")]


def test_a_link_in_a_sentence_to_a_hidden_note_is_no_heading():
    document = read('<html><body><p>The court sat (<a href="#a">1</a>).<p id="a" hidden>A note.')
    assert [block.hints.tags for block in document.blocks] == [("body", "p"), ("body", "p")]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            "<table><tr><th>Year</th><th>Cases</th></tr><tr><td>2019</td><td>12</td></tr></table>",
            ["Year | Cases", "2019 | 12"],
        ),
        ("<table><tr><td>One</td><td> </td><td>Two</td></tr></table>", ["One | Two"]),
        ("<table><tr><td><p>One</p></td><td><p>Two</p></td></tr></table>", ["One", "Two"]),
        ("<table><tr><td><table><tr><td>In</td><td>side</td></tr></table></td></tr></table>", ["In | side"]),
        ("<table><tr></tr></table>", []),
    ],
)
def test_a_row_of_a_simple_table_is_one_block(markup, expected):
    assert body(markup) == expected


TEXTS = [
    "The court heard on Monday that the men had been held in a barn.",
    "Le tribunal a entendu lundi que les hommes avaient été enfermés dans une grange.",
]


@pytest.mark.parametrize("cell", ["<td>{}</td>", "<td><p>{}</p></td>"])
def test_texts_side_by_side_in_a_row_are_blocks_of_their_own_each_in_its_language(cell):
    row = "<tr>" + "".join(map(cell.format, TEXTS)) + "</tr>"
    table = f"<table><tr><th>English</th><th>Français</th></tr>{row * 6}</table>"
    assert body(table) == ["English | Français", *TEXTS * 6]
    result = mtag.clean(f"<html><body>{table}</body></html>")
    assert [block.language for block in result.blocks[1:]] == ["en", "fr"] * 6


def test_one_text_among_the_cells_of_a_row_stays_in_the_row():
    assert body(f"<table><tr><td>2019</td><td>{TEXTS[0]}</td></tr></table>") == [f"2019 | {TEXTS[0]}"]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<span>Read also</span><a>Smuggler jailed</a>", "Read also Smuggler jailed"),
        ("<b>Ann Lee</b><time>14 June 2023</time><span>09:32</span>", "Ann Lee 14 June 2023 09:32"),
        ("<span>Order it.</span><span>In stock</span>", "Order it. In stock"),
        ("<a>news</a><a>sport</a><a>A</a><a>B</a>", "news sport A B"),
        ("<span>a<b>b</b></span><i><u>Cd</u></i>", "ab Cd"),
        ("<b>T</b><i>he</i> <u>Lyon</u><u>nais</u>", "The Lyonnais"),
        ("<b>10</b><sup>2</sup> m", "102 m"),
        ("<span>2</span><span>5</span> views", "25 views"),
        ("Mac<b>Lean</b>", "MacLean"),
        ("forced <a href=/x>la</a><a href=/x>bour</a>", "forced labour"),
        ("a <b>b</b></p><p>ab<b>C</b>", "a b|abC"),
    ],
)
def test_words_of_inline_elements_side_by_side_are_parted(markup, expected):
    assert blocks(f"<p>{markup}</p>", "html") == expected.split("|")


def test_blocks_know_the_elements_around_them():
    document = read(
        '<html><body><nav id="mainMenu" class="top-bar"><ul><li><a href=x>Home</a>'
        " page</ul></nav></body></html>"
    )
    [block] = document.blocks
    assert block.hints.tags == ("body", "nav", "ul", "li")
    assert {"main", "menu", "top", "bar"} <= block.hints.words
    assert block.hints.link_share == pytest.approx(4 / 9)


def test_no_long_name_of_an_element_is_kept():
    _words.cache_clear()
    tracemalloc.start()
    try:
        for number in range(20):
            read(f'<p class="a{number} {"b" * 1_000_000}">Word</p>', "html")
        assert tracemalloc.get_traced_memory()[0] < 2_000_000
    finally:
        tracemalloc.stop()


def test_what_a_page_declares_of_itself_is_kept():
    document = read(
        '<html lang="fr"><head><title>A  page</title><meta property="og:site_name" content="Site">'
        '<meta name="Author" content="Ann"><meta name="empty" content=" ">'
        '<script type="application/ld+json">{"@graph": [{"headline": "Head", "author":'
        ' [{"name": "Bob"}]}]}</script>'
        '</head><body><time datetime="2024-02-01">then</time></body></html>'
    )
    assert document.declared == {
        "lang": "fr",
        "title": "A page",
        "og:site_name": "Site",
        "author": "Ann",
        "json-ld:headline": "Head",
        "json-ld:author": "Bob",
        "time": "2024-02-01",
    }


def test_each_tag_that_a_page_declares_is_kept():
    tags = "".join(f'<meta property="article:tag" content="{tag}">' for tag in ("one", "two"))
    assert read(f"<html><head>{tags}</head><body><p>One</p>").declared == {"article:tag": "one; two"}


@pytest.mark.parametrize(
    "data", ["{", "[[[", "7", '"text"', "[" * 50_000, '{"@graph": 3}', '[{"headline": 3}]', "null"]
)
def test_json_ld_that_is_not_what_it_should_be_is_passed_over(data):
    page = (
        f'<html><head><script type="application/ld+json">{data}</script></head><body><p>One</p></body></html>'
    )
    assert blocks(page) == ["One"]
    assert not any(name.startswith("json-ld") for name in read(page).declared)


def json_ld(data, title="Four jailed | Site"):
    head = f'<title>{title}</title><script type="application/ld+json">{data}</script>'
    return f"<html><head>{head}</head><body><nav>Home</nav></body></html>"


@pytest.mark.parametrize(
    "data",
    [
        '{"datePublished": "2024-02-01", "description": "one\ntwo"}',
        '//<![CDATA[\n{"datePublished": "2024-02-01"}\n//]]>',
        '/*<![CDATA[*/[{"datePublished": "2024-02-01"}]/*]]>*/',
        '<!-- {"datePublished": "2024-02-01"} -->',
        '{"datePublished": "2024-02-01"};',
        '[[{"name": "Site"}], [{"datePublished": "2024-02-01"}]]',
        '{"@type": "WebPage", "mainEntity": {"datePublished": "2024-02-01"}}',
        '{"@graph": [[{"datePublished": "2024-02-01"}]]}',
        '[{"headline": "Other", "datePublished": "2023-01-01"},'
        ' {"headline": "Four jailed", "datePublished": "2024-02-01"}]',
    ],
)
def test_json_ld_is_read_in_the_forms_that_pages_have(data):
    assert read(json_ld(data)).declared["json-ld:datePublished"] == "2024-02-01"


def test_a_date_may_be_marked_on_any_element():
    page = '<html><body><span itemprop="datePublished">1 May 2024</span><time datetime="2023">x</time></body>'
    assert read(page).declared["time"] == "1 May 2024"


def test_the_text_of_a_page_that_keeps_it_for_a_script_is_read_from_its_json_ld():
    page = json_ld(
        json.dumps({"headline": "Four jailed", "articleBody": "One &amp; two.\r\n\r\nThree\ud800."})
    )
    assert blocks(page) == ["Home", "One & two.", "Three?."]
    prose = "<p>" + "They were freed by the police. " * 5
    assert len(blocks(page.replace("</nav>", "</nav>" + prose))) == 2


def test_the_text_in_json_ld_may_be_html():
    page = json_ld(
        json.dumps({"headline": "Four jailed", "articleBody": "<p>One &amp; <b>two</b>.</p><p>Three.</p>"})
    )
    assert blocks(page) == ["Home", "One & two.", "Three."]


def test_of_several_texts_in_json_ld_only_that_of_the_page_is_read():
    things = [{"headline": title, "articleBody": f"{title}."} for title in ("A film", "Four jailed")]
    assert blocks(json_ld(json.dumps(things), "Another page")) == ["Home"]
    assert blocks(json_ld(json.dumps(things))) == ["Home", "Four jailed."]


@pytest.mark.parametrize(
    ("element", "depth"),
    [
        ("<span>", 100_000),
        ("<b>", 50_000),
        ("<div>", 10_000),
        ("<ul><li>", 5_000),
        ("<table><tr><td>", 5_000),
    ],
)
def test_nesting_however_deep_does_not_exhaust_the_stack(element, depth):
    assert blocks("<html><body>" + element * depth + "deep") == ["deep"]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One <b>two</b>", ["One two"]),
        ("<ul><li>One<li><p>Two</ul>", ["One", "Two"]),
        ("<dl><dt>One<dd><p>Two</dl>", ["One", "Two"]),
        ("<table><tr><td>One<td>Two<tr><td>Three</table>", ["One | Two", "Three"]),
        ("<table><tbody><tr><th>One<tbody><tr><td>Two</table>", ["One", "Two"]),
        ("<svg><td></svg><p>One", ["One"]),
        ("<svg><path/></svg>One<p/><a href=x/>Two</a><p>", ["One", "Two"]),
    ],
)
def test_elements_that_need_no_end_tag_do_not_nest_however_many_there_are(markup, expected):
    count = 20_000 // markup.count("<") + 1
    assert body(markup * count) == expected * count


@pytest.mark.parametrize(
    "markup", ["<ul><li></b>", "<svg><td></x>", "<div><table><tr><td></div>", "<p><font>"]
)
def test_end_tags_that_end_nothing_do_not_hide_how_deep_a_page_nests(markup):
    assert len(tamed(markup * 20_000)) < len(markup) * 10_000


def many_attributes(value: str) -> str:
    return "".join(f"a{number}{value} " for number in range(3_000))


@pytest.mark.parametrize(
    "markup",
    [
        "<svg><title></svg>",
        "<svg><textarea></svg>",
        '<p\xa0b=">',  # to the parser, neither a no-break space nor a tabulator parts names
        '<p\vb=">',
        "<\u017fcript>",  # nor is a long s an s
        '<p a="1"b=x"="> c="2">',
    ],
)
def test_what_only_looks_like_a_text_or_a_value_hides_no_attributes(markup):
    page = markup + "<br>" * 5_000 + f"<p {many_attributes('')}>Two"
    assert len(tamed(page)) < len(page) - 5_000


def test_tags_that_are_never_closed_are_read_in_linear_time():
    assert len(tamed("".join(f"<p><b id={number}>x" for number in range(4_000)))) < 60_000


def test_a_menu_that_unfolds_above_the_text_is_not_read():
    menu = "<button aria-expanded=false aria-controls=m>What we do</button>"
    menu += "<div id=m hidden><p>Slavery.</p></div>"
    assert body(f"{menu}<h1>Nine freed</h1><p>They work.</p>") == ["What we do", "Nine freed", "They work."]


def test_answers_below_the_heading_of_a_page_are_read_whatever_its_footer_says():
    panel = (
        "<h3><button aria-expanded=false aria-controls=a>Who?</button></h3><div id=a hidden><p>We.</p></div>"
    )
    footer = f"<footer><p>{'They work for the victims of crime. ' * 4}</p></footer>"
    assert body(f"<h1>Questions</h1>{panel}{footer}")[:3] == ["Questions", "Who?", "We."]


def test_formatting_that_is_never_closed_leaves_the_blocks_of_a_page_as_they_are():
    assert body("<p><b>One.</p>" * 1_500) == ["One."] * 1_500


def test_a_button_inside_a_hidden_element_does_not_show_it():
    hidden = '<div hidden id=x><p>Never.</p><button data-target="#x">Close</button></div>'
    assert body(f"<p>{'They work for the victims of crime. ' * 4}</p>{hidden}")[1:] == []


def test_a_button_without_words_shows_nothing():
    icon = "<button aria-expanded=false aria-label=Menu></button>"
    shown = f"<p>{'They work for the victims of crime. ' * 4}</p>"
    assert body(f"{shown}{icon}<p>Text.</p><div hidden>Never.</div>")[1:] == ["Text."]


@pytest.mark.parametrize("value", ["", "=b", '=">"', "='<b>'", '\t = "\n"'])
def test_the_attributes_of_a_tag_are_read_only_as_far_as_pages_have_them(value):
    page = "<p>One</p><!-- <p '> --><script>a<b '</script>" + "<br>" * 5_000
    page += f"<p {many_attributes(value)} hidden>Two"
    assert len(tamed(page)) < len(page) - 5_000
    assert body(page) == ["One", "Two"]


@pytest.mark.parametrize(
    "markup",
    [
        "<p title='a > b'>It's so</p>",
        f"<script>for (i=0;i<n;i++) {{ {many_attributes(';')} }}</script>",
        f"<!-- <p {many_attributes('')} --><p>",
        f"<!--><p>{many_attributes('')}<!-- -->",
        f"1 < 2 {many_attributes('')}",
    ],
)
def test_a_page_whose_tags_are_of_a_common_length_is_parsed_as_it_is(markup):
    page = markup + "<br>" * 5_000
    assert tamed(page) == page


@pytest.mark.parametrize(
    "html", ["", "<html>", "<html><body></body></html>", "<!-- only -->", "<html><frameset></frameset>"]
)
def test_a_page_without_text_has_no_blocks(html):
    assert blocks(html, "html") == []


def test_nul_and_surrogates_in_a_page_become_replacement_characters():
    assert "".join(blocks("<html><p>a\x00b\ud800c &#xD800; &#0;</p></html>")).encode()


_SOUP = [
    *(
        "<p>",
        "</p>",
        "<div hidden>",
        "</div>",
        "<br>",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</tr>",
        "</table>",
    ),
    *("<a href='x'>", "</a>", "<!--", "-->", "<script>", "</script>", "<ul>", "<li class='menu'>", "</ul>"),
    *(
        "<",
        ">",
        "&amp;",
        "&#xD800;",
        "&",
        "text",
        " ",
        "\n",
        "é",
        "\x00",
        "\u2028",
        "<![CDATA[",
        "<svg>",
        "</svg>",
    ),
    *(
        "<title>",
        "<h1>",
        "</h1>",
        "<form>",
        "<select>",
        "<textarea>",
        "<template>",
        "<html>",
        "</body>",
        "<x-y z=1>",
    ),
]


@given(st.lists(st.sampled_from(_SOUP), max_size=40).map("".join))
def test_blocks_of_any_page_are_ordered_lines_without_white_space_at_their_ends(html):
    document = read(html, "html")
    assert [document.text[b.start : b.end] for b in document.blocks] == (
        document.text.split("\n") if document.text else []
    )
    for block in document.blocks:
        line = document.text[block.start : block.end]
        assert line == " ".join(line.split()) != ""
        assert 0.0 <= block.hints.link_share <= 1.0


# -- feeds -------------------------------------------------------------------------------------------

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet href="a.xsl"?><!-- made -->
<rss version="2.0"><channel><title>News &amp; more</title><link>https://x.org</link>
<image><title>Logo</title><url>https://x.org/i.png</url></image>
<item><title>Two freed</title><link>https://x.org/1</link><guid>1</guid>
<pubDate>Fri, 08 Mar 2024 10:00:00 GMT</pubDate><media:title>A photo</media:title>{}</item>
<item><title>Storm</title><description>Trees fell.</description></item></channel></rss>"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<description>They were freed &amp;amp; fed.</description>", ["They were freed & fed."]),
        ("<description>&lt;p&gt;One &amp;eacute;&lt;/p&gt;&lt;p&gt;Two</description>", ["One é", "Two"]),
        ("<description><![CDATA[<p>One</p><p>Two]]></description>", ["One", "Two"]),
        ("<description>Short</description><content:encoded>Longer.</content:encoded>", ["Longer."]),
        ('<content type="xhtml"><div><p>One</p><p>Two</p></div></content>', ["One", "Two"]),
        ("<description>Cut &lt;a href=&quot;https://x.</description>", ["Cut"]),
        ("<description/>", []),
    ],
)
def test_the_entries_of_a_feed_are_headings_and_texts(text, expected):
    feed = RSS.format(text)
    assert blocks(feed) == ["Two freed", *expected, "Storm", "Trees fell."]
    assert read(feed.encode()).blocks[0].hints.tags[-1] == "h2"
    assert read(feed).declared["title"] == "News & more"


@pytest.mark.parametrize("root", ["feed", "rdf:RDF"])
def test_feeds_of_every_kind_are_read(root):
    feed = (
        f'<{root} xmlns="x"><title>News</title><entry><title type="html"><![CDATA[One]]></title>'
        f'<link href="https://x.org/1"/><updated>2024-03-08T10:00:00Z</updated></entry></{root}>'
    )
    assert blocks(feed) == ["One"]


def test_a_feed_that_is_cut_off_or_given_as_text_is_read_too():
    assert blocks("<rss><item><title>One</title><description>Two <![CDATA[<p>Three") == [
        "One",
        "Two",
        "Three",
    ]
    assert read("<rss><item>", "text").text == "<rss><item>"
    assert read("<rss>" + "<!---->" * 1_000).format == "html"


def test_the_entities_of_a_feed_are_those_of_html():
    start = '<?xml version="1.0"?><!DOCTYPE rss SYSTEM "x">'
    feed = f"{start}<rss><item><title>&eacute;t&eacute; &own;</title></item></rss>"
    assert blocks(feed) == ["été &own;"]


def test_another_extractor_that_is_not_installed_is_named_with_its_pip_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(MissingExtraError, match=r"mtag\[html\]"):
        read("<html><body><p>Text</p></body></html>", extractor="trafilatura")


def test_another_extractor_chooses_the_content_of_a_page(monkeypatch):
    chosen = types.SimpleNamespace(extract=lambda html, include_comments: "A title\n\nThe text.", __spec__="")
    monkeypatch.setitem(sys.modules, "trafilatura", chosen)
    result = mtag.clean("<html><body><nav>Home</nav><p>The text.</p></body></html>", extractor="trafilatura")
    assert result.clean_text == "A title\nThe text."


def test_an_unknown_extractor_is_refused():
    with pytest.raises(OptionError, match="extractor"):
        read("<html><body><p>Text</p></body></html>", extractor="readability")


def test_a_mark_in_the_plain_texts_of_a_feed_is_no_tag_and_markup_in_titles_is_left_out():
    title, text = "&lt;i&gt;Strike&lt;/i&gt; at AT&amp;amp;T", "Pay is &lt;half of what it was."
    entry = f"<item><title>{title}</title ><description>{text}</description></item>"
    assert blocks(f"<rss version='2.0'><channel>{entry}</channel></rss>") == [
        "Strike at AT&T",
        "Pay is <half of what it was.",
    ]
