"""Test texts by length and hardship, from sources the model was not trained on.

Sentences are those that `training.language_model` keeps out (two whole treebanks, a tenth of the
others) and `shared/dev/documents.jsonl`; menu items are the catalogues of Django and Wagtail, given
as one folder of unpacked wheels; names are those of mimesis. Nothing of them is copied here.
"""

from __future__ import annotations

import gettext
import gzip
import html
import json
import random
import re
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from mtag.training.language_corpus import MEASURING, read_sentences, strip_accents

OTHERS = "es it pt ca gl oc ro nl de lb da nb sv af ht la eo sw tl ms".split()
SCRIPTS = "ru uk el ar he fa hi ja ko zh_Hans th ka".split()


class Case(NamedTuple):
    """A text and the answer: `en`, `fr`, `other` or `und`; `language` is what it is written in."""

    text: str
    answer: str
    language: str


def answer_of(language: str) -> str:
    return language if language in ("en", "fr") else "other"


def _pieces(
    prose: dict[str, list[str]], low: int, high: int, per_class: int, rng: random.Random
) -> list[Case]:
    found: list[Case] = []
    others = [language for language in prose if language not in ("en", "fr")]
    for language, wanted in [
        ("en", per_class),
        ("fr", per_class),
        *((o, per_class // len(others) + 1) for o in others),
    ]:
        seen: set[str] = set()
        for _ in range(wanted * 30):
            if len(seen) >= wanted:
                break
            words = rng.choice(prose[language]).split()
            size = rng.randint(low, high)
            if len(words) < size + 2:
                continue
            start = rng.randrange(1, len(words) - size + 1)
            run = " ".join(words[start : start + size]).strip('.,;:!?()"«»“”- ')
            plain = [word for word in re.findall(r"[^\W\d_]+", run) if word[0].islower()]
            if sum(map(len, plain)) >= 3 * size and len(plain) >= size and not re.search(r"\d", run):
                seen.add(run)
        found += [Case(text, answer_of(language), language) for text in sorted(seen)]
    return _unambiguous(found)


def _unambiguous(cases: list[Case]) -> list[Case]:
    answers = defaultdict(set)
    for case in cases:
        answers[case.text.lower()].add(case.answer)
    return [case for case in cases if len(answers[case.text.lower()]) == 1]


def _joined(prose: dict[str, list[str]], sentences: int, per_class: int, rng: random.Random) -> list[Case]:
    found = []
    others = [language for language in prose if language not in ("en", "fr")]
    for language, wanted in [
        ("en", per_class),
        ("fr", per_class),
        *((o, per_class // len(others) + 1) for o in others),
    ]:
        usable = [text for text in prose[language] if len(text.split()) >= (6 if sentences < 5 else 4)]
        for _ in range(wanted if sentences > 1 else 0):
            first = rng.randrange(max(1, len(usable) - sentences))
            found.append(Case(" ".join(usable[first : first + sentences]), answer_of(language), language))
        if sentences == 1:
            found += [
                Case(t, answer_of(language), language) for t in rng.sample(usable, min(wanted, len(usable)))
            ]
    return found


def menus(folder: Path, per_class: int, rng: random.Random) -> tuple[list[Case], dict[str, list[str]]]:
    """Strings of one to five words of the catalogues, and the longer ones by language."""
    texts: dict[str, set[str]] = defaultdict(set)
    for path in sorted(folder.rglob("*.mo")):
        language = path.parts[-3]
        language = language if language in SCRIPTS else {"no": "nb"}.get(language[:2], language.split("_")[0])
        with path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        for key, value in catalogue.items():
            original = (key[0] if isinstance(key, tuple) else key).split("\x04")[-1]
            if not original:
                continue  # the header
            for text, code in ((original, "en"), (value, language)):
                text = " ".join(
                    re.sub(r"%\([^)]*\)[a-z]|\{[^}]*\}|%s|<[^>]*>|&\w+;", " ", text).split()
                ).strip(" .:")
                if (
                    text
                    and (code == "en" or value != original)
                    and "_" not in text
                    and len(re.findall(r"[^\W\d_]", text)) > 2
                ):
                    texts[code].add(text)
    english = texts["en"]
    items: list[Case] = []
    longer: dict[str, list[str]] = {}
    for language in ("en", "fr", *OTHERS, *SCRIPTS):
        group = sorted(t for t in texts[language] if language == "en" or t not in english)
        short = [text for text in group if len(text.split()) <= 5 and len(text) <= 45]
        longer[language] = [text for text in group if len(text.split()) >= 6]
        wanted = per_class if language in ("en", "fr") else per_class // 26
        items += [Case(t, answer_of(language), language) for t in rng.sample(short, min(wanted, len(short)))]
    return _unambiguous(items), longer


def names(folder: Path | None, count: int, rng: random.Random) -> list[Case]:
    """First and last names of persons, in pairs, and cities."""
    if folder is None:
        return []
    found: list[str] = []
    for path in sorted(folder.glob("mimesis/datasets/*/person.json")):
        person = json.loads(path.read_text("utf-8"))
        first = [name for group in person.get("names", {}).values() for name in group]
        last = person.get("surnames", [])
        last = last if isinstance(last, list) else [name for group in last.values() for name in group]
        if not first or not last or not re.match("[A-Za-z]", first[0]):
            continue
        found += [f"{rng.choice(first)} {rng.choice(last)}" for _ in range(60)]
        found += rng.sample(first, min(15, len(first))) + rng.sample(last, min(15, len(last)))
        address = json.loads((path.parent / "address.json").read_text("utf-8"))
        cities = address.get("city", [])
        found += rng.sample(cities, min(30, len(cities)))
    found = sorted({name for name in found if re.match("[A-Za-zÀ-ž]", name)})
    return [Case(name, "und", "name") for name in rng.sample(found, min(count, len(found)))]


def mojibake(text: str) -> str:
    """UTF-8 read as cp1252."""
    return "".join(
        bytes([byte]).decode("cp1252", "ignore") or bytes([byte]).decode("latin-1") for byte in text.encode()
    )


HARDSHIPS = {
    "capitals": str.upper,
    "capitals, no accents": lambda text: strip_accents(text).upper(),
    "title case": str.title,
    "no accents": strip_accents,
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "HTML entities": lambda text: "".join(
        f"&{html.entities.codepoint2name[ord(c)]};"
        if ord(c) > 127 and ord(c) in html.entities.codepoint2name
        else c
        for c in text
    ),
    "UTF-8 as cp1252": mojibake,
    "cp1252 as UTF-8": lambda text: text.encode("cp1252", "ignore").decode("utf-8", "replace"),
    "URL and digits": lambda text: (
        f"12/03/2024 - {text} https://www.example.org/news/2024/the-page-of-the-day.html"
    ),
}

DIGITS = (
    "12",
    "2024",
    "12/03/2024",
    "+33 1 23 45 67 89",
    "3,5 %",
    "1 200 000",
    "---",
    "***",
    "😀😀",
    "👍",
    "→",
    "© 2024",
    "§ 4",
    "10:30",
    "$5",
    "4.2.1",
    "(2)",
    "https://www.example.org/le-monde",
    "info@example.org",
    "www.lemonde.fr",
    "€ 12,50",
    "[…]",
    "🇫🇷",
    "1/2",
    "№ 7",
)


def build(
    shared: Path, catalogues: Path, name_folder: Path | None, per_class: int = 1000
) -> dict[str, list[Case]]:
    """All buckets, by name; the same inputs give the same cases."""
    rng = random.Random(11)
    prose: dict[str, list[str]] = defaultdict(list)
    for language, text in read_sentences(shared / "dev/lang/sentences.jsonl.gz", MEASURING):
        prose[language].append(text)
    buckets: dict[str, list[Case]] = {}
    menu, longer = menus(catalogues, per_class, rng)
    for language in OTHERS:
        if language not in prose and len(longer[language]) >= 40:
            prose[language] = longer[language]
    buckets["word"] = _pieces(prose, 1, 1, per_class, rng)
    buckets["two words"] = _pieces(prose, 2, 2, per_class, rng)
    buckets["menu item"] = menu
    buckets["3-5 words"] = _pieces(prose, 3, 5, per_class, rng)
    buckets["sentence"] = _joined(prose, 1, per_class, rng)
    buckets["paragraph"] = _joined(prose, 4, per_class // 2, rng)
    documents = _joined(prose, 15, per_class // 8, rng)
    with (shared / "dev/documents.jsonl").open(encoding="utf-8") as file:
        for record in map(json.loads, file):
            documents.append(Case(record["text"], record["lang"], record["lang"]))
    buckets["document"] = documents
    buckets["names"] = names(name_folder, 1000, rng)
    buckets["digits"] = [Case(text, "und", "digits") for text in DIGITS]
    base = [
        case
        for bucket in ("menu item", "3-5 words", "sentence")
        for case in rng.sample(buckets[bucket], min(len(buckets[bucket]), per_class))
        if case.language not in SCRIPTS
    ]
    buckets["plain, for the next"] = base
    for hardship, change in HARDSHIPS.items():
        buckets[hardship] = [case._replace(text=change(case.text)) for case in base]
    return buckets


def page_lines(shared: Path) -> list[tuple[str, list[str]]]:
    """Each page of `shared/dev/pages` as (id, lines of its reviewed content)."""
    pages = []
    with gzip.open(shared / "dev/pages/gold.jsonl.gz", "rt", encoding="utf-8") as file:
        for record in map(json.loads, file):
            lines = [line.strip() for line in record["main_content"].splitlines() if line.strip()]
            pages.append((str(record["id"]), lines))
    return pages


class Page(NamedTuple):
    """A page put together: its lines with their answers, and the language of its article."""

    lines: list[Case]
    article: str

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def mixed_pages(shared: Path, catalogues: Path, count: int = 320) -> list[Page]:
    """An article inside the menu, comment form and footer of a site in another language.

    Menus are Django's and Wagtail's strings, articles the held-out sentences and the documents; a
    third have the same language throughout.
    """
    rng = random.Random(23)
    items, longer = menus(catalogues, 4000, rng)
    short = defaultdict(list)
    for case in items:
        if len(case.text) < 40:
            short[case.language].append(case)
    prose: dict[str, list[str]] = defaultdict(list)
    for language, text in read_sentences(shared / "dev/lang/sentences.jsonl.gz", MEASURING):
        prose[language].append(text)
    with (shared / "dev/documents.jsonl").open(encoding="utf-8") as file:
        for record in map(json.loads, file):
            prose[record["lang"]] += re.split(r"(?<=[.!?]) +(?=[A-ZÀ-Ý])", record["text"].replace("\n", " "))
    others = [language for language in prose if language in short and language not in ("en", "fr")]
    pages = []
    for number in range(count):
        article = ("en", "fr", rng.choice(others))[rng.choice((0, 0, 1, 1, 2))]
        site = (
            article
            if number % 3 == 0
            else rng.choice([c for c in ("en", "fr", "fr", "en", rng.choice(others)) if c != article])
        )
        usable = [text for text in prose[article] if len(text.split()) >= 6]

        def chrome(low: int, high: int, site: str = site) -> list[Case]:
            return [rng.choice(short[site]) for _ in range(rng.randint(low, high))]

        title = " ".join(rng.choice(usable).split()[:6]).strip(",;:")
        body = [Case(title, answer_of(article), article)]
        for _ in range(rng.randint(3, 8)):
            first = rng.randrange(max(1, len(usable) - 3))
            body.append(
                Case(" ".join(usable[first : first + rng.randint(1, 4)]), answer_of(article), article)
            )
        form = [
            Case(text, answer_of(site), site) for text in rng.sample(longer[site], min(2, len(longer[site])))
        ]
        pages.append(Page([*chrome(5, 25), *body, *chrome(2, 5), *form, *chrome(2, 8)], answer_of(article)))
    return pages
