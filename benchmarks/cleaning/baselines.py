"""Simple methods for text that has lost its tags: each says of each line whether it is content."""

import re

_STOP = frozenset(
    "the of and to in is was were are be been has have had that this these with for on by from at as it its"
    " their he they we you not but or an which who will would can i a le la les de des du un une et en est"
    " sont dans que qui pour par sur avec au aux ce cette ces son sa ses il elle ils nous vous ne pas plus"
    " se".split()
)
_WORD = re.compile(r"[^\W_]+")


def c4(lines):
    """C4's line rule: five words or more and a final mark of punctuation (Raffel et al. 2020)."""
    return [
        len(_WORD.findall(line)) >= 5
        and line.rstrip().endswith((".", "!", "?", '"', "”", "»"))
        and "javascript" not in line.lower()
        for line in lines
    ]


def length_and_stop_words(lines):
    """Lines of ten words or more of which at least a fifth are stop words."""
    kept = []
    for line in lines:
        words = [word.lower() for word in _WORD.findall(line)]
        kept.append(len(words) >= 10 and sum(word in _STOP for word in words) >= 0.2 * len(words))
    return kept


def maximum_subsequence(lines):
    """The one run of lines with the largest sum of scores (after Pasternack and Roth 2009)."""
    scores = []
    for line in lines:
        words = [word.lower() for word in _WORD.findall(line)]
        stops = sum(word in _STOP for word in words)
        scores.append(len(words) * (0.5 + stops / max(len(words), 1)) - 8.0)
    best, best_range, total, start = 0.0, (0, 0), 0.0, 0
    for number, score in enumerate(scores):
        if total <= 0:
            total, start = 0.0, number
        total += score
        if total > best:
            best, best_range = total, (start, number + 1)
    return [best_range[0] <= number < best_range[1] for number in range(len(lines))]


SIMPLE = {
    "C4 line rule": c4,
    "length + stop words": length_and_stop_words,
    "maximum subsequence": maximum_subsequence,
    "keep all": lambda lines: [True] * len(lines),
}
