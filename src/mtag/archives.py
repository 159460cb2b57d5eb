"""The documents of web archives (WARC and WET), read by fastwarc."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mtag.batch import Input
from mtag.errors import FormatError
from mtag.extras import require
from mtag.inputs import guarded, too_large, whole
from mtag.pipeline.reading import MAX_BYTES

if TYPE_CHECKING:
    from fastwarc import WarcRecord


def read_archive(path: str, name: str) -> Iterator[Input]:
    """Read the pages of a WARC and the texts of a WET; images, requests and the like are no documents."""
    require("fastwarc", "reading WARC and WET", "warc")
    from fastwarc import ArchiveIterator, WarcRecordType

    wanted = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    with open(path, "rb") as file:
        if not file.read(1):
            raise FormatError("the archive is empty")
        file.seek(0)
        for number, record in enumerate(ArchiveIterator(file, record_types=wanted, parse_http=False), 1):
            place = record.headers.get("WARC-Target-URI") or f"{name}#{number}"
            yield from guarded(place, _page(record, place))


def _page(record: WarcRecord, place: str) -> Iterator[Input]:
    from fastwarc import WarcRecord

    if record.content_length > MAX_BYTES:
        raise too_large()
    data = record.reader.read(record.content_length)
    if len(data) < record.content_length:
        raise FormatError("the record is cut short")
    kind, charset = record.headers.get("Content-Type"), None
    if record.is_http:  # parsed apart, so that a page that is damaged inside does not end the archive
        page = WarcRecord()
        page.set_bytes_content(data)
        page.is_http = True
        page.parse_http(auto_decode="all")
        kind, charset, data = page.http_content_type, page.http_charset, whole(page.reader)
    kind = (kind or "").partition(";")[0].strip().lower()
    if kind not in ("text/html", "application/xhtml+xml", "text/plain"):
        return
    try:  # as the HTTP header says where that holds; otherwise the document tells its charset
        source = data.decode(charset) if charset else data
    except (LookupError, UnicodeError):
        source = data
    yield Input(place, source, "text" if kind == "text/plain" else "html")
