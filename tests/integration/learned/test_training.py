import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import make
from fakes import FakeClock
from monitor import app as wiring
from monitor.adapters.learned.model import LinearModel
from monitor.adapters.learned.model_file import load, write
from monitor.adapters.learned.onnx import OnnxEmbedder
from monitor.adapters.learned.training import USUAL, LinearTrainer
from monitor.adapters.store import SqlStore
from monitor.app.opining import Background
from monitor.domain.errors import ConfigError
from monitor.domain.hit import Grade, Passage, Source
from monitor.domain.learning import read_by_model
from monitor.ports import Filters
from monitor.services.second_opinion import SecondOpinion
from monitor.settings import Settings
from support import catalogues, small_onnx
from support.bridges import Rules, lessons
from support.small_embedder import WordEmbedder


@pytest.fixture(scope="module")
def model() -> LinearModel:
    some = lessons()
    vectors = WordEmbedder().embed([read_by_model(one.passage) for one in some])
    return LinearTrainer("words/1").train(some, vectors, "c1")


def test_what_it_learned_it_proposes_for_review(model: LinearModel) -> None:
    asked = SecondOpinion(Rules(), WordEmbedder(), model)

    (found,) = asked.match(Passage("gradi se most preko velike rijeke"))

    assert (found.narrative, found.grade, found.source) == ("bridges", Grade.REVIEW, Source.LEARNED)
    assert all(piece.phrase.startswith("nearest: most preko") for piece in found.evidence)
    assert not asked.match(Passage("recept za pitu sa višnjama"))


def test_a_narrative_with_too_few_labels_is_not_served(model: LinearModel) -> None:
    known = {one.narrative: one.is_served for one in model.figures}

    assert known == {"bridges": True, "rare": False}
    assert model.facts.served == ("bridges",)


def test_cross_validated_figures_come_with_it(model: LinearModel) -> None:
    (bridges,) = [one for one in model.figures if one.is_served]

    assert (bridges.carried, bridges.right, bridges.missed, bridges.wrong) == (12, 12, 0, 0)


def test_the_same_lessons_make_the_same_bytes(model: LinearModel, tmp_path: Path) -> None:
    some = lessons()
    vectors = WordEmbedder().embed([read_by_model(one.passage) for one in some])
    again = LinearTrainer("words/1").train(some, vectors, "c1")

    versions = {write(model, tmp_path / "a.zip"), write(again, tmp_path / "b.zip")}

    assert len(versions) == 1
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_model_from_a_file_answers_as_the_one_that_was_written(
    model: LinearModel, tmp_path: Path
) -> None:
    version = write(model, tmp_path / "m.zip")
    read = load(tmp_path / "m.zip")
    passage = Passage("gradi se most preko velike rijeke")

    answers = [SecondOpinion(Rules(), WordEmbedder(), one).match(passage) for one in (model, read)]

    assert read.version == version
    assert read.facts == model.facts
    assert answers[0][0].probability == pytest.approx(answers[1][0].probability)


def test_without_unseen_texts_the_usual_weights_hold() -> None:
    seen = [replace(one, unseen=False) for one in lessons()]
    vectors = WordEmbedder().embed([read_by_model(one.passage) for one in seen])

    made = LinearTrainer("words/1").train(seen, vectors, "c1")

    assert (made.facts.weights, made.facts.weights_from) == (USUAL, 0)


@pytest.mark.parametrize("damage", ["cut", "no zip", "objects", "shape", "format"])
def test_a_damaged_or_foreign_file_is_refused(
    model: LinearModel, tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "m.zip"
    write(model, path)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-200])
    elif damage == "no zip":
        path.write_bytes(b"no model")
    else:
        _change(path, damage)

    with pytest.raises(ConfigError, match=r"m\.zip.*monitor learn"):
        load(path)


def _change(path: Path, damage: str) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if damage == "format":
        members["model.json"] = json.dumps({"format": 99}).encode()
    else:
        wrong = np.array([{}], object) if damage == "objects" else np.zeros(3, np.float32)
        np.save(path.with_suffix(".npy"), wrong, allow_pickle=True)
        members["mean.npy"] = path.with_suffix(".npy").read_bytes()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(("made_beside", "status"), [("present", "ok"), ("another", "fail")])
def test_the_doctor_says_whether_the_model_can_be_asked(
    model: LinearModel, tmp_path: Path, made_beside: str, status: str
) -> None:
    embedder = OnnxEmbedder(small_onnx.write(tmp_path / "onnx"))
    directory = catalogues.write(tmp_path / "narratives", bridges="most")
    settings = {
        "database_url": f"sqlite:///{tmp_path}/monitor.db",
        "narratives": directory,
        "model": tmp_path / "m.zip",
        "embedder": tmp_path / "onnx",
        "preserve": tmp_path / "evidence",
    }
    app = wiring.build(Settings.model_validate(settings))
    version = app.matcher.catalogue_version if made_beside == "present" else "another"
    facts = replace(model.facts, embedder=embedder.name, catalogue_version=version)
    write(LinearModel(facts, model.fit, model.examples, model.vectors), tmp_path / "m.zip")

    found = {one.check: one for one in app.examine()}

    assert found["second opinion"].status == status
    assert ("monitor learn" in found["second opinion"].what) == (status == "fail")
    assert found["preserve"].status == "ok"


def test_the_service_asks_in_the_background_and_reads_a_new_model_when_there_is_one(
    tmp_path: Path,
) -> None:
    embedder = OnnxEmbedder(small_onnx.write(tmp_path / "onnx"))
    settings = {
        "database_url": f"sqlite:///{tmp_path}/monitor.db",
        "narratives": catalogues.write(tmp_path / "narratives", bridges="nothing-like-it"),
        "model": tmp_path / "m.zip",
        "embedder": tmp_path / "onnx",
    }
    app = wiring.build(Settings.model_validate(settings), FakeClock())
    app.init()
    item = make.item("gradi se most preko velike rijeke")
    SqlStore(app.database).record(make.poll(item), make.feed())
    background = Background(lambda: app)
    with pytest.raises(ConfigError, match=r"m\.zip"):
        background()

    some = lessons()
    vectors = embedder.embed([read_by_model(one.passage) for one in some])
    version = app.matcher.catalogue_version
    write(LinearTrainer(embedder.name).train(some, vectors, version), tmp_path / "m.zip")
    background()

    (found,) = app.archive.window_hits(Filters())
    assert (found.hit.narrative, found.hit.source) == ("bridges", Source.LEARNED)
    assert not app.like(found.item_id, 5)
    app.database.close()
