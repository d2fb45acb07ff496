"""Hits as a STIX 2.1 bundle: never an indicator, for an address of news is no sign of an attack.

The narrative is an object as OpenCTI has it, the item a `url`, the hit a `note` with its quote,
the review an `opinion`, the digest a `report`. Source: STIX 2.1, OASIS, 2021-06-10.
"""

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final
from uuid import uuid5

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
from monitor.domain.narrative import Narrative
from monitor.domain.sharing import NARRATIVE, SPACE, SharedHit, print_of

Made = Any  # an object of stix2, which is published without types
_OPINIONS: Final = {
    "confirmed": "agree",
    "unsure": "neutral",
    "dismissed": "strongly-disagree",
}
_TLP: Final = {"clear": "TLP_WHITE", "green": "TLP_GREEN", "amber": "TLP_AMBER", "red": "TLP_RED"}
_BORN: Final = "2026-01-01T00:00:00Z"  # of the identity that never changes


def write_stix(
    hits: Iterable[SharedHit], sink: BinaryIO, issue: Issue, digest: DigestFacts | None = None
) -> None:
    """Write hits as they come, each object once. Raises ConfigError without the extra."""
    bundle = _Bundle(issue)
    name = uuid5(SPACE, f"bundle {issue.names.installation} {digest.uuid if digest else ''}")
    sink.write(f'{{"type": "bundle", "id": "bundle--{name}", "objects": ['.encode())
    sink.writelines(
        (b",\n" if number else b"\n") + one.serialize().encode()
        for number, one in enumerate(bundle.objects(hits, digest))
    )
    sink.write(b"\n]}\n")


class _Bundle:
    """The objects of one bundle; those that several hits share are made once."""

    def __init__(self, issue: Issue) -> None:
        self.issue = issue
        self.stix = needed("stix2.v21", "sharing")
        self.marking = getattr(self.stix, _TLP[issue.tlp])
        self.author = f"identity--{issue.names.of('identity')}"
        self.told: dict[str, None] = {}

    def objects(self, hits: Iterable[SharedHit], digest: DigestFacts | None) -> Iterator[Made]:
        yield self.marking
        yield self.stix.Identity(
            id=self.author, created=_BORN, modified=_BORN, name=NAME, identity_class="system"
        )
        for hit in hits:
            for one in self._of(hit):
                if one.id not in self.told:
                    self.told[one.id] = None
                    yield one
        if digest:
            yield self._report(digest)

    def _of(self, hit: SharedHit) -> Iterator[Made]:
        narrative = self._narrative(hit.found.hit.narrative)
        yield narrative
        about = [narrative.id]
        if link := link_of(hit):
            url = self.stix.URL(value=link, object_marking_refs=[self.marking.id])
            yield url
            about.append(url.id)
        for life in range(hit.record.life):  # what was retracted once stays so: a new note speaks
            yield self._note(hit, about, life, is_revoked=True)
        note = self._note(hit, about, hit.record.life, is_revoked=bool(hit.found.retracted))
        yield note
        if hit.found.review in _OPINIONS:
            yield self._opinion(hit, note.id)

    def _narrative(self, narrative: str) -> Made:
        known = self.issue.narratives.get(narrative)
        title, summary = self.issue.title(narrative), self.issue.summary(narrative)
        disarm = _disarm(known)
        record = self.issue.noted(NARRATIVE, narrative, print_of(title, summary, disarm))
        named = [{"source_name": NAME, "external_id": narrative}]
        techniques = [{"source_name": "DISARM", "external_id": one} for one in disarm]
        return _narrative_class()(
            id=narrative_id(title),
            created=record.first_at,
            modified=record.changed_at,
            created_by_ref=self.author,
            name=title,
            description=summary,
            external_references=[*named, *techniques],
            object_marking_refs=[self.marking.id],
        )

    def _note(self, hit: SharedHit, about: list[str], life: int, *, is_revoked: bool) -> Made:
        found = hit.found
        quotes = "\n".join(f"„{quote}“" for quote in quotes_of(hit))
        references = [{"source_name": NAME, "external_id": hit.uri}]
        if link := link_of(hit):
            outlet = clean(found.outlet_name) or found.outlet_id
            references.append({"source_name": outlet, "url": link})
        return self.stix.Note(
            id=f"note--{self._name(hit, 'note', life)}",
            created=hit.record.first_at,
            modified=hit.record.changed_at,
            created_by_ref=self.author,
            revoked=is_revoked,
            abstract=clean(found.title) or "Erased on request",
            content=f"{quotes}\n\n{facts_of(hit)}".strip(),
            lang=found.lang,
            labels=[estimate(hit), f"review:{found.review}", f"grade:{found.hit.grade}"],
            external_references=references,
            object_refs=about,
            object_marking_refs=[self.marking.id],
            allow_custom=True,  # a note may speak of a narrative only so
        )

    def _opinion(self, hit: SharedHit, note: str) -> Made:
        stance = f" Stance: {hit.found.stance}." if hit.found.stance else ""
        return self.stix.Opinion(
            id=f"opinion--{self._name(hit, 'opinion', hit.record.life)}",
            created=hit.record.first_at,
            modified=hit.record.changed_at,
            created_by_ref=self.author,
            opinion=_OPINIONS[hit.found.review],
            explanation=f"A reviewer's decision on the hit: {hit.found.review}.{stance}",
            object_refs=[note],
            object_marking_refs=[self.marking.id],
        )

    def _report(self, digest: DigestFacts) -> Made:
        return self.stix.Report(
            id=f"report--{digest.uuid}",
            created=digest.record.first_at,
            modified=digest.record.changed_at,
            created_by_ref=self.author,
            name=digest.title,
            description=digest.text,
            published=digest.published_at,
            report_types=["narrative-digest"],
            object_refs=list(self.told) or [self.author],
            object_marking_refs=[self.marking.id],
            allow_custom=True,  # as a note
        )

    def _name(self, hit: SharedHit, kind: str, life: int) -> str:
        return self.issue.names.of(kind, hit.found.hit_id, life)


def narrative_id(title: str) -> str:
    """Return the id that OpenCTI gives a narrative of that title."""
    canonical = needed("stix2.canonicalization.Canonicalize", "sharing").canonicalize
    space = needed("stix2.base", "sharing").SCO_DET_ID_NAMESPACE
    name = canonical({"name": title.lower().strip()}, utf8=False)
    return f"narrative--{uuid5(space, name)}"


def _disarm(known: Narrative | None) -> list[str]:
    return list(known.disarm) if known else []


def _narrative_class() -> Made:
    """Return the class of narratives, which STIX itself has none of; made once."""
    stix2 = needed("stix2", "sharing")
    registered = needed("stix2.registry", "sharing").class_for_type("narrative", "2.1", "objects")
    if registered:
        return registered
    text = stix2.properties.StringProperty
    wanted = [("name", text(required=True)), ("description", text())]

    class Narrative:
        """A recurring story line."""

    return stix2.v21.CustomObject("narrative", wanted)(Narrative)
