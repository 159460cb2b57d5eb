"""A trained model on disk: a folder with `manifest.json` and one `.npy` file per array.

The manifest names every array with its type, shape, size and SHA-256, and carries a digest of
itself; nothing is unpickled, and nothing is read of a file before its size has been checked. Arrays are
mapped into memory, which processes share. A folder that does not verify is refused with a
`ModelError` that says which part is wrong.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import re
from collections.abc import Mapping
from mmap import ACCESS_READ, mmap
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtag.errors import ModelError
from mtag.version import __version__

FORMAT = 1
"""Version of the folder's layout; a folder with a higher one was made by a newer mtag."""

MAX_MANIFEST_BYTES = 4_000_000
MAX_ARRAY_BYTES = 512_000_000

_KEYS = {"format", "kind", "library", "arrays", "settings", "sources", "metrics", "digest"}
_ARRAY_KEYS = {"file", "dtype", "shape", "bytes", "sha256"}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")

Array = NDArray[Any]


class TrainedModel(NamedTuple):
    """Arrays and what must be known to use them.

    `kind` says what the model is for (`language`, …); `settings` are the numbers and names its code
    reads; `sources` name the training texts with their licences; `metrics` were measured when it
    was built. `digest` identifies the whole folder and is set by `load`.
    """

    kind: str
    arrays: Mapping[str, Array]
    settings: Mapping[str, Any] = MappingProxyType({})
    sources: tuple[Mapping[str, str], ...] = ()
    metrics: Mapping[str, Any] = MappingProxyType({})
    digest: str = ""

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the folder; the same model gives the same bytes."""
        target = os.fspath(folder)
        os.makedirs(target, exist_ok=True)
        arrays = {}
        for name in sorted(self.arrays):
            if not _NAME.fullmatch(name):
                raise ModelError(f"{name!r} cannot name an array: use a-z, 0-9 and _")
            array = np.ascontiguousarray(self.arrays[name])
            buffer = io.BytesIO()
            np.save(buffer, array, allow_pickle=False)
            data = buffer.getvalue()
            _replace(os.path.join(target, f"{name}.npy"), data)
            arrays[name] = {
                "file": f"{name}.npy",
                "dtype": array.dtype.str,
                "shape": list(array.shape),
                "bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
            }
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "kind": self.kind,
            "library": __version__,
            "arrays": arrays,
            "settings": dict(self.settings),
            "sources": [dict(source) for source in self.sources],
            "metrics": dict(self.metrics),
        }
        manifest["digest"] = _digest(manifest)
        text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False)
        _replace(os.path.join(target, "manifest.json"), (text + "\n").encode())

    @classmethod
    def load(cls, folder: str | os.PathLike[str], kind: str) -> TrainedModel:
        """Read and verify a folder.

        Raises:
            ModelError: a part is missing, damaged, tampered with, of another kind, or newer than
                this mtag; the message names the part.
        """
        root = os.fspath(folder)
        if root.lower().endswith((".pkl", ".pickle", ".joblib")):
            raise ModelError(
                f"{os.path.basename(root)}: pickled models are not opened, for they can run any code;"
                " train again with `mtag train`, which writes a folder of plain arrays"
            )
        manifest = _read_manifest(root, kind)
        arrays: dict[str, Array] = {}
        for name, entry in manifest["arrays"].items():
            arrays[name] = _read_array(root, name, entry)
        return cls(
            kind=kind,
            arrays=arrays,
            settings=manifest["settings"],
            sources=tuple(manifest["sources"]),
            metrics=manifest["metrics"],
            digest=manifest["digest"],
        )


def _digest(manifest: Mapping[str, Any]) -> str:
    content = {key: value for key, value in manifest.items() if key != "digest"}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _check_size(size: int, what: str, path: str, ceiling: int, expected: int | None = None) -> None:
    if size > ceiling or (expected is not None and size != expected):
        wanted = f"{expected:,}" if expected is not None else f"at most {ceiling:,}"
        raise ModelError(f"{what}: the file has {size:,} bytes, not {wanted} ({path})")


def _read_manifest(root: str, kind: str) -> dict[str, Any]:
    path = os.path.join(root, "manifest.json")
    try:
        with open(path, "rb") as opened:
            _check_size(os.fstat(opened.fileno()).st_size, "manifest.json", path, MAX_MANIFEST_BYTES)
            manifest = json.loads(opened.read())
    except OSError as error:
        raise ModelError(f"manifest.json: the file cannot be read ({path}: {error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"manifest.json: not valid JSON ({path}: {error})") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("format"), int):
        raise ModelError(f"manifest.json: no format version; this is not a model folder ({root})")
    if manifest["format"] > FORMAT:
        raise ModelError(
            f"manifest.json: format {manifest['format']} is newer than {FORMAT}, the one this mtag reads;"
            f" install a newer mtag or train the model again ({root})"
        )
    if problem := _manifest_problem(manifest):
        raise ModelError(f"manifest.json: {problem} ({path})")
    if manifest["digest"] != _digest(manifest):
        raise ModelError(f"manifest.json: its digest does not match: it was changed after training ({path})")
    if manifest["kind"] != kind:
        raise ModelError(f"manifest.json: a {manifest['kind']!r} model, not a {kind!r} model ({root})")
    return manifest


def _manifest_problem(manifest: dict[str, Any]) -> str | None:
    if keys := _KEYS.symmetric_difference(manifest):
        return f"unknown or missing keys: {', '.join(sorted(keys))}"
    shapes = {"arrays": dict, "settings": dict, "metrics": dict, "sources": list, "kind": str, "digest": str}
    for key, kind in shapes.items():
        if not isinstance(manifest[key], kind):
            return f"{key} is not a {kind.__name__}"
    for name, entry in manifest["arrays"].items():
        if not _NAME.fullmatch(name) or not isinstance(entry, dict) or set(entry) != _ARRAY_KEYS:
            return f"array {name!r} is not described as it must be"
        if entry["file"] != f"{name}.npy" or not isinstance(entry["bytes"], int):
            return f"array {name!r} names another file"
    return None


def _read_array(root: str, name: str, entry: Mapping[str, Any]) -> Array:
    """Map a file into memory and verify it."""
    file, size = str(entry["file"]), entry["bytes"]
    path = os.path.join(root, file)
    try:
        with open(path, "rb") as opened:
            _check_size(os.fstat(opened.fileno()).st_size, file, path, MAX_ARRAY_BYTES, size)
            data = mmap(opened.fileno(), 0, access=ACCESS_READ) if size else b""
    except OSError as error:
        raise ModelError(f"{file}: the file cannot be read ({path}: {error.strerror})") from error
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise ModelError(f"{file}: its SHA-256 is not that of the manifest: damaged or replaced ({root})")
    try:
        dtype, shape = np.dtype(entry["dtype"]), tuple(map(int, entry["shape"]))
        header = _header(dtype, shape)
        if dtype.hasobject:
            raise ValueError("pickled objects are not opened")
        if size != len(header) + math.prod(shape) * dtype.itemsize:
            raise ValueError("its size is not that of such an array")
        if data[: len(header)] != header:
            raise ValueError("its header says something else")
        return np.ndarray(shape, dtype, data, len(header))
    except (ValueError, TypeError) as error:
        raise ModelError(f"{file}: not the array of the manifest: {error} ({root})") from error


def _header(dtype: np.dtype[Any], shape: tuple[int, ...]) -> bytes:
    """What a `.npy` file of such an array begins with."""
    buffer = io.BytesIO()
    described = {"descr": dtype.str, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, described)
    return buffer.getvalue()


def _replace(path: str, data: bytes) -> None:
    """Put a file in its place at once: a process that has the old one mapped keeps it."""
    with open(path + ".new", "wb") as made:
        made.write(data)
    os.replace(path + ".new", path)
