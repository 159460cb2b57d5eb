"""Readers and writers: what becomes a document, what becomes an error, what a file holds in the end."""

import csv
import gzip
import io
import json
import os
import stat
import sys
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mtag import extras, formats, inputs, recordlines, tables
from mtag.errors import FormatError, InputError, InputTooLargeError, MissingExtraError, OptionError
from mtag.formats import Input, read_inputs
from mtag.results import DateValue, ErrorResult, Evidence, Metadata, Tag, TagResult, Versions
from mtag.tagger import Tagger
from mtag.writers import json_line, open_writer, record, replacing

JSONL_LINE_SEPARATORS = "a\u2028b\x85c\x9bd"


def read(*paths: Path | str, stdin: bytes = b"", **columns: str) -> list[Input]:
    return list(read_inputs([str(path) for path in paths], stdin=io.BytesIO(stdin), **columns))


def write_file(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def tagged(id: str | None = "a", title: str | None = "Title", text: str = "Human trafficking.") -> TagResult:
    evidence = Evidence(start=0, end=17, quote=text[:17], phrase="human trafficking", kind="strong")
    tags = tuple(
        Tag(
            id=concept,
            facet="form",
            label={"en": concept},
            probability=0.5,
            source="phrase",
            status=status,  # type: ignore[arg-type]
            evidence=(evidence,),
        )
        for concept, status in (("form.a", "accepted"), ("form.b", "accepted"), ("form.c", "review"))
    )
    return TagResult(
        id=id,
        status="tagged",
        language="en",
        languages={"en": 1.0},
        text=text,
        blocks=(),
        artefacts=(),
        items=(),
        tags=tags,
        metadata=Metadata(title=title, date=DateValue(start="2024-02-01", end="2024-02-03", quote="1-3 Feb")),
        versions=Versions(mtag="0", taxonomy="t 1", taxonomy_digest="d"),
    )


FAILED = ErrorResult(id="b", error="InputError", message="cannot be read")


def written(path: str | Path, format: str, *results: TagResult | ErrorResult, **options: bool) -> bytes:
    stdout = io.BytesIO()
    with open_writer(str(path), format, stdout=stdout, **options) as write:  # type: ignore[arg-type]
        for result in results:
            write(result)
    return stdout.getvalue() if path == "-" else Path(path).read_bytes()


def write_and_stop(path: Path, format: str) -> None:
    with open_writer(str(path), format, stdout=io.BytesIO()) as write:  # type: ignore[arg-type]
        write(tagged())
        raise KeyboardInterrupt


# Files and folders


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.txt", "text"), ("a.md", "text"), ("a.HTML", "html"), ("a.xhtml", "html"), ("a", "auto")],
)
def test_a_file_is_a_document_of_the_kind_its_suffix_says(tmp_path: Path, name: str, format: str) -> None:
    path = write_file(tmp_path / name, b"caf\xe9")

    assert read(path) == [Input(str(path), b"caf\xe9", format)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "format"), [("a.txt.gz", "text"), ("a.html.gz", "html")])
def test_a_gzipped_file_is_unpacked(tmp_path: Path, name: str, format: str) -> None:
    path = write_file(tmp_path / name, gzip.compress(b"text"))

    assert read(path) == [Input(str(path), b"text", format)]  # type: ignore[arg-type]


def test_a_damaged_gzip_is_one_error(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.txt.gz", gzip.compress(b"text" * 1000)[:-12])

    (found,) = read(path)

    assert found.id == str(path)
    assert isinstance(found.error, FormatError)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv.gz", "a.jsonl"])
def test_a_table_or_records_in_utf_16_are_read(tmp_path: Path, name: str, encoding: str) -> None:
    rows = [("é1", "Traite à Lyon 😀"), ("2", "x" * 70_000)]
    mark = "\t" if "tsv" in name else ","
    content = "\n".join(mark.join(row) for row in [("id", "text"), *rows])
    if "jsonl" in name:
        content = "\n".join(json.dumps({"id": id, "text": text}, ensure_ascii=False) for id, text in rows)
    data = ("\ufeff" + content + "\n").encode(encoding)
    path = write_file(tmp_path / name, gzip.compress(data) if name.endswith(".gz") else data)
    assert [(one.id, one.source) for one in read(path)] == rows


def test_a_file_that_ends_amid_a_character_of_utf_16_is_read(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.csv", "\ufefftext\nTraite".encode("utf-16-le") + b"x")
    assert [one.source for one in read(path)] == ["Traite\ufffd"]


def test_a_folder_gives_its_documents_sorted_without_hidden_and_unknown_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a.html", ".hidden.txt", "image.png", "sub/c.txt", ".git/d.txt", "sub/e.jsonl"):
        write_file(tmp_path / name, '{"text": "x"}')

    ids = [os.path.relpath(str(found.id), tmp_path) for found in read(tmp_path)]

    assert ids == ["a.html", "b.txt", "sub/c.txt", "sub/e.jsonl#1"]


def test_a_folder_without_documents_says_so(tmp_path: Path) -> None:
    write_file(tmp_path / "image.png", b"")

    (found,) = read(tmp_path)

    assert isinstance(found.error, InputError)
    assert "no documents" in str(found.error)


def test_the_file_that_is_being_written_is_left_out_of_its_folder(tmp_path: Path) -> None:
    write_file(tmp_path / "a.txt", "x")
    output = write_file(tmp_path / "tags.jsonl", '{"id": "old"}')

    found = read_inputs([str(tmp_path)], stdin=io.BytesIO(), exclude=str(output))

    assert [Path(str(item.id)).name for item in found] == ["a.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with a name")
def test_a_pipe_in_a_folder_is_left_out_and_one_that_is_named_is_read(tmp_path: Path) -> None:
    write_file(tmp_path / "a.txt", "x")
    os.mkfifo(tmp_path / "pipe.txt")

    assert [Path(str(item.id)).name for item in read(tmp_path)] == ["a.txt"]
    with ThreadPoolExecutor() as threads:
        threads.submit((tmp_path / "pipe.txt").write_bytes, b"y")
        assert [item.source for item in read(tmp_path / "pipe.txt")] == [b"y"]


def test_a_link_to_nothing_in_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "none.txt")

    (found,) = read(tmp_path)

    assert "No such file" in str(found.error)


def test_a_missing_file_is_an_error_between_the_others(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.txt", "x")

    first, missing, last = read(path, tmp_path / "none.txt", path)

    assert (first.error, last.error) == (None, None)
    assert "No such file" in str(missing.error)
    assert missing.source is None


def lower_ceiling(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    for module in (formats, inputs, recordlines, tables):
        monkeypatch.setattr(module, "MAX_BYTES", size)


def test_a_file_over_the_ceiling_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lower_ceiling(monkeypatch, 10)
    content = b"x" * 11
    paths = [
        write_file(tmp_path / "a.txt", content),
        write_file(tmp_path / "b.txt.gz", gzip.compress(content)),
    ]

    assert [type(found.error) for found in read(*paths)] == [InputTooLargeError, InputTooLargeError]
    assert isinstance(read("-", stdin=content)[0].error, InputTooLargeError)


def test_a_file_name_that_is_not_utf8_gives_an_id_that_can_be_written(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    try:
        with open(raw, "wb") as file:
            file.write(b"x")
    except OSError:
        pytest.skip("the file system takes UTF-8 names alone")

    (found,) = read(os.fsdecode(raw))

    assert str(found.id).endswith("caf\ufffd.txt")
    assert found.source == b"x"


# JSONL


def test_jsonl_records_have_text_or_html_and_may_have_an_id(tmp_path: Path) -> None:
    lines = ['{"id": "x", "text": "one"}', '{"id": 7, "html": "<p>two"}', '"three"', "", '{"text": "four"}']
    path = write_file(tmp_path / "a.jsonl", "\n".join(lines))

    assert read(path) == [
        Input("x", "one", "auto"),
        Input("7", "<p>two", "html"),
        Input(f"{path}#3", "three", "auto"),
        Input(f"{path}#5", "four", "auto"),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{oops", "line 2 is not JSON"),
        (b"\xff\xfe", "line 2 is not JSON"),
        (b"[" * 100_000, "line 2 is not JSON"),
        (b"17", "line 2 is neither a record nor a text"),
        (b'{"body": "x"}', "line 2 has no text in 'text' or 'html'; its fields: 'body'"),
        (b'{"text": null}', "line 2 has no text"),
    ],
)
def test_a_bad_line_is_one_error_at_its_place(tmp_path: Path, line: bytes, message: str) -> None:
    path = write_file(tmp_path / "a.jsonl", b'{"text": "one"}\n' + line + b'\n{"text": "three"}\n')

    first, bad, last = read(path)

    assert (first.source, last.source) == ("one", "three")
    assert bad.id == f"{path}#2"
    assert isinstance(bad.error, FormatError)
    assert str(bad.error).startswith(message)


def test_a_line_over_the_ceiling_is_read_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lower_ceiling(monkeypatch, 20)
    large_line = '{"text": "%s"}' % ("x" * 200_000)
    path = write_file(tmp_path / "a.jsonl", f'{{"text": "one"}}\n{large_line}\n{{"text": "two"}}')

    first, large, last = read(path)

    assert (first.source, last.source) == ("one", "two")
    assert isinstance(large.error, InputTooLargeError)


def test_other_columns_can_be_named(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.jsonl.gz", gzip.compress(b'{"url": "u", "body": "x"}'))

    assert read(path, text_column="body", id_column="url") == [Input("u", "x")]


# CSV and TSV


def test_csv_rows_have_quotes_line_ends_and_ids(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.csv", '\ufeffid,text\nx,"one, ""two""\nthree"\n,four\n')

    assert read(path) == [Input("x", 'one, "two"\nthree'), Input(f"{path}#2", "four")]


@pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ";"), ("a.csv", "\t"), ("a.tsv", "\t")])
def test_the_delimiter_is_that_of_the_header(tmp_path: Path, name: str, delimiter: str) -> None:
    path = write_file(tmp_path / name, f"id{delimiter}text\nx{delimiter}one, two\n")

    assert read(path) == [Input("x", "one, two")]


def test_a_csv_without_the_text_column_names_those_it_has(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.csv", "id,body\n1,x\n")

    (found,) = read(path)

    assert isinstance(found.error, FormatError)
    assert str(found.error) == "no column 'text'; the columns are 'id', 'body'"


def test_a_csv_row_of_another_length_is_one_error(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.csv", "id,text\n1,x\n2,y,z\n3,w\n")

    assert [found.source for found in read(path)] == ["x", None, "w"]


def test_a_quote_that_is_not_closed_is_an_error_not_a_silent_end(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.csv", 'id,text\n1,x\n2,"y\n3,z\n')

    first, last = read(path)

    assert first.source == "x"
    assert isinstance(last.error, FormatError)


def test_a_csv_field_that_is_not_utf8_is_left_to_the_reading_step(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.csv", b"id,text\n1,caf\xe9\n2,th\xc3\xa9\n")

    assert [found.source for found in read(path)] == [b"caf\xe9", "thé"]


def test_an_id_of_a_csv_that_is_not_utf8_is_decoded_as_texts_are(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.csv", b"id,text\n\xe91,x\n\xe81,y\n\xff\xd8\xff,z\n")

    assert [found.id for found in read(path)] == ["é1", "è1", f"{path}#3"]


def test_a_csv_field_may_be_long(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.csv", "text\n" + "x" * 500_000 + "\n")

    assert len(read(path)[0].source or "") == 500_000


# Parquet, WARC and WET


def test_parquet_rows_are_read_and_an_empty_text_is_one_error(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"id": [1, 2, None], "text": ["one", None, "three"]}), path)

    first, bad, last = read(path)

    assert (first, last) == (Input("1", "one"), Input(f"{path}#3", "three"))
    assert (bad.id, str(bad.error)) == ("2", "'text' of row 2 is empty")


def test_a_parquet_file_without_the_text_column_names_those_it_has(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"body": ["x"]}), path)

    assert str(read(path)[0].error) == "no column 'text'; the columns are 'body'"


def test_a_file_that_is_not_parquet_is_one_error(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")

    assert isinstance(read(write_file(tmp_path / "a.parquet", b"no"))[0].error, FormatError)


def test_a_time_zone_that_nobody_knows_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    pytest.importorskip("pyarrow.parquet")
    unknown = types.ModuleType("pytz")
    unknown.timezone = {}.__getitem__  # type: ignore[attr-defined]  # a KeyError, as that of pytz
    monkeypatch.setitem(sys.modules, "pytz", unknown)
    ids = pyarrow.array([1], pyarrow.timestamp("s", tz="Mars/Base"))
    pyarrow.parquet.write_table(pyarrow.table({"id": ids, "text": ["x"]}), tmp_path / "a.parquet")

    bad, good = read(tmp_path / "a.parquet", write_file(tmp_path / "b.txt", "y"))

    assert isinstance(bad.error, FormatError)
    assert "KeyError: 'Mars/Base'" in str(bad.error)
    assert good.source == b"y"


def archive_record(kind: str, uri: str, content_type: str, body: bytes) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\nContent-Type: {content_type}\r\n"
    identifier = f"WARC-Record-ID: <urn:uuid:{uri}>\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n"
    return f"{head}{identifier}Content-Length: {len(body)}\r\n\r\n".encode() + body + b"\r\n\r\n"


def response(uri: str, headers: str, body: bytes) -> bytes:
    http = f"HTTP/1.1 200 OK\r\n{headers}\r\n\r\n".encode() + body
    return archive_record("response", uri, "application/http; msgtype=response", http)


WET = archive_record("conversion", "https://e.org/1", "text/plain", "été".encode())


@pytest.mark.parametrize("name", ["a.wet", "a.wet.gz", "a.warc.gz"])
def test_a_wet_gives_texts_named_by_their_uri(tmp_path: Path, name: str) -> None:
    pytest.importorskip("fastwarc")
    content = archive_record("warcinfo", "x", "application/warc-fields", b"a: b\r\n") + WET
    path = write_file(tmp_path / name, gzip.compress(content) if name.endswith(".gz") else content)

    assert read(path) == [Input("https://e.org/1", "été".encode(), "text")]


def test_a_warc_gives_pages_decoded_as_their_headers_say(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc")
    html = "Content-Type: text/html; charset=iso-8859-1\r\nContent-Encoding: gzip"
    page = response("https://e.org/2", html, gzip.compress(b"<p>caf\xe9</p>"))
    image = response("https://e.org/3", "Content-Type: image/png", b"\x89PNG")
    path = write_file(tmp_path / "a.warc", image + page)

    assert read(path) == [Input("https://e.org/2", "<p>café</p>", "html")]


def test_a_damaged_page_does_not_end_the_archive(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc")
    bad = response("https://e.org/2", "Content-Type: text/html\r\nContent-Encoding: gzip", b"no gzip")
    path = write_file(tmp_path / "a.warc", bad + WET)

    damaged, good = read(path)

    assert (damaged.id, type(damaged.error)) == ("https://e.org/2", InputError)
    assert good.id == "https://e.org/1"


def test_a_record_that_is_cut_short_is_an_error(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc")

    assert "cut short" in str(read(write_file(tmp_path / "a.wet", WET[:-6]))[0].error)


@pytest.mark.parametrize(("name", "extra"), [("a.parquet", "parquet"), ("a.warc", "warc")])
def test_a_missing_extra_is_an_error_with_the_pip_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, extra: str
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _: None)

    (found,) = read(write_file(tmp_path / name, b""))

    assert isinstance(found.error, MissingExtraError)
    assert f"mtag[{extra}]" in str(found.error)


# stdin


def test_stdin_that_begins_with_a_brace_is_records() -> None:
    assert read("-", stdin=b'\xef\xbb\xbf\n {"text": "one"}\n{"id": "x", "text": "two"}\n') == [
        Input("-#2", "one"),
        Input("x", "two"),
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\nA text\nof lines", b"<p>{</p>", b"\n{Urgent} Police\nfreed", b"{" * 100_000, b"{\n}\n"],
)
def test_other_stdin_is_one_document(content: bytes) -> None:
    assert read("-", stdin=content) == [Input("-", content)]


def test_records_are_read_from_stdin_as_they_come() -> None:
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            line = b'{"text": "x"}\n'
            buffer[: len(line)] = line
            return len(line)

    inputs = read_inputs(["-"], stdin=io.BufferedReader(Endless(), 16))

    assert next(inputs) == Input("-#1", "x")
    assert next(inputs) == Input("-#2", "x")


def test_a_long_first_record_on_stdin_is_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    first, content = "x" * 100_000, b'{"text": "%s"}\n{"text": "two"}'

    assert [found.source for found in read("-", stdin=content % first.encode())] == [first, "two"]
    lower_ceiling(monkeypatch, 90_000)
    large, last = read("-", stdin=content % first.encode())
    assert (type(large.error), last.source) == (InputTooLargeError, "two")


# Writers


def test_a_jsonl_record_leaves_out_the_text_unless_full() -> None:
    brief, full = json.loads(record(tagged())), json.loads(record(tagged(), full=True))

    assert {"text", "blocks", "artefacts"} == full.keys() - brief.keys()
    assert list(brief)[:2] == ["id", "status"]
    assert TagResult.model_validate(full) == tagged()


def test_a_jsonl_record_is_the_plain_data_of_the_result(shipped: Tagger) -> None:
    result = shipped.tag("PARIS, 3 May 2021 - Two men were jailed for human trafficking.", id="a")
    for one in (result, TagResult.model_validate(result.model_dump()), tagged(), FAILED):
        content = {"id": one.id, "status": one.status} | one.model_dump()
        assert record(one, full=True) == json_line(content)


def test_a_jsonl_record_is_one_line_for_every_reader() -> None:
    line = record(tagged(title=JSONL_LINE_SEPARATORS))

    assert line.splitlines() == [line]
    assert "\x9b" not in line
    assert json.loads(line)["metadata"]["title"] == JSONL_LINE_SEPARATORS


def test_an_error_is_a_record_of_its_own() -> None:
    assert record(FAILED) == '{"id":"b","status":"error","error":"InputError","message":"cannot be read"}'


def test_stdout_gets_each_record_at_once() -> None:
    class Counting(io.BytesIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed = self.tell()

    stdout = Counting()
    with open_writer("-", "jsonl", stdout=stdout) as write:
        write(FAILED)
        assert stdout.flushed == len(record(FAILED)) + 1


def test_csv_is_flat() -> None:
    rows = list(csv.DictReader(io.StringIO(written("-", "csv", tagged(), FAILED).decode())))

    assert rows[0] == {
        "id": "a",
        "status": "tagged",
        "language": "en",
        "title": "Title",
        "date": "2024-02-01/2024-02-03",
        "place": "",
        "concepts": "form.a;form.b",
        "review": "form.c",
        "error": "",
    }
    assert (rows[1]["status"], rows[1]["error"]) == ("error", "InputError: cannot be read")


def test_parquet_has_tags_as_structures(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    written(tmp_path / "a.parquet", "parquet", tagged(), FAILED)

    first, second = parquet.read_table(tmp_path / "a.parquet").to_pylist()

    assert first["tags"][0]["quotes"] == ["Human trafficking"]
    assert [(tag["id"], tag["status"]) for tag in first["tags"]][1:] == [
        ("form.b", "accepted"),
        ("form.c", "review"),
    ]
    assert (second["id"], second["status"], second["tags"]) == ("b", "error", None)
    assert second["error"] == "InputError: cannot be read"


@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet"])
def test_no_results_make_a_valid_file(tmp_path: Path, format: str) -> None:
    pytest.importorskip("pyarrow")
    written(tmp_path / f"out.{format}", format)

    assert list(read(tmp_path / f"out.{format}", text_column="id")) == []


@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet"])
def test_a_failure_leaves_no_file(tmp_path: Path, format: str) -> None:
    pytest.importorskip("pyarrow")
    with pytest.raises(KeyboardInterrupt):
        write_and_stop(tmp_path / "out", format)

    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    path = write_file(tmp_path / "out", "old")

    with pytest.raises(KeyboardInterrupt):
        write_and_stop(path, "jsonl")

    assert path.read_text() == "old"


def test_a_file_that_is_replaced_keeps_its_rights_and_its_link(tmp_path: Path) -> None:
    path = write_file(tmp_path / "out", "old")
    path.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(path)
    with replacing(str(link)) as file:
        file.write(b"new")

    assert link.is_symlink()
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_device_is_written_to_not_replaced() -> None:
    with replacing(os.devnull) as file:
        file.write(b"x")

    assert not Path(os.devnull).is_file()


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="the system gives open files no paths")
def test_a_pipe_without_a_name_is_written_to() -> None:
    output, written_to = os.pipe()
    with open(output, "rb") as read_from:
        with open(written_to, "wb"), replacing(f"/dev/fd/{written_to}") as file:
            file.write(b"x")
        assert read_from.read() == b"x"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"cannot write .*: No such file"):
        written(tmp_path / "no" / "out", "jsonl")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(OptionError, match="jsonl, csv, parquet"):
        written("-", "xml")
