"""Language: right on short lines, `und` where there is nothing to read, decided together on a page."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate, chain, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtag import letterweights
from mtag.chunks import read_chunks
from mtag.document import Block, Language
from mtag.model import TrainedModel
from mtag.pipeline.language import (
    CODES,
    detect,
    detect_blocks,
    detect_many,
    detect_spans,
    name_other,
)
from mtag.pipeline.reading import read
from mtag.textparts import MIN_SENTENCE, SENTENCE_END, SPAN_CHARS, part_blocks
from mtag.training.language_corpus import Instance
from mtag.training.language_sources import clean
from mtag.training.languagecontext import page_transitions
from mtag.training.languagefit import arrays_of, fit

ENGLISH = "The police arrested four men who had forced twelve workers to sleep in a locked warehouse."
FRENCH = (
    "La police a arrêté quatre hommes qui obligeaient douze ouvriers à dormir dans un entrepôt fermé à clé."
)
SPANISH = (
    "La policía detuvo a cuatro hombres que obligaban a doce trabajadores a dormir en un almacén cerrado."
)


def code(text: str) -> str:
    return detect(text).code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ENGLISH, "en"),
        (FRENCH, "fr"),
        (SPANISH, "other"),
        ("De politie hield vier mannen aan die twaalf arbeiders in een loods opsloten.", "other"),
        ("A polícia deteve quatro homens que obrigavam doze trabalhadores a dormir num armazém.", "other"),
        ("Lapolis te arete kat gason ki te fòse douz travayè dòmi nan yon depo.", "other"),
        ("Полиция задержала четырёх мужчин", "other"),
        ("警察は四人の男を逮捕した", "other"),
        ("Read more", "en"),
        ("Lire la suite", "fr"),
        ("Leave a comment", "en"),
        ("Laisser un commentaire", "fr"),
        ("Iniciar sesión", "other"),
        ("Contact us", "en"),
        ("Nous contacter", "fr"),
        ("Terms of use", "en"),
        ("Mentions légales", "fr"),
    ],
)
def test_sentences_and_menu_items(text: str, expected: str) -> None:
    assert code(text) == expected


@pytest.mark.parametrize(
    "hardship",
    [
        str.upper,
        str.title,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)),
        lambda text: text.replace("é", "&eacute;").replace("à", "&agrave;").replace("ê", "&#234;"),
        lambda text: text.encode().decode("cp1252", "replace"),
        lambda text: text.encode("cp1252").decode("utf-8", "replace"),
        lambda text: f"https://www.example.org/news/the-men 12.03.2024 {text} info@example.com",
    ],
    ids=[
        "capitals",
        "titles",
        "NFD",
        "no accents",
        "entities",
        "utf8 as cp1252",
        "cp1252 as utf8",
        "addresses",
    ],
)
@pytest.mark.parametrize(
    ("text", "expected"), [(ENGLISH, "en"), (FRENCH, "fr"), ("Lutte contre la traite", "fr")]
)
def test_hardships_change_nothing(text: str, expected: str, hardship) -> None:  # type: ignore[no-untyped-def]
    assert code(hardship(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "12/03/2024",
        "+33 1 23 45 67 89",
        "😀😀 👍🏽",
        "https://www.example.org/le-monde-est-grand",
        "…—!?",
        "\x00\x07\x1b",
    ],
)
def test_nothing_to_read_is_und(text: str) -> None:
    assert detect(text) == Language("und", 0.0)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000_000,
        "中" * 10_000_000,
        "\ud800" * 1000,
        "\udfff" * 5_000_000,
        "é\u0301" * 3_000_000,
        "xq" * 500_000,
    ],
    ids=["one letter", "one ideograph", "surrogates", "many surrogates", "marks", "one word"],
)
def test_hostile_texts_are_und_at_once(text: str) -> None:
    assert code(text) == "und"


def test_a_long_text_is_read_evenly() -> None:
    assert code(ENGLISH + " " + (FRENCH + " ") * 90_000) == "fr"


def test_answers_do_not_depend_on_company_order_or_threads() -> None:
    texts = [ENGLISH, FRENCH, SPANISH, "Menu", "", "Accueil", "2024", "Москва"] * 40
    alone = [detect(text) for text in texts]
    assert list(detect_many(texts)) == alone
    assert list(detect_many(texts[::-1])) == alone[::-1]
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(detect, texts)) == alone


def lines(*texts: str) -> tuple[str, list[Block]]:
    document = read("\n".join(texts), "text")
    return document.text, list(document.blocks)


def test_a_neutral_line_leans_on_its_neighbours() -> None:
    menu = [
        "Accueil",
        "Actualités",
        "Publications",
        "Documents",
        "Contact",
        "Mentions légales",
        "Plan du site",
    ]
    assert {language.code for language in detect_blocks(*lines(*menu))} == {"fr"}
    menu = ["Home", "News", "Publications", "Documents", "Contact", "Terms of use", "Sitemap"]
    assert {language.code for language in detect_blocks(*lines(*menu))} == {"en"}


def test_an_english_article_in_a_french_page() -> None:
    page = ["Accueil", "Nos actions", "Faire un don", "Brussels, 4 May 2021", ENGLISH, ENGLISH[:60], ENGLISH]
    page += ["Laisser un commentaire", "Votre adresse ne sera pas publiée", "Nom", "Envoyer"]
    codes = [language.code for language in detect_blocks(*lines(*page))]
    assert codes[:3] == ["fr"] * 3
    assert codes[4:7] == ["en"] * 3
    assert codes[7:] == ["fr"] * 4


def test_a_long_paragraph_is_never_outvoted_by_the_menu_around_it() -> None:
    menu = ["Home", "About us", "Search", "News and events", "Contact us", "All rights reserved"] * 3
    lines = [*menu, " ".join([FRENCH] * 60), *menu]
    text = "\n".join(lines)
    assert detect_blocks(text, read(text, "text").blocks)[len(menu)].code == "fr"


@pytest.mark.parametrize("tag", ["p", "div", "li"])
def test_lines_of_two_languages_in_turn_keep_their_own(tag: str) -> None:
    page = [
        "Les ministres se sont réunis jeudi.",
        "The ministers met in the old town on Thursday.",
        "Ils formeront ensemble les procureurs et les juges.",
        "They will train prosecutors and judges together.",
        "La prochaine réunion aura lieu en mai.",
        "The next meeting will be held in the month of May.",
    ]
    document = read("".join(f"<{tag}>{line}</{tag}>" for line in page), "html")
    assert [one.code for one in detect_blocks(document.text, document.blocks)] == ["fr", "en"] * 3
    assert [one.code for one in detect_blocks(*lines(*page))] == ["fr", "en"] * 3


def test_digits_stay_und_on_a_page() -> None:
    assert [language.code for language in detect_blocks(*lines(ENGLISH, "2024", ENGLISH))] == [
        "en",
        "und",
        "en",
    ]


def test_no_blocks_no_answers() -> None:
    assert detect_blocks("", []) == ()


def test_a_quotation_in_another_language_is_found() -> None:
    text = f"{ENGLISH} {ENGLISH} « {FRENCH} » {ENGLISH}"
    spans = detect_spans(text, Block(0, len(text)))
    assert [language.code for _, _, language in spans] == ["en", "fr", "en"]
    start, end, _ = spans[1]
    assert FRENCH[:-1] in text[start:end]
    assert len(text[start:end]) < len(FRENCH) + 8


def test_a_block_of_one_language_is_one_span() -> None:
    text = f"{FRENCH} {FRENCH} M. Smith, de New York, a dit oui. {FRENCH}"
    assert detect_spans(text, Block(0, len(text)))[0][:2] == (0, len(text))
    assert detect_spans("xx Bonjour à tous xx", Block(3, 17)) == ((3, 17, detect("Bonjour à tous")),)


def test_langdetect_names_the_others() -> None:
    assert name_other(SPANISH) == "es"
    assert name_other(SPANISH.upper()) == "es"
    assert name_other("Полиция задержала четырёх мужчин в пятницу вечером") == "ru"
    assert name_other("12 345") is None
    assert name_other("") is None
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(name_other, [SPANISH] * 16)) == {"es"}


def test_detecting_imports_neither_langdetect_nor_scikit_learn() -> None:
    check = (
        "import sys; from mtag.pipeline.language import detect; detect('Bonjour à tous');"
        "sys.exit(any(name in sys.modules for name in ('langdetect', 'sklearn', 'scipy', 'nltk')))"
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    language = detect(text)
    assert language.code in CODES
    assert 0 <= language.probability <= 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=60), max_size=12))
def test_each_block_has_an_answer_and_spans_cover_it(texts: list[str]) -> None:
    text, blocks = lines(*texts)
    answers = detect_blocks(text, blocks)
    assert len(answers) == len(blocks)
    for block in blocks:
        spans = detect_spans(text, block)
        assert (spans[0][0], spans[-1][1]) == (block.start, block.end)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_training_the_same_texts_gives_the_same_bytes(tmp_path: Path) -> None:
    texts = {
        "en": ENGLISH,
        "fr": FRENCH,
        "es": SPANISH,
        "nl": "De politie hield vier mannen aan.",
        "name": "Anna Lindqvist",
    }
    found = [Instance(language, word) for language, text in texts.items() for word in text.split()] * 5
    for folder in ("a", "b"):
        arrays = arrays_of(fit(found, size=200, epochs=(2, 1)), page_transitions(pages=5))
        TrainedModel("language", arrays, {"bits": 20}).save(tmp_path / folder)
    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_the_shipped_model_is_small_and_names_its_licences() -> None:
    folder = Path(letterweights.MODEL_FOLDER)
    assert sum(file.stat().st_size for file in folder.iterdir()) < 1_000_000
    model = TrainedModel.load(folder, "language")
    assert all(source["name"] and source["licence"] for source in model.sources)
    card = (folder / "README.md").read_text("utf-8")
    assert all(source["name"] in card for source in model.sources)


def test_placeholders_and_markup_are_cleaned_from_training_texts() -> None:
    assert clean("Delete <b>%(count)s</b> files?") == "Delete files?"
    assert clean("{count, plural, one {a} other {b}}") == ""


# -- rough sentences ---------------------------------------------------------------------------------


def plain_parts(text, start, end):
    """Rough sentences mark by mark, without arrays."""
    bounds = []
    for match in SENTENCE_END.finditer(text, start, end):
        place, resume = match.span()
        stop = place + (text[place] != "\n")
        if text[place] in "«“":
            stop, resume = place - 1, place
        if resume - start >= MIN_SENTENCE:
            bounds.append((start, stop))
            start = resume
    if end - start >= MIN_SENTENCE or not bounds:
        return [*bounds, (start, end)]
    return [*bounds[:-1], (bounds[-1][0], end)]


_PIECES = [
    *'.!?…:;«“»”")]',
    "\n",
    " ",
    "\n\n",
    "word",
    "l’été",
    "twenty-five letters or so, ",
    ". Then ",
    " » Puis ",
]


@given(st.lists(st.lists(st.sampled_from(_PIECES), min_size=60, max_size=90), min_size=1, max_size=3))
def test_long_blocks_are_parted_as_by_the_plain_rule(found):
    lines = ["".join(pieces).strip() for pieces in found]
    text = "\v".join(lines)
    ends = np.array([*accumulate(len(line) + 1 for line in lines)]) - 1
    starts = ends - [*map(len, lines)]
    parts = part_blocks(read_chunks([text]), starts, ends)
    spans = zip(starts.tolist(), ends.tolist(), strict=True)
    wanted = [plain_parts(text, *span) if span[1] - span[0] >= SPAN_CHARS else [span] for span in spans]
    assert parts.counts.tolist() == [*map(len, wanted)]
    assert [*zip(parts.starts.tolist(), parts.ends.tolist(), strict=True)] == [*chain.from_iterable(wanted)]
