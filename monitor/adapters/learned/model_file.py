"""Models in files: a zip of JSON and plain arrays. It can be wrong, but it cannot run anything."""

import hashlib
import io
import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from monitor.adapters.learned.features import BUCKETS, Features
from monitor.adapters.learned.model import Example, Facts, Fit, LinearModel
from monitor.domain.errors import ConfigError
from monitor.domain.learning import Limits, Weights
from monitor.domain.lessons import Figures

FORMAT: Final = 1
MAX_BYTES: Final = 512 * 1024 * 1024  # of one array, unpacked
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)  # the same model, the same bytes
_DAMAGE: Final = (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError,
                  RuntimeError, NotImplementedError, zipfile.BadZipFile)  # fmt: skip
_ARRAYS: Final = ("mean", "rarity", "coefficients", "intercepts", "vectors")


def write(model: LinearModel, path: Path) -> str:
    """Write a model, the same bytes for the same model; return its version. Raises ConfigError."""
    head = {
        "format": FORMAT,
        "facts": asdict(model.facts),
        "concepts": model.fit.features.concepts,
        "examples": [asdict(one) for one in model.examples],
    }
    arrays = (
        model.fit.features.mean,
        model.fit.features.rarity,
        model.fit.coefficients,
        model.fit.intercepts,
        model.vectors.astype(np.float16),
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(head, ensure_ascii=False, sort_keys=True, indent=1)
        archive.writestr(_entry("model.json"), text.encode(errors="replace"))
        for name, array in zip(_ARRAYS, arrays, strict=True):
            archive.writestr(_entry(f"{name}.npy"), _packed(array))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.part")
        temporary.write_bytes(made.getvalue())
        temporary.replace(path)
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", file=str(path)) from error
    return _version(made.getvalue())


def load(path: Path) -> LinearModel:
    """Return the model of a file. Raises ConfigError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=str(path)) from error
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            head = json.loads(_member(archive, "model.json"))
            if head["format"] != FORMAT:
                raise ValueError("another format")
            arrays = {name: _array(archive, name) for name in _ARRAYS}
        return _model(head, arrays, _version(content))
    except _DAMAGE as error:
        what = "is no model of this version; make one with `monitor learn`"
        raise ConfigError(what, file=str(path)) from error


def _model(head: dict[str, Any], arrays: dict[str, Any], version: str) -> LinearModel:
    facts = dict(head["facts"])
    known = Facts(
        **facts
        | {
            "served": tuple(map(str, facts["served"])),
            "figures": tuple(Figures(**one) for one in facts["figures"]),
            "weights": Weights(**facts["weights"]),
            "limits": Limits(**facts["limits"]),
        }
    )
    examples = [Example(**one | {"carried": tuple(one["carried"])}) for one in head["examples"]]
    features = Features(arrays["mean"], arrays["rarity"], tuple(head["concepts"]))
    size = len(features.mean)
    width = size + BUCKETS + len(features.concepts)
    shapes = (
        features.rarity.shape == (BUCKETS,),
        arrays["coefficients"].shape == (len(known.served), width),
        arrays["intercepts"].shape == (len(known.served),),
        arrays["vectors"].shape == (len(examples), size),
        all(np.isfinite(array).all() for array in arrays.values()),
    )
    if not all(shapes):
        raise ValueError("arrays of the wrong shape")
    return LinearModel(
        known,
        Fit(features, arrays["coefficients"], arrays["intercepts"]),
        examples,
        arrays["vectors"].astype(np.float32),
        version,
    )


def _version(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=6).hexdigest()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _packed(array: Any) -> bytes:  # noqa: ANN401 - an array of any kind
    packed = io.BytesIO()
    np.lib.format.write_array(packed, np.ascontiguousarray(array), allow_pickle=False)
    return packed.getvalue()


def _array(archive: zipfile.ZipFile, name: str) -> Any:  # noqa: ANN401
    packed = io.BytesIO(_member(archive, f"{name}.npy"))
    array = np.lib.format.read_array(packed, allow_pickle=False)
    if array.dtype not in (np.float16, np.float32):
        raise ValueError("an array of another kind")
    return array


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    entry = archive.getinfo(name)
    if entry.file_size > MAX_BYTES:
        raise ValueError("too large")
    return archive.read(entry)
