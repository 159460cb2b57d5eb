"""A model folder verifies as a whole, or is refused with the name of the part that does not."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from mtag.errors import ModelError
from mtag.model import FORMAT, TrainedModel, _digest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    model = TrainedModel(
        kind="toy",
        arrays={"weights": np.arange(6, dtype=np.int8).reshape(2, 3), "bias": np.zeros(3, np.float32)},
        settings={"classes": ["a", "b", "c"]},
        sources=({"name": "our own", "licence": "Apache-2.0"},),
    )
    model.save(tmp_path)
    return tmp_path


def rewrite(folder: Path, sign: bool = True, **changes: object) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8")) | changes
    if sign:
        manifest["digest"] = _digest(manifest)
    path.write_text(json.dumps(manifest), "utf-8")


def test_what_is_saved_is_loaded(folder: Path) -> None:
    model = TrainedModel.load(folder, "toy")
    assert model.arrays["weights"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert model.settings["classes"] == ["a", "b", "c"]
    assert model.sources[0]["licence"] == "Apache-2.0"


def test_the_same_model_gives_the_same_bytes(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    again = tmp_path_factory.mktemp("again")
    TrainedModel.load(folder, "toy").save(again)
    for file in sorted(folder.iterdir()):
        assert file.read_bytes() == (again / file.name).read_bytes()


def test_loaded_arrays_cannot_be_changed(folder: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        TrainedModel.load(folder, "toy").arrays["bias"][0] = 1.0


def test_a_damaged_array_is_refused(folder: Path) -> None:
    path = folder / "weights.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ModelError, match=r"weights\.npy.*SHA-256"):
        TrainedModel.load(folder, "toy")


def test_a_truncated_array_is_refused_before_it_is_read(folder: Path) -> None:
    path = folder / "bias.npy"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelError, match=r"bias\.npy.*bytes"):
        TrainedModel.load(folder, "toy")


def test_a_missing_array_is_refused(folder: Path) -> None:
    (folder / "bias.npy").unlink()
    with pytest.raises(ModelError, match=r"bias\.npy"):
        TrainedModel.load(folder, "toy")


def resign(folder: Path, name: str, **changes: object) -> None:
    """Make the manifest name what stands in the file of an array now, whatever it is."""
    data = (folder / f"{name}.npy").read_bytes()
    arrays = json.loads((folder / "manifest.json").read_text("utf-8"))["arrays"]
    arrays[name] |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), **changes}
    rewrite(folder, arrays=arrays)


def test_pickled_objects_are_refused(folder: Path) -> None:
    np.save(folder / "bias.npy", np.array([{}], object), allow_pickle=True)
    resign(folder, "bias", dtype="|O", shape=[1])
    with pytest.raises(ModelError, match=r"bias\.npy.*pickled objects"):
        TrainedModel.load(folder, "toy")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dtype": "<f8"}, "size"),
        ({"dtype": "<i4"}, "header"),
        ({"shape": [1]}, "size"),
        ({"dtype": "nonsense"}, "nonsense"),
        ({"shape": None}, "not iterable"),
    ],
)
def test_an_array_that_is_not_as_the_manifest_says_is_refused(
    folder: Path, changes: dict[str, object], message: str
) -> None:
    resign(folder, "bias", **changes)
    with pytest.raises(ModelError, match=rf"bias\.npy: not the array of the manifest.*{message}"):
        TrainedModel.load(folder, "toy")


def test_a_loaded_model_stays_as_it_was_when_its_folder_is_written_again(folder: Path) -> None:
    model = TrainedModel.load(folder, "toy")
    before = model.arrays["weights"].copy()
    TrainedModel("toy", {name: array * 0 for name, array in model.arrays.items()}).save(folder)
    assert (model.arrays["weights"] == before).all()
    assert not (TrainedModel.load(folder, "toy").arrays["weights"] == before).all()
    assert sorted(path.suffix for path in folder.iterdir()) == [".json", *[".npy"] * len(model.arrays)]


def test_a_changed_manifest_is_refused(folder: Path) -> None:
    rewrite(folder, sign=False, settings={"classes": ["c", "b", "a"]})
    with pytest.raises(ModelError, match="changed after training"):
        TrainedModel.load(folder, "toy")


def test_a_newer_format_asks_for_a_newer_mtag(folder: Path) -> None:
    rewrite(folder, format=FORMAT + 1)
    with pytest.raises(ModelError, match="newer"):
        TrainedModel.load(folder, "toy")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"extra": 1}, "extra"),
        ({"arrays": []}, "arrays is not a dict"),
        ({"arrays": {"../x": {}}}, "not described"),
        ({"kind": "other"}, "'other' model, not a 'toy' model"),
        ({"format": "1"}, "no format version"),
    ],
)
def test_a_strange_manifest_is_refused(folder: Path, changes: dict[str, object], message: str) -> None:
    rewrite(folder, **changes)
    with pytest.raises(ModelError, match=message):
        TrainedModel.load(folder, "toy")


def test_an_array_cannot_name_a_file_elsewhere(folder: Path) -> None:
    arrays = json.loads((folder / "manifest.json").read_text("utf-8"))["arrays"]
    arrays["bias"]["file"] = "../bias.npy"
    rewrite(folder, arrays=arrays)
    with pytest.raises(ModelError, match="another file"):
        TrainedModel.load(folder, "toy")


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000])
def test_a_manifest_that_is_not_json_is_refused(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"manifest\.json"):
        TrainedModel.load(folder, "toy")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest\.json: the file cannot be read"):
        TrainedModel.load(tmp_path, "toy")


def test_an_array_needs_a_plain_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot name"):
        TrainedModel("toy", {"../up": np.zeros(1)}).save(tmp_path)
