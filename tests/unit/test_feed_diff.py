import make
from monitor.services.feed_diff import difference


def test_feeds_are_told_apart_by_id_and_by_address() -> None:
    same = make.feed(id="same", url="https://a.example/rss")
    mine = make.feed(id="mine", url="https://b.example/rss")
    fresh = make.feed(id="fresh", url="https://c.example/rss")
    moved = make.feed(id="moved", url="https://d.example/old")
    moved_there = make.feed(id="moved", url="https://d.example/new")
    renamed = make.feed(id="my-name", url="https://e.example/rss")
    renamed_there = make.feed(id="their-name", url="https://e.example/rss")

    found = difference([same, mine, moved, renamed], [fresh, same, moved_there, renamed_there])

    assert found.only_here == (mine,)
    assert found.only_there == (fresh,)
    assert found.changed == ((moved, moved_there), (renamed, renamed_there))


def test_a_switch_is_a_difference_and_a_note_is_none() -> None:
    on, noted = make.feed(id="a", url="https://a.example/"), make.feed(id="b", note="x")
    off, plain = make.feed(id="a", url="https://a.example/", enabled=False), make.feed(id="b")

    found = difference([on, noted], [off, plain])

    assert found.changed == ((on, off),)
    assert not found.only_here
