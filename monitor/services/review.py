"""Reviewing: a person's word on a hit or an item, kept with name and time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.domain.errors import ConfigError, NotFoundError
from monitor.domain.review import MAX_NOTE, Decision, Reading, Review, Verdict, reads, standing
from monitor.ports import Clock
from monitor.ports.review import Reviewable, Reviews


@dataclass(frozen=True, slots=True)
class Desk:
    """Where reviewers sit.

    While nobody has a profile, one person works alone and may confirm everything. From the first
    profile on, a language is confirmed only by those who set it in theirs.
    """

    reviews: Reviews
    clock: Clock

    def decide(self, hit_id: str, said: Decision) -> Reviewable:
        """Keep a decision; `said.at` is set here. Raises NotFoundError, ConfigError."""
        found = self.found(hit_id)
        if said.reason and said.verdict is not Verdict.DISMISSED:
            raise ConfigError("--reason says why a hit is dismissed; it needs --dismiss")
        if said.verdict is Verdict.CONFIRMED:
            self._must_read(said.by, found.lang)
        self.reviews.decide(
            found.hit_id, replace(said, at=self.clock.now(), note=said.note.strip()[:MAX_NOTE])
        )
        return found

    def undo(self, hit_id: str, by: str) -> tuple[Reviewable, Review | None]:
        """Take back the decision that stands; return the hit and what stands now.

        Raises NotFoundError where there is no hit or nothing to take back.
        """
        found = self.found(hit_id)
        if standing(self.reviews.history(found.hit_id)) is None:
            raise NotFoundError(f"nobody has decided on hit {hit_id}: there is nothing to undo")
        return found, self.reviews.undo(found.hit_id, by, self.clock.now())

    def history(self, hit_id: str) -> Sequence[Review]:
        """Return everything said of a hit, oldest first. Raises NotFoundError."""
        return self.reviews.history(self.found(hit_id).hit_id)

    def read(self, item_id: str, by: str, narratives: Sequence[str]) -> Reviewable:
        """Keep which narratives a whole item carries, and so decide its undecided hits.

        Raises NotFoundError, ConfigError.
        """
        found = self.reviews.item(_number(item_id))
        if found is None:
            raise NotFoundError(f"there is no item {item_id}; see `monitor search --items`")
        self._must_read(by, found.lang)
        now, carried = self.clock.now(), tuple(sorted(set(narratives)))
        yes = Decision(Verdict.CONFIRMED, by, now)
        no = Decision(Verdict.DISMISSED, by, now, reason="wrong-narrative")
        hits = {
            hit_id: yes if narrative in carried else no
            for hit_id, narrative in self.reviews.open_hits(found.item_id).items()
        }
        self.reviews.read(Reading(found.item_id, by, now, carried), hits)
        return found

    def profile(
        self, name: str, learn: Sequence[str] = (), drop: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Add and drop languages that a reviewer reads; return all. `sr` means both scripts."""
        before = self.reviews.profiles().get(name, ())
        after = tuple(lang for lang in dict.fromkeys((*before, *learn)) if lang not in drop)
        if learn or drop:
            self.reviews.set_profile(name, after, self.clock.now())
        return after

    def may_confirm(self, name: str, lang: str) -> bool:
        """Say whether this person may confirm hits in this language."""
        profiles = self.reviews.profiles()
        return not profiles or reads(lang, profiles.get(name, ()))

    def _must_read(self, name: str, lang: str) -> None:
        if not self.may_confirm(name, lang):
            short = lang.partition("-")[0]
            what = (
                f"{name} has not set {short} as a language they read, so may not confirm in it; "
                f"if they do: monitor review profile {name} --lang {short}"
            )
            raise ConfigError(what)

    def found(self, hit_id: str) -> Reviewable:
        """Return a hit to be reviewed. Raises NotFoundError."""
        found = self.reviews.hit(_number(hit_id))
        if found is None:
            raise NotFoundError(f"there is no hit {hit_id}; `monitor search` prints their ids")
        return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0  # noqa: PLR2004 - digits of 2^63
