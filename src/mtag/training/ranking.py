"""Tags ranked by their probability."""

from __future__ import annotations

from collections.abc import Iterable


def floor_for(tags: Iterable[tuple[float, bool]], precision: float) -> tuple[float, int] | None:
    """The lowest probability from which tags have a precision, and how many of these are right.

    Args:
        tags: the probability of each, and whether it is right; equally probable ones stand or fall together.
        precision: the share of right ones that is wanted, 0 to 1.

    Returns:
        `None` where no probability gives that.
    """
    ranked = sorted(tags, reverse=True)
    right, found = 0, None
    for number, (probability, is_right) in enumerate(ranked, start=1):
        right += is_right
        last = number == len(ranked) or ranked[number][0] < probability
        if last and right >= precision * number:
            found = probability, right
    return found
