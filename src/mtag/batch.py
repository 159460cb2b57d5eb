"""Many documents: one result for each, in order, with bounded look-ahead and any number of processes."""

from __future__ import annotations

import gc
import os
import signal
import tempfile
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from mtag.document import Extractor, Format
from mtag.errors import ModelError, MtagError, OptionError, TaxonomyError
from mtag.resultparts import Parts
from mtag.results import ErrorResult, TagResult

if TYPE_CHECKING:
    from mtag.document import Document
    from mtag.tagger import Tagger

BATCH_DOCUMENTS = 64
"""Documents sent to a process at once, at most."""

BATCH_CHARACTERS = 200_000
"""Characters (or bytes) after which a batch is sent though it has fewer documents."""

WINDOWS = 3
"""How many rounds of one batch for each process are read ahead of the result that is awaited."""


T = TypeVar("T")


class Input(NamedTuple):
    """A document to tag, or (`source` is `None`) the error that kept it from being read."""

    id: str | None
    source: str | bytes | None
    format: Format = "auto"
    error: MtagError | None = None


Result: TypeAlias = TagResult | ErrorResult
Plain: TypeAlias = Parts | ErrorResult
"""What a result is made of, or an error."""

Settings: TypeAlias = tuple[float | None, Extractor]
Source: TypeAlias = str | bytes | Input


def tag_many(tagger: Tagger, inputs: Iterable[Source], *, n_jobs: int = 1) -> Iterator[Result]:
    """Tag documents as they come: one result for each, in their order, the same for any `n_jobs`.

    A document that cannot be tagged gives an `ErrorResult` at its place. `inputs` is read in the
    calling thread and only a bounded number of documents ahead, so it may be endless.

    Args:
        tagger: the tagger; other processes load its taxonomy once each.
        inputs: texts, bytes, or `Input`s, which carry an id.
        n_jobs: the number of processes; 1 works in this one, -1 takes all cores.

    Raises:
        OptionError: `n_jobs` is neither a positive number nor -1.
    """
    if not isinstance(n_jobs, int) or (n_jobs < 1 and n_jobs != -1):
        raise OptionError(f"n_jobs is a positive number, or -1 for all cores, not {n_jobs!r}")
    if n_jobs == -1:
        from joblib import cpu_count

        n_jobs = cpu_count()
    return _tag_here(tagger, inputs) if n_jobs == 1 else _tag_in_processes(tagger, inputs, n_jobs)


def attempt(item: Input, work: Callable[..., T]) -> T | ErrorResult:
    """Do `work(source, format=…)` on one document; whatever goes wrong with it becomes its result.

    Raises:
        TaxonomyError, ModelError: what every document needs is broken.
    """
    try:
        if item.error is not None:
            raise item.error
        if item.source is None:
            raise OptionError("an Input has a source or an error")
        return work(item.source, format=item.format)
    except (TaxonomyError, ModelError):
        raise
    except Exception as error:  # a bug that one document meets must not end the batch
        return _as_result(item.id, error)


def _as_result(id: str | None, error: Exception) -> ErrorResult:
    return ErrorResult(id=id, error=type(error).__name__, message=str(error))


def _results(tagger: Tagger, found: Iterable[Plain]) -> Iterator[Result]:
    return (one if isinstance(one, ErrorResult) else tagger.result(one) for one in found)


def _tag(tagger: Tagger, batch: Sequence[Source | ErrorResult]) -> list[Plain]:
    """Tag some documents in one pass."""
    inputs = [item if isinstance(item, Input | ErrorResult) else Input(None, item) for item in batch]
    found = [item if isinstance(item, ErrorResult) else attempt(item, tagger.read) for item in inputs]
    read = [
        (document, item.id)
        for document, item in zip(found, inputs, strict=True)
        if not isinstance(document, ErrorResult)
    ]
    tagged = iter(_tag_read(tagger, read))
    return [one if isinstance(one, ErrorResult) else next(tagged) for one in found]


def _tag_read(tagger: Tagger, read: Sequence[tuple[Document, str | None]]) -> list[Plain]:
    """Tag documents that are read; where that fails one by one, so that one spoils no other."""
    try:
        return [*tagger.tag_plainly([document for document, _ in read], [id for _, id in read])]
    except (TaxonomyError, ModelError):
        raise
    except Exception as error:
        if len(read) == 1:
            return [_as_result(read[0][1], error)]
        return [result for one in read for result in _tag_read(tagger, [one])]


def _tag_here(tagger: Tagger, inputs: Iterable[Source]) -> Iterator[Result]:
    """Tag in this process, the first document at once, then ever more at a time."""
    batches = _Batches(tagger, inputs)
    batches.documents = 1
    for batch in batches:
        batches.documents = min(4 * batches.documents, BATCH_DOCUMENTS)
        yield from _results(tagger, _tag(tagger, batch))
    if batches.failure is not None:
        raise batches.failure


def _tag_in_processes(tagger: Tagger, inputs: Iterable[Source], n_jobs: int) -> Iterator[Result]:
    from concurrent.futures.process import BrokenProcessPool

    from joblib import Parallel, delayed

    with tempfile.TemporaryDirectory(prefix="mtag-", ignore_cleanup_errors=True) as folder:
        _write(tagger, Path(folder))
        settings = (tagger.precision, tagger.extractor)
        batches = _Batches(tagger, inputs)
        rounds: deque[Iterator[list[Plain]]] = deque()
        # joblib reads its input as fast as tasks end, in another thread; rounds of tasks bound that.
        try:
            while True:
                while len(rounds) < WINDOWS and (window := list(islice(batches, n_jobs))):
                    tasks = [delayed(_tag_batch)(os.getpid(), folder, settings, batch) for batch in window]
                    with _interrupts_blocked():
                        rounds.append(Parallel(n_jobs, batch_size=1, return_as="generator")(tasks))
                if not rounds:
                    break
                for found in rounds[0]:
                    yield from _results(tagger, found)
                rounds.popleft()
        except BrokenProcessPool as error:
            raise MtagError("a process died while tagging (out of memory?); try fewer processes") from error
        finally:
            _cancel(rounds)
    if batches.failure is not None:
        raise batches.failure


class _Batches:
    """Cuts the inputs into batches; where the iterable fails, what came before it is still tagged."""

    def __init__(self, tagger: Tagger, inputs: Iterable[Source]) -> None:
        self.failure: Exception | None = None
        self.documents = BATCH_DOCUMENTS
        self._tagger = tagger
        self._inputs = iter(inputs)

    def __iter__(self) -> Iterator[list[Source | ErrorResult]]:
        return self

    def __next__(self) -> list[Source | ErrorResult]:
        batch: list[Source | ErrorResult] = []
        size = 0
        while self.failure is None and len(batch) < self.documents and size < BATCH_CHARACTERS:
            try:
                item = next(self._inputs)
            except StopIteration:
                break
            except Exception as error:  # raised again once the results before it are out
                self.failure = error
                break
            source = item.source if isinstance(item, Input) else item
            if isinstance(source, bytearray | memoryview):
                source = bytes(source)
                item = item._replace(source=source) if isinstance(item, Input) else source
            if isinstance(source, str | bytes):
                batch.append(item)
                size += len(source)
            else:  # its error becomes a result here, for it might not survive the way to a process
                batch.append(_tag(self._tagger, [item])[0])  # type: ignore[arg-type]  # always an error
        if not batch:
            raise StopIteration
        return batch


def _cancel(rounds: deque[Iterator[list[Plain]]]) -> None:
    """Stop what is under way; joblib warns of work thrown away, which is what is wanted here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        while rounds:
            rounds.pop().close()  # type: ignore[attr-defined]  # joblib gives generators


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Let processes start deaf to an interrupt, which the parent takes when they have started."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing.resource_tracker import ensure_running

    ensure_running()  # first: where the start of a process starts it, it lets interrupts through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _write(tagger: Tagger, folder: Path) -> None:
    """Write what a worker needs to make the same tagger."""
    (folder / "taxonomy.jsonl").write_bytes(tagger.taxonomy.compiled())
    if tagger.model is not None:
        tagger.model.save(folder / "model")
    if tagger.chrome is not None:
        import numpy as np

        np.save(folder / "chrome.npy", tagger.chrome.table, allow_pickle=False)


def _read(folder: Path, settings: Settings) -> Tagger:
    from mtag.model import TrainedModel
    from mtag.pipeline.model_tagging import KIND
    from mtag.sitechrome import SiteChrome
    from mtag.tagger import Tagger
    from mtag.taxonomy import Taxonomy

    model, chrome = folder / "model", folder / "chrome.npy"
    learned = None
    if chrome.is_file():
        import numpy as np

        learned = SiteChrome.from_table(np.load(chrome, allow_pickle=False))
    trained = TrainedModel.load(model, KIND) if model.is_dir() else None
    return Tagger(Taxonomy.load(folder / "taxonomy.jsonl"), trained, *settings, learned)


_loaded: dict[str, Tagger] = {}  # in a worker: the tagger of the batch it works for, by its folder


def _tag_batch(
    parent: int, folder: str, settings: Settings, batch: list[Source | ErrorResult]
) -> list[Plain]:
    """Tag a batch in another process, which loads the tagger the first time it is asked."""
    if os.getpid() != parent:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers and says why
    if folder not in _loaded:
        _loaded.clear()
        _loaded[folder] = _read(Path(folder), settings)
        gc.freeze()  # the search for garbage need not go through what was loaded, again and again
    return _tag(_loaded[folder], batch)
