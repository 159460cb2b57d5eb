"""Floors under measured figures: a file of least values, bound to the corpus they were measured on.

A figure under its floor fails. Floors rise by `update`; to lower one takes a reason, which is kept in
the file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mtag.errors import CorpusError


def failures(figures: Mapping[str, float], floors: Mapping[str, Any], corpus: str) -> list[str]:
    """The figures under their floors, a line each; none where all hold.

    Args:
        figures: measured values by name; a floor without a figure was not measured, and holds.
        floors: what `read` returned.
        corpus: digest of the corpus on which the figures were measured.

    Raises:
        CorpusError: the floors are of another corpus.
    """
    if floors["corpus"] != corpus:
        raise CorpusError("the floors were measured on another corpus; measure again and update them")
    return [
        f"{name}: {figures[name]:.4f} is under its floor, {least:.4f}"
        for name, least in sorted(floors["least"].items())
        if name in figures and figures[name] < least
    ]


def update(
    figures: Mapping[str, float], floors: Mapping[str, Any], corpus: str, reason: str | None = None
) -> dict[str, Any]:
    """Floors at the measured figures, rounded down to three decimals.

    Raises:
        ValueError: a floor would fall on the same corpus, and no reason is given.
    """
    least = {name: math.floor(value * 1000) / 1000 for name, value in figures.items()}
    known = dict(floors["least"])
    fallen = sorted(name for name in least if least[name] < known.get(name, 0.0))
    if fallen and reason is None:
        raise ValueError(f"these floors would fall, which takes a reason: {', '.join(fallen)}")
    lowered = list(floors["lowered"])
    if fallen:
        lowered.append({"reason": reason, "from": {name: known[name] for name in fallen}})
    return {"corpus": corpus, "least": {**known, **least}, "lowered": lowered}


def read(path: str | Path) -> dict[str, Any]:
    """Read a file of floors; where there is none, there are no floors yet."""
    file = Path(path)
    if not file.exists():
        return {"corpus": "", "least": {}, "lowered": []}
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def write(path: str | Path, floors: Mapping[str, Any]) -> None:
    """Write a file of floors."""
    Path(path).write_text(json.dumps(floors, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
