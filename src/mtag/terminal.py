"""What the command shows to people: tables, marked texts, the taxonomy, progress.

Text from documents passes through `plain`, so that it cannot steer the terminal.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TextIO

from mtag.batch import Result
from mtag.concepts import Concept
from mtag.results import ErrorResult, Tag, TagResult, content_spans
from mtag.taxonomy import Taxonomy

# Control characters, the marks that reorder a line, and what UTF-8 cannot write.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_BOLD, _DIM, _RED, _GREEN, _YELLOW = "1", "2", "31", "32", "33"
_FACET_COLOURS = ("36", "35", "33", "32", "34", "31")
_STATUS_COLOURS = {"tagged": _GREEN, "error": _RED, "accepted": _GREEN, "review": _YELLOW}
_QUOTES = 6  # pieces of evidence shown for a tag in a table
_NOTICES = 10  # failed documents named one by one


def plain(text: str) -> str:
    """Show control characters as `·`; line ends and tabs stay."""
    return _UNSAFE.sub("·", text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """Lay a text out in one line that is safe to show."""
    return plain(re.sub(r"[\t\n\r ]+", " ", text)).strip()


def wants_colour(stream: TextIO) -> bool:
    """Whether to colour what goes to a stream: a terminal, and neither NO_COLOR nor a dumb one."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Progress:
    """Counts results; says on stderr what failed and, where someone watches, how far it is."""

    def __init__(self, stderr: TextIO, *, counter: bool = False, notices: bool = True) -> None:
        """Count, with a running `counter` on a terminal, and `notices` that name failed documents."""
        self.failed = 0
        self.total = 0
        self._stderr = stderr
        self._counter = counter and stderr.isatty()
        self._notices = notices
        self._shown = 0.0

    def count(self, result: object) -> None:
        """Take one more result, an `ErrorResult` where it failed."""
        self.total += 1
        if isinstance(result, ErrorResult):
            self.failed += 1
            if self._notices and self.failed <= _NOTICES:
                self._say(f"mtag: {one_line(f'{result.id or self.total}: {result.message}')}\n")
        now = time.monotonic()
        if self._counter and now - self._shown > 0.1:
            self._shown = now
            self._say(f"{self.total:,} documents, {self.failed:,} failed")

    def finish(self) -> int:
        """Say how many failed; the exit code."""
        if self._shown:
            self._say("")
        if self._notices and self.failed > 1:
            self._say(f"mtag: {self.failed:,} of {self.total:,} documents failed\n")
        return 1 if self.failed else 0

    def _say(self, text: str) -> None:
        self._stderr.write(f"\r\x1b[K{text}" if self._counter else text)
        self._stderr.flush()


@dataclass(frozen=True, slots=True)
class Style:
    """How to show things: in colour or plain, in how many columns."""

    colour: bool = False
    width: int = 80

    @classmethod
    def of(cls, stream: TextIO) -> Style:
        """The style that suits a stream."""
        columns = shutil.get_terminal_size().columns if stream.isatty() else 80
        return cls(wants_colour(stream), max(40, min(columns, 120)))

    def paint(self, text: str, *codes: str) -> str:
        """Colour a text that is already safe."""
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if self.colour and text else text

    def table(self, result: Result) -> str:
        """A document for people: where, language, status, title and date, then each tag with its words."""
        name = self.paint(one_line(result.id or "-"), _BOLD)
        if isinstance(result, ErrorResult):
            status = self.paint("error", _RED)
            return f"{name}  {status}\n{self._fold(f'{result.error}: {result.message}', 2)}\n"
        status = self.paint(result.status, _STATUS_COLOURS.get(result.status, _DIM))
        lines = [f"{name}  {result.language} · {status}"]
        page = result.metadata
        if page.title:
            lines.append(self._fold(page.title, 2))
        date = (page.date.start or page.date.quote) if page.date else None
        if about := " · ".join(filter(None, (date, page.place, page.source))):
            lines.append(self._fold(about, 2))
        if result.reason and not result.tags:
            lines.append(self._fold(result.reason, 2))
        for tag in (tag for tag in result.tags if tag.source != "broader"):  # the narrower tag says it
            lines.append(f"  {self._heading(tag, result.language)}")
            lines += [self._fold(quotes, 6)] if (quotes := _quotes(tag)) else []
        if len(result.items) > 1:
            lines.append(f"  {len(result.items)} items:")
            for item in result.items:
                lines.append(self._fold(f"{item.title or '…'}: {', '.join(item.concept_ids) or '-'}", 4))
        return "\n".join(lines) + "\n"

    def explain(self, result: TagResult | ErrorResult, taxonomy: Taxonomy) -> str:
        """The clean text with the words that prove tags marked by facet, then why each tag is there."""
        if isinstance(result, ErrorResult):
            return ""
        facets = enumerate(taxonomy.scheme.facets)
        colours = {facet.id: _FACET_COLOURS[n % len(_FACET_COLOURS)] for n, facet in facets}
        lines = []
        marks = iter(_marks(result.tags))
        mark = next(marks, None)
        for block, spans in content_spans(result):
            pieces = []
            for start, end in spans:
                while mark is not None and mark[1] <= start:
                    mark = next(marks, None)
                while mark is not None and mark[0] < end:
                    pieces.append(plain(result.text[start : max(start, mark[0])]))
                    words = plain(result.text[max(start, mark[0]) : min(end, mark[1])])
                    pieces.append(self._mark(words, mark[2], colours))
                    start = min(end, mark[1])
                    if mark[1] > end:
                        break
                    mark = next(marks, None)
                pieces.append(plain(result.text[start:end]))
            text = "".join(pieces)
            lines.append(self.paint(text, _BOLD) if block.role == "title" and "\x1b" not in text else text)
        lines += ["", " · ".join(filter(None, (result.language, result.status, result.reason)))]
        for tag in result.tags:
            lines.append(self._heading(tag, result.language, colours.get(tag.facet)))
            lines += [f"    {line}" for line in _reasons(tag)]
        return "\n".join(lines) + "\n"

    def taxonomy(self, taxonomy: Taxonomy, language: str) -> str:
        """The concepts as a tree under their facets."""
        lines = []
        for facet in taxonomy.scheme.facets:
            lines.append(self.paint(one_line(facet.label.get(language, facet.id)), _BOLD))
            for concept in taxonomy:
                if concept.facet == facet.id:
                    depth = len(taxonomy.ancestors(concept.id)) + 1
                    label = one_line(concept.label.get(language, concept.id))
                    lines.append(f"{'  ' * depth}{label}  {self.paint(concept.id, _DIM)}")
        return "\n".join(lines) + "\n"

    def concept(self, concept: Concept, taxonomy: Taxonomy, languages: Sequence[str]) -> str:
        """One concept: its place, labels, scope, phrases and mappings."""
        lines = [self.paint(concept.id, _BOLD)]
        for name, others in (
            ("broader", concept.broader),
            ("narrower", taxonomy.narrower(concept.id)),
            ("related", concept.related),
        ):
            lines += [self._fold(f"{name}: {', '.join(others)}", 2)] if others else []
        for language in languages:
            lines.append(self.paint(f"  [{language}] {one_line(concept.label.get(language, '-'))}", _BOLD))
            phrases = concept.phrases.get(language)
            for name, texts in (
                ("also", concept.alt.get(language, ())),
                ("scope", [concept.scope.get(language, "")]),
                ("strong", phrases.strong if phrases else ()),
                ("weak", phrases.weak if phrases else ()),
                ("traps", phrases.traps if phrases else ()),
            ):
                lines += [self._fold(f"{name}: {'; '.join(texts)}", 4)] if any(texts) else []
        for name, codes in concept.match:
            lines += [self._fold(f"{name} match: {', '.join(codes)}", 2)] if codes else []
        return "\n".join(lines) + "\n"

    def _heading(self, tag: Tag, language: str, colour: str | None = None) -> str:
        label = one_line(tag.label.get(language) or next(iter(tag.label.values()), tag.id))
        status = "" if tag.status == "accepted" else f"  {self.paint(tag.status, _YELLOW)}"
        name = self.paint(tag.id, colour or _STATUS_COLOURS[tag.status])
        return f"{tag.probability:.2f}  {name}  {label}{status}"

    def _mark(self, words: str, tags: Sequence[Tag], colours: dict[str, str]) -> str:
        if self.colour:
            return self.paint(words, "7", colours.get(tags[0].facet, _BOLD))
        return f"[[{words}|{', '.join(tag.id for tag in tags)}]]"

    def _fold(self, text: str, indent: int) -> str:
        lines = wrap(one_line(text), self.width - indent, break_on_hyphens=False)
        return "\n".join(" " * indent + line for line in lines)


def _marks(tags: Iterable[Tag]) -> Iterator[tuple[int, int, list[Tag]]]:
    """The spans of evidence, those that overlap as one, with the tags they prove."""
    direct = [(number, tag) for number, tag in enumerate(tags) if tag.source != "broader"]
    spans = [(e.start, e.end, number, tag) for number, tag in direct for e in tag.evidence]
    spans.sort(key=lambda span: span[:3])
    start = end = 0
    proved: dict[int, Tag] = {}
    for span_start, span_end, number, tag in spans:
        if proved and span_start >= end:
            yield start, end, [proved[n] for n in sorted(proved)]
            proved = {}
        start = start if proved else span_start
        end = max(end, span_end)
        proved[number] = tag
    if proved:
        yield start, end, [proved[n] for n in sorted(proved)]


def _quotes(tag: Tag) -> str:
    quotes = list(dict.fromkeys(one_line(evidence.quote) for evidence in tag.evidence))
    more = f" +{len(quotes) - _QUOTES}" if len(quotes) > _QUOTES else ""
    return ", ".join(f"“{quote}”" for quote in quotes[:_QUOTES]) + more


def _reasons(tag: Tag) -> Iterator[str]:
    """Why a tag is there: each of its words with the phrase they match, and how often."""
    if tag.source == "broader":
        yield "a narrower concept implies it"
        return
    counts: dict[str, int] = {}
    for evidence in tag.evidence:
        reason = f"“{one_line(evidence.quote)}” — {evidence.kind} phrase “{one_line(evidence.phrase)}”"
        counts[reason] = counts.get(reason, 0) + 1
    for reason, count in counts.items():
        yield reason + (f", {count} times" if count > 1 else "")
