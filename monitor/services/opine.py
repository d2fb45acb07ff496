"""Ask the second opinion about stored items, in pieces that end soon."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from monitor.domain.learning import (
    NEAREST,
    Opinion,
    proposals,
    read_by_model,
)
from monitor.domain.opining import Judgement, Opined, Waiting, likelihoods
from monitor.ports import Clock
from monitor.ports.learning import Embedder, Model, OpinionBook, Reader, Seen
from monitor.services.boundary import boundary

if TYPE_CHECKING:
    from monitor.ports.learning import Vectors

BATCH: Final = 16  # items between two looks at the clock: some two seconds


@dataclass(frozen=True, slots=True)
class Opine:
    """The use case: propose hits for reviewers, and say how likely the rules' hits are.

    The grade of a rule hit stays.
    """

    reader: Reader
    embedder: Embedder
    model: Model
    book: OpinionBook
    clock: Clock

    def run(
        self,
        since: datetime,
        box: timedelta,
        stopped: Callable[[], bool] = lambda: False,
        told: Callable[[Opined], None] = lambda _so_far: None,
    ) -> Opined:
        """Look at items first seen since then, the newest first, for so long.

        Raises StorageError.
        """
        done, ends_at = Opined(left=True), self.clock.now() + box
        while self.clock.now() < ends_at and not stopped():
            some = self.book.waiting(self.model.version, since, BATCH)
            if not some:
                return replace(done, left=False)
            vectors, embedded = self._vectors(some)
            judged = self._judged(some, vectors)
            new = self.book.commit(self.model.version, judged, self.clock.now())
            done = replace(
                done,
                items=done.items + len(some),
                embedded=done.embedded + embedded,
                proposed=done.proposed + new,
            )
            told(done)
        return done

    def _vectors(self, some: Sequence[Waiting]) -> tuple["list[Vectors]", int]:
        """Return a vector an item; only texts that were never seen are embedded."""
        name = self.embedder.name
        known = dict(self.book.vectors(name, [one.content_hash for one in some]))
        texts = {
            one.content_hash: read_by_model(one.passage)
            for one in some
            if one.content_hash not in known
        }
        if texts:
            rows = self.embedder.embed(list(texts.values()))
            fresh = dict(zip(texts, rows, strict=True))
            self.book.keep(name, fresh)
            known |= fresh
        return [known[one.content_hash] for one in some], len(texts)

    def _judged(self, some: Sequence[Waiting], vectors: "Sequence[Vectors]") -> list[Judgement]:
        judged = []
        for one, vector in zip(some, vectors, strict=True):
            judgement = Judgement(one.item_id, one.content_hash, (), {})
            with boundary(f"the second opinion on item {one.item_id}"):
                judgement = self._judgement(one, vector)
            judged.append(judgement)
        return judged

    def _judgement(self, one: Waiting, vector: "Vectors") -> Judgement:
        seen = Seen(one.passage, self.reader.concepts(one.passage), one.grades)
        (known,) = self.model.probabilities([seen], vector[None, :])
        limits = self.model.limits
        opinions = {
            name: Opinion(value, tuple(self.model.near(vector, name, NEAREST)))
            for name, value in known.items()
            if name not in one.grades and value >= limits.propose_at
        }
        return Judgement(
            one.item_id,
            one.content_hash,
            proposals(one.grades.keys(), opinions, one.passage, limits),
            likelihoods(known, list(one.grades)),
        )
