"""Cases for tests of the queue and of quality, naming only what matters."""

from datetime import timedelta
from typing import Any

import make
from monitor.domain.cases import Case, Opinion, RandomItem
from monitor.domain.hit import Grade
from monitor.domain.review import Verdict


def case(hit_id: int, **given: Any) -> Case:
    """An open hit of grade digest, far above its threshold."""
    values: dict[str, Any] = {
        "item_id": hit_id,
        "narrative": "open-balkan",
        "score": 95.0,
        "grade": Grade.DIGEST,
        "rules": ("named",),
        "title": f"Naslov {hit_id}",
        "summary": "",
        "outlet_id": "primer",
        "feed_id": "primer-vesti",
        "country": "RS",
        "lang": "sr-Latn",
        "first_seen_at": make.NOW - timedelta(hours=1),
    }
    return Case(hit_id, **values | given)


def judged(hit_id: int, verdict: Verdict, by: str = "ana", **given: Any) -> Case:
    """A hit that one person decided on."""
    return case(hit_id, verdict=verdict, opinions=(Opinion(by, verdict),), **given)


def item(item_id: int, lang: str = "sr-Latn") -> RandomItem:
    """An item of the random part."""
    return RandomItem(item_id, f"Naslov {item_id}", "", "", "primer", lang, make.NOW)
