"""Many documents: order, laziness, errors as results, the same for any number of processes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path

import pytest
from joblib.externals.loky.process_executor import TerminatedWorkerError

import mtag
from mtag.batch import Input, tag_many
from mtag.document import Document
from mtag.errors import FormatError, ModelError, OptionError
from mtag.resultparts import BlockParts, Names, PageParts, Parts, tag_result
from mtag.results import ErrorResult, TagResult
from mtag.tagger import Tagger

TEXTS = (
    "The river flood drove forty families from their homes before the water fell again on Sunday.",
    "L'inondation a chassé quarante familles de leurs maisons avant que l'eau ne baisse dimanche.",
    "The price of milk rose again in the northern provinces last week, the newspaper says.",
    "",
)


class FakeTagger:
    """Tags any text as empty; a text that says `bad` meets a bug, one that says `unread` an error."""

    def read(self, source: str, *, format: str = "auto") -> Document:
        if source == "unread":
            raise FormatError("it cannot be read")
        return Document(source, (), format)

    def tag_plainly(self, documents: Sequence[Document], ids: Sequence[str | None]) -> list[Parts]:
        return [self._tag(document, id) for document, id in zip(documents, ids, strict=True)]

    def _tag(self, document: Document, id: str | None) -> Parts:
        if document.text == "bad":
            raise ZeroDivisionError("a bug")
        if document.text == "broken":
            raise ModelError("the model does not verify")
        about = (None, None, None, document.format, None, (), ())
        return Parts(id, "empty", None, PageParts(document.text, BlockParts(), (), about), ())

    def result(self, parts: Parts) -> TagResult:
        return tag_result(parts, Names({"mtag": "0", "taxonomy": "t 1", "taxonomy_digest": "d"}, ()))


@pytest.fixture
def fake() -> Tagger:
    return FakeTagger()  # type: ignore[return-value]


def test_results_come_in_order_with_their_ids_and_formats(fake: Tagger) -> None:
    first, second, third = tag_many(fake, [Input("a", "x", "html"), "y", Input("c", "z")])

    assert isinstance(first, TagResult)
    assert (first.id, first.metadata.source) == ("a", "html")
    assert (second.id, third.id) == (None, "c")


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_of_any_kind_are_a_document(kind: type) -> None:
    text = b"Two men were jailed for human trafficking."
    for result in tag_many(Tagger.load(), [kind(text), Input("a", kind(text))]):
        assert result.status == "tagged"


@pytest.mark.parametrize(
    ("item", "result"),
    [
        (Input("a", "bad"), ErrorResult(id="a", error="ZeroDivisionError", message="a bug")),
        (Input("a", "unread"), ErrorResult(id="a", error="FormatError", message="it cannot be read")),
        (
            Input("a", None, error=FormatError("line 3")),
            ErrorResult(id="a", error="FormatError", message="line 3"),
        ),
        ("bad", ErrorResult(id=None, error="ZeroDivisionError", message="a bug")),
    ],
)
def test_what_goes_wrong_with_a_document_is_its_result(
    fake: Tagger, item: Input | str, result: ErrorResult
) -> None:
    before, found, after = tag_many(fake, ["x", item, "y"])

    assert found == result
    assert isinstance(before, TagResult)
    assert isinstance(after, TagResult)


def test_a_broken_model_ends_the_batch(fake: Tagger) -> None:
    with pytest.raises(ModelError):
        list(tag_many(fake, ["broken"]))


def test_an_interrupt_is_not_a_result(fake: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FakeTagger, "_tag", interrupted)

    with pytest.raises(KeyboardInterrupt):
        list(tag_many(fake, ["x"]))


def test_the_first_result_takes_the_first_document_alone(fake: Tagger) -> None:
    taken = []

    def endless() -> Iterator[str]:
        for number in count():
            taken.append(number)
            yield str(number)

    results = tag_many(fake, endless())
    assert taken == []

    next(results)
    assert taken == [0]


@pytest.mark.parametrize("n_jobs", [0, -2, 1.5, "2", None])
def test_an_impossible_number_of_processes_is_refused_at_once(fake: Tagger, n_jobs: object) -> None:
    with pytest.raises(OptionError, match="n_jobs"):
        tag_many(fake, [], n_jobs=n_jobs)  # type: ignore[arg-type]


def test_a_result_does_not_depend_on_the_documents_beside_it() -> None:
    tagger, texts = Tagger.load(), []
    for path in sorted((Path(__file__).parent.parent / "seeds" / "documents").glob("*.jsonl")):
        texts += [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()[:8]]
    texts += ["", "No words here: 1, 2, 3.", "<html><body><p>" + texts[0] + "</p></body></html>"]

    alone = [tagger.tag(text).model_dump_json() for text in texts]

    assert [one.model_dump_json() for one in tag_many(tagger, texts)] == alone
    assert [one.model_dump_json() for one in tag_many(tagger, texts[::-1])] == alone[::-1]


# Several processes


@pytest.mark.parametrize("n_jobs", [2, 3, -1])
def test_any_number_of_processes_gives_the_same_bytes(flood_tagger: Tagger, n_jobs: int) -> None:
    inputs = [Input(str(number), TEXTS[number % len(TEXTS)]) for number in range(150)]
    inputs[70] = Input("70", None, error=FormatError("line 70"))
    inputs[80] = Input("80", b"\x89PNG\r\n\x1a\n\x00\x00")

    alone = [result.model_dump_json() for result in tag_many(flood_tagger, inputs)]
    together = [result.model_dump_json() for result in tag_many(flood_tagger, inputs, n_jobs=n_jobs)]

    assert together == alone
    assert [number for number, line in enumerate(alone) if '"status":"error"' in line] == [70, 80]


def test_processes_read_a_bounded_number_of_documents_ahead(flood_tagger: Tagger) -> None:
    taken = []

    def endless() -> Iterator[str]:
        for number in count():
            taken.append(number)
            yield TEXTS[0]

    results = tag_many(flood_tagger, endless(), n_jobs=2)
    assert len(list(islice(results, 40))) == 40
    assert len(taken) < 500

    results.close()  # type: ignore[attr-defined]  # a generator: no warning, no process left at work


def test_large_documents_are_sent_in_small_chunks(flood_tagger: Tagger) -> None:
    taken = []

    def large() -> Iterator[str]:
        for number in count():
            taken.append(number)
            yield "milk " * 60_000

    results = tag_many(flood_tagger, large(), n_jobs=2)
    next(results)
    results.close()  # type: ignore[attr-defined]

    assert len(taken) <= 6


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_an_input_that_fails_does_so_after_the_results_before_it(flood_tagger: Tagger, n_jobs: int) -> None:
    def failing() -> Iterator[str]:
        yield from TEXTS[:3]
        raise RuntimeError("the source is gone")

    results = tag_many(flood_tagger, failing(), n_jobs=n_jobs)

    assert [result.status for result in islice(results, 3)] == ["tagged", "tagged", "off_topic"]
    with pytest.raises(RuntimeError, match="the source is gone"):
        next(results)


def test_nothing_in_gives_nothing_out(flood_tagger: Tagger) -> None:
    assert list(tag_many(flood_tagger, [], n_jobs=2)) == []


def test_a_script_needs_no_main_guard(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import mtag\n"
        "tagger = mtag.Tagger.load()\n"
        "print(len(list(tagger.tag_many(['A text about milk.'] * 40, n_jobs=2))))\n",
        encoding="utf-8",
    )
    env = os.environ | {"PYTHONPATH": str(Path(mtag.__file__).parents[1])}

    done = subprocess.run([sys.executable, script], env=env, capture_output=True, text=True, timeout=120)

    assert (done.stdout, done.stderr) == ("40\n", "")


def test_a_process_that_dies_ends_the_batch_with_one_clear_error(
    flood_tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dying:
        def __init__(self, *_: object, **__: object) -> None: ...

        def __call__(self, tasks: object) -> Iterator[None]:
            raise TerminatedWorkerError("killed")
            yield

    monkeypatch.setattr("joblib.Parallel", Dying)

    with pytest.raises(mtag.MtagError, match="a process died while tagging"):
        list(tag_many(flood_tagger, TEXTS, n_jobs=2))
