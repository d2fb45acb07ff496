"""Whatever outlets are called, what is written is read back the same."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import make
from monitor.adapters import feedlist, opml
from monitor.adapters.feed_editor import FeedFile
from monitor.domain.text import safe_line, strip_illegal

NAMES = st.text(min_size=1, max_size=60).map(safe_line).filter(bool)
IDS = st.lists(
    st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True),
    min_size=1, max_size=4, unique=True,
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lists")


@settings(max_examples=60, deadline=None)
@given(first=NAMES, second=NAMES, note=NAMES, ids=IDS)
def test_a_list_that_is_added_to_twice_has_both(
    folder: Path, first: str, second: str, note: str, ids: list[str]
) -> None:
    path = folder / "feeds.yaml"
    path.unlink(missing_ok=True)
    ours = make.outlet(id="prva", name=first)
    theirs = make.outlet(id="druga", name=second)
    more = [
        make.feed(id=name, url=f"https://x.example/{name}", outlet=ours, note=note) for name in ids
    ]
    last = make.feed(id="zadnja--x", url="https://x.example/?z=1", outlet=theirs)

    FeedFile(path, create=True).append([more[0], last])
    FeedFile(path).append(more[1:])

    feeds = feedlist.load(path)
    assert [(feed.id, feed.note) for feed in feeds] == [
        *((one, note) for one in ids),
        (last.id, ""),
    ]
    assert [feeds[0].outlet.name, feeds[-1].outlet.name] == [first, second]


@settings(max_examples=60, deadline=None)
@given(name=st.text(max_size=60), note=st.text(max_size=60))
def test_opml_brings_every_text_back(folder: Path, name: str, note: str) -> None:
    path = folder / "out.opml"
    feed = make.feed(outlet=make.outlet(name=name), note=note)

    path.write_text(opml.write_opml([feed]), encoding="utf-8")

    (outline,) = opml.read_opml(path)
    assert outline.group
    assert (outline.group.name, outline.note) == (strip_illegal(name), strip_illegal(note))
