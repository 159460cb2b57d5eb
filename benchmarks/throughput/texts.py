"""Documents to time: the project's own texts, cut and joined to 1 to 6 kB, a third with a long menu.

The same documents every time; nothing is downloaded.
"""

import json
import random
from pathlib import Path

SEEDS = Path(__file__).parents[2] / "seeds" / "documents"
_MENU = (
    "Home|About us|Our work|News|Press releases|Publications|Events|Jobs|Contact|Search|Log in|Newsletter|"
    "Accueil|Qui sommes-nous|Nos actions|Actualités|Communiqués|Agenda|Recrutement|Mentions légales|"
    "Share|Facebook|Print this page|Follow us|Partager|Imprimer|Read more|Lire la suite|Cookies policy"
).split("|")


def paragraphs() -> list[str]:
    """Every document of the corpus, title first, in the order of the files."""
    lines = [line for path in sorted(SEEDS.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    records = map(json.loads, lines)
    return [f"{record['title']}\n\n{record['text']}" for record in records]


def documents(count: int = 200) -> list[str]:
    """So many documents of 1 to 6 kB, English and French, 4 to 5 kB on average."""
    dice = random.Random(1)
    source = paragraphs()
    made = []
    for number in range(count):
        size = dice.choice((1000, 3000, 4000, 5000, 6000, 6000))
        text = ""
        while len(text) < size:
            text += dice.choice(source) + "\n\n"
        text = text[: text.rfind(" ", 0, size)]
        if number % 3 == 0:
            menu = [dice.choice(_MENU) for _ in range(dice.randint(60, 120))]
            text = "\n".join(menu) + "\n\n" + text
        made.append(text)
    return made


def long_document(size: int) -> str:
    """One report of so many characters."""
    source, pieces, total = paragraphs(), [], 0
    while total < size:
        piece = source[len(pieces) % len(source)]
        pieces.append(piece)
        total += len(piece) + 2
    return "\n\n".join(pieces)[:size]
