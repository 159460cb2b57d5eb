"""Training and measuring: what builds the shipped models. Tagging never imports it.

from mtag.training import evaluate, train

model = train("taxonomy/", "seeds/documents")
model.save("my-model/")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mtag.training.evaluation import evaluate
    from mtag.training.fitting import train

__all__ = ["evaluate", "train"]


def __getattr__(name: str) -> Any:
    # At their first use: scikit-learn takes a second to load, and most of what is here does without.
    if name == "evaluate":
        from mtag.training.evaluation import evaluate

        return evaluate
    if name == "train":
        from mtag.training.fitting import train

        return train
    raise AttributeError(f"module 'mtag.training' has no attribute {name!r}")
