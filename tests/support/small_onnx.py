"""A tiny ONNX embedder in a directory: each word is a vector, and a text is their mean.

Written field by field (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), so that tests need no
library that makes models.
"""

import json
import struct
from pathlib import Path

import numpy as np

WORDS = ("[UNK]", "most", "preko", "rijeke", "gradi", "vojska", "recept", "pitu", "za", "je")
SIZE = 16
INT64, FLOAT = 7, 1


def write(directory: Path, seed: int = 1) -> Path:
    """Write `model.onnx` and `tokenizer.json`; return the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    table = np.random.default_rng(seed).normal(size=(len(WORDS), SIZE)).astype("<f4")
    node = _field(1, b"table") + _field(1, b"input_ids") + _field(2, b"out") + _field(4, b"Gather")
    weights = _number(1, len(WORDS)) + _number(1, SIZE) + _number(2, FLOAT)
    weights += _field(8, b"table") + _field(9, table.tobytes())
    graph = _field(1, node) + _field(2, b"words") + _field(5, weights)
    graph += _field(11, _value(b"input_ids", INT64, b"b", b"s"))
    graph += _field(11, _value(b"attention_mask", INT64, b"b", b"s"))
    graph += _field(12, _value(b"out", FLOAT, b"b", b"s", b"d"))
    model = _number(1, 8) + _field(7, graph) + _field(8, _field(1, b"") + _number(2, 13))
    (directory / "model.onnx").write_bytes(model)
    tokenizer: dict[str, object] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {word: number for number, word in enumerate(WORDS)},
            "unk_token": "[UNK]",
        },
    }
    (directory / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    return directory


def _value(name: bytes, kind: int, *axes: bytes) -> bytes:
    shape = b"".join(_field(1, _field(2, axis)) for axis in axes)
    return _field(1, name) + _field(2, _field(1, _number(1, kind) + _field(2, shape)))


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    found = b""
    while value > 0x7F:
        found += struct.pack("B", value & 0x7F | 0x80)
        value >>= 7
    return found + struct.pack("B", value)
