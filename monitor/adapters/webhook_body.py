"""What a webhook is sent: the whole model as JSON, or a post in the shape of a chat."""

import json
from typing import Final

from monitor.adapters.render.editions import Edition
from monitor.adapters.render.view import EntryView, SectionView
from monitor.domain.subscription import Shape, Subscription
from monitor.domain.text import truncate

_HEADER: Final = 150  # Slack's limits, in characters …
_SECTION: Final = 3_000
_BLOCKS: Final = 50  # … and blocks
_LEADS: Final = 3  # entries a narrative in a chat


def webhook_body(made: Edition, to: Subscription, name: str) -> bytes:
    """Return the body of one delivery; `name` is its id, the same at every attempt."""
    if to.shape is Shape.SLACK:
        body = _slack(made)
    elif to.shape is Shape.MATTERMOST:
        body = {"text": made.markdown}
    else:
        body = {
            "id": name,
            "type": "alert" if made.digest.surge else "digest",
            "subscription": to.id,
            "subject": made.subject,
            "digest": json.loads(made.json),
        }
    return json.dumps(body, ensure_ascii=False).encode()


def _slack(made: Edition) -> dict[str, object]:
    view = made.view
    sight = " ".join(view.coverage.lines)
    blocks: list[dict[str, object]] = [
        {
            "type": "header",
            "text": {"type": "plain_text", "text": truncate(made.subject, _HEADER, "…")},
        },
        _block(f"*{_escaped(view.headline)}*\n{_escaped(view.coverage.sight)}: {_escaped(sight)}"),
        *(_block(_section(one)) for one in view.sections),
    ]
    foot = _block(f"_{_escaped(view.disclaimer)}_")
    return {"text": made.subject, "blocks": [*blocks[: _BLOCKS - 1], foot]}


def _section(one: SectionView) -> str:
    head = f"*{_escaped(one.title)}*\n{_escaped(one.direction)}: {_escaped(one.note)}"
    return "\n".join([head, *(_entry(entry) for entry in one.entries[:_LEADS])])


def _entry(one: EntryView) -> str:
    title = _escaped(truncate(one.title.plain, _SECTION // 10, "…"))
    link = _escaped(one.url).replace("|", "%7C")
    shown = f"<{link}|{title}>" if link and len(link) < _SECTION // 5 else title
    return f"• {shown} – {_escaped(one.outlet)}, {_escaped(one.stance)}"


def _block(text: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": truncate(text, _SECTION, "…")}}


def _escaped(text: str) -> str:
    """Escape what Slack reads as links and mentions; stars and such only change the type face."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
