"""What a step knows of chunks, by their number in a vocabulary: learned when a chunk is first met."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

import numpy as np

from mtag.arrays import Flags, Ints
from mtag.chunks import Vocabulary

Known = TypeVar("Known")


class ChunkMemory(ABC, Generic[Known]):
    """What is known of the chunks that were met; it is forgotten with their vocabulary.

    `_known` holds it, with room for so many chunks as `_room` says; what was handed out stays as it was.
    """

    _known: Known

    def __init__(self, portion: int = 100_000) -> None:
        """Make an empty memory, which learns new chunks of about so many characters at once."""
        self._portion = portion
        self._lock = threading.Lock()
        self._vocabulary: Vocabulary | None = None
        self._room = 0

    def recall(self, vocabulary: Vocabulary, numbers: Ints) -> Known:
        """What is known of chunks, by number; that of the `numbers` asked for is there."""
        with self._lock:
            if vocabulary is not self._vocabulary:
                self._room = 0
                self._forget()
                self._vocabulary = vocabulary  # last: an interrupt must not leave what another one's were
            if len(vocabulary) > self._room:
                more = 2 * len(vocabulary) - self._room
                self._lengthen(more)
                self._room += more
            known = self._are_known(numbers)
            if np.count_nonzero(known) < len(known):
                for part, texts in vocabulary.portions(numbers[~known], self._portion):
                    self._learn(part, texts)
            return self._known

    @abstractmethod
    def _forget(self) -> None:
        """Begin with room for no chunk."""

    @abstractmethod
    def _lengthen(self, more: int) -> None:
        """Make room for so many chunks more, none of them known."""

    @abstractmethod
    def _are_known(self, numbers: Ints) -> Flags:
        """Which chunks were learned."""

    @abstractmethod
    def _learn(self, numbers: Ints, texts: Sequence[str]) -> None:
        """Learn chunks; they are marked as known last, for an interrupt may come in between."""
