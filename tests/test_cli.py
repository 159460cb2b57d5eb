"""The command: what goes to stdout and stderr, and with which exit code it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import mtag
import tiny_corpus
from mtag.cli import cli
from mtag.model import TrainedModel
from mtag.tagger import Tagger

ENGLISH = "Two men were jailed for human trafficking after police freed nine children from a farm.\n"
FRENCH = "Deux hommes ont été condamnés pour traite des êtres humains par le tribunal de la ville.\n"
MILK = "The price of milk rose again in the northern provinces, farmers told the newspaper.\n"
ESCAPES = (
    "Two men were jailed for human trafficking \x1b[2J in the town \x9b31m of Werbomont \x07 this week.\n"
)

SCHEME = """
id = "test"
version = "1.0"
base_uri = "https://example.org/test/"
languages = ["en", "fr"]
gate = "form"
title = { en = "Test", fr = "Essai" }
facets = [
  { id = "form", label = { en = "Form", fr = "Forme" } },
  { id = "victim", label = { en = "Victim", fr = "Victime" } },
]
"""
CONCEPT = """
id = "{facet}.{name}"
facet = "{facet}"
label = {{ en = "{en}", fr = "{fr}" }}
scope = {{ en = "About {en}", fr = "Sur {fr}" }}
phrases.en.strong = ["{en}"]
phrases.fr.strong = ["{fr}"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A taxonomy folder with two concepts."""
    folder = tmp_path / "taxonomy"
    for facet, name, en, fr in (
        ("form", "trafficking", "human trafficking", "traite des êtres humains"),
        ("victim", "children", "children", "enfants"),
    ):
        (folder / facet).mkdir(parents=True)
        content = CONCEPT.format(facet=facet, name=name, en=en, fr=fr)
        (folder / facet / f"{name}.toml").write_text(content, encoding="utf-8")
    (folder / "scheme.toml").write_text(SCHEME, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def documents(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few documents in the current folder, and the taxonomy `taxonomy.json`."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("en.txt", ENGLISH), ("fr.txt", FRENCH), ("milk.txt", MILK), ("escapes.txt", ESCAPES)):
        Path(name).write_text(text, encoding="utf-8")
    Path("taxonomy.json").write_bytes(mtag.Taxonomy.load(folder).compiled())


def run(*args: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, args, input=stdin)


def tag(*args: str, stdin: str | bytes | None = None) -> Result:
    return run("tag", "--taxonomy", "taxonomy.json", *args, stdin=stdin)


def records(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def command(*args: str) -> list[str]:
    return [sys.executable, "-W", "error", "-m", "mtag", *args]


def environment(**values: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM", "COLUMNS")}
    return kept | {"PYTHONPATH": str(Path(mtag.__file__).parents[1]), "TERM": "xterm"} | values


def on_terminal(*args: str, **env: str) -> tuple[int, str]:
    """Run the command with stdin, stdout and stderr on a terminal; its exit code and what it shows."""
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        command(*args),
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=environment(**env),
        close_fds=True,
    )
    os.close(follower)
    shown = b""
    try:
        while piece := os.read(leader, 65536):
            shown += piece
    except OSError:  # Linux says the end of a terminal so
        pass
    os.close(leader)
    return process.wait(timeout=60), shown.decode().replace("\r\n", "\n")


# tag: what goes in


def test_files_give_records_in_their_order() -> None:
    result = tag("fr.txt", "milk.txt", "en.txt")

    assert [(r["id"], r["status"]) for r in records(result)] == [
        ("fr.txt", "tagged"),
        ("milk.txt", "off_topic"),
        ("en.txt", "tagged"),
    ]
    assert (result.exit_code, result.stderr) == (0, "")


def test_no_path_in_a_pipe_is_stdin() -> None:
    (record,) = records(tag(stdin=ENGLISH))

    assert (record["id"], record["status"]) == ("-", "tagged")


def test_records_on_stdin_keep_their_ids() -> None:
    lines = [json.dumps({"id": name, "text": text}) for name, text in (("a", FRENCH), ("b", ENGLISH))]

    assert [(r["id"], r["language"]) for r in records(tag("-", stdin="\n".join(lines)))] == [
        ("a", "fr"),
        ("b", "en"),
    ]


def test_a_csv_column_can_be_chosen() -> None:
    Path("a.csv").write_text(f'url,body\nu,"{ENGLISH.strip()}"\n', encoding="utf-8")

    (record,) = records(tag("a.csv", "--text-column", "body", "--id-column", "url"))

    assert (record["id"], record["status"]) == ("u", "tagged")


def test_a_bad_line_is_one_error_record_at_its_place() -> None:
    Path("a.jsonl").write_text('{"text": "one"}\n{oops\n{"text": "three"}\n', encoding="utf-8")

    result = tag("a.jsonl")

    assert [r["id"] for r in records(result)] == ["a.jsonl#1", "a.jsonl#2", "a.jsonl#3"]
    assert [r["status"] == "error" for r in records(result)] == [False, True, False]
    assert result.exit_code == 1
    assert result.stderr.startswith("mtag: a.jsonl#2: line 2 is not JSON")


def test_a_missing_file_is_accounted_for() -> None:
    result = tag("none.txt", "en.txt")

    assert [r["status"] for r in records(result)] == ["error", "tagged"]
    assert result.exit_code == 1
    assert result.stderr == "mtag: none.txt: cannot be read: No such file or directory\n"


def test_an_empty_folder_is_said() -> None:
    Path("empty").mkdir()

    result = tag("empty")

    assert result.exit_code == 1
    assert "mtag: empty: the folder has no documents" in result.stderr


def test_many_failures_are_named_in_part_and_counted() -> None:
    result = tag(*(f"none{number}.txt" for number in range(30)))

    assert len(records(result)) == 30
    assert len(result.stderr.splitlines()) == 11
    assert result.stderr.endswith("mtag: 30 of 30 documents failed\n")


def test_a_bug_in_one_document_does_not_end_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    def buggy(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(Tagger, "tag_plainly", buggy)

    result = tag("en.txt", "fr.txt")

    assert [r["error"] for r in records(result)] == ["ZeroDivisionError", "ZeroDivisionError"]
    assert result.exit_code == 1


# tag: what comes out


def test_a_record_has_the_text_only_when_it_is_full() -> None:
    (brief,), (full,) = records(tag("en.txt")), records(tag("en.txt", "--full"))

    assert "text" not in brief
    assert full["text"] == ENGLISH


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet"])
def test_the_format_is_that_of_the_output_file(name: str) -> None:
    pytest.importorskip("pyarrow")

    result = tag("en.txt", "--output", name)

    assert (result.exit_code, result.stdout) == (0, "")
    start = {"out.jsonl": b'{"id":"en.txt"', "out.csv": b"id,status,", "out.parquet": b"PAR1"}[name]
    assert Path(name).read_bytes().startswith(start)


@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet"])
def test_two_processes_write_the_same_bytes_as_one(format: str) -> None:
    pytest.importorskip("pyarrow")
    names = ["en.txt", "none.txt", "fr.txt", "milk.txt"] * 20

    assert tag(*names, "--format", format, "--output", "1").exit_code == 1
    assert tag(*names, "--format", format, "--output", "2", "--jobs", "2").exit_code == 1

    assert Path("1").read_bytes() == Path("2").read_bytes()


def test_an_output_is_not_read_as_input_the_next_time() -> None:
    first = tag(".", "--output", "tags.jsonl")
    written = Path("tags.jsonl").read_bytes()
    tag(".", "--output", "tags.jsonl")

    assert first.exit_code == 0
    assert Path("tags.jsonl").read_bytes() == written


@pytest.mark.parametrize("args", [["tag"], ["clean", "--format", "jsonl"], ["detect", "--json", "--lines"]])
def test_what_standard_output_goes_to_is_not_read_as_input(args: list[str]) -> None:
    Path("d").mkdir()
    Path("d/a.txt").write_text(ENGLISH, encoding="utf-8")
    with Path("d/out.jsonl").open("wb") as file:
        done = subprocess.run(command(*args, "d"), stdout=file, env=environment(), timeout=60)

    assert done.returncode == 0
    assert len(Path("d/out.jsonl").read_bytes().splitlines()) == 1


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="the system gives stdout no path")
def test_stdout_may_be_named_as_the_output() -> None:
    args = ("tag", "--taxonomy", "taxonomy.json", "en.txt", "--output", "/dev/stdout")
    done = subprocess.run(command(*args), env=environment(), capture_output=True)

    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["id"] == "en.txt"


def test_the_help_says_that_a_text_is_put_right_before_offsets_count() -> None:
    assert "words parted at line ends" in " ".join(tag("--help").stdout.split())


def test_a_failure_leaves_no_output(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Tagger, "tag_plainly", interrupted)
    before = set(os.listdir())

    result = tag("en.txt", "--output", "out.jsonl")

    assert result.exit_code == 130
    assert set(os.listdir()) == before


def test_a_table_names_the_document_and_the_words_that_prove_its_tags() -> None:
    result = tag("en.txt", "none.txt", "--format", "table")

    assert "en.txt  en · tagged" in result.stdout
    assert "form.trafficking  human trafficking" in result.stdout
    assert "“human trafficking”" in result.stdout
    assert "none.txt  error" in result.stdout


# Exit codes


@pytest.mark.parametrize(
    "args",
    [
        ["tag", "--bogus"],
        ["tag", "en.txt", "--jobs", "0"],
        ["tag", "en.txt", "--jobs", "x"],
        ["tag", "en.txt", "--full", "--format", "csv"],
        ["tag", "en.txt", "--output", "no/such/folder/out.jsonl"],
        ["explain", "taxonomy/..", "--taxonomy", "taxonomy"],
        ["taxonomy", "show", "form.traficking", "--taxonomy", "taxonomy"],
        ["taxonomy", "show", "--language", "de", "--taxonomy", "taxonomy"],
        ["taxonomy", "export", "--format", "annif-tsv", "--taxonomy", "taxonomy"],
        ["bogus"],
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(args: list[str]) -> None:
    result = run(*args)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("mtag: ")
    assert result.stderr.count("\n") == 1


def test_the_command_alone_shows_its_help() -> None:
    result = run()

    assert result.exit_code == 2
    assert "Commands:" in result.output


@pytest.mark.parametrize(
    "args",
    [
        ["tag", "en.txt", "--taxonomy", "none"],
        ["explain", "en.txt", "--taxonomy", "none"],
        ["info", "--taxonomy", "none"],
        ["taxonomy", "check", "none"],
        ["taxonomy", "show", "--taxonomy", "none"],
        ["taxonomy", "compile", "none", "out.json"],
    ],
)
def test_an_invalid_taxonomy_is_exit_code_3(args: list[str]) -> None:
    result = run(*args)

    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("mtag: ")


@pytest.fixture
def floods_on_disk(floods: mtag.Taxonomy, flood_model: TrainedModel) -> tuple[str, ...]:
    """Options for a taxonomy and a model trained for it, and a document that no phrase finds."""
    Path("floods.jsonl").write_bytes(floods.compiled())
    flood_model.save(Path("floods-model"))
    Path("flood.txt").write_text(" ".join(tiny_corpus.PROOFS["hazard.river"]), encoding="utf-8")
    return "flood.txt", "--taxonomy", "floods.jsonl", "--model", "floods-model"


def test_tag_takes_a_model_that_was_trained(floods_on_disk: tuple[str, ...]) -> None:
    assert records(run("tag", *floods_on_disk))[0]["status"] == "tagged"
    assert records(run("tag", *floods_on_disk[:3]))[0]["status"] == "off_topic"


def test_explain_takes_a_model_that_was_trained(floods_on_disk: tuple[str, ...]) -> None:
    assert "hazard.river" in run("explain", *floods_on_disk).stdout


def test_a_model_for_another_taxonomy_is_exit_code_3(floods_on_disk: tuple[str, ...]) -> None:
    result = run("tag", "en.txt", "--model", "floods-model")

    assert (result.exit_code, result.stdout) == (3, "")
    assert "taxonomy" in result.stderr


def test_tag_takes_a_wanted_precision() -> None:
    usual, strict = (records(run("tag", "en.txt", *args))[0] for args in ([], ["--precision", "0.9"]))

    accepted = [sum(tag["status"] == "accepted" for tag in one["tags"]) for one in (usual, strict)]
    assert accepted[0] > accepted[1]


def test_a_precision_that_the_model_does_not_know_is_exit_code_2() -> None:
    result = run("tag", "en.txt", "--precision", "0.123")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "0.9" in result.stderr


def test_a_broken_model_is_exit_code_3(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise mtag.errors.ModelError("weights.npy: the digest does not match")

    monkeypatch.setattr(Tagger, "tag_plainly", broken)

    result = tag("en.txt")

    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "mtag: weights.npy: the digest does not match\n"


# Pipes and terminals


def test_a_reader_that_goes_away_ends_the_command_quietly() -> None:
    lines = "".join(f'{{"text": {json.dumps(ENGLISH)}}}\n' for _ in range(500))
    Path("many.jsonl").write_text(lines, encoding="utf-8")
    process = subprocess.Popen(
        command("tag", "--taxonomy", "taxonomy.json", "many.jsonl"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()

    assert process.stderr.read() == b""
    assert process.wait(timeout=60) == 0
    process.stderr.close()


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a group of processes")
def test_an_interrupt_is_exit_code_130_and_leaves_no_file(jobs: str) -> None:
    process = subprocess.Popen(
        command("tag", "--taxonomy", "taxonomy.json", "-", "--output", "out.jsonl", "--jobs", jobs),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        start_new_session=True,
    )
    assert process.stdin is not None
    for _ in range(300):
        process.stdin.write(json.dumps({"text": ENGLISH}).encode() + b"\n")
    process.stdin.flush()
    for _ in range(600):
        if any(name.startswith(".out.jsonl") and os.path.getsize(name) for name in os.listdir()):
            break
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)

    assert (process.returncode, said.strip()) == (130, b"mtag: interrupted")
    assert not [name for name in os.listdir() if "out.jsonl" in name]


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.skipif(os.name == "nt", reason="Windows has no sh")
def test_standard_streams_that_are_not_needed_may_be_closed(closed: str, jobs: str) -> None:
    args = ("tag", "--taxonomy", "taxonomy.json", "en.txt", "fr.txt", "-o", "out.jsonl", "--jobs", jobs)
    done = subprocess.run(
        ["sh", "-c", f'"$@" {closed}', "sh", *command(*args)], env=environment(), capture_output=True
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert len(Path("out.jsonl").read_bytes().splitlines()) == 2


def test_nothing_but_data_in_a_pipe() -> None:
    done = subprocess.run(
        command("tag", "--taxonomy", "taxonomy.json", "en.txt", "fr.txt"),
        env=environment(),
        capture_output=True,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\x1b" not in done.stdout
    assert len(done.stdout.splitlines()) == 2


def test_a_terminal_gets_a_table_in_colour() -> None:
    code, shown = on_terminal("tag", "--taxonomy", "taxonomy.json", "en.txt")

    assert code == 0
    assert "\x1b[1men.txt\x1b[0m  en · \x1b[32mtagged\x1b[0m" in shown


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_where_it_is_not_wanted(env: dict[str, str]) -> None:
    _, shown = on_terminal("tag", "--taxonomy", "taxonomy.json", "en.txt", **env)

    assert "en.txt  en · tagged" in shown
    assert "\x1b" not in shown


def test_a_table_fits_the_width_of_the_terminal() -> None:
    Path("long.txt").write_text("Human trafficking of children in many towns. " * 40, encoding="utf-8")

    _, shown = on_terminal("tag", "--taxonomy", "taxonomy.json", "long.txt", COLUMNS="50", NO_COLOR="1")

    assert max(map(len, shown.splitlines())) <= 50


def test_a_counter_runs_on_a_terminal_that_does_not_show_the_data() -> None:
    code, shown = on_terminal("tag", "--taxonomy", "taxonomy.json", "en.txt", "none.txt", "-o", "out.jsonl")

    assert code == 1
    assert "1 documents, 0 failed" in shown
    assert "mtag: none.txt: cannot be read" in shown


@pytest.mark.parametrize("args", [["tag"], ["clean"], ["detect"], ["explain"]])
def test_no_path_on_a_terminal_is_wrong_usage(args: list[str]) -> None:
    code, shown = on_terminal(*args)

    assert code == 2
    assert shown.startswith("mtag: say which file to read")


def test_parquet_is_not_for_a_terminal() -> None:
    assert on_terminal("tag", "en.txt", "--format", "parquet")[0] == 2


@pytest.mark.parametrize(
    "args",
    [
        ["tag", "--taxonomy", "taxonomy.json", "--format", "table"],
        ["tag", "--taxonomy", "taxonomy.json", "--format", "jsonl"],
        ["explain", "--taxonomy", "taxonomy.json"],
        ["clean", "--format", "text"],
        ["clean", "--format", "lines"],
    ],
)
def test_a_document_cannot_steer_the_terminal(args: list[str]) -> None:
    _, shown = on_terminal(*args, "escapes.txt", NO_COLOR="1")

    assert "human trafficking" in shown
    assert not set(shown) & {"\x1b", "\x07", "\x9b"}


def test_a_file_name_cannot_steer_the_terminal() -> None:
    assert "mtag: no\x1b[2Jne" not in tag("no\x1b[2Jne").stderr
    assert "mtag: no·[2Jne" in tag("no\x1b[2Jne").stderr


# clean, detect, explain


PAGE = f"<html><nav><a href=/>Home</a></nav><h1>Trial &lt;in&gt; town</h1><p>{ENGLISH * 3}</p></html>"


@pytest.fixture
def web_page() -> str:
    Path("page.html").write_text(PAGE, encoding="utf-8")
    return "page.html"


def test_clean_prints_the_content(web_page: str) -> None:
    result = run("clean", web_page)

    assert result.stdout.startswith("Trial <in> town\nTwo men were jailed")
    assert "Home" not in result.stdout


def test_clean_shows_every_line_with_its_role_and_reason(web_page: str) -> None:
    lines = run("clean", web_page, "--format", "lines").stdout.splitlines()

    assert [line.split("\t")[0] for line in lines] == ["menu", "title", "paragraph"]
    assert {len(line.split("\t")) for line in lines} == {4}


def test_clean_makes_an_escaped_page(web_page: str) -> None:
    shown = run("clean", web_page, "--format", "html").stdout

    assert '<article lang="en">\n<h1 class="title">Trial &lt;in&gt; town</h1>' in shown


def test_clean_makes_records(web_page: str) -> None:
    result = run("clean", web_page, "--format", "jsonl")

    (record,) = records(result)
    assert list(record) == ["id", "language", "languages", "metadata", "clean_text"]


def test_clean_leaves_text_in_a_pipe_as_it_is() -> None:
    assert "\x1b[2J in the town \x9b31m" in run("clean", "escapes.txt").stdout


@pytest.mark.parametrize("args", [["clean"], ["detect"], ["explain", "--taxonomy", "taxonomy.json"]])
def test_a_document_that_cannot_be_read_is_exit_code_1(args: list[str]) -> None:
    result = run(*args, "none.txt")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "mtag: none.txt: cannot be read: No such file or directory\n"


def test_detect_prints_code_probability_and_id() -> None:
    code, probability, name = run("detect", "fr.txt").stdout.rstrip("\n").split("\t")

    assert (code, name) == ("fr", "fr.txt")
    assert 0.5 < float(probability) <= 1


def test_detect_takes_lines_on_their_own() -> None:
    result = run("detect", "--lines", "--json", stdin=ENGLISH + FRENCH)

    assert [(r["language"], r["text"]) for r in records(result)] == [
        ("en", ENGLISH.strip()),
        ("fr", FRENCH.strip()),
    ]


def test_explain_marks_the_words_and_says_why() -> None:
    shown = run("explain", "en.txt", "--taxonomy", "taxonomy.json").stdout

    assert "jailed for [[human trafficking|form.trafficking]] after" in shown
    assert "“human trafficking” — strong phrase “human trafficking”" in shown


def test_explain_colours_the_words_on_a_terminal() -> None:
    _, shown = on_terminal("explain", "en.txt", "--taxonomy", "taxonomy.json")

    assert "jailed for \x1b[7;36mhuman trafficking\x1b[0m after" in shown


def test_explain_takes_one_document() -> None:
    result = run("explain", "--taxonomy", "taxonomy.json", stdin='{"text": "one"}\n{"text": "two"}\n')

    assert result.exit_code == 2


# taxonomy, info


def test_taxonomy_check_says_what_is_valid() -> None:
    result = run("taxonomy", "check", "taxonomy")

    assert (result.exit_code, result.stdout) == (0, "test 1.0: valid, 2 concepts, en, fr\n")


def test_taxonomy_check_lists_every_fault(folder: Path) -> None:
    for name in ("form/trafficking.toml", "victim/children.toml"):
        (folder / name).write_text("id = 3", encoding="utf-8")

    result = run("taxonomy", "check", "taxonomy")

    assert result.exit_code == 3
    assert "trafficking.toml" in result.stderr
    assert "children.toml" in result.stderr


def test_taxonomy_show_gives_the_tree_in_a_language() -> None:
    result = run("taxonomy", "show", "--language", "fr", "--taxonomy", "taxonomy")

    assert result.stdout.splitlines()[:2] == ["Forme", "  traite des êtres humains  form.trafficking"]


def test_taxonomy_show_gives_one_concept() -> None:
    shown = run("taxonomy", "show", "victim.children", "--language", "en", "--taxonomy", "taxonomy").stdout

    assert "scope: About children" in shown
    assert "enfants" not in shown


def test_taxonomy_show_suggests_what_is_near() -> None:
    assert "form.trafficking" in run("taxonomy", "show", "form.traficking", "--taxonomy", "taxonomy").stderr


def test_taxonomy_export_writes_a_file_or_stdout() -> None:
    args = ["taxonomy", "export", "--format", "annif-csv", "--taxonomy", "taxonomy"]

    shown = run(*args)
    run(*args, "--output", "out.csv")

    assert "traite des êtres humains" in shown.stdout
    assert Path("out.csv").read_bytes() == shown.stdout_bytes


def test_taxonomy_compile_gives_a_file_that_loads() -> None:
    assert run("taxonomy", "compile", "taxonomy", "out.json").exit_code == 0
    assert run("taxonomy", "check", "out.json").stdout == "test 1.0: valid, 2 concepts, en, fr\n"


def test_info_says_what_is_at_work() -> None:
    facts = json.loads(run("info", "--json", "--taxonomy", "taxonomy").stdout)

    assert facts["versions"]["mtag"] == mtag.__version__
    assert facts["taxonomy"]["concepts"] == 2
    assert set(facts["extras"]) == {"html", "parquet", "skos", "warc"}
    assert "concepts      2" in run("info", "--taxonomy", "taxonomy").stdout


# Start-up


def test_the_version_comes_without_the_heavy_libraries() -> None:
    script = "import sys; from mtag.cli import cli; cli(['--version'], standalone_mode=False)"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", script], env=environment(), capture_output=True, text=True
    )

    assert done.stdout == f"mtag {mtag.__version__}\n"
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert not loaded & {"joblib", "pyarrow", "fastwarc", "sklearn", "scipy", "nltk", "langdetect", "rdflib"}


def test_site_reads_twice_and_so_not_from_stdin() -> None:
    assert tag("--site", "-", stdin="text").exit_code == 2


def test_site_reads_twice_and_so_not_from_a_pipe_or_a_device() -> None:
    result = tag("--site", os.devnull)

    assert result.exit_code == 2
    assert result.stderr.startswith(f"mtag: --site reads the documents twice; save what {os.devnull} gives")


def test_site_learns_pages_in_the_format_they_are_tagged_in() -> None:
    shared = "<p>Our <i>patrons</i>, our history and our yearly accounts since the founding of the trust</p>"
    for place in ("Leeds", "Accra", "Lyon"):
        told = f"<p>The police of {place} freed nine victims of human trafficking from a house on Monday.</p>"
        Path(f"{place}.html").write_text(shared + told, encoding="utf-8")

    done = tag("Leeds.html", "Accra.html", "Lyon.html", "--site", "--full")

    assert [r["blocks"][0]["role"] for r in records(done)] == ["duplicate"] * 3  # type: ignore[index]


def test_site_leaves_out_what_the_documents_share(tmp_path: Path) -> None:
    shared = "Our patrons, our history and our yearly accounts since the founding of the trust in 1912"
    folder = tmp_path / "site"
    folder.mkdir()
    for place in ("Leeds", "Accra", "Lyon", "Perth"):
        lines = (
            shared,
            f"The police of {place} freed nine victims of human trafficking from a house on Monday evening.",
            f"All of them are in a shelter in {place}, the head of the unit told reporters in the evening.",
            shared,
        )
        folder.joinpath(f"{place}.txt").write_text("\n".join(lines), encoding="utf-8")
    done = tag(str(folder), "--site", "--format", "jsonl", "--full")
    for line in done.stdout.splitlines():
        record = json.loads(line)
        roles = [block["role"] for block in record["blocks"]]
        assert (roles[0], roles[-1]) == ("duplicate", "duplicate")
        assert record["status"] == "tagged"
