"""A tiny labelled corpus about floods that no phrase finds: made from a few sentences, always the same."""

import random

from mtag.training.corpus import Example

PROOFS = {
    "hazard.river": (
        "The brook left its bed and the lower meadow vanished under brown liquid.",
        "By Sunday the stream had climbed over both banks into the streets.",
        "The stream swelled after the thaw and its banks gave way.",
        "Muddy liquid from the brook stood knee deep in every cellar.",
    ),
    "group.farmers": (
        "Crofters drove their animals uphill before midnight.",
        "The growers lost their barley and their hay.",
        "Crofters counted forty drowned sheep.",
        "Growers waited on the ridge with their cattle and animals.",
    ),
    "response.evacuation": (
        "Families were led out by boat and slept in the gymnasium.",
        "Soldiers carried old people out to the gymnasium.",
        "Boats brought sixty families to safety at the school.",
        "Everyone in the lane was told to leave at once for the school.",
    ),
}
OTHER = (
    "The council met in the old town hall on Monday.",
    "A new library opens in spring, the mayor said.",
    "The orchestra played for two hours.",
    "Prices rose a little in the shops.",
    "Several members asked for more time.",
    "The team won by three goals on Saturday.",
    "The museum shows paintings from the north.",
    "A bus line will be extended to the station.",
)


def make(count: int = 120) -> tuple[Example, ...]:
    """Documents in English, each of a family of its own, a third of them off topic."""
    dice = random.Random(11)  # noqa: S311  (a corpus, not a secret)
    examples = []
    for number in range(count):
        labels = []
        if number % 3:
            others = ("group.farmers", "response.evacuation")
            labels = ["hazard.river", *(c for c in others if dice.random() < 0.5)]
        chosen = {label: dice.choice(PROOFS[label]) for label in labels}
        lines = [*chosen.values(), *dice.sample(OTHER, 3)]
        dice.shuffle(lines)
        title, text = f"News of the week {number}", " ".join(lines)
        full = f"{title}\n\n{text}"
        evidence = {c: (full.index(line), full.index(line) + len(line)) for c, line in chosen.items()}
        gold = frozenset(labels)
        examples.append(
            Example(
                id=f"tiny-{number}",
                language="en",
                genre="news",
                title=title,
                text=text,
                labels=gold,
                optional=frozenset(),
                family=f"family-{number}",
                evidence=evidence,
                near_miss=not labels,
            )
        )
    return tuple(examples)
