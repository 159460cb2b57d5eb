"""A trained model on disk: a folder with `manifest.json` and one `.npy` file per array.

The manifest names every array with its type, shape, size and SHA-256, and carries a digest of
itself; nothing is unpickled, and a file is not opened before its size has been checked. A folder
that does not verify is refused with a `ModelError` that says which part is wrong.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """Arrays and what must be known to use them.

    `kind` says what the model is for (`language`, …); `settings` are the numbers and names its code
    reads; `sources` name the training texts with their licences; `metrics` were measured when it
    was built. `digest` identifies the whole folder and is set by `load`.
    """

    kind: str
    arrays: Mapping[str, Array]
    settings: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[Mapping[str, str], ...] = ()
    metrics: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the folder; the same model gives the same bytes."""
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        arrays = {}
        for name in sorted(self.arrays):
            if not _NAME.fullmatch(name):
                raise ModelError(f"{name!r} cannot name an array: use a-z, 0-9 and _")
            array = np.ascontiguousarray(self.arrays[name])
            buffer = io.BytesIO()
            np.save(buffer, array, allow_pickle=False)
            data = buffer.getvalue()
            (target / f"{name}.npy").write_bytes(data)
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
        (target / "manifest.json").write_text(text + "\n", "utf-8")

    @classmethod
    def load(cls, folder: str | os.PathLike[str], kind: str) -> TrainedModel:
        """Read and verify a folder.

        Raises:
            ModelError: a part is missing, damaged, tampered with, of another kind, or newer than
                this mtag; the message names the part.
        """
        root = Path(folder)
        if root.suffix.lower() in (".pkl", ".pickle", ".joblib"):
            raise ModelError(
                f"{root.name}: pickled models are not opened, for they can run any code;"
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


def _read_bytes(path: Path, what: str, ceiling: int, expected: int | None = None) -> bytes:
    try:
        size = path.stat().st_size
        if size > ceiling or (expected is not None and size != expected):
            wanted = f"{expected:,}" if expected is not None else f"at most {ceiling:,}"
            raise ModelError(f"{what}: the file has {size:,} bytes, not {wanted} ({path})")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{what}: the file cannot be read ({path}: {error.strerror})") from error


def _read_manifest(root: Path, kind: str) -> dict[str, Any]:
    path = root / "manifest.json"
    data = _read_bytes(path, "manifest.json", MAX_MANIFEST_BYTES)
    try:
        manifest = json.loads(data)
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


def _read_array(root: Path, name: str, entry: Mapping[str, Any]) -> Array:
    file = str(entry["file"])
    data = _read_bytes(root / file, file, MAX_ARRAY_BYTES, entry["bytes"])
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise ModelError(f"{file}: its SHA-256 is not that of the manifest: damaged or replaced ({root})")
    try:
        array: Array = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise ModelError(f"{file}: not a NumPy array ({root}: {error})") from error
    if array.dtype.str != entry["dtype"] or list(array.shape) != entry["shape"]:
        raise ModelError(f"{file}: array {name!r} has another type or shape than the manifest says ({root})")
    array.flags.writeable = False
    return array
