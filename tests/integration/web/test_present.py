import os
import time
from pathlib import Path

from monitor.web.present import Present
from support.site import FEEDS, running


def test_pages_follow_the_feed_list_and_keep_it_where_it_is_broken(tmp_path: Path) -> None:
    with running(tmp_path) as site:
        now = Present(site.app, look_every_s=-1)
        path = tmp_path / "feeds.yaml"
        path.write_text(FEEDS.replace("drini.example/rss", "drini.example/new"), encoding="utf-8")
        moved = {feed.id: feed.url for feed in now().feeds}
        path.write_text("version: 1\noutlets: nothing", encoding="utf-8")
        os.utime(path, (time.time() + 9, time.time() + 9))
        kept = {feed.id: feed.url for feed in now().feeds}

    assert moved["drini-lajme"] == "https://drini.example/new"
    assert kept == moved
