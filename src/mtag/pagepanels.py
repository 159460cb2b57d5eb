"""Panels of a page: hidden elements that a button or a link shows (answers, tabs, what *read more* opens)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from mtag.chrome import HINT_WORDS
from mtag.document import HEADING_TAGS, DomHints

Found: TypeAlias = tuple[str, DomHints, int | None]
"""The text of a block, its hints, and the number of the panel around it: 0 for what is hidden for good."""

_TARGETS = ("id", "aria-controls", "data-target", "data-bs-target")
"""Attributes by which a button or a link names what it shows; its own id is what a panel is labelled by."""

SHOWING = frozenset((*_TARGETS, "aria-expanded", "onclick"))
"""Attributes of which what shows something has one, but for links to a place of the page or to a script."""

_SCRIPT = "javascript:"

_OTHER_ROLES = frozenset("alert alertdialog dialog listbox menu menubar navigation search tooltip".split())
_OTHER_ELEMENTS = frozenset("nav menu dialog header footer".split())
_OTHER_WORDS = frozenset(
    (
        "carousel dialog drawer dropdown footer language languages lightbox modal offcanvas overlay popup"
        " search sidebar slick slider swiper tooltip"
    ).split()
).union(*(HINT_WORDS[role] for role in ("comment_form", "cookie", "share", "login", "menu")))
_CONTROLS = frozenset(("button", "summary"))
_MOSTLY = 0.5


class _Panel(NamedTuple):
    keys: tuple[str, ...]
    control: int | None
    is_tab: bool
    parent: int
    block: int


class Panels:
    """The hidden elements of a page that may be panels, numbered from 1, and what may show them."""

    def __init__(self) -> None:
        self._controls: dict[str, tuple[int, int]] = {}
        self._panels: list[_Panel] = []
        self._closed: int | None = None  # block of the last control that says that what it shows is closed
        self._summaries: list[int] = []  # blocks of controls right above what they show

    def add_control(
        self, attributes: Mapping[str, str | None], text: Callable[[], str], block: int, panel: int
    ) -> None:
        """Note a button or a link that may show something, where it has some text.

        Args:
            attributes: those of the element.
            text: gives its text; most links are not asked for it.
            block: the number of its text.
            panel: the number of the panel around it, 0 if there is none.
        """
        href = attributes.get("href") or ""
        if SHOWING.isdisjoint(attributes) and not href.startswith(("#", _SCRIPT)):
            return  # a link that leads elsewhere
        values = [attributes.get(name) for name in _TARGETS] + [href if href.startswith("#") else ""]
        named = [value for value in values if value]
        is_closed = attributes.get("aria-expanded") == "false" or "onclick" in attributes
        is_closed = is_closed or href.startswith(_SCRIPT)
        if not (named or is_closed) or not text().strip():
            return
        for value in named:
            for key in value.split():
                self._controls.setdefault(key.removeprefix("#"), (block, panel))
        if is_closed:
            self._closed = block

    def add(
        self,
        attributes: Mapping[str, str | None],
        tags: Iterable[str],
        words: frozenset[str],
        parent: int,
        block: int,
    ) -> int:
        """Number a hidden element; 0 where it is a menu, a dialog or the like.

        Args:
            attributes: those of the element.
            tags: its name and those of the elements around it.
            words: its hint words.
            parent: the number of the panel around it, 0 if there is none.
            block: the number of its first text.
        """
        get = attributes.get
        role = get("role")
        if role in _OTHER_ROLES or not (_OTHER_ELEMENTS.isdisjoint(tags) and _OTHER_WORDS.isdisjoint(words)):
            return 0
        keys = f"{get('id') or ''} {get('aria-labelledby') or ''}".split()
        control = block - 1 if block - 1 == self._closed else None
        self._panels.append(_Panel(tuple(keys), control, role == "tabpanel", parent, block))
        return len(self._panels)

    def add_summary(self, block: int) -> None:
        """Note the number of the text of a `<summary>`, which is a control right above what it shows."""
        self._summaries.append(block)

    def add_shown(self, name: str | None, block: int) -> None:
        """Note an element that is not hidden, where a control whose text stands right above it names it.

        Args:
            name: its id.
            block: the number of its first text.
        """
        control, _ = self._controls.get(name or "", (-1, 0))
        if control == block - 1 >= 0:
            self._summaries.append(control)

    def opened(self, found: Sequence[Found]) -> list[tuple[str, DomHints, bool]]:
        """The blocks of a page, and whether each is hidden: those of panels are not.

        A panel has something outside that shows it, is no list of links, and does not stand above the first
        heading of the page, as a menu that unfolds does. What shows it is its heading.
        """
        heads = (n for n, (_, hints, panel) in enumerate(found) if panel is None and "h1" in hints.tags)
        first = next(heads, 0)
        sizes, linked = ([0.0] * (len(self._panels) + 1) for _ in range(2))
        for text, hints, panel in found:
            if panel:
                sizes[panel] += len(text)
                linked[panel] += len(text) * hints.link_share
        under = [n for n, panel in enumerate(self._panels, 1) if _is_under_heading(found, panel.block)]
        answers = {*under} if len(under) > 1 else set()  # a script shows each of them below its question
        shown = {0: False}
        headings: set[int] = set()
        for number, (keys, control, is_tab, parent, block) in enumerate(self._panels, 1):
            outside = (self._controls[key] for key in keys if key in self._controls)
            controls = [one for one, around in outside if around != number]
            controls += [] if control is None else [control]
            shown[number] = bool(controls or is_tab or number in answers) and block >= first
            shown[number] &= linked[number] < _MOSTLY * sizes[number]
            shown[number] &= not parent or shown[parent]
            headings.update(controls if shown[number] else ())
        summaries = {n for n in self._summaries if n >= first and _heads_text(found, n)}
        headings |= summaries if len(summaries) > 1 else set()  # one alone may open a form
        return [
            (text, _heading(hints) if number in headings else hints, panel is not None and not shown[panel])
            for number, (text, hints, panel) in enumerate(found)
        ]


def _is_under_heading(found: Sequence[Found], block: int) -> bool:
    """Whether a block stands right below a heading of a part of the page, which is not hidden."""
    if not 0 < block < len(found):
        return False
    _, hints, panel = found[block - 1]
    tag = hints.tags[-1] if hints.tags else ""
    return panel is None and tag != "h1" and tag in HEADING_TAGS


def _heads_text(found: Sequence[Found], number: int) -> bool:
    """Whether a control and what stands below it are no menu, dialog or the like."""
    if number + 1 >= len(found) or found[number + 1][1].link_share >= _MOSTLY:
        return False
    _, hints, _ = found[number]
    return _OTHER_ELEMENTS.isdisjoint(hints.tags) and _OTHER_WORDS.isdisjoint(hints.words)


def _heading(hints: DomHints) -> DomHints:
    """The hints of a control as those of a heading; a link amid other words is none."""
    if hints.link_share < _MOSTLY and _CONTROLS.isdisjoint(hints.tags):
        return hints
    tags = tuple(tag for tag in hints.tags if tag != "a" and tag not in _CONTROLS)
    return hints._replace(tags=tags if HEADING_TAGS & {*tags} else (*tags, "h3"), link_share=0.0)
