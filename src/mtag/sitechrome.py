"""What a site says on all its pages: lines that a batch has seen on other pages of the same site.

Lines are counted by their hash in a count-min sketch (Cormode and Muthukrishnan 2005): memory is
fixed, and the counts do not depend on the order of the pages.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mtag.arrays import Hashes, Ints
from mtag.blockfeatures import Counts
from mtag.errors import OptionError
from mtag.wordhash import hash_word

_ROWS = 4
_WIDTH = 1 << 18
_MAX_KNOWN = 200_000
_LONG_WORDS = 12
_SEEDS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], np.uint64)


class SiteChrome:
    """Counts, for each line, the pages of a site that have it; about 2 MB, whatever the batch.

    Near-duplicate pages (the same long lines) are counted once, so that an article that stands
    twice in a batch is not taken for furniture.
    """

    def __init__(self) -> None:
        self._table = np.zeros((_ROWS, _WIDTH), np.uint16)
        self._known: dict[int, None] = {}

    @property
    def table(self) -> npt.NDArray[np.uint16]:
        """The counts, four rows of the sketch: all that `pages` needs."""
        return self._table

    @classmethod
    def from_table(cls, table: npt.NDArray[np.uint16]) -> SiteChrome:
        """Make one of the counts of another, which then learns as if it had seen no page.

        Raises:
            OptionError: the array is not such a table.
        """
        if table.shape != (_ROWS, _WIDTH) or table.dtype != np.uint16:
            raise OptionError(f"a table of site chrome has the shape {(_ROWS, _WIDTH)} and the type uint16")
        chrome = cls()
        chrome._table = table
        return chrome

    def learn(self, counts: Counts, site: str = "") -> bool:
        """Count the lines of a page; returns whether it was new.

        Args:
            counts: what was counted in its blocks (`blockfeatures.count`).
            site: the host or another name of the site; without one all pages are one site.
        """
        long = np.unique(counts.whole[counts.words >= _LONG_WORDS])
        page = int(np.bitwise_xor.reduce(long)) ^ hash_word(site) if len(long) else 0
        if page:
            if page in self._known:
                return False
            self._known[page] = None
            if len(self._known) > _MAX_KNOWN:
                del self._known[next(iter(self._known))]
        places = self._places(np.unique(counts.whole), site)
        for row in range(_ROWS):
            cells = np.unique(places[row])
            self._table[row, cells] = np.minimum(self._table[row, cells], 65_534) + 1
        return True

    def pages(self, counts: Counts, site: str = "") -> Ints:
        """Number of pages learned from that have each block's line."""
        places = self._places(counts.whole, site)
        return np.asarray(np.min([self._table[row, places[row]] for row in range(_ROWS)], axis=0), np.int64)

    @staticmethod
    def _places(lines: Hashes, site: str) -> Ints:
        keys = lines ^ np.uint64(hash_word(site))
        mixed = (keys[None, :] ^ (keys[None, :] >> np.uint64(32))) * _SEEDS[:, None]
        return np.asarray(mixed >> np.uint64(64 - 18), np.int64)
