"""How tests count right and wrong, by the rules of the labelled documents."""

from __future__ import annotations

from typing import NamedTuple


class Counts(NamedTuple):
    """True positives, false positives, false negatives."""

    tp: int
    fp: int
    fn: int

    def __add__(self, other):
        return Counts(*(one + two for one, two in zip(self, other, strict=True)))

    @classmethod
    def of(cls, found, expected):
        found, expected = set(found), set(expected)
        return cls(len(found & expected), len(found - expected), len(expected - found))

    @classmethod
    def of_tags(cls, found, expected, optional, taxonomy):
        """Broader concepts added on both sides; optional ones neither rewarded nor punished."""
        gold = taxonomy.close(expected)
        return cls.of(taxonomy.close(found) - (taxonomy.close(optional) - gold), gold)


def f1(counts):
    return 2 * counts.tp / (2 * counts.tp + counts.fp + counts.fn) if any(counts) else 1.0
