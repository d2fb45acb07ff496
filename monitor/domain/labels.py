"""Labels: what people decided, as a labelled set that measures a catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.domain.review import Verdict


@dataclass(frozen=True, slots=True)
class Label:
    """An item and the narratives it carries. `judged` are those decided on, None: all there are.

    `stance` is a reviewer's, where all that they said of the item's narratives is the same.
    `unseen`: those who wrote the rules had not read it. `group` holds near-identical texts.
    """

    id: str
    title: str
    summary: str
    text: str
    lang: str
    url: str
    labels: tuple[str, ...]
    judged: tuple[str, ...] | None
    stance: str = ""
    unseen: bool = False
    group: str = ""


def carried(
    verdicts: Mapping[str, Verdict | None], read: Sequence[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...] | None] | None:
    """Return what an item carries and what was judged of it, or None where that is not known.

    `verdicts` has every narrative found in it, `read` what a person found in the whole. A later
    decision on a hit goes before the reading. An item of which a hit is undecided is not known.
    """
    decided = {name: verdict for name, verdict in verdicts.items() if verdict}
    if Verdict.UNSURE in decided.values():
        return None
    yes = {name for name, verdict in decided.items() if verdict is Verdict.CONFIRMED}
    if read is not None:
        return tuple(sorted(yes | (set(read) - decided.keys()))), None
    if not decided or len(decided) < len(verdicts):
        return None
    return tuple(sorted(yes)), tuple(sorted(decided))
