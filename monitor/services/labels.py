"""Take labels in: a labelled set becomes decisions on the items of this archive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.domain.hit import Stance
from monitor.domain.labels import Label
from monitor.domain.review import Decision, Reading, Verdict
from monitor.ports import Clock
from monitor.ports.review import Labels, Reviews
from monitor.services.review import Desk


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a labelled set: lines whose item is here, hits decided, lines not taken."""

    items: int
    hits: int
    unknown: int
    refused: int  # in a language that the person did not set


@dataclass(frozen=True, slots=True)
class TakeLabels:
    """The use case. A label that says all an item carries is a reading of it."""

    labels: Labels
    reviews: Reviews
    clock: Clock

    def take(self, labels: Sequence[Label], by: str) -> Taken:
        """Decide hits as the labels say, and keep what else whole items carry."""
        stored = self.labels.hits_of(labels)
        desk = Desk(self.reviews, self.clock)
        items = hits = refused = 0
        for label in labels:
            if label.id not in stored:
                continue
            item_id, found = stored[label.id]
            item = self.reviews.item(item_id)
            if item is None or not desk.may_confirm(by, item.lang):
                refused += 1
                continue
            decisions = self._decisions(label, found, by)
            if label.judged is None:
                reading = Reading(item_id, by, self.clock.now(), tuple(sorted(label.labels)))
                self.reviews.read(reading, decisions)
            else:
                for hit_id, decision in decisions.items():
                    self.reviews.decide(hit_id, decision)
            items, hits = items + 1, hits + len(decisions)
        return Taken(items, hits, len(labels) - len(stored), refused)

    def _decisions(self, label: Label, found: Mapping[str, int], by: str) -> dict[int, Decision]:
        now = self.clock.now()
        stance = label.stance if label.stance in set(Stance) else ""
        yes = Decision(Verdict.CONFIRMED, by, now, stance)
        no = Decision(Verdict.DISMISSED, by, now, reason="wrong-narrative")
        return {
            hit_id: yes if name in label.labels else no
            for name, hit_id in found.items()
            if label.judged is None or name in label.judged
        }
