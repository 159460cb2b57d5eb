"""Macro-F1 over `en`, `fr`, `other`, and false claims."""

from __future__ import annotations

from collections.abc import Sequence


def macro_f1(answers: Sequence[str], given: Sequence[str]) -> float:
    """Mean F1 of `en`, `fr` and `other`, in percent; `und` is a miss."""
    scores = []
    for label in ("en", "fr", "other"):
        right = sum(a == g == label for a, g in zip(answers, given, strict=True))
        total = answers.count(label) + list(given).count(label)
        scores.append(2 * right / total if total else 1.0)
    return 100 * sum(scores) / 3


def false_claims(given: Sequence[str]) -> float:
    """Share of `en` or `fr` among answers to texts that are neither, in percent."""
    return 100 * sum(code in ("en", "fr") for code in given) / max(1, len(given))
