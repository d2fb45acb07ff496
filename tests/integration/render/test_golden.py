import pytest

from support.golden import FOLDER, golden


@pytest.mark.parametrize("name", sorted(golden()))
def test_the_sample_day_reads_as_it_did(name: str) -> None:
    kept = (FOLDER / name).read_text(encoding="utf-8")

    assert golden()[name]() == kept, (
        "meant? PYTHONPATH=tests python -m support.golden, then read the diff"
    )


def test_no_golden_file_is_left_over() -> None:
    assert {one.name for one in FOLDER.iterdir()} == set(golden())


def test_a_page_is_the_same_whatever_was_drawn_before() -> None:
    write = golden()["sample.en.html"]

    assert write() == write()
