"""Hits as MISP events: a narrative, and the news that carry it.

A hit lives in one event whatever search it was found by: that of its narrative and month. A
digest is an event of its own. No attribute is an indicator, and no outlet bears a label. Source:
MISP core format; object templates `narrative` and `news-media`.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO, Final
from uuid import UUID, uuid5

from monitor.adapters.exports.extras import needed
from monitor.adapters.exports.sharing import (
    NAME,
    DigestFacts,
    Issue,
    clean,
    estimate,
    facts_of,
    link_of,
    quotes_of,
)
from monitor.domain.sharing import NARRATIVE, SharedHit, print_of

Made = Any  # an object of pymisp, whose attributes are dynamic
_ONLY_US: Final = 0  # distribution: whoever imports it decides on sharing it further
_UNDEFINED: Final = 4  # threat level: a narrative is none
_ONGOING, _COMPLETE = 1, 2  # analysis


def write_misp(
    hits: Iterable[SharedHit], sink: BinaryIO, issue: Issue, digest: DigestFacts | None = None
) -> None:
    """Write events as soon as their month is over. Raises ConfigError without the extra."""
    folder = _Folder(issue)
    events = folder.digest(hits, digest) if digest else folder.months(hits)
    sink.write(b'{"response": [')
    for number, event in enumerate(events):
        body = json.dumps({"Event": json.loads(event.to_json())}, ensure_ascii=False)
        sink.write((b",\n" if number else b"\n") + body.encode("utf-8", "replace"))
    sink.write(b"\n]}\n")


class _Folder:
    """Makes events; every identifier in one hangs on the event's own."""

    def __init__(self, issue: Issue) -> None:
        self.issue = issue
        self.pymisp = needed("pymisp", "sharing")

    def months(self, hits: Iterable[SharedHit]) -> Iterator[Made]:
        month, gathered = "", dict[str, list[SharedHit]]()
        for hit in hits:
            its = f"{hit.found.first_seen_at:%Y-%m}"
            if its != month:
                yield from self._month(month, gathered)
                month, gathered = its, {}
            gathered.setdefault(hit.found.hit.narrative, []).append(hit)
        yield from self._month(month, gathered)

    def _month(self, month: str, gathered: dict[str, list[SharedHit]]) -> Iterator[Made]:
        for narrative, hits in gathered.items():
            uuid = self.issue.names.of("event", narrative, month)
            event = self._event(uuid, f"{self.issue.title(narrative)}: {month}", f"{month}-01")
            event.analysis = _ONGOING
            changed = self._fill(event, narrative, hits)
            event.timestamp = _seconds(changed)
            yield event

    def digest(self, hits: Iterable[SharedHit], digest: DigestFacts) -> Iterator[Made]:
        event = self._event(digest.uuid, digest.title, f"{digest.published_at:%Y-%m-%d}")
        event.analysis = _COMPLETE
        at = _seconds(digest.record.changed_at)
        uuid = _within(digest.uuid, "text")
        event.add_attribute("comment", digest.text, uuid=uuid, timestamp=at, to_ids=False)
        gathered: dict[str, list[SharedHit]] = {}
        for hit in hits:
            gathered.setdefault(hit.found.hit.narrative, []).append(hit)
        changed = [self._fill(event, name, some) for name, some in gathered.items()]
        event.timestamp = _seconds(max([*changed, digest.record.changed_at]))
        yield event

    def _event(self, uuid: str, info: str, date: str) -> Made:
        event = self.pymisp.MISPEvent()
        event.uuid, event.info, event.date = uuid, info, date
        event.distribution, event.threat_level_id = _ONLY_US, _UNDEFINED
        event.Orgc = self.pymisp.MISPOrganisation()
        event.Orgc.from_dict(name=NAME, uuid=self.issue.names.of("organisation"))
        event.add_tag(f"tlp:{self.issue.tlp}")
        return event

    def _fill(self, event: Made, narrative: str, hits: list[SharedHit]) -> datetime:
        """Add a narrative and its news; return when anything of it last changed."""
        known = self.issue.narratives.get(narrative)
        title, summary = self.issue.title(narrative), self.issue.summary(narrative)
        disarm = known.disarm if known else ()
        record = self.issue.noted(NARRATIVE, narrative, print_of(title, summary, list(disarm)))
        about = self._object(event, "narrative", narrative, record.changed_at)
        about.comment = f"{narrative}: {title}"
        told = self._add(about, "narrative-summary", summary, record.changed_at)
        for technique in disarm:
            told.add_tag(f'disarm:technique="{technique}"')
        for hit in hits:
            self._news(event, hit, about.uuid)
        return max([record.changed_at, *(hit.record.changed_at for hit in hits)])

    def _news(self, event: Made, hit: SharedHit, about: str) -> None:
        found, at = hit.found, hit.record.changed_at
        news = self._object(event, "news-media", f"hit {found.hit_id}", at)
        news.comment = facts_of(hit)
        tagged = self._add(news, "source", clean(found.outlet_name) or found.outlet_id, at)
        tagged.disable_correlation = True  # that two items are of one outlet says nothing
        tagged.add_tag(estimate(hit))
        for relation, value in (
            ("title", clean(found.title)),
            ("link", link_of(hit)),
            ("content", "\n".join(quotes_of(hit))),
        ):
            if value:
                self._add(news, relation, value, at)
        reference = news.add_reference(about, "mentions")
        reference.uuid = _within(news.uuid, "reference")
        if found.retracted:
            news.deleted = True
            for attribute in news.attributes:
                attribute.deleted = True

    def _object(self, event: Made, template: str, key: str, at: datetime) -> Made:
        made = self.pymisp.MISPObject(template, strict=True)
        made.uuid = _within(event.uuid, key)
        made.timestamp = _seconds(at)
        return event.add_object(made)

    def _add(self, to: Made, relation: str, value: str, at: datetime) -> Made:
        uuid = _within(to.uuid, relation)
        return to.add_attribute(
            relation, value=value, uuid=uuid, timestamp=_seconds(at), to_ids=False
        )


def _within(uuid: str, key: str) -> str:
    return str(uuid5(UUID(uuid), key))


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
