from datetime import timedelta
from typing import Any

import make
from monitor.domain.propagation import Sighting, propagation


def sighting(number: int, hours: float, **given: Any) -> Sighting:
    values: dict[str, Any] = {
        "title": "Naslov",
        "url": "https://primer.example/",
        "outlet_id": f"o{number}",
        "outlet_name": f"O{number}",
        "country": "RS",
        "lang": "sr-Latn",
    }
    return Sighting(number, first_seen_at=make.NOW + timedelta(hours=hours), **values | given)


def test_what_our_feeds_brought_first_stands_first() -> None:
    found = propagation(
        [
            sighting(3, 5, country="BA"),
            sighting(1, 1, country="MK", lang="mk"),
            sighting(2, 3, country="BA", lang="sr-Cyrl"),
        ]
    )

    assert [one.key for one in found.outlets] == ["o1", "o2", "o3"]
    assert [one.key for one in found.countries] == ["MK", "BA"]
    assert [one.key for one in found.langs] == ["mk", "sr-Cyrl", "sr-Latn"]
    assert found.countries[1].first.item_id == 2


def test_items_are_counted_where_they_appeared() -> None:
    found = propagation([sighting(1, 0, items=4), sighting(2, 1), sighting(3, 2, outlet_id="o1")])

    assert found.items == 6
    assert [(one.key, one.items) for one in found.outlets] == [("o1", 5), ("o2", 1)]


def test_the_lower_number_is_first_within_an_instant() -> None:
    found = propagation([sighting(9, 0), sighting(8, 0)])

    assert [one.key for one in found.outlets] == ["o8", "o9"]


def test_nothing_spread_nowhere() -> None:
    assert propagation([]).outlets == ()
