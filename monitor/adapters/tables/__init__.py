"""The tables, once, for SQLite and PostgreSQL; migrations bring a database to this shape.

One module a part of the product; all are imported here, so that `metadata` knows every table.
"""

from monitor.adapters.tables.archive import (
    feed,
    fetch_event,
    hit,
    item,
    item_key,
    item_version,
    outlet,
    story_band,
    word,
)
from monitor.adapters.tables.collection import feed_memory
from monitor.adapters.tables.delivery import (
    delivery,
    delivery_event,
    delivery_hit,
    delivery_hold,
    delivery_memory,
    subscription,
    surge,
)
from monitor.adapters.tables.keeping import (
    catalogue_use,
    erased,
    rematch,
    rollup,
    rollup_day,
    sweep,
    sweep_part,
    upkeep,
)
from monitor.adapters.tables.kinds import Id, ItemKey, Plain, UtcDateTime, metadata
from monitor.adapters.tables.learning import embedding, opinion
from monitor.adapters.tables.pages import page
from monitor.adapters.tables.people import (
    api_token,
    audit,
    person,
    saved_search,
    session,
    sign_in_failure,
)
from monitor.adapters.tables.review import reading, review, reviewer, standing_review
from monitor.adapters.tables.service import alarm, chore, host
from monitor.adapters.tables.sharing import shared

__all__ = [
    "Id",
    "ItemKey",
    "Plain",
    "UtcDateTime",
    "alarm",
    "api_token",
    "audit",
    "catalogue_use",
    "chore",
    "delivery",
    "delivery_event",
    "delivery_hit",
    "delivery_hold",
    "delivery_memory",
    "embedding",
    "erased",
    "feed",
    "feed_memory",
    "fetch_event",
    "hit",
    "host",
    "item",
    "item_key",
    "item_version",
    "metadata",
    "opinion",
    "outlet",
    "page",
    "person",
    "reading",
    "rematch",
    "review",
    "reviewer",
    "rollup",
    "rollup_day",
    "saved_search",
    "session",
    "shared",
    "sign_in_failure",
    "standing_review",
    "story_band",
    "subscription",
    "surge",
    "sweep",
    "sweep_part",
    "upkeep",
    "word",
]
