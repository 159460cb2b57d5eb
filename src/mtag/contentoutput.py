"""The content of documents as text, a plain page, JSON lines, or a line for each block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from mtag.batch import Input
from mtag.results import CleanResult, ErrorResult, content_spans
from mtag.terminal import one_line, plain
from mtag.writers import json_line, record


def cleaned(
    results: Iterable[tuple[Input, CleanResult | ErrorResult]], format: str, *, safe: bool
) -> Iterator[str]:
    """The content of documents as `text`, `html` (an article each), `jsonl`, or `lines` (every block).

    `safe` is for text that goes to a terminal; elsewhere it is left as it is.
    """
    first = True
    if format == "html":
        yield '<!doctype html>\n<meta charset="utf-8">\n<title>mtag</title>\n'
    for item, result in results:
        if format == "jsonl":
            yield _clean_record(item, result)
        elif isinstance(result, ErrorResult):
            continue
        elif format == "html":
            yield "".join(_article(result))
        elif format == "lines":
            yield "".join(_lines(result))
        else:
            text = plain(result.clean_text) if safe else result.clean_text
            yield text + "\n" if first else f"\n{text}\n"
            first = False


def _clean_record(item: Input, result: CleanResult | ErrorResult) -> str:
    if isinstance(result, ErrorResult):
        return f"{record(result)}\n"
    content = result.model_dump(include={"language", "languages", "metadata"})
    return json_line({"id": item.id} | content | {"clean_text": result.clean_text}) + "\n"


def _lines(result: CleanResult) -> Iterator[str]:
    for block in result.blocks:
        text = result.text[block.start : block.end]
        yield "\t".join(map(one_line, (block.role, block.reason, block.language, text))) + "\n"


def _article(result: CleanResult) -> Iterator[str]:
    yield f'<article lang="{escape(result.language)}">\n'
    heading = "h1"
    for block, spans in content_spans(result):
        text = escape("".join(result.text[start:end] for start, end in spans), quote=False)
        name = {"title": heading, "quote": "blockquote"}.get(block.role, "p")
        heading = "h2" if block.role == "title" else heading
        yield f'<{name} class="{escape(block.role)}">{text}</{name}>\n'
    yield "</article>\n"
