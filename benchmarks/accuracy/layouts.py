"""The same labelled documents as users hand them over: wrapped, joined, quoted, between menus and lists.

    python benchmarks/accuracy/layouts.py [LAYOUT ...]

What stands around a document is about trafficking where that is the hardest: what is tagged of it is an
error. F1 of all concepts and of the gate, broader concepts on both sides, on every second document of the
test families and, where they are there, on the real documents of `../shared/dev`.
"""

import html
import re
import sys
import textwrap
import unicodedata
from collections.abc import Callable
from operator import add

from systems import ROOT, SHARED

from mtag import Tagger
from mtag.training import corpus, evaluation

MENU = """Skip to main content
Search
Home
Topics
Human trafficking
Drug trafficking
Migrant smuggling
Training
Publications
Contact us"""
HEADLINES = """Two men jailed for human trafficking in Leeds
New hotline for victims of forced labour
Minister launches action plan against trafficking in persons
How to spot the signs of modern slavery"""
FRENCH_HEADLINES = """Deux hommes condamnés pour traite des êtres humains à Lille
Un numéro d'appel pour les victimes de travail forcé
Le ministre lance le plan d'action contre la traite des personnes
Reconnaître les signes de l'esclavage moderne"""
EXCERPTS = """Two men jailed for human trafficking in Leeds
The men forced twelve women into prostitution, the court heard on Monday.
Read more
New hotline for victims of forced labour
The number is open day and night in nine languages.
Read more"""
COMMENTS = """2 comments
John Miller
March 3, 2021 at 4:12 pm
They should lock up these human traffickers. A cousin of mine was forced into prostitution at fifteen.
Reply
Anna B.
March 4, 2021 at 9:30 am
And the children used by begging gangs? Nobody talks about child trafficking in this country.
Reply
Leave a comment
Your email address will not be published.
Name"""
NEWSLETTER = """Subscribe to our newsletter
Get the latest news on human trafficking and forced labour in your inbox every week.
Your email address
Subscribe"""
FOOTER = """Share this page
Facebook
Newsletter
Legal notice
© 2024 Ministry of Public Affairs. All rights reserved."""
BESIDE = """Previous article
Five charged with trafficking women for sexual exploitation
Next article
Forced labour victims rescued from a fishing boat"""
ARROWS = """« Five charged with trafficking women for sexual exploitation
Forced labour victims rescued from a fishing boat »"""
TRAIL = "Home > Topics > Human trafficking > Forced labour > News"


def paragraphs(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def wrapped(text: str, width: int, mark: str = "") -> str:
    """Hard-wrapped, an empty line between paragraphs."""
    lines = [line for one in paragraphs(text) for line in (*textwrap.wrap(one, width), "")]
    return "\n".join(mark + line for line in lines)


def double_spaced(text: str) -> str:
    """Hard-wrapped, an empty line behind each."""
    return "\n\n".join(line for one in paragraphs(text) for line in textwrap.wrap(one, 70))


def parted(text: str) -> str:
    """Hard-wrapped with words parted at line ends, as a PDF's text is."""
    lines = []
    for one in paragraphs(text):
        line = ""
        for word in one.split(" "):
            half = len(word) // 2
            if len(line) + 1 + len(word) <= 60:
                line += f" {word}" if line else word
            elif len(word) > 7 and word[:-1].isalpha() and len(line) + 2 + half <= 60:
                lines.append(f"{line} {word[:half]}-")
                line = word[half:]
            else:
                lines.append(line)
                line = word
        lines += [line, ""]
    return "\n".join(lines)


def numbered(text: str) -> str:
    """Hard-wrapped, each line behind its number."""
    lines = [line for one in paragraphs(text) for line in textwrap.wrap(one, 70)]
    return "\n".join(f"{number:>4}  {line}" for number, line in enumerate(lines, 1))


def with_notes(text: str) -> str:
    """The number of a note behind every third sentence."""
    sentences = re.split(r"(?<=[.!?]) ", text)
    notes = (f"[{number // 3 + 1}]" if number % 3 == 0 else "" for number in range(len(sentences)))
    return " ".join(map(add, sentences, notes))


def misread(text: str) -> str:
    """UTF-8 that was read as Latin-1."""
    return text.encode().decode("latin-1")


def escaped(text: str) -> str:
    return html.escape(text).encode("ascii", "xmlcharrefreplace").decode()


def joined(text: str) -> str:
    return " ".join(paragraphs(text))


def around(text: str, *, above: str = "", below: str = "") -> str:
    return "\n".join(part for part in (above, text, below) if part)


def recommended(text: str) -> str:
    """The headline of another document after the third line."""
    lines = paragraphs(text)
    return "\n".join((*lines[:3], "Read also", HEADLINES.split("\n")[0], *lines[3:]))


def as_html(text: str) -> str:
    """A page with a menu and a list beside the text, which stands in a `div`, its lines parted by `br`."""
    lists = [
        "".join(f'<li><a href="/{line[:3]}">{html.escape(line)}</a></li>' for line in block.split("\n"))
        for block in (MENU, HEADLINES)
    ]
    body = "<br>".join(map(html.escape, paragraphs(text)))
    return f"<html><body><nav><ul>{lists[0]}</ul></nav><div>{body}</div><aside><ul>{lists[1]}</ul></aside>"


LAYOUTS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "HTML, menu and list of others": as_html,
    "wrapped at 60": lambda text: wrapped(text, 60),
    "wrapped at 72, quoted (`> `)": lambda text: wrapped(text, 72, "> "),
    "wrapped at 60, words parted": parted,
    "wrapped at 70, double-spaced": double_spaced,
    "wrapped at 70, lines numbered": numbered,
    "in one line": joined,
    "in one line, menu above, footer below": lambda text: around(joined(text), above=MENU, below=FOOTER),
    "menu above, footer below": lambda text: around(text, above=MENU, below=FOOTER),
    "related headlines below": lambda text: around(text, below=f"Related articles\n{HEADLINES}\n{FOOTER}"),
    "French headlines below": lambda text: around(text, below=f"À lire aussi\n{FRENCH_HEADLINES}\n{FOOTER}"),
    "recommended amid the text": recommended,
    "headlines below, unannounced": lambda text: around(text, below=f"{HEADLINES}\n{FOOTER}"),
    "headlines above": lambda text: around(text, above=f"Latest news\n{HEADLINES}"),
    "excerpts above": lambda text: around(text, above=EXCERPTS),
    "excerpts below": lambda text: around(text, below=f"Latest news\n{EXCERPTS}"),
    "comments": lambda text: around(text, below=COMMENTS),
    "newsletter box": lambda text: around(text, below=NEWSLETTER),
    "previous and next": lambda text: around(text, below=BESIDE),
    "« previous, next »": lambda text: around(text, below=ARROWS),
    "breadcrumbs": lambda text: around(text, above=TRAIL),
    "capitals": str.upper,
    "small letters": str.lower,
    "accents apart (NFD)": lambda text: unicodedata.normalize("NFD", text),
    "numbers of notes (`.[3]`)": with_notes,
    "character references (`&#233;`)": escaped,
    "wrong encoding (`Ã©`)": misread,
    "`<br />` at line ends": lambda text: text.replace("\n", "<br />\n"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
}


def main() -> None:
    tagger = Tagger.load()
    taxonomy = tagger.taxonomy
    examples = corpus.read_corpus(ROOT / "seeds" / "documents", taxonomy)
    test = evaluation.from_examples(one for one in examples if corpus.part_of(one.family) == "test")[::2]
    sets = {"test": test}
    if SHARED.exists():
        sets["real"] = evaluation.read_documents(SHARED, taxonomy)

    def system(gold: evaluation.Gold):
        return tagger.tag(gold.text).concept_ids, {}  # not told what is HTML, as a user would not

    print(f"| layout | {' | '.join(f'{name} P | {name} R | {name} F1 | {name} gate' for name in sets)} |")
    print("|---" * (1 + 4 * len(sets)) + "|")
    for name in sys.argv[1:] or LAYOUTS:
        cells = []
        for gold in sets.values():
            laid_out = [one._replace(text=LAYOUTS[name](one.text)) for one in gold]
            outcomes = evaluation.run(system, laid_out, taxonomy)
            found = evaluation.count(outcomes, frozenset(taxonomy.concepts))
            gate, _ = evaluation.gate(outcomes, taxonomy)
            cells += [f"{figure:.3f}" for figure in (found.precision, found.recall, found.f1, gate.f1)]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
